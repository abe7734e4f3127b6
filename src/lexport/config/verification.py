"""`VerifyConfig`: with what, and how closely, the export is compared with the model in memory."""

from typing import Annotated, Literal

from pydantic import Field

from lexport.config.gpu_tolerance import GpuToleranceConfig
from lexport.config.names import OpName
from lexport.config.paths import ExistingFile
from lexport.config.section import Section

__all__ = ["LoaderName", "VerifyConfig"]

MIB = 1 << 20
LARGEST_BASELINE = 1 << 34

# The names that the verifier gives its candidates; a test compares them.
LoaderName = Literal["tf.saved_model.load", "tf.compat.v1.saved_model.load", "TF_LoadSessionFromSavedModel"]


class VerifyConfig(Section):
    """How the export is compared with the model in memory.

    Ids and strings must always be equal; the tolerances are for floats: `|a - b| <= atol + rtol * |b|`.

    Example:
        >>> VerifyConfig(rtol=1e-3).atol
        1e-06
    """

    examples: ExistingFile | None = Field(
        default=None,
        description="Inputs to compare on, one JSON object a line, keyed by input name; beside the probes that "
        "are made from each vocabulary.",
    )
    rtol: float = Field(default=1e-5, ge=0, allow_inf_nan=False, description="Relative tolerance of float outputs.")
    atol: float = Field(default=1e-6, ge=0, allow_inf_nan=False, description="Absolute tolerance of float outputs.")
    require: list[LoaderName] | None = Field(
        default=None,
        min_length=1,
        description="The loaders that must have been run for the export to pass; left out, all that this platform "
        "can run.",
    )
    hermetic: bool = Field(
        default=True,
        description="Whether the processes that serve the export forbid themselves everything else, where the "
        "system can (Linux with Landlock).",
    )
    gpu: GpuToleranceConfig = Field(
        default_factory=GpuToleranceConfig,
        description="The tolerances where a GPU calculated one side or both: the model in memory, or the export.",
    )
    allow_ops: list[OpName] = Field(
        default_factory=list,
        description="Op types that may be in the graph although they do more than compute, such as PrintV2.",
    )
    allow_strings: list[Annotated[str, Field(min_length=1)]] = Field(
        default_factory=list,
        description="Strings in the graph that look like absolute paths and are none, such as a label '/a/b'.",
    )
    allow_unreached: list[Annotated[str, Field(min_length=1)]] = Field(
        default_factory=list,
        description="Vocabularies or asset files; no request need find anything in the tables which they fill.",
    )
    allow_state: bool = Field(
        default=False,
        description="Whether answers may depend on earlier requests or on chance, as those of a model that samples.",
    )
    baseline_limit: int = Field(
        default=64 * MIB,
        ge=1,
        le=LARGEST_BASELINE,
        description="How many bytes of inputs and answers may travel with the export, before compression.",
    )
