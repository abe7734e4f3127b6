"""Pipelines of a model of one page, on the runner of KFP's SDK that starts each task as a process."""

from pathlib import Path
from typing import Any

from kfp import dsl, local
from kfp.dsl import Artifact, Input, Model, Output

from lexport.integrations.kfp import keras_exporter, vocabulary_builder

# No image is started; the runner asks that the name sounds like Python.
IMAGE = "python:3.11"
CONFIG = """\
name: fruit
vocabularies:
  words:
    source: {files: fruit.csv, column: text}
    terms: {split: whitespace}
  colors: {file: colors.txt}
model: {factory: "fruit_model:FACTORY"}
signatures: {serving_default: {inputs: {word: {dtype: string, shape: [null]}}, outputs: [id, color]}}
publish: {directory: exports}
"""
MODEL = """\
import keras
import tensorflow as tf
from lexport import BuiltModel
from lexport.layers import StringLookup

@keras.saving.register_keras_serializable("fruit")
class Third(keras.layers.Layer):
    def call(self, ids):
        return ids % 3

def build(vocabularies):
    word = keras.Input((), dtype="string", name="word")
    ids = StringLookup(vocabulary=vocabularies["words"])(word)
    color = StringLookup(vocabulary=vocabularies["colors"], invert=True, num_oov_indices=0)
    return BuiltModel(keras.Model(word, {"id": ids, "color": color(Third()(ids))}), {"accuracy": 0.75})

class Noise(keras.layers.Layer):
    def call(self, ids):
        return ids + tf.random.uniform((), 1, 1 << 40, tf.int64)

def noisy(vocabularies):
    model = build(vocabularies).model
    return keras.Model(model.input, {**model.output, "id": Noise()(model.output["id"])})
"""


def write_project(folder: Path, factory: str = "build") -> Path:
    """Writes a table, a vocabulary file, a model and a config, and gives the config's path."""
    folder.mkdir(parents=True)
    (folder / "fruit.csv").write_text("text\nred apple\ngreen apple\nyellow lemon\n")
    (folder / "colors.txt").write_text("red\ngreen\nyellow\n")
    (folder / "fruit_model.py").write_text(MODEL)
    (folder / "fruit.yaml").write_text(CONFIG.replace("FACTORY", factory))
    return folder / "fruit.yaml"


def train(project: str, vocabularies: Input[Artifact], trained: Output[Model], as_folder: bool = False) -> None:
    """Saves a model as a training task does: as a file, or as a file in a folder."""
    import shutil
    import sys
    from pathlib import Path

    from lexport.run.vocabulary_folder import VocabularyFolder

    sys.path.insert(0, project)
    from fruit_model import build

    file = Path(f"{trained.path}.keras")
    build(VocabularyFolder.read(vocabularies.path).load()).model.save(file)
    if as_folder:
        Path(trained.path).mkdir()
        shutil.move(file, Path(trained.path, "model.keras"))
    else:
        shutil.move(file, trained.path)


def swap_lines(vocabularies: Input[Artifact]) -> str:
    """Exchanges two lines of a file of the artifact, as somebody does who edits it by hand."""
    from pathlib import Path

    words = Path(vocabularies.path) / "words.txt"
    first, second, *rest = words.read_text().splitlines()
    words.write_text("\n".join([second, first, *rest]) + "\n")
    return "swapped"


def forge(vocabularies: Input[Artifact]) -> str:
    """Exchanges two terms, and writes the list of digests in the folder again."""
    from lexport.run.vocabulary_folder import VocabularyFolder
    from lexport.vocabulary import Vocabulary

    folder = VocabularyFolder.read(vocabularies.path)
    first, second, *rest = folder.load()["words"].terms
    swapped = Vocabulary.from_terms("words", [second, first, *rest])
    VocabularyFolder.write({**folder.load(), "words": swapped}, vocabularies.path)
    return "forged"


def make_others(vocabularies: Input[Artifact], others: Output[Artifact]) -> None:
    """Makes an artifact of its own in which two terms are exchanged, sound in itself."""
    from lexport.integrations.export_notes import digest_notes
    from lexport.run.vocabulary_folder import VocabularyFolder
    from lexport.vocabulary import Vocabulary

    folder = VocabularyFolder.read(vocabularies.path)
    first, second, *rest = folder.load()["words"].terms
    swapped = Vocabulary.from_terms("words", [second, first, *rest])
    written = VocabularyFolder.write({**folder.load(), "words": swapped}, others.path)
    others.metadata.update(digest_notes(written.digests))


def task(function: Any) -> Any:
    """Makes a component of a function, in the environment of the tests."""
    return dsl.component(function, base_image=IMAGE, install_kfp_package=False)


def components() -> tuple[Any, Any]:
    """The two components of lexport."""
    return vocabulary_builder(base_image=IMAGE), keras_exporter(base_image=IMAGE)


def trained(config: Path, *, between: Any = None, as_folder: bool = False) -> Any:
    """A pipeline that trains; a function between makes other vocabularies for the exporter."""
    build_vocabularies, export_model = components()

    @dsl.pipeline(name="fruit")
    def fruit() -> None:
        built = build_vocabularies(config=str(config)).outputs["vocabularies"]
        model = task(train)(project=str(config.parent), vocabularies=built, as_folder=as_folder)
        given = task(between)(vocabularies=built).outputs["others"] if between else built
        export_model(config=str(config), vocabularies=given, trained_model=model.outputs["trained"])

    return fruit


def built(config: Path, *, breaker: Any = None, **settings: Any) -> Any:
    """A pipeline in which the factory of the config builds the model; a breaker changes the artifact in place."""
    build_vocabularies, export_model = components()

    @dsl.pipeline(name="fruit")
    def fruit() -> None:
        built = build_vocabularies(config=str(config)).outputs["vocabularies"]
        export = export_model(config=str(config), vocabularies=built, **settings)
        if breaker:
            export.after(task(breaker)(vocabularies=built))

    return fruit


def run(pipeline: Any, root: Path) -> Path:
    """Runs a pipeline, and gives the folder in which its tasks left their artifacts."""
    local.init(runner=local.SubprocessRunner(use_venv=False), pipeline_root=str(root))
    pipeline()
    return folder_of(root)


def folder_of(root: Path) -> Path:
    """The folder of the one run."""
    (folder,) = root.iterdir()
    return folder
