import glob
from collections.abc import Callable
from pathlib import Path

import pytest

from lexport.config import ExportConfig, load_config
from lexport.config.project import Origin
from lexport.errors import ConfigError

SectionProblems = Callable[..., list[str]]


def edited(project: Path, old: str, new: str) -> ExportConfig:
    """Loads the config of a project after an edit."""
    file = project / "configs/sample.yaml"
    file.write_text(file.read_text().replace(old, new))
    return load_config(file)


def files_of(config: ExportConfig) -> list[str]:
    """Gives the globs of the first vocabulary."""
    source = config.vocabularies["words"].source
    assert source is not None
    return source.files


def test_paths_come_out_absolute_and_without_detours(project: Path) -> None:
    """`./` and `../` are gone, so that the same place has one name."""
    config = edited(project, "exports/debian_sections", "./exports/../../elsewhere")
    assert config.publish.directory == project.parent / "elsewhere"


def test_an_absolute_path_stays(project: Path, tmp_path: Path) -> None:
    """It does not start at the project."""
    assert edited(project, "exports/debian_sections", str(tmp_path / "out")).publish.directory == tmp_path / "out"


def test_the_home_directory_is_known(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`~` is no folder of the project, in paths and in globs."""
    home = tmp_path / "home[1]"
    (home / "data").mkdir(parents=True)
    (home / "data/x.csv").write_bytes(b"")
    monkeypatch.setenv("HOME", str(home))
    config = edited(project, "{files: pipelines/data/*.csv.gz,", '{files: "~/data/*.csv",')
    assert files_of(config) == [f"{tmp_path}/home[[]1]/data/*.csv"]
    assert edited(project, "exports/debian_sections", '"~/out"').publish.directory == home / "out"


def test_an_unknown_home_directory_is_refused(section_problems: SectionProblems) -> None:
    """A folder called `~nobody...` is not what was meant."""
    (problem,) = section_problems(publish={"directory": "~no_such_user_here/out"})
    assert problem.startswith("publish.directory: must start with the home directory of a known user")


def test_a_project_may_have_a_name_that_is_special_in_globs(project: Path, tmp_path: Path) -> None:
    """Only what the user wrote is a pattern."""
    moved = project.rename(tmp_path / "a[b]*c")
    config = load_config(moved / "configs/sample.yaml")
    assert files_of(config) == [f"{tmp_path}/a[[]b][*]c/pipelines/data/*.csv.gz"]


def test_a_url_stays_as_it_is(project: Path) -> None:
    """Also in JSON, from which the digest is made."""
    url = "s3://bucket/../x/./*.csv.gz"
    config = edited(project, "{files: pipelines/data/*.csv.gz,", f'{{files: "{url}",')
    assert files_of(config) == [url]
    context = Origin(project, project / "configs/sample.yaml")
    source = config.model_dump(mode="json", context=context)["vocabularies"]["words"]["source"]
    assert source["files"] == [url]


def test_files_of_sources_need_not_be_there_where_a_pipeline_brings_the_data(project: Path) -> None:
    """All else is checked as ever, and the config has the digest that it has where they are."""
    file = project / "configs/sample.yaml"
    here = load_config(file)
    for one in (path for pattern in files_of(here) for path in glob.glob(pattern)):  # noqa: PTH207
        Path(one).unlink()
    with pytest.raises(ConfigError, match="must match at least one file"):
        load_config(file)
    config = load_config(file, data_given=True)
    assert files_of(config) == files_of(here)
    assert config.digest == here.digest
    file.write_text(file.read_text().replace("min_count", "minimum"))
    with pytest.raises(ConfigError, match="min_count"):
        load_config(file, data_given=True)


def test_a_file_may_have_a_name_that_is_special_in_globs(project: Path) -> None:
    """A name that exists is that file and no pattern."""
    (project / "pipelines/data/[x].csv").write_bytes(b"")
    config = edited(project, "{files: pipelines/data/*.csv.gz,", '{files: "pipelines/data/[x].csv",')
    assert files_of(config) == [f"{project}/pipelines/data/[[]x].csv"]


@pytest.mark.parametrize(
    ("directory", "expected"),
    [
        ("", "must be a path, not empty and without NUL; received ''"),
        ("a\0b", "must be a path, not empty and without NUL; received 'a\\x00b'"),
        ("a/" * 101, "must be a path of at most 4096 characters and 100 folders"),
        ("a" * 5000, "must be a path of at most 4096 characters and 100 folders"),
        (["a"], "must be a path; received ['a']"),
        (None, "must be a path; received null"),
    ],
)
def test_what_can_be_no_path_is_refused(section_problems: SectionProblems, directory: object, expected: str) -> None:
    """Before the file system sees it."""
    (problem,) = section_problems(publish={"directory": directory})
    assert problem.startswith(f"publish.directory: {expected}")


def test_a_name_that_the_file_system_refuses_does_not_exist(section_problems: SectionProblems) -> None:
    """Longer than any file's name: an error of the config, not of the system."""
    (problem,) = section_problems(verify={"examples": "a" * 1000})
    assert problem.startswith("verify.examples: must be a file that exists")


@pytest.mark.parametrize("pattern", ["*/" * 99 + "*.csv", "*a" * 1000 + ".csv", "[" * 1000 + ".csv"])
def test_an_absurd_glob_matches_nothing(section_problems: SectionProblems, pattern: str) -> None:
    """Neither the stack nor the patience runs out."""
    vocabulary = {"source": {"files": pattern, "column": "x"}}
    (problem,) = section_problems(vocabularies={"v": vocabulary})
    assert problem.startswith("vocabularies.v.source.files: must match at least one file")
