"""Finds TensorFlow's shared library in the installed wheel and declares the functions of its C API."""

import ctypes
import importlib.util
import sys
from ctypes import POINTER, c_char_p, c_int, c_int64, c_size_t, c_uint8, c_void_p
from pathlib import Path
from typing import Any

__all__ = ["Buffer", "Output", "find_library", "open_library"]

# The library that has sessions in it; it brings the other one, libtensorflow_framework, which has the tensors.
FILE_NAMES = {"linux": "libtensorflow_cc.so.2", "darwin": "libtensorflow_cc.2.dylib"}


class Buffer(ctypes.Structure):
    """`TF_Buffer`: bytes of the library's own."""

    _fields_ = (("data", c_void_p), ("length", c_size_t), ("deallocator", c_void_p))


class Output(ctypes.Structure):
    """`TF_Output`: one of the tensors that an operation gives."""

    _fields_ = (("operation", c_void_p), ("index", c_int))


# Opaque pointers are all `c_void_p`; that of the deallocator and of run options are always null.
FUNCTIONS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "TF_AllocateTensor": (c_void_p, (c_int, POINTER(c_int64), c_int, c_size_t)),
    "TF_CloseSession": (None, (c_void_p, c_void_p)),
    "TF_DeleteBuffer": (None, (POINTER(Buffer),)),
    "TF_DeleteDeviceList": (None, (c_void_p,)),
    "TF_DeleteGraph": (None, (c_void_p,)),
    "TF_DeleteImportGraphDefOptions": (None, (c_void_p,)),
    "TF_DeleteSession": (None, (c_void_p, c_void_p)),
    "TF_DeleteSessionOptions": (None, (c_void_p,)),
    "TF_DeleteStatus": (None, (c_void_p,)),
    "TF_DeleteTensor": (None, (c_void_p,)),
    "TF_DeviceListCount": (c_int, (c_void_p,)),
    "TF_DeviceListName": (c_char_p, (c_void_p, c_int, c_void_p)),
    "TF_DeviceListType": (c_char_p, (c_void_p, c_int, c_void_p)),
    "TF_Dim": (c_int64, (c_void_p, c_int)),
    "TF_GetCode": (c_int, (c_void_p,)),
    "TF_GraphGetOpDef": (None, (c_void_p, c_char_p, POINTER(Buffer), c_void_p)),
    "TF_GraphImportGraphDef": (None, (c_void_p, POINTER(Buffer), c_void_p, c_void_p)),
    "TF_GraphOperationByName": (c_void_p, (c_void_p, c_char_p)),
    "TF_ImportGraphDefOptionsAddInputMapping": (None, (c_void_p, c_char_p, c_int, Output)),
    "TF_LoadLibrary": (c_void_p, (c_char_p, c_void_p)),
    "TF_LoadSessionFromSavedModel": (
        c_void_p,
        (c_void_p, c_void_p, c_char_p, POINTER(c_char_p), c_int, c_void_p, POINTER(Buffer), c_void_p),
    ),
    "TF_Message": (c_char_p, (c_void_p,)),
    "TF_NewBuffer": (POINTER(Buffer), ()),
    "TF_NewBufferFromString": (POINTER(Buffer), (c_char_p, c_size_t)),
    "TF_NewGraph": (c_void_p, ()),
    "TF_NewSession": (c_void_p, (c_void_p, c_void_p, c_void_p)),
    "TF_NewImportGraphDefOptions": (c_void_p, ()),
    "TF_NewSessionOptions": (c_void_p, ()),
    "TF_NewStatus": (c_void_p, ()),
    "TF_NumDims": (c_int, (c_void_p,)),
    "TF_OperationNumOutputs": (c_int, (c_void_p,)),
    "TF_SessionListDevices": (c_void_p, (c_void_p, c_void_p)),
    "TF_SessionRun": (
        None,
        (
            *(c_void_p, c_void_p, POINTER(Output), POINTER(c_void_p), c_int),
            *(POINTER(Output), POINTER(c_void_p), c_int, c_void_p, c_int, c_void_p, c_void_p),
        ),
    ),
    "TF_StringCopy": (None, (c_void_p, c_char_p, c_size_t)),
    "TF_StringDealloc": (None, (c_void_p,)),
    "TF_StringGetDataPointer": (POINTER(c_uint8), (c_void_p,)),
    "TF_StringGetSize": (c_size_t, (c_void_p,)),
    "TF_StringInit": (None, (c_void_p,)),
    "TF_TensorByteSize": (c_size_t, (c_void_p,)),
    "TF_TensorData": (c_void_p, (c_void_p,)),
    "TF_TensorType": (c_int, (c_void_p,)),
    "TF_Version": (c_char_p, ()),
}


def find_library(platform: str = sys.platform) -> Path:
    """Finds the shared library, without importing TensorFlow.

    Args:
        platform: as `sys.platform` names it.

    Raises:
        OSError: TensorFlow is not installed, or its wheel for this platform has no such library.

    Example:
        >>> find_library().parent.name
        'tensorflow'
    """
    if platform not in FILE_NAMES:
        raise OSError(f"where the wheel for {platform} keeps the C API is not known")
    spec = importlib.util.find_spec("tensorflow")
    for folder in spec.submodule_search_locations or () if spec else ():
        path = Path(folder) / FILE_NAMES[platform]
        if path.is_file():
            return path
    raise OSError(f"the installed TensorFlow has no {FILE_NAMES[platform]}")


def open_library(path: Path) -> Any:
    """Loads the library and declares its functions.

    Raises:
        OSError: the system cannot load it, or it lacks a function.
    """
    # As Python's TensorFlow is loaded. Otherwise an op library has a protobuf of its own, whose maps find no attribute
    # in the messages of this one: `Check failed: it != end() key not found` ends the process.
    library = ctypes.CDLL(str(path), mode=ctypes.RTLD_GLOBAL)
    missing = [name for name in FUNCTIONS if not hasattr(library, name)]
    if missing:
        raise OSError(f"{path.name} lacks {', '.join(missing)}")
    for name, (result, arguments) in FUNCTIONS.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library
