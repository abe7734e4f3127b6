"""`export`: the export of a model in memory, from code."""

import json
import math
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import keras

from lexport.errors import ConfigError, Problem, SignatureError
from lexport.run.announcer import SilentAnnouncer
from lexport.run.export_report import ExportReport
from lexport.run.plan import ExportPlan
from lexport.run.run_export import publish_model
from lexport.run.verification_settings import VerificationSettings, tuple_of
from lexport.run.warmup import Warmup
from lexport.serving.backends.backend import backend_ops, check_backend
from lexport.serving.built_model import BuiltModel, checked_metrics
from lexport.serving.device import present_device
from lexport.serving.signature import Signature, signature_of_model
from lexport.verify import CandidatePool
from lexport.verify.baseline import MAX_BASELINE_BYTES
from lexport.vocabulary.checks import NAME

__all__ = ["export"]

Examples = str | os.PathLike[str] | Sequence[Mapping[str, Any]]


def export(
    model: Any,
    directory: str | os.PathLike[str],
    *,
    signatures: Mapping[str, Signature] | Signature | None = None,
    examples: Examples | None = None,
    name: str | None = None,
    version: int | None = None,
    metrics: Mapping[str, float] | None = None,
    rtol: float = 1e-5,
    atol: float = 1e-6,
    device: Literal["cpu", "gpu", "auto"] = "auto",
    warmup: Warmup | None = None,
    gpu_rtol: float = 1e-4,
    gpu_atol: float = 1e-5,
    allow_ops: Collection[str] = (),
    allow_strings: Collection[str] = (),
    allow_unreached: Collection[str] = (),
    allow_state: bool = False,
    baseline_limit: int = MAX_BASELINE_BYTES,
    require: Collection[str] | None = None,
    hermetic: bool = True,
) -> ExportReport:
    """Saves a model as a SavedModel that owns its assets, verifies it in another process, and publishes it.

    Args:
        model: a built `keras.Model`. Lookup layers of Keras's own become owners of their vocabulary for the time of
            the export, as by `lexport.adopt`; afterwards the model is as it was.
        directory: holds the published versions; the new one becomes `<directory>/<version>`.
        signatures: what to serve, by name, or one for `serving_default`; by default the inputs and outputs of a
            functional or Sequential model.
        examples: requests to verify with, beside the probes that are made from the vocabularies: a file of JSON
            lines, or rows as dicts, each with a value for every input.
        name: the export's name in the manifest; by default the model's.
        version: by default the time in seconds, and always larger than every published version.
        metrics: figures for the manifest.
        rtol: relative tolerance of floats; integers, booleans and strings must be equal.
        atol: absolute tolerance of floats.
        device: where the candidates run, beside the CPU; `auto` takes a GPU where this process sees one. The model
            answers where it is, whatever is chosen here.
        warmup: how many of the examples TensorFlow Serving asks before it serves, and of which signatures.
        gpu_rtol: relative tolerance of floats where a GPU calculated one side or both.
        gpu_atol: absolute tolerance of floats there.
        allow_ops: op types that may be in the graph although they do more than compute, such as `"PrintV2"`.
        allow_strings: strings in the graph that look like absolute paths and are none.
        allow_unreached: vocabularies or asset files; no request need find anything in the tables which they fill.
        allow_state: whether answers may depend on earlier requests or on chance, as those of a model that samples.
        baseline_limit: how many bytes of inputs and answers may travel with the export; all of them are compared.
        require: the loaders that must have been run; by default all that the platform can run.
        hermetic: whether the candidates forbid themselves everything but the export, where the system can.

    Returns:
        The report, with the path of the published version.

    Raises:
        SignatureError: a signature does not fit the model, or the examples do not fit the signature.
        VocabularyError: a layer has no vocabulary, cannot own the one it has, or does not map terms as its
            vocabulary says; or an embedding has fewer rows than there are ids.
        AssetError: the model reads a file or table that nothing tracks.
        VerificationError: the export does not give the model's answers. Nothing is published.
        PublishError: the version exists, or the directory cannot be written.
        ConfigError: the model is of a backend of Keras that cannot be exported, or an argument cannot be used.
        DeviceError: `device` is `gpu` and this process has none; nothing was done by then.

    Example:
        >>> import keras, tempfile
        >>> from lexport.layers import StringLookup
        >>> text = keras.Input((), dtype="string", name="word")
        >>> model = keras.Model(text, {"id": StringLookup(vocabulary=["the", "of"])(text)})
        >>> report = export(model, tempfile.mkdtemp(), examples=[{"word": "of"}])
        >>> report.passed, sorted(child.name for child in (report.path / "assets").iterdir())
        (True, ['string_lookup.txt'])
    """
    if not isinstance(model, keras.Model):
        raise SignatureError(f"only a keras.Model can be exported; received {type(model).__name__}. See lexport.save")
    check_backend()
    place = present_device(device)
    _check_arguments(directory, name, version)
    chosen = {"serving_default": signatures} if isinstance(signatures, Signature) else dict(signatures or {})
    chosen = chosen or {"serving_default": signature_of_model(model)}
    figures = checked_metrics(metrics or {}, "lexport.export")
    _check_tolerances(rtol, atol)
    # A model in memory gives its answers on the GPU that this process has, also where only CPUs repeat them.
    built_on = present_device("auto")
    settings = VerificationSettings(
        *(gpu_rtol, gpu_atol, tuple_of(allow_ops), tuple_of(allow_strings), tuple_of(allow_unreached)),
        allow_state=allow_state,
        baseline_limit=baseline_limit,
        built_on=built_on,
        require=None if require is None else tuple_of(require),
    ).allowing(backend_ops())
    with _examples_file(examples or None) as file:
        plan = ExportPlan(
            name or model.name,
            Path(directory).absolute(),
            chosen,
            examples=file,
            rtol=rtol,
            atol=atol,
            device=place,
            requested_device=device,
            version=version,
            hermetic=hermetic,
            warmup=warmup,
            settings=settings,
            examples_from_code=not isinstance(examples, str | os.PathLike),
        )
        with CandidatePool(device=plan.device, hermetic=hermetic) as pool:
            return publish_model(BuiltModel(model, figures), plan, pool, SilentAnnouncer())


