"""What `brimful simulate` and `brimful replay` say while they run and at their end."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import typer

from simulators.account import CrewAccount, Progress

TOLD_EVERY_S = 5.0


async def keep_telling(progress: Progress) -> None:
    """Say every few seconds on stderr how far it is, until cancelled."""
    crew_news = CrewNews()
    progress.messages_per_s(datetime.now(UTC))  # the rate of the first line counts from here
    while True:
        await asyncio.sleep(TOLD_EVERY_S)
        account, crews = progress.account, progress.crews
        rate = progress.messages_per_s(datetime.now(UTC))
        line = f"{account.readings} readings in {account.messages} messages, {rate:.0f} messages/s"
        if crews.rounds:
            line += (
                f"; stops done {crews.done}, skipped {crews.skipped}, "
                f"{crews.offline} crews offline with {crews.waiting} marks"
            )
        typer.echo(line if progress.connected else f"{line}; the broker is away", err=True)
        for news in crew_news.since_last(crews):
            typer.echo(news, err=True)


@dataclass(kw_only=True)
class CrewNews:
    """Remembers what was said of the crews, so that each trouble and its end is said once."""

    _away: str | None = None
    _without: set[str] = field(default_factory=set)

    def since_last(self, crews: CrewAccount) -> Iterator[str]:
        """Yield what has changed since the last call."""
        if crews.api_away is not None and self._away is None:
            yield f"crews wait: {crews.api_away}"
        if crews.api_away is None and self._away is not None:
            yield "the API answers again"
        self._away = crews.api_away
        if new := crews.without_round - self._without:
            yield (
                f"{_named(new)} no round today: is there a plan? Make one with `brimful plan`; "
                "a crew whose lorry is not needed has none"
            )
        if found := self._without - crews.without_round:
            yield f"{_named(found)} a round now"
        self._without = set(crews.without_round)


def tell(document: Mapping[str, object], progress: Progress) -> None:
    """Print the account, and what a tester must not overlook."""
    for line in _lines(document):
        typer.echo(line)
    if progress.account.nobody_listened:
        typer.echo(
            "Nobody had subscribed when some of the messages arrived, so they are lost: start "
            "`brimful ingest` once before publishing.",
            err=True,
        )


def tell_idle_crews(crews: CrewAccount) -> None:
    """Say on stderr why no crew has driven."""
    if crews.rounds:
        return
    reason = crews.api_away
    if reason is None and crews.without_round:
        reason = f"{_named(crews.without_round)} no round today; make a plan with `brimful plan`"
    typer.echo(f"No crew has driven: {reason or 'the run was too short to ask the API'}", err=True)


def _named(crew_ids: set[str]) -> str:
    return f"{', '.join(sorted(crew_ids))} {'has' if len(crew_ids) == 1 else 'have'}"


def _lines(document: Mapping[str, object], indent: str = "") -> Iterator[str]:
    """Write a document for people: what is nested below its name, nothing for an empty list."""
    for name, value in document.items():
        words = f"{indent}{name.replace('_', ' ')}:"
        if isinstance(value, dict):
            yield words
            yield from _lines(value, f"{indent}  ")
        elif isinstance(value, list):
            yield f"{words} {len(value)}"
            yield from (f"{indent}  {item}" for item in value)
        elif value is not None:
            yield f"{words} {value}"
