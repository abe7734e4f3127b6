"""The checks that a session loader has every variable and table that it serves.

TensorFlow Serving, the C++ API and `tf.compat.v1` are session loaders. `tf.saved_model.load` rebuilds objects instead
and may well serve what fails there.
"""

from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.checks.finding import StaticFinding, finding
from lexport.savedmodel.inventory import Inventory

__all__ = ["check_tables_initialized", "check_variables_restored"]

SHOWN = 5
SESSIONS = "TensorFlow Serving and every other session loader"


def check_variables_restored(inventory: Inventory) -> StaticFinding:
    """Checks `variables-restored`: what the signatures read is restored from the checkpoint, or initialized.

    The saver restores a Keras model's variables into handles of its own where the model itself is the object that is
    saved; the functions read others.
    """
    missing, problems = [place.node for place in inventory.session_state.variables], []
    if missing:
        more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
        problems.append(
            f"the signatures read the variables {', '.join(map(repr, missing[:SHOWN]))}{more}, and nothing restores "
            f"them: {SESSIONS} will not find them. Save a tf.Module that tracks the tf.Variables, and not the Keras "
            "model, as lexport.export and lexport.save do"
        )
    number = inventory.session_state.counts[0]
    sound = f"{counted(number, 'variable')} that the signatures read {'is' if number == 1 else 'are'} restored"
    return finding("variables-restored", problems, sound)


def check_tables_initialized(inventory: Inventory) -> StaticFinding:
    """Checks `tables-initialized`: each table that the signatures look up in is filled when a session starts."""
    state = inventory.session_state
    problems = [
        f"the table {place.node!r} is anonymous: {SESSIONS} makes it anew, and empty, for each call. "
        "Build it without experimental_is_anonymous=True"
        for place in state.anonymous_tables
    ]
    problems += [
        f"the table {place.node!r} is filled by nothing that runs when a session starts: {SESSIONS} will fail with "
        "'Table not initialized'. Make the table an attribute of the object that is saved"
        for place in state.tables
    ]
    number = state.counts[1]
    sound = f"{counted(number, 'table')} that the signatures use {'is' if number == 1 else 'are'} filled"
    return finding("tables-initialized", problems, sound)