def _check_arguments(directory: str | os.PathLike[str], name: str | None, version: int | None) -> None:
    problems = []
    if not os.fspath(directory):
        problems.append(Problem("directory", "must name a directory; received ''"))
    if name is not None and not NAME.fullmatch(name):
        problems.append(Problem("name", f"must be letters, digits, '_', '-' and '.'; received {name!r}"))
    if version is not None and (not isinstance(version, int) or version < 1):
        problems.append(Problem("version", f"must be an integer of at least 1; received {version!r}"))
    if problems:
        raise ConfigError("lexport.export cannot use its arguments", problems)


def _check_tolerances(rtol: float, atol: float) -> None:
    problems = [
        Problem(name, f"must be a finite number of at least 0; received {value!r}")
        for name, value in (("rtol", rtol), ("atol", atol))
        if not isinstance(value, int | float) or not math.isfinite(value) or value < 0
    ]
    if problems:
        raise ConfigError("the tolerances cannot be compared with", problems)


@contextmanager
def _examples_file(examples: Examples | None) -> Iterator[Path | None]:
    if examples is None or isinstance(examples, (str, os.PathLike)):
        yield None if examples is None else Path(examples)
        return
    with tempfile.TemporaryDirectory(prefix="lexport-examples-") as folder:
        file = Path(folder) / "examples.jsonl"
        try:
            lines = [json.dumps(_row(row), default=_plain) for row in examples]
        except (TypeError, ValueError) as error:
            raise SignatureError(f"the examples cannot be written as JSON: {error}") from error
        file.write_text("".join(f"{line}\n" for line in lines))
        yield file


def _row(row: Any) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        raise TypeError(f"each must be a dict with a value for every input; received {row!r}")
    return dict(row)


def _plain(value: Any) -> Any:
    """Gives what JSON can hold of bytes, numpy arrays and tensors; a tensor of one text gives bytes first."""
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "numpy"):
        return value.numpy()
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"an example must be of numbers, texts and lists; received {type(value).__name__}")
