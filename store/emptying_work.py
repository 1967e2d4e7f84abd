"""The work list of emptyings that crews and sensors disagree on, with the bins they are about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.rules.emptying_match import DisagreementKind
from store.connection import Connection
from store.known_emptyings import Account, Disputed


@dataclass(frozen=True, kw_only=True, slots=True)
class AboutBin:
    """What a list says of a bin."""

    name: str
    stream: str
    depot_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A disagreement to ask somebody about, with its bin."""

    disputed: Disputed
    about: AboutBin

    @property
    def fill_before_pct(self) -> float | None:
        """The level before: by the sensor that saw the fall, else as it was at the mark."""
        if self.disputed.sensed is not None:
            return self.disputed.sensed.emptying.fill_before_pct
        return None if self.disputed.stop is None else self.disputed.stop.fill_before_pct

    @property
    def fill_after_pct(self) -> float | None:
        """What was left; None where no sensor shows a fall."""
        sensed = self.disputed.sensed
        return None if sensed is None else sensed.emptying.fill_after_pct


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """The list, newest first, and how many of each kind the other conditions leave."""

    items: Sequence[Asked]
    counts: Mapping[DisagreementKind, int]


_BINS = "SELECT bin_id, name, stream, depot_id FROM bins WHERE bin_id = ANY(%s)"


async def work(
    conn: Connection,
    account: Account,
    *,
    kind: DisagreementKind | None,
    stream: str | None,
    search: str | None,
) -> Work:
    """Return what an account leaves open; ``search`` is a part of the bin's id or name, or crew."""
    ids = {one.disagreement.bin_id for one in account.disagreements}
    bins = {
        row.pop("bin_id"): AboutBin(**row)
        for row in await (await conn.execute(_BINS, (list(ids),))).fetchall()
    }
    every = [
        Asked(disputed=one, about=bins[one.disagreement.bin_id]) for one in account.disagreements
    ]
    alike = [
        one
        for one in every
        if stream in {None, one.about.stream} and (search or "").casefold() in _said_of(one)
    ]
    n = Counter(one.disputed.disagreement.kind for one in alike)
    wanted = [one for one in alike if kind in {None, one.disputed.disagreement.kind}]
    return Work(
        items=sorted(wanted, key=lambda one: one.disputed.key, reverse=True),
        counts={kind: n[kind] for kind in DisagreementKind},
    )


def _said_of(one: Asked) -> str:
    stop = one.disputed.stop
    words = [one.disputed.disagreement.bin_id, one.about.name]
    if stop is not None:
        words += [stop.vehicle_id, stop.crew_id or ""]
    return "\n".join(words).casefold()
