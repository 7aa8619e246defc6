# SPDX-License-Identifier: LGPL-2.1-or-later
"""Between Python's capsules and the pointers that introspection takes: the Arrow C stream interface.

https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html
"""

from __future__ import annotations

import ctypes
import importlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ._problems import BalanceError

__all__ = ["need", "is_frame", "as_stream", "stream_capsule", "Streams"]

_STREAM = b"arrow_array_stream"

# With addresses in place of objects: a destructor must not count references to the capsule that is going away.
_new = ctypes.pythonapi.PyCapsule_New
_new.restype = ctypes.py_object
_new.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_address = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(("PyCapsule_GetPointer", ctypes.pythonapi))
_address_of_dying = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi))
_glib = ctypes.CDLL("libglib-2.0.so.0")
_glib.g_malloc0.argtypes = (ctypes.c_size_t,)
_glib.g_malloc0.restype = ctypes.c_void_p
_glib.g_free.argtypes = (ctypes.c_void_p,)
_glib.g_free.restype = None


class _Stream(ctypes.Structure):
    _fields_ = [("get_schema", ctypes.c_void_p), ("get_next", ctypes.c_void_p), ("get_last_error", ctypes.c_void_p),
                ("release", ctypes.CFUNCTYPE(None, ctypes.c_void_p)), ("private_data", ctypes.c_void_p)]


def _release(capsule: int) -> None:
    address = _address_of_dying(capsule, _STREAM)
    stream = _Stream.from_address(address)
    # whoever has taken the stream over has set this to NULL
    if stream.release:
        stream.release(address)
    _glib.g_free(address)


_destroy = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(_release)


def stream_capsule(fill: Callable[[int], object]) -> object:
    """A capsule with the stream that `fill` makes at the address that it is called with."""
    capsule = _new(_glib.g_malloc0(ctypes.sizeof(_Stream)), _STREAM, ctypes.cast(_destroy, ctypes.c_void_p))
    fill(stream_address(capsule))
    return capsule


class Streams:
    """The streams of some capsules, moved to lie one after the other; the capsules are empty then."""

    def __init__(self, capsules: Iterable[object]) -> None:
        held = list(capsules)
        self._streams = (_Stream * len(held))()
        for place, capsule in enumerate(held):
            address = stream_address(capsule)
            ctypes.memmove(ctypes.byref(self._streams, place * ctypes.sizeof(_Stream)), address, ctypes.sizeof(_Stream))
            ctypes.memset(address, 0, ctypes.sizeof(_Stream))

    @property
    def address(self) -> int:
        return ctypes.addressof(self._streams)

    def __del__(self) -> None:
        # those that the library has taken are empty
        for stream in self._streams:
            if stream.release:
                stream.release(ctypes.addressof(stream))


def stream_address(capsule: object) -> int:
    """The address of the stream in a capsule; it stays the capsule's."""
    return int(_address(capsule, _STREAM))


def need(name: str) -> Any:
    """Imports a package that only some people have."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ImportError(f"This needs the package {name}:  pip install {name}\n需要 {name} 包：pip install {name}") from error


def is_frame(source: object) -> bool:
    """Is it a table, and no path?"""
    return (hasattr(source, "__arrow_c_stream__") or hasattr(source, "__arrow_c_array__") or isinstance(source, Mapping)
            or _is_structured(source) or _is_pandas(source))


def _is_pandas_object(source: object) -> bool:
    return type(source).__module__.split(".")[0] == "pandas"


def _is_pandas(source: object) -> bool:
    return _is_pandas_object(source) and hasattr(source, "columns")


def _is_structured(source: object) -> bool:
    return getattr(getattr(source, "dtype", None), "names", None) is not None


def as_stream(source: Any, name: str) -> Any:
    """What has ``__arrow_c_stream__`` for any table: pandas, Polars, pyarrow, NumPy, a mapping of columns."""
    if _is_pandas(source):
        return _from_pandas(source, name)
    if hasattr(source, "__arrow_c_stream__"):
        return source
    if hasattr(source, "__arrow_c_array__"):
        return need("pyarrow").record_batch(source)
    if _is_structured(source):
        return _from_columns({column: source[column] for column in source.dtype.names}, name)
    if isinstance(source, Mapping):
        return _from_columns(source, name)
    raise TypeError(f"{type(source).__name__} is no table: give a path, a DataFrame, an Arrow table or a mapping of columns; "
                    f"{type(source).__name__} 不是表：请给出文件路径、DataFrame、Arrow 表或“列名 → 数组”的映射")


def _from_pandas(frame: Any, name: str) -> Any:
    # An index without a name numbers the rows and is no data; one with a name is a column.
    index = all(level is not None for level in frame.index.names)
    columns = list(frame.index.names) * index + list(frame.columns)
    repeated = sorted({str(column) for column in columns if columns.count(column) > 1})
    if repeated:
        raise BalanceError(f"{name}：列名重复：{'、'.join(repeated)}。请改名或去掉一列。",
                           f"{name}: columns of the same name: {', '.join(repeated)}. Rename or drop one of them.", "invalid-data")
    pa = need("pyarrow")
    if index:
        frame = frame.reset_index()
    return _table(pa, {str(column): frame[column] for column in frame.columns}, name)


def _from_columns(columns: Mapping[Any, Any], name: str) -> Any:
    return _table(need("pyarrow"), {str(key): value for key, value in columns.items()}, name)


def _table(pa: Any, columns: Mapping[str, Any], name: str) -> Any:
    arrays = {}
    for key, values in columns.items():
        try:
            arrays[key] = _array(pa, values)
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError) as error:
            reason = str(error).splitlines()[0]
            raise BalanceError(f"{name}：列“{key}”的值类型不一致或无法识别（{reason}）。请先把该列转换为同一类型，如 astype(str) 或 pandas.to_numeric。",
                               f"{name}: the values of column “{key}” are of several or unknown types ({reason}). "
                               "Convert it to one type first, as by astype(str) or pandas.to_numeric.", "invalid-data") from None
    lengths = {key: len(array) for key, array in arrays.items()}
    if len(set(lengths.values())) > 1:
        shown = ", ".join(f"{key}: {length}" for key, length in lengths.items())
        raise BalanceError(f"{name}：各列长度不同（{shown}）。", f"{name}: columns of different lengths ({shown}).", "invalid-data")
    return pa.table(arrays)


def _array(pa: Any, values: Any) -> Any:
    if isinstance(values, (str, bytes)):
        raise TypeError(f"{type(values).__name__} is no column")
    if hasattr(values, "__arrow_c_stream__") and not _is_pandas_object(values):
        return pa.chunked_array(values)
    if hasattr(values, "mask") and hasattr(values, "filled"):
        # a masked array of NumPy: what is masked is missing
        numpy = need("numpy")
        return pa.array(numpy.ma.getdata(values), mask=numpy.ma.getmaskarray(values), from_pandas=True)
    # NaN is how NumPy and pandas write that a value is missing
    return pa.array(values, from_pandas=True)
