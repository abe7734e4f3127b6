"""Each fault of `faults/table.py` is planted, and everything that has to find it does, by name.

Three lines of defence stand behind each other, and each is tried without those before it: the manifest; the static
checks, when somebody has written the manifest anew; and every loader, when nothing was checked at all. Here the
loaders serve in forks; `test_loaders.py` and `tests/run/test_verify_directory.py` have the real `CandidatePool`.
"""

import shutil
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import lexport
from lexport.errors import AssetError
from lexport.run.verify_directory import verify_directory
from lexport.savedmodel import Expectations, Inventory
from lexport.verify import CheckResult
from lexport.verify.judge import Replay
from lexport.verify.static import static_checks
from tests.verify.faults.fault import LOADERS, Fault, Passes
from tests.verify.faults.serving import replay_unchecked
from tests.verify.faults.sound_export import SoundExport, agree_with_manifest, make_sound_export
from tests.verify.faults.table import FAULTS
from tests.verify.faults.tokenizing_export import make_tokenizing_export

pytestmark = pytest.mark.slow

SOUND, SOUND_TOKENIZING = "no fault", "no fault of a model that tokenizes"
TOKENIZING = {SOUND_TOKENIZING, *(fault.name for fault in FAULTS if fault.tokenizing)}
SIZE_LIMIT = 1_000_000
# What is compared with what is known of the model; the other checks hold for every SavedModel.
OF_THE_MODEL = {"asset-present", "signatures", "size-limit"}
Checked = Mapping[str, tuple[list[CheckResult], Inventory | None]]
Replays = Mapping[tuple[str, str], Replay]
each_fault = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> SoundExport:
    """The export that nothing is wrong with."""
    return make_sound_export(tmp_path_factory.mktemp("sound"))


@pytest.fixture(scope="module")
def tokenizing(sentencepiece_model: bytes, tmp_path_factory: pytest.TempPathFactory) -> SoundExport:
    """The same of a model that tokenizes."""
    return make_tokenizing_export(tmp_path_factory.mktemp("tokenizing"), sentencepiece_model)


@pytest.fixture(scope="module")
def exports(
    sound: SoundExport, tokenizing: SoundExport, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Path]:
    """Copies of both by the name of the fault that is in each."""
    places = {SOUND: tmp_path_factory.mktemp("copied") / "1", SOUND_TOKENIZING: tmp_path_factory.mktemp("copied") / "1"}
    shutil.copytree(sound.path, places[SOUND])
    shutil.copytree(tokenizing.path, places[SOUND_TOKENIZING])
    for fault in FAULTS:
        places[fault.name] = tmp_path_factory.mktemp("broken") / "1"
        shutil.copytree((tokenizing if fault.tokenizing else sound).path, places[fault.name])
        fault.plant(places[fault.name])
    return places


@pytest.fixture(scope="module")
def agreed(exports: Mapping[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """The same with manifests that say what is there."""
    places = {name: tmp_path_factory.mktemp("agreed") / "1" for name in exports}
    for name, place in places.items():
        shutil.copytree(exports[name], place, symlinks=True)
        agree_with_manifest(place)
    return places


@pytest.fixture(scope="module")
def checked(agreed: Mapping[str, Path], sound: SoundExport, tokenizing: SoundExport) -> Checked:
    """What the static checks find, and the inventories."""
    expected, expected_tokenizing = (
        Expectations(one.vocabularies, one.signatures, size_limit=SIZE_LIMIT) for one in (sound, tokenizing)
    )
    return {
        name: static_checks(directory, expected_tokenizing if name in TOKENIZING else expected)
        for name, directory in agreed.items()
    }


@pytest.fixture(scope="module")
def replays(
    exports: Mapping[str, Path],
    checked: Checked,
    sound: SoundExport,
    tokenizing: SoundExport,
    tmp_path_factory: pytest.TempPathFactory,
) -> Replays:
    """What comes of it when the loaders get them unchecked."""
    ops = {name: tuple(inventory.op_counts) if inventory else () for name, (_, inventory) in checked.items()}
    ops |= {fault.name: () for fault in FAULTS if fault.without_libraries}
    replays: dict[tuple[str, str], Replay] = {}
    for one, mine in ((sound, set(exports) - TOKENIZING), (tokenizing, TOKENIZING)):
        some = {name: place for name, place in exports.items() if name in mine}
        replays |= replay_unchecked(some, ops, one.baseline, tmp_path_factory.mktemp("replays"))
    return replays


@pytest.mark.parametrize(("name", "vocabulary"), [(SOUND, "words"), (SOUND_TOKENIZING, "pieces")])
def test_nothing_is_wrong_with_the_sound_exports(
    name: str,
    vocabulary: str,
    agreed: Mapping[str, Path],
    checked: Checked,
    replays: Replays,
    landlock: int,
) -> None:
    """Else every fault would be found, whatever it is; each loader serves it in its sandbox."""
    assert all(check.passed for check in checked[name][0])
    assert len(lexport.load(agreed[name]).vocabularies[vocabulary]) > 0
    for loader in LOADERS:
        replay = replays[name, loader]
        assert [(check.name, check.passed) for check in replay.checks] == [(f"replay:{loader}:serving_default", True)]
        assert replay.facts["hermetic"].startswith(f"landlock ABI {landlock}" if landlock else "no (")


@each_fault
def test_the_manifest_tells_of_the_fault(fault: Fault, exports: Mapping[str, Path]) -> None:
    """Every one of them changes a file: `lexport verify` names it, and starts no process."""
    with pytest.raises(AssetError, match="is not what its manifest says") as raised:
        verify_directory(exports[fault.name])
    assert any(fnmatchcase(problem.where, fault.manifest) for problem in raised.value.problems)


@each_fault
def test_the_static_checks_find_the_fault(fault: Fault, checked: Checked) -> None:
    """Those that are there for it fail, and no others; against what was known when the model was built."""
    failed = {check.name.removeprefix("static:") for check in checked[fault.name][0] if not check.passed}
    assert failed == (set() if isinstance(fault.static, Passes) else fault.static)


@pytest.mark.parametrize(
    "fault",
    [fault for fault in FAULTS if not isinstance(fault.static, Passes) and fault.static - OF_THE_MODEL],
    ids=lambda fault: fault.name,
)
def test_what_is_not_self_contained_is_not_loaded(fault: Fault, agreed: Mapping[str, Path]) -> None:
    """`lexport.load` asks the same checks: whoever can write a graph can write its manifest, too."""
    with pytest.raises(AssetError):
        lexport.load(agreed[fault.name])


@pytest.mark.parametrize("loader", LOADERS)
@each_fault
def test_the_loaders_find_the_fault(fault: Fault, loader: str, replays: Replays, landlock: int) -> None:
    """With no check before them; and where a loader cannot see a fault, it is known that it cannot, and why."""
    if fault.needs_sandbox and not landlock:
        pytest.skip("this kernel cannot forbid the loader other files")
    [check] = replays[fault.name, loader].checks
    expected = fault.loaders[loader]
    assert check.name == f"replay:{loader}:serving_default"
    assert check.passed is isinstance(expected, Passes), check.detail
    assert check.passed or expected in check.detail
