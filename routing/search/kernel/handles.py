"""Day and State as the compiled functions pass them on: one pointer each.

numba counts references to every array it takes out of a tuple or a struct, which cost more than the
arithmetic here. A handle is a bare pointer to a table of the arrays' addresses and shapes; an array
taken out of it is borrowed. The arrays belong to the Day and State that Python holds meanwhile.
"""

from typing import Any

import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.datamodel import models
from numba.core.extending import (
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    register_model,
)
from numba.core.typing.templates import AttributeTemplate
from numba.np.arrayobj import populate_array
from numpy.typing import NDArray

from routing.search.kernel.layout import DAY_FIELDS, STATE_FIELDS, Day, State

_WORDS = 4
"""Words of a table for each array: its address and up to three lengths."""
_WORD = ir.IntType(64)
_NUMBERS = {
    "i8": types.int64,
    "i4": types.int32,
    "u1": types.uint8,
    "u8": types.uint64,
    "f8": types.float64,
}


class Handle(types.Type):
    """The compiler's type of a handle."""

    def __init__(self, name: str, fields: dict[str, tuple[str, int]]) -> None:
        super().__init__(name=f"Handle({name})")
        self.index = {field: i for i, field in enumerate(fields)}
        self.arrays = {
            field: types.Array(_NUMBERS[number], dimensions, "C")
            for field, (number, dimensions) in fields.items()
        }


register_model(Handle)(models.OpaqueModel)
_DAY, _STATE = Handle("day", DAY_FIELDS), Handle("state", STATE_FIELDS)


@infer_getattr
class _HandleAttributes(AttributeTemplate):
    key = Handle

    def generic_resolve(  # type: ignore[override]  # the compiler's own has no type
        self, value: Handle, attr: str
    ) -> Any:  # noqa: ANN401 - as above
        return value.arrays.get(attr)


@lower_getattr_generic(Handle)
def _borrow(context: Any, builder: Any, handle: Handle, value: Any, attr: str) -> Any:  # noqa: ANN401 - the compiler's own
    array_type = handle.arrays[attr]
    table = builder.bitcast(value, _WORD.as_pointer())

    def word(number: int) -> Any:  # noqa: ANN401 - as above
        at = _WORD(handle.index[attr] * _WORDS + number)
        loaded = builder.load(builder.gep(table, [at]))
        # no compiled function writes to a table
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        return loaded

    array = context.make_array(array_type)(context, builder)
    item_size = context.get_abi_sizeof(context.get_data_type(array_type.dtype))
    shape = [word(1 + i) for i in range(array_type.ndim)]
    strides = [_WORD(item_size)]
    for length in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], length))
    populate_array(
        array,
        data=builder.inttoptr(word(0), context.get_data_type(array_type.dtype).as_pointer()),
        shape=shape,
        strides=strides,
        itemsize=_WORD(item_size),
        meminfo=None,
    )
    return array._getvalue()  # noqa: SLF001 - the compiler's way to say it


def _open(handle: Handle) -> Any:  # noqa: ANN401 - a function only the compiler can call
    def typed(_context: Any, address: Any) -> Any:  # noqa: ANN401 - as above
        def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:  # noqa: ANN401
            return builder.inttoptr(args[0], ir.IntType(8).as_pointer())

        return handle(address), generate

    return intrinsic(typed)


open_day = _open(_DAY)
"""From the address of a day's table to its handle; for compiled functions."""
open_state = _open(_STATE)
"""The same for a state."""


def table(arrays: Day | State) -> NDArray[np.int64]:
    """Return the table of a day or a state. Raises TypeError for an array of another type."""
    fields = DAY_FIELDS if isinstance(arrays, Day) else STATE_FIELDS
    words = np.zeros(len(fields) * _WORDS, dtype=np.int64)
    for i, (field, (number, dimensions)) in enumerate(fields.items()):
        array = getattr(arrays, field)
        if array.dtype.str[1:] != number or array.ndim != dimensions or not array.flags.carray:
            raise TypeError(f"{field} is {array.dtype.str} of {array.shape}, not {number}")
        words[i * _WORDS] = array.ctypes.data
        words[i * _WORDS + 1 : i * _WORDS + 1 + dimensions] = array.shape
    return words
