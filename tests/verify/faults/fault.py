"""`Fault`: one thing that can be wrong with an export, and everything that has to find it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

OBJECT_GRAPH, SESSION, CPP = "tf.saved_model.load", "tf.compat.v1.saved_model.load", "TF_LoadSessionFromSavedModel"
LOADERS = (OBJECT_GRAPH, SESSION, CPP)


class Passes(str):
    """Why a check passes in spite of the fault; the test holds it to that."""

    __slots__ = ()


@dataclass(frozen=True)
class Fault:
    """One thing that can be wrong with an export.

    Attributes:
        name: what it is; `docs/verification.md` calls it the same.
        plant: breaks a sound export, and nothing else about it.
        manifest: the path that `lexport verify DIR` names, because it is not what the manifest says; a glob.
        static: the static checks that fail, and no others, after the manifest was written anew for the broken files.
        loaders: what each loader says, by its name, where nothing was checked before; a part of it.
        needs_sandbox: whether loaders find it only where the kernel can forbid them other files.
        without_libraries: whether it is that the op libraries are not there which the graph needs.
        tokenizing: whether it is planted in the export whose model tokenizes.
    """

    name: str
    plant: Callable[[Path], None]
    manifest: str
    static: set[str] | Passes
    loaders: Mapping[str, str]
    needs_sandbox: bool = False
    without_libraries: bool = False
    tokenizing: bool = False


def all_say(text: str) -> Mapping[str, str]:
    """Every loader says this."""
    return dict.fromkeys(LOADERS, text)


def all_pass(why: str) -> Mapping[str, str]:
    """No loader can see it."""
    return dict.fromkeys(LOADERS, Passes(why))


def sessions_say(text: str, object_graph_passes: str) -> Mapping[str, str]:
    """Both session loaders say this; the object graph passes, and why."""
    return {OBJECT_GRAPH: Passes(object_graph_passes), SESSION: text, CPP: text}
