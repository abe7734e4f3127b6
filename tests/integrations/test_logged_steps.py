"""The steps of a run stand in the log of whatever runs them."""

import logging

import pytest

from lexport.integrations.logged_steps import LoggedSteps


def test_steps_and_figures_are_logged_with_who_runs_them(caplog: pytest.LogCaptureFixture) -> None:
    """At the level that pipelines show; progress within a step is not."""
    steps = LoggedSteps("KerasExporter")
    with caplog.at_level(logging.INFO, "lexport"):
        steps.step("building the model")
        steps.progress(1, 2)
        steps.figures({"accuracy": 0.87654321, "loss": 2.0})
    assert caplog.messages == ["KerasExporter: building the model", "KerasExporter: accuracy 0.8765, loss 2"]
