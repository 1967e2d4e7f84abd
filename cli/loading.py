"""Commands that are loaded when they are called: `brimful decode` needs no solver and no server."""

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command


class CommandsToLoad(MutableMapping[str, Any]):
    """Commands by name; one is loaded when it is asked for, its name costs nothing."""

    def __init__(self, places: Mapping[str, str]) -> None:
        self._places = dict(places)
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - typer's own class of commands is private
        if name not in self._loaded:
            self._loaded[name] = _load(name, self._places[name])
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __setitem__(self, name: str, command: object) -> None:
        self._places.setdefault(name, "")
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._places[name]
        self._loaded.pop(name, None)


def group_of(places: Mapping[str, str]) -> type[TyperGroup]:
    """Return the class of a group of commands.

    Args:
        places: Each command's name and where it stands, ``module:function`` or ``module:app``.
    """

    class LoadingGroup(TyperGroup):
        def __init__(self, **attrs: Any) -> None:  # noqa: ANN401 - passed on as they are
            super().__init__(**attrs)
            self.commands = CommandsToLoad(places)

    return LoadingGroup


def _load(name: str, place: str) -> Any:  # noqa: ANN401 - see above
    module, _, attribute = place.partition(":")
    found = getattr(import_module(module), attribute)
    holder = typer.Typer(add_completion=False)
    holder.callback()(lambda: None)  # a holder of one command would be that command
    if isinstance(found, typer.Typer):
        holder.add_typer(found, name=name)
    else:
        holder.command(name)(found)
    group = get_command(holder)
    assert isinstance(group, TyperGroup)  # noqa: S101 - it has a callback
    return group.commands[name]
