"""LX801 to LX806: `.keras` files as Keras writes them, and as nobody should."""

import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest

import lexport
import lexport.layers
from lexport.doctor import examine
from lexport.errors import AssetError
from tests.doctor.plain_models import TERMS, found

# Keras's own, where it writes weights.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning")


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A stock model: one vocabulary learnt, one given as a list."""
    given = keras.Input((1,), dtype="string", name="words")
    learnt = keras.layers.TextVectorization(name="learnt", output_sequence_length=2)
    learnt.adapt(np.array(["a b", "a c"]))
    listed = keras.layers.StringLookup(vocabulary=TERMS, name="listed")
    path = tmp_path_factory.mktemp("keras") / "model.keras"
    keras.Model(given, {"text": learnt(given), "id": listed(given)}).save(path)
    return path


def rewritten(path: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Copies an archive member by member; None leaves one out."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as archive:
        for info in source.infolist():
            data = change(info.filename, source.read(info))
            if data is not None:
                archive.writestr(info.filename, data)
    return target


def test_the_place_of_each_vocabulary_is_told_with_what_an_export_would_do(saved: Path) -> None:
    """A list in the config, and files: Keras reads each back as a list, which becomes constants."""
    report = examine(saved)
    assert report.kind == "Keras file"
    assert report.errors == ()
    text = "assets/layers/text_vectorization/vocabulary.txt"
    assert {(one.where, one.storage, one.terms) for one in report.stored} >= {
        ("config.json", "config", 30),
        (text, "file", 5),
    }
    assert {one.file for one in found(saved)["LX803"]} == {"config.json", text}


def test_a_reloaded_model_puts_its_vocabulary_into_the_graph_as_told(saved: Path, tmp_path: Path) -> None:
    """The finding is true: LX101 is what the export gets."""
    keras.saving.load_model(saved).export(str(tmp_path / "model"), verbose=False)
    codes = found(tmp_path / "model")
    assert any("has 30 terms" in one.message for one in codes["LX101"])


def test_layers_of_lexport_keep_their_files(words: Path, tmp_path: Path) -> None:
    """With digests; what loads them has to import lexport.layers."""
    given = keras.Input((), dtype="string", name="word")
    layer = lexport.layers.StringLookup(vocabulary=str(words), name="word_id")
    keras.Model(given, {"id": layer(given)}).save(tmp_path / "model.keras")
    report = examine(tmp_path / "model.keras")
    assert {one.code.name for one in report.findings} == {"LX802"}
    assert [(one.storage, one.terms) for one in report.stored] == [("owned", 30)]


def test_bytecode_and_custom_objects_are_told_with_their_layers(tmp_path: Path) -> None:
    """A lambda function, a class and a function that only the training process knows."""

    @keras.saving.register_keras_serializable("mine")
    class Doubled(keras.layers.Layer):
        def call(self, given):
            return given * 2

    @keras.saving.register_keras_serializable("mine")
    def squashed(given):
        return given / 2

    given = keras.Input((2,), name="x")
    outputs = keras.layers.Lambda(lambda value: value + 1, name="plus")(given)
    outputs = keras.layers.Dense(1, activation=squashed, name="dense")(Doubled(name="twice")(outputs))
    keras.Model(given, outputs).save(tmp_path / "model.keras")
    codes = found(tmp_path / "model.keras")
    assert [one.message for one in codes["LX801"]] == ["the layer 'plus' holds the bytecode of a Python function"]
    told = " ".join(one.message for one in codes["LX802"])
    assert len(codes["LX802"]) == 2
    assert "the layer 'twice' needs the class 'Doubled'" in told
    assert "the layer 'dense' needs the function" in told
    assert "mine>" in told


@pytest.mark.parametrize("term", ["a\u2028b", "a\x85b", "a\x0bb", "a\x1cb", "a\rb"])
def test_a_term_that_keras_reads_as_two_is_told(term: str, tmp_path: Path) -> None:
    """Every later id is another than in training."""
    layer = keras.layers.TextVectorization(standardize=None, split=None)
    layer.adapt(np.array([["the"], ["the"], ["the"], [term], [term], ["of"]], dtype=object))
    keras.Sequential([keras.Input((1,), dtype="string"), layer]).save(tmp_path / "model.keras")
    findings = found(tmp_path / "model.keras")["LX804"]
    assert {one.line for one in findings} == {4}
    assert all(repr(term) in one.message for one in findings)


def test_a_vocabulary_file_outside_of_the_archive_is_told(saved: Path, tmp_path: Path) -> None:
    """As older versions of Keras, and hostile hands, write it."""
    terms = b"[" + b", ".join(b'"%s"' % term.encode() for term in TERMS) + b"]"
    path = rewritten(saved, tmp_path / "model.keras", lambda _, data: data.replace(terms, b'"/etc/passwd"'))
    [finding] = found(path)["LX805"]
    assert finding.message == "the layer 'listed' names the file '/etc/passwd'"
    assert ("/etc/passwd", "path") in {(one.where, one.storage) for one in examine(path).stored}


def _with(saved: Path, target: Path, name: str, data: bytes = b"x", link: bool = False, deflate: bool = False) -> Path:
    rewritten(saved, target, lambda _, data: data)
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16 if link else 0o644 << 16
    info.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(info, data)
    return target


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/cron.d/evil", "assets/../../evil"])
def test_a_member_that_leads_out_of_the_folder_is_told(name: str, saved: Path, tmp_path: Path) -> None:
    """What unpacks the archive would write there."""
    assert [one.file for one in found(_with(saved, tmp_path / "model.keras", name))["LX806"]] == [name]


def test_a_link_in_the_archive_is_told(saved: Path, tmp_path: Path) -> None:
    """It would be unpacked as one."""
    path = _with(saved, tmp_path / "model.keras", "assets/link.txt", b"/etc/passwd", link=True)
    assert [one.message for one in found(path)["LX806"]] == ["it is a symbolic link"]


def test_a_bomb_is_told_and_not_unpacked(saved: Path, tmp_path: Path) -> None:
    """A hundred kilobytes that would become a hundred megabytes."""
    name = "assets/layers/bomb/vocabulary.txt"
    path = _with(saved, tmp_path / "model.keras", name, b"\0" * 100_000_000, deflate=True)
    [finding] = found(path)["LX806"]
    assert finding.file == name
    assert "would become 100000000" in finding.message
    assert [one.terms for one in examine(path).stored if one.where == name] == [None]


def test_a_damaged_member_and_missing_weights_are_told(saved: Path, tmp_path: Path) -> None:
    """By a checksum that is wrong, and by a name that is not there."""
    path = rewritten(saved, tmp_path / "less.keras", lambda name, data: None if name.endswith(".h5") else data)
    assert [one.file for one in found(path)["LX806"]] == ["model.weights.h5"]
    data = saved.read_bytes()
    place = data.index(b"[UNK]\na\n")
    (tmp_path / "damaged.keras").write_bytes(data[:place] + b"?" + data[place + 1 :])
    codes = found(tmp_path / "damaged.keras")
    assert len(codes["LX806"]) == 1
    assert codes["LX806"][0].file.endswith("vocabulary.txt")


@pytest.mark.parametrize("config", [None, b"{", b"[1]", b"[" * 100_000])
def test_an_archive_without_a_config_is_no_model(config: bytes | None, saved: Path, tmp_path: Path) -> None:
    """It cannot be read, which is not a finding but an error; neither can one that was cut off."""
    path = rewritten(saved, tmp_path / "x.keras", lambda name, data: config if name == "config.json" else data)
    with pytest.raises(AssetError, match=r"config\.json"):
        examine(path)
    path.write_bytes(saved.read_bytes()[:1000])
    with pytest.raises(AssetError, match=r"is no \.keras file"):
        examine(path)
