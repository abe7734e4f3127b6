"""How closely an export was judged, as facts of the report."""

from collections.abc import Collection

from lexport.verify.devices import GPU_TOLERANCE, Tolerance

__all__ = ["judging_facts"]


def judging_facts(
    rtol: float,
    atol: float,
    gpu_tolerance: Tolerance = GPU_TOLERANCE,
    **allowed: Collection[str] | None,
) -> dict[str, str]:
    """Tells the tolerances, and what was allowed or required beside the defaults.

    Args:
        rtol: relative tolerance of floats.
        atol: absolute tolerance of floats.
        gpu_tolerance: the tolerances where a GPU took part; told where they are not the defaults.
        allowed: `require`, `allow_ops` and their like; told where there are any.

    Example:
        >>> judging_facts(1e-5, 0.5, require=None, allow_ops=["PrintV2"], allow_strings=[])
        {'rtol': '1e-05', 'atol': '0.5', 'allow_ops': 'PrintV2'}
    """
    facts = {"rtol": f"{rtol:g}", "atol": f"{atol:g}"}
    if gpu_tolerance != GPU_TOLERANCE:
        facts |= {"gpu rtol": f"{gpu_tolerance.rtol:g}", "gpu atol": f"{gpu_tolerance.atol:g}"}
    return facts | {name: ", ".join(sorted(names)) for name, names in allowed.items() if names}
