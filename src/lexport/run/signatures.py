"""The signatures of a config, as `serving` takes them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from lexport.config import ExportConfig, SignatureConfig
from lexport.errors import LexportError, Problem, SignatureError
from lexport.serving.families import ClassifySignature, ExamplesSignature, FunctionSignature, PreprocessSignature
from lexport.serving.function_reference import import_function
from lexport.serving.signature import Signature
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["signatures_of_config"]


def signatures_of_config(
    config: ExportConfig, vocabularies: Mapping[str, Vocabulary | SentencePieceModel]
) -> dict[str, Signature]:
    """Makes the signatures that a config describes.

    Args:
        config: the config.
        vocabularies: those of the config, by name.

    Raises:
        SignatureError: signatures contradict themselves, such as a `k` above the number of labels; all are named.
        ConfigError: a function cannot be imported.
    """
    made: dict[str, Signature] = {}
    labels = {name: one for name, one in vocabularies.items() if isinstance(one, Vocabulary)}
    problems: list[Problem] = []
    for name, section in config.signatures.items():
        try:
            made[name] = _signature(name, section, labels, config.project)
        except SignatureError as error:
            problems += _placed(name, error)
    if problems:
        raise SignatureError("the signatures contradict themselves", problems)
    return made


def _signature(name: str, section: SignatureConfig, vocabularies: Mapping[str, Vocabulary], project: Path) -> Signature:
    inputs = {key: (tensor.dtype, tuple(tensor.shape)) for key, tensor in section.inputs.items()}
    defaults = {key: tensor.default for key, tensor in section.inputs.items() if tensor.default is not None}
    outputs = tuple(section.outputs or ())
    match section.family:
        case "examples":
            return ExamplesSignature(inputs, outputs, defaults)
        case "preprocess":
            return PreprocessSignature(inputs, outputs, defaults)
        case "classify":
            return ClassifySignature(
                inputs,
                outputs,
                defaults,
                scores=section.scores or "",
                labels=vocabularies[section.labels or ""],
                k=section.k or 0,
                activation=section.activation or "none",
            )
        case "function":
            function = import_function(section.function or "", project, f"signatures.{name}.function")
            return FunctionSignature(inputs, outputs, defaults, function=function)
    return Signature(inputs, outputs, defaults)


def _placed(name: str, error: LexportError) -> Iterable[Problem]:
    return (replace(problem, where=f"signatures.{name}.{problem.where}") for problem in error.problems)
