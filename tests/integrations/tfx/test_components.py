"""What is wrong with a component is told when the pipeline is defined, not hours later."""

from pathlib import Path

import pytest
from tfx.types.channel import Channel
from tfx.types.standard_artifacts import Examples, Model, PushedModel

from lexport.errors import ConfigError
from lexport.integrations.tfx import KerasExporter, KerasTrainer, Vocabularies, VocabularyBuilder
from tests.integrations.tfx.fruit_model import write_project

EXAMPLES, VOCABULARIES = Channel(type=Examples), Channel(type=Vocabularies)


def test_a_config_that_is_not_valid_is_refused_at_once(tmp_path: Path) -> None:
    """With every line that is wrong."""
    config = write_project(tmp_path / "fruit")
    config.write_text(config.read_text().replace("colors.txt", "colours.txt").replace("outputs", "output"))
    for define in (lambda: VocabularyBuilder(EXAMPLES, config), lambda: KerasExporter(config)):
        with pytest.raises(ConfigError) as raised:
            define()
        assert "colours.txt" in str(raised.value)


def test_an_exporter_has_what_it_needs_and_no_more(tmp_path: Path) -> None:
    """Model and vocabularies may be left out; there is a pushed model only where it publishes."""
    config = write_project(tmp_path / "fruit")
    alone = KerasExporter(config)
    assert list(alone.inputs) == []
    assert sorted(alone.outputs) == ["infra_blessing", "model", "model_blessing"]
    given = KerasExporter(config, trained_model=Channel(type=Model), vocabularies=VOCABULARIES, publish=True)
    assert sorted(given.inputs) == ["trained_model", "vocabularies"]
    assert given.outputs["pushed_model"].type is PushedModel


@pytest.mark.parametrize("given", [{}, {"run_fn": "a.b", "module_file": "c.py"}])
def test_a_trainer_needs_one_function(given: dict[str, str]) -> None:
    """TFX would say so, too, but not what it received."""
    with pytest.raises(ConfigError, match="give one of run_fn and module_file; received"):
        KerasTrainer(EXAMPLES, VOCABULARIES, **given)


def test_inputs_that_no_trainer_has_are_named() -> None:
    """With those that there are."""
    with pytest.raises(ConfigError, match=r"KerasTrainer has no inputs vocabulary; it has examples.*vocabularies"):
        KerasTrainer(EXAMPLES, VOCABULARIES, run_fn="a.b", vocabulary=VOCABULARIES)
