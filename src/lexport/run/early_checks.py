"""`check_early`: what is wrong with the examples and the factory, before anything is built."""

from collections.abc import Mapping, Sequence

from lexport.config import ExportConfig
from lexport.errors import Problem, VerificationError
from lexport.run.example_rows import example_rows
from lexport.serving.model_source import load_factory
from lexport.serving.signature import Signature
from lexport.verify.batching import Row
from lexport.verify.tensors import tensor_bytes

__all__ = ["check_early"]


def check_early(config: ExportConfig) -> None:
    """Finds what is wrong with the examples and the factory before anything is built.

    Raises:
        SignatureError: the examples do not fit the signatures.
        VerificationError: the examples alone are larger than what may travel with the export.
        ConfigError: the factory cannot be imported or called.
    """
    if config.verify.examples:
        # Rows are of the inputs that a signature declares, whatever its family: no vocabulary is needed for that.
        declared = {
            name: Signature({key: (tensor.dtype, tuple(tensor.shape)) for key, tensor in section.inputs.items()})
            for name, section in config.signatures.items()
        }
        rows = example_rows(config.verify.examples, declared)
        sent = {name: mine for name, mine in rows.items() if config.signatures[name].family != "examples"}
        _check_size(sent, config.verify.baseline_limit)
    if config.model.factory:
        load_factory(config.model.factory, config.model.arguments, config.project)


def _check_size(rows: Mapping[str, Sequence[Row]], limit: int) -> None:
    sizes = {name: sum(tensor_bytes(one) for row in mine for one in row.values()) for name, mine in rows.items()}
    total = sum(sizes.values())
    if total > limit:
        problems = [Problem(f"signatures.{name}, examples", f"{size:,} bytes") for name, size in sizes.items() if size]
        raise VerificationError(
            f"verify.baseline_limit is {limit:,} bytes, and the examples, which must travel with the export, hold "
            f"{total:,} without their answers. Give fewer or smaller examples, or raise verify.baseline_limit",
            problems,
        )
