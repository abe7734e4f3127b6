"""Whoever lacks an extra is told which."""

from importlib.util import find_spec

import pytest

from lexport.errors import ConfigError, MissingExtraError


@pytest.mark.skipif(find_spec("tfx") is not None, reason="TFX is installed here")
def test_the_components_name_the_extra_that_they_need() -> None:
    """And where it can be installed, as TFX cannot be installed everywhere."""
    with pytest.raises(MissingExtraError, match=r"needs TFX, which cannot be imported: .*lexport\[tfx\].*docs/tfx\.md"):
        import lexport.integrations.tfx  # noqa: F401
    assert issubclass(MissingExtraError, ConfigError)
    assert issubclass(MissingExtraError, ImportError)
