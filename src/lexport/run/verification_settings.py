"""`VerificationSettings`: what an export is allowed when it is verified, now and whenever it is verified again."""

import sys
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from lexport.config import VerifyConfig
from lexport.errors import AssetError, ConfigError, Problem
from lexport.verify.baseline import MAX_BASELINE_BYTES
from lexport.verify.candidates import CANDIDATES
from lexport.verify.devices import GPU_TOLERANCE, Tolerance

__all__ = ["VerificationSettings", "tuple_of"]

LARGEST_BASELINE = 1 << 34


@dataclass(frozen=True)
class VerificationSettings:
    """What an export is allowed; it travels in the manifest, beside `rtol` and `atol`.

    Attributes:
        gpu_rtol: relative tolerance of floats where a GPU calculated one side or both.
        gpu_atol: absolute tolerance of floats there.
        allow_ops: op types in the graph that do more than compute, and may.
        allow_strings: strings in the graph that look like absolute paths and are none.
        allow_unreached: vocabularies or asset files; no request need find anything in the tables which they fill.
        allow_state: whether answers may depend on earlier requests or on chance.
        baseline_limit: how many bytes of inputs and answers may travel with the export.
        built_on: `"cpu"` or `"gpu"`, where the model in memory gave its answers.
        require: the loaders that must be run; None for all that the platform can run.

    Raises:
        ConfigError: a setting is not what it must be; all such settings are named.

    Example:
        >>> VerificationSettings.of_manifest({"allow_ops": ["PrintV2"]}).allow_ops
        ('PrintV2',)
    """

    gpu_rtol: float = GPU_TOLERANCE.rtol
    gpu_atol: float = GPU_TOLERANCE.atol
    allow_ops: tuple[str, ...] = ()
    allow_strings: tuple[str, ...] = ()
    allow_unreached: tuple[str, ...] = ()
    allow_state: bool = False
    baseline_limit: int = MAX_BASELINE_BYTES
    built_on: str = "cpu"
    require: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        problems = [
            Problem(field.name, f"must be {required}; received {value!r:.100}")
            for field in fields(self)
            for value in [getattr(self, field.name)]
            if (required := _broken_rule(field.name, value))
        ]
        if problems:
            raise ConfigError("the export cannot be verified with these settings", problems)

    @property
    def gpu_tolerance(self) -> Tolerance:
        """The tolerances of floats where a GPU calculated one side or both."""
        return Tolerance(self.gpu_rtol, self.gpu_atol)

    @classmethod
    def of_config(cls, config: VerifyConfig, built_on: str) -> "VerificationSettings":
        """Takes the settings from a config.

        Args:
            config: the section `verify`.
            built_on: `"cpu"` or `"gpu"`.
        """
        return cls(
            gpu_rtol=config.gpu.rtol,
            gpu_atol=config.gpu.atol,
            allow_ops=tuple(config.allow_ops),
            allow_strings=tuple(config.allow_strings),
            allow_unreached=tuple(config.allow_unreached),
            allow_state=config.allow_state,
            baseline_limit=config.baseline_limit,
            built_on=built_on,
            require=None if config.require is None else tuple(config.require),
        )

    @classmethod
    def of_manifest(cls, verification: Mapping[str, Any]) -> "VerificationSettings":
        """Reads the settings of a manifest; nothing in it is trusted.

        Args:
            verification: the manifest's `verification`; what is missing there has its default.

        Raises:
            AssetError: a setting is not what it must be; all such settings are named.
        """
        given = {field.name: verification[field.name] for field in fields(cls) if field.name in verification}
        lists = {name: tuple(value) for name, value in given.items() if isinstance(value, list)}
        try:
            return cls(**{**given, **lists})
        except ConfigError as error:
            raise AssetError("the manifest does not say how the export is to be verified", error.problems) from error

    def allowing(self, ops: Collection[str]) -> "VerificationSettings":
        """Gives these settings with further op types that may be in the graph.

        Example:
            >>> VerificationSettings(allow_ops=("PrintV2",)).allowing(["XlaCallModule"]).allow_ops
            ('PrintV2', 'XlaCallModule')
        """
        return replace(self, allow_ops=(*self.allow_ops, *(op for op in ops if op not in self.allow_ops)))

    def to_json(self) -> dict[str, Any]:
        """Gives the settings as the manifest holds them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


def tuple_of(names: Collection[str]) -> tuple[str, ...]:
    """Takes a collection of texts; a single text is one of its own, and not its letters.

    Example:
        >>> tuple_of("PrintV2"), tuple_of(["PrintV2", "WriteFile"])
        (('PrintV2',), ('PrintV2', 'WriteFile'))
    """
    return (names,) if isinstance(names, str) else tuple(names)


def _broken_rule(name: str, value: Any) -> str | None:
    """Says what a setting must be, where it is not."""
    if name == "built_on":
        return None if value in ("cpu", "gpu") else "cpu or gpu"
    if name == "allow_state":
        return None if isinstance(value, bool) else "true or false"
    if name in ("allow_ops", "allow_strings", "allow_unreached"):
        texts = isinstance(value, tuple) and all(isinstance(item, str) for item in value)
        return None if texts else "a list of texts"
    if name == "require":
        loaders = [candidate.name for candidate in CANDIDATES]
        named = value is None or (isinstance(value, tuple) and value and all(item in loaders for item in value))
        return None if named else f"a list of at least one of {', '.join(loaders)}"
    if name == "baseline_limit":
        within = type(value) is int and 1 <= value <= LARGEST_BASELINE
        return None if within else f"an integer of at least 1 and at most {LARGEST_BASELINE}"
    number = type(value) in (int, float) and 0 <= value <= sys.float_info.max
    return None if number else "a finite number of at least 0"
