"""The process that lists the GPUs: `python -m lexport.verify.c_api.gpu_listing` prints their names, one a line.

It asks a session without a graph, so what is listed is what TensorFlow can compute on: not a GPU for which the driver
or a library of NVIDIA's is missing. TensorFlow's Python package is not imported.
"""

import sys
from typing import Any

from lexport.verify.c_api.devices import session_devices
from lexport.verify.c_api.library import find_library, open_library
from lexport.verify.c_api.status import StatusError, checked_status

__all__ = ["devices_of_process", "main"]


def devices_of_process(library: Any, kind: str) -> list[str]:
    """Gives the devices of one kind, as TensorFlow names them.

    Args:
        library: TensorFlow's.
        kind: such as `GPU`.

    Raises:
        StatusError: no session can be made.
    """
    graph, options = library.TF_NewGraph(), library.TF_NewSessionOptions()
    try:
        with checked_status(library) as status:
            session = library.TF_NewSession(graph, options, status)
        try:
            return [name for name, found in session_devices(library, session) if found == kind]
        finally:
            with checked_status(library) as status:
                library.TF_DeleteSession(session, status)
    finally:
        library.TF_DeleteSessionOptions(options)
        library.TF_DeleteGraph(graph)


def main(platform: str = sys.platform) -> None:
    """Prints the names; ends with the error where they cannot be known.

    Args:
        platform: as `sys.platform` names it.
    """
    try:
        names = devices_of_process(open_library(find_library(platform)), "GPU")
    except (OSError, StatusError) as error:
        sys.exit(str(error))
    sys.stdout.writelines(f"{name}\n" for name in names)


if __name__ == "__main__":
    main()
