"""Where the model comes from: a factory in the user's code, or a `.keras` file."""

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, is_zipfile

import keras

from lexport.errors import AssetError, ConfigError
from lexport.kerasfile.archive import KerasArchive
from lexport.kerasfile.shifted_vocabularies import shifted_vocabularies
from lexport.serving.built_model import BuiltModel, checked_metrics
from lexport.serving.function_reference import import_function
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["load_factory", "model_from_factory", "model_from_file"]


def model_from_factory(
    factory: str,
    vocabularies: Mapping[str, Vocabulary | SentencePieceModel],
    arguments: Mapping[str, Any],
    project: Path,
) -> BuiltModel:
    """Imports `module:function` from the project directory and calls it with the vocabularies.

    Args:
        factory: `module:function`; it returns a built `keras.Model`, or a `BuiltModel`.
        vocabularies: passed as the first argument.
        arguments: passed as keywords.
        project: put at the head of the import path.

    Raises:
        ConfigError: there is no such module or function, it gives something else than a built model, or figures
            that are not finite. What the factory itself raises is raised as it is.
    """
    function = load_factory(factory, arguments, project)
    built = function(vocabularies, **arguments)
    result = built if isinstance(built, BuiltModel) else BuiltModel(built)
    model = _checked(result.model, f"model.factory: {factory} must return")
    return BuiltModel(model, checked_metrics(result.metrics, f"model.factory: {factory}"))


def load_factory(factory: str, arguments: Mapping[str, Any], project: Path) -> Callable[..., Any]:
    """Imports a factory and checks that it can be called, before there is anything to call it with.

    Args:
        factory: `module:function`.
        arguments: what the config passes besides the vocabularies.
        project: put at the head of the import path.

    Raises:
        ConfigError: there is no such module or function, or it does not take the arguments.
    """
    function = import_function(factory, project, "model.factory")
    try:
        inspect.signature(function).bind({}, **arguments)
    except TypeError as error:
        given = ", ".join(arguments) or "none"
        raise ConfigError(
            f"model.factory: {factory} is called with the vocabularies and model.arguments ({given}), and does not "
            f"take them: {error}"
        ) from error
    except ValueError:  # a callable whose signature Python cannot tell
        pass
    return function


def model_from_file(path: Path) -> BuiltModel:
    """Loads a `.keras` file, in Keras's safe mode.

    Raises:
        ConfigError: the file is missing, cannot be loaded, is not safe to be unpacked, or holds a model that is not
            built, or vocabularies that Keras would read otherwise than it wrote them; all of those are named.
    """
    try:
        _check_archive(path)
        model = keras.saving.load_model(path, compile=False)
    except (OSError, ValueError, TypeError, LookupError, BadZipFile) as error:
        raise ConfigError(f"model.file: {path} cannot be loaded: {error}") from error
    return BuiltModel(_checked(model, f"model.file: {path} must hold"))


def _check_archive(path: Path) -> None:
    """Looks a `.keras` file over before Keras unpacks it; files of other kinds are Keras's."""
    if not is_zipfile(path):
        return
    try:
        with KerasArchive(path) as archive:
            unsafe = list(archive.problems())
            shifted = [] if unsafe else list(shifted_vocabularies(archive))
    except AssetError as error:
        raise ConfigError(f"model.file: {path} cannot be loaded: {error.summary}", error.problems) from error
    if unsafe:
        raise ConfigError(f"model.file: {path} cannot be loaded: it is not sound", unsafe)
    if shifted:
        raise ConfigError(f"model.file: {path} would be loaded with other ids than it was trained with", shifted)


def _checked(model: Any, what: str) -> Any:
    if not isinstance(model, keras.Model):
        raise ConfigError(f"{what} a keras.Model, or a lexport.BuiltModel around it; received {type(model).__name__}")
    if not model.built:
        raise ConfigError(f"{what} a built model; received one without weights. Call it once on data before")
    return model
