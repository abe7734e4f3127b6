import copy
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from lexport.config import ExportConfig, load_config
from lexport.errors import ConfigError

Load = Callable[[str], ExportConfig]
Problems = Callable[[str], list[str]]
Path_ = tuple[str | int, ...]

JSON_TEXT = st.text(max_size=10)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | JSON_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(JSON_TEXT, inner, max_size=3),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def valid(sample: str) -> Any:
    """The valid config as plain values."""
    return YAML(typ="safe", pure=True).load(sample)


def put(values: Any, path: Path_, value: Any) -> None:
    """Puts a value where a path says."""
    for step in path[:-1]:
        values = values[step]
    values[path[-1]] = value


def places(values: Any, path: Path_ = ()) -> list[Path_]:
    """Lists every path in nested values."""
    found = [path] if path else []
    if isinstance(values, dict):
        return found + [place for key, value in values.items() for place in places(value, (*path, key))]
    if isinstance(values, list):
        return found + [place for index, value in enumerate(values) for place in places(value, (*path, index))]
    return found


def config_or_error(load: Load, text: str) -> ExportConfig | ConfigError:
    """Gives what comes of a text."""
    try:
        return load(text)
    except ConfigError as error:
        return error


def test_the_report_has_the_form_of_the_design(project: Path, sample: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file as the user named it, how many errors, and for each its line, aligned, and its key path."""
    text = sample.replace("max_terms: 20000", "max_term: 20000").replace("dtype: int64", "dtype: int46")
    (project / "configs/sample.yaml").write_text(text.replace("1.0e-6", "-1.0e-6"))
    monkeypatch.chdir(project)
    with pytest.raises(ConfigError) as raised:
        load_config("configs/sample.yaml")
    assert str(raised.value) == (
        "configs/sample.yaml has 3 errors\n"
        "  line  6  vocabularies.words.max_term: must be one of the keys max_terms, min_count, min_documents, "
        "min_weight, min_score, coverage, source, terms, documents, weight, label, rank, order, min_difference, "
        "reserved, groups, update, counts, subword, file, statistics, sha256, allow, dtype; received 'max_term'. "
        "Did you mean 'max_terms'?\n"
        "  line 21  signatures.serving_default.inputs.installed_kib.dtype: must be one of string, int64, int32, "
        "float32, float64, bool, float16, bfloat16, int16, int8, uint64, uint32, uint16, uint8; received 'int46'. "
        "Did you mean 'int64'?\n"
        "  line 23  verify.atol: must be >= 0; received -1e-06"
    )
    assert raised.value.exit_code == 2


def test_a_missing_key_names_the_line_of_its_parent(problems: Problems, sample: str) -> None:
    """The line to edit is that of the mapping that lacks the key."""
    found = problems(sample.replace("publish: {directory: exports/debian_sections}", "publish: {}"))
    assert found == ["line 25 publish.directory: must be given; received no such key"]
    found = problems(sample.replace("publish:", "# publish:"))
    assert found == ["line 1 publish: must be given; received no such key"]


def test_yaml_findings_and_schema_errors_come_in_one_report(problems: Problems, sample: str) -> None:
    """A duplicate key, a tag and a wrong value need one run, not three."""
    found = problems(sample.replace("device: cpu", "device: tpu\nname: again") + "verify: !x {}\n")
    assert [problem.split(":")[0] for problem in found] == ["line 24 device", "line 25 name", *["line 27 verify"] * 2]


def test_what_the_reader_refused_is_not_reported_twice(problems: Problems, sample: str) -> None:
    """An infinite tolerance is one mistake."""
    assert problems(sample.replace("1.0e-5", ".inf")) == [
        "line 23 verify.rtol: must be a finite number; received '.inf'"
    ]


def test_errors_in_an_aliased_section_name_the_line_of_the_anchor(problems: Problems, sample: str) -> None:
    """The path says where the value is used, the line where it is written."""
    text = sample.replace("terms: {split: ", "terms: &t {splt: ").replace(
        "    file: pipelines/sections.txt", "    source: {files: pipelines/data/*, column: x}\n    terms: *t"
    )
    found = problems(text)
    assert [problem.split(":")[0] for problem in found] == [
        "line 10 vocabularies.tags.terms.splt",
        "line 10 vocabularies.sections.terms.splt",
    ]


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_is_refused(problems: Problems, text: str) -> None:
    """It is no config."""
    (problem,) = problems(text)
    assert "must be a mapping" in problem


@pytest.mark.parametrize(("text", "received"), [("just text", "'just text'"), ("[a]", "['a']"), ("12", "12")])
def test_a_file_that_is_no_mapping_is_refused(problems: Problems, text: str, received: str) -> None:
    """The report says what it is instead."""
    assert problems(text) == [f"line 1: must be a mapping; received {received}"]


def test_a_file_that_is_not_utf8_names_the_line(tmp_path: Path) -> None:
    """The byte and its line are named."""
    file = tmp_path / "x.yaml"
    file.write_bytes("name: x\ndevice: é\n".encode("latin-1"))
    with pytest.raises(ConfigError, match="line 2: must be UTF-8; received the byte 0xE9"):
        load_config(file)


def test_a_byte_order_mark_is_let_pass(project: Path) -> None:
    """Some editors write one, and YAML allows it."""
    file = project / "configs/sample.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load_config(file).name == "debian_sections"


def test_carriage_returns_change_nothing(project: Path) -> None:
    """A config that was edited on Windows is the same config."""
    file = project / "configs/sample.yaml"
    digest = load_config(file).digest
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert load_config(file).digest == digest


def test_a_missing_file_suggests_its_neighbour(project: Path) -> None:
    """A name with a slip in it is the usual reason."""
    with pytest.raises(ConfigError, match=r"cannot read the config .*No such file.*Did you mean .*sample\.yaml\?"):
        load_config(project / "configs/smaple.yaml")


def test_a_directory_is_no_config(project: Path) -> None:
    """The system's reason is given."""
    with pytest.raises(ConfigError, match=r"cannot read the config .*Is a directory"):
        load_config(project)


def test_a_path_with_nul_is_no_config() -> None:
    """Such a path cannot exist."""
    with pytest.raises(ConfigError, match="must be a path"):
        load_config("a\0b")


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    """No config is that long; only its first part is read."""
    file = tmp_path / "x.yaml"
    with file.open("wb") as handle:
        handle.truncate(2**40)
    with pytest.raises(ConfigError, match="must be at most 262,144 bytes"):
        load_config(file)


def test_paths_do_not_depend_on_the_working_directory(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From wherever, and however the file is named, the config is the same."""
    here = load_config(project / "configs/sample.yaml")
    for folder in (project / "configs", tmp_path, project / "pipelines"):
        monkeypatch.chdir(folder)
        there = load_config(os.path.relpath(project / "configs/sample.yaml"))
        assert there == here


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_is_a_config_or_a_config_error(load: Load, text: str) -> None:
    """Nothing that stands in a file makes the loader fail in another way."""
    with pytest.raises(ConfigError):
        load(text)


@settings(max_examples=200)
@given(st.data())
def test_any_value_in_any_place_is_taken_or_reported(load: Load, valid: Any, data: st.DataObject) -> None:
    """A config with one value replaced is loaded, or every problem has a line of the file."""
    changed = copy.deepcopy(valid)
    put(changed, data.draw(st.sampled_from(places(valid))), data.draw(JSON_VALUES))
    text = json.dumps(changed, indent=1)
    outcome = config_or_error(load, text)
    if isinstance(outcome, ConfigError):
        lines = [int(problem.where.split()[1]) for problem in outcome.problems]
        assert lines
        assert all(1 <= line <= text.count("\n") + 1 for line in lines)
    else:
        assert len(outcome.digest) == 64


@settings(max_examples=200)
@given(st.data())
def test_any_edit_of_the_text_is_taken_or_reported(load: Load, sample: str, data: st.DataObject) -> None:
    """Cutting a piece out and typing another in its place never breaks the loader."""
    start = data.draw(st.integers(0, len(sample)))
    end = data.draw(st.integers(start, min(len(sample), start + 40)))
    typed = data.draw(
        st.text(max_size=5) | st.sampled_from(["\n", ": ", "- ", "&a ", "*a", "!!x ", "{", "]", "'", '"'])
    )
    outcome = config_or_error(load, sample[:start] + typed + sample[end:])
    assert str(outcome) if isinstance(outcome, ConfigError) else json.dumps(outcome.model_dump(mode="json"))


def test_importing_the_config_is_light() -> None:
    """The command line needs the config before it knows whether it needs TensorFlow."""
    code = "import sys, lexport.config; print(sorted({'tensorflow', 'keras', 'numpy', 'pyarrow'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
