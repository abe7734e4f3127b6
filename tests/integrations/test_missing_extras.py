"""Whoever lacks an extra is told which."""

import importlib
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


@pytest.mark.parametrize(("tool", "told"), [("kfp", "the SDK of Kubeflow Pipelines"), ("mlflow", "MLflow")])
def test_an_adapter_names_the_extra_that_brings_its_tool(tool: str, told: str) -> None:
    """As a command that can be pasted."""
    if find_spec(tool) is not None:
        pytest.skip(f"{tool} is installed here")
    with pytest.raises(MissingExtraError, match=rf"needs {told}, which .*pip install 'lexport\[{tool}\]'"):
        importlib.import_module(f"lexport.integrations.{tool}")
