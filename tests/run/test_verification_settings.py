"""The settings of a verification travel in the manifest, and come back only as what they may be."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.config import VerifyConfig
from lexport.errors import AssetError, ConfigError
from lexport.run.verification_settings import VerificationSettings, tuple_of
from lexport.verify.devices import GPU_TOLERANCE, Tolerance

TOLERANCES = st.floats(min_value=0, allow_infinity=False, allow_nan=False)


@given(TOLERANCES, TOLERANCES, st.sampled_from(["cpu", "gpu"]))
def test_settings_come_back_from_a_manifest(rtol: float, atol: float, built_on: str) -> None:
    """Through JSON, to the last digit."""
    settings = VerificationSettings(rtol, atol, ("PrintV2",), ("/a/b",), ("words",), True, 1000, built_on)
    assert VerificationSettings.of_manifest(json.loads(json.dumps(settings.to_json()))) == settings


def test_the_tolerance_of_gpus_comes_from_the_config() -> None:
    """With where the model was built, which no config says."""
    config = VerifyConfig.model_validate({"rtol": 1e-7, "gpu": {"rtol": 1e-3, "atol": 1e-2}})
    settings = VerificationSettings.of_config(config, "gpu")
    assert settings.gpu_tolerance == Tolerance(1e-3, 1e-2)
    assert settings.built_on == "gpu"


def test_a_manifest_that_says_nothing_has_the_defaults() -> None:
    """An export of an older version was made on a CPU, or with these tolerances."""
    settings = VerificationSettings.of_manifest({"rtol": 1e-5, "atol": 1e-6, "report": {}})
    assert settings == VerificationSettings()
    assert settings.gpu_tolerance == GPU_TOLERANCE
    assert VerifyConfig().gpu.model_dump() == {"rtol": GPU_TOLERANCE.rtol, "atol": GPU_TOLERANCE.atol}


HUGE = 10**400  # JSON may hold it, and no float can


@pytest.mark.parametrize(
    ("name", "value", "required"),
    [
        ("gpu_rtol", float("inf"), "a finite number of at least 0"),
        ("gpu_rtol", float("nan"), "a finite number of at least 0"),
        ("gpu_atol", HUGE, "a finite number of at least 0"),
        ("gpu_atol", -1e-9, "a finite number of at least 0"),
        ("gpu_atol", True, "a finite number of at least 0"),
        ("gpu_atol", "1", "a finite number of at least 0"),
        ("built_on", "tpu", "cpu or gpu"),
        ("built_on", None, "cpu or gpu"),
        ("built_on", ["gpu"], "cpu or gpu"),
        ("allow_ops", "PrintV2", "a list of texts"),
        ("allow_strings", [1], "a list of texts"),
        ("baseline_limit", 0, "an integer of at least 1 and at most"),
        ("baseline_limit", 1.5, "an integer of at least 1 and at most"),
    ],
)
def test_a_setting_that_a_manifest_must_not_have_is_named(name: str, value: Any, required: str) -> None:
    """An infinite tolerance would let any answer pass; whoever can write an export can write its manifest."""
    with pytest.raises(AssetError) as caught:
        VerificationSettings.of_manifest({name: value})
    [problem] = caught.value.problems
    assert (problem.where, problem.message.startswith(f"must be {required}")) == (name, True)


def test_all_wrong_settings_are_told_at_once() -> None:
    """Those of code are errors of the config."""
    with pytest.raises(ConfigError) as caught:
        VerificationSettings(gpu_rtol=-1, gpu_atol=float("inf"), built_on="tpu")
    assert [problem.where for problem in caught.value.problems] == ["gpu_rtol", "gpu_atol", "built_on"]


def test_one_text_is_one_name() -> None:
    """And not its letters."""
    assert tuple_of("PrintV2") == ("PrintV2",)
