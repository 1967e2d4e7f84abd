"""Day and State as the compiled functions pass them on: one pointer each instead of many arrays."""

from typing import Any

from numba.core import types
from numba.experimental import structref

from routing.search.kernel.jit import compiled
from routing.search.kernel.layout import Day, State


@structref.register
class _DayType(types.StructRef):
    def preprocess_fields(self, fields: Any) -> Any:  # noqa: ANN401 - the compiler's own types
        return tuple((name, types.unliteral(typ)) for name, typ in fields)


@structref.register
class _StateType(types.StructRef):
    def preprocess_fields(self, fields: Any) -> Any:  # noqa: ANN401 - the compiler's own types
        return tuple((name, types.unliteral(typ)) for name, typ in fields)


class _DayHandle(structref.StructRefProxy):
    pass


class _StateHandle(structref.StructRefProxy):
    pass


structref.define_proxy(_DayHandle, _DayType, list(Day._fields))
structref.define_proxy(_StateHandle, _StateType, list(State._fields))


@compiled
def open_day(day: Day) -> Day:
    """Return the handle."""
    return _DayHandle(*day)  # type: ignore[return-value]  # has the same fields


@compiled
def open_state(state: State) -> State:
    """Return the handle."""
    return _StateHandle(*state)  # type: ignore[return-value]  # has the same fields
