"""What was published and acknowledged, so that a tester can check that nothing was lost."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from simulators.faults import Fault
from simulators.messages import Expected, Message

SET_ASIDE = (
    Expected.UNREADABLE,
    Expected.UNKNOWN_SENSOR,
    Expected.CONFLICTING,
    Expected.TOO_OLD,
)
RATE_WINDOW = timedelta(seconds=5)


@dataclass(kw_only=True)
class Account:
    """Counts what the broker has acknowledged: readings = stored + set aside in Brimful.

    ``readings`` counts each distinct reading and each unreadable message once; duplicates and
    what was sent again after a lost connection are not in it.
    """

    counts: Counter[Expected] = field(default_factory=Counter)
    messages: int = 0
    sent_again: int = 0
    """Messages sent again because the connection broke before their acknowledgement."""
    nobody_listened: int = 0
    """Messages for which the broker (MQTT 5) said that no one had subscribed: they are lost."""
    happened: Counter[Fault] = field(default_factory=Counter)

    def acknowledged(self, message: Message) -> None:
        """Note that the broker has taken a message over."""
        self.messages += 1
        self.counts.update(message.counts)

    @property
    def readings(self) -> int:
        """Distinct readings published: what Brimful must have stored or set aside."""
        return self.stored + self.set_aside

    @property
    def stored(self) -> int:
        """Readings that Brimful should store."""
        return self.counts[Expected.STORED]

    @property
    def set_aside(self) -> int:
        """Readings that Brimful should set aside, each with its reason."""
        return sum(self.counts[kind] for kind in SET_ASIDE)

    def as_dict(self) -> dict[str, object]:
        """Return the account for people and programs."""
        return {
            "messages": self.messages,
            "readings": self.readings,
            "expected_stored": self.stored,
            "expected_set_aside": self.set_aside,
            "unreadable": self.counts[Expected.UNREADABLE],
            "unknown_sensor": self.counts[Expected.UNKNOWN_SENSOR],
            "conflicting": self.counts[Expected.CONFLICTING],
            "too_old": self.counts[Expected.TOO_OLD],
            "duplicates": self.counts[Expected.DUPLICATE],
            "messages_sent_again": self.sent_again,
            "messages_nobody_listened": self.nobody_listened,
            "faults": {fault.value: n for fault, n in sorted(self.happened.items())},
        }


@dataclass(kw_only=True)
class CrewAccount:
    """What the simulated crews did; ``reported`` are marks Brimful has answered with success."""

    rounds: int = 0
    done: int = 0
    skipped: int = 0
    """Stops, as the crew means them in the end."""
    marks: int = 0
    """All marks that were made: those taken back and those of a second phone, too."""
    taken_back: int = 0
    contradicted: int = 0
    """Stops of which a second phone says something else, knowing nothing of the first."""
    reported: int = 0
    photos: int = 0
    levels: int = 0
    """Photos and levels by eye that Brimful has answered with success."""
    sent_twice: int = 0
    waiting: int = 0
    """Marks, photos and levels made offline and not yet sent."""
    offline: int = 0
    """Crews without network at this moment."""
    api_away: str | None = None
    """Why the API cannot be used at this moment, as the last crew to try it has seen it."""
    without_round: set[str] = field(default_factory=set)
    """Crews whom the API has told that they have no round today."""
    refused: list[str] = field(default_factory=list)
    """Answers that told a crew that what it sent cannot be taken; each is a finding."""

    def as_dict(self) -> dict[str, object]:
        """Return the account for people and programs."""
        return {
            "rounds": self.rounds,
            "stops_done": self.done,
            "stops_skipped": self.skipped,
            "marks_made": self.marks,
            "marks_taken_back": self.taken_back,
            "marks_contradicted": self.contradicted,
            "marks_reported": self.reported,
            "photos_sent": self.photos,
            "levels_by_eye": self.levels,
            "marks_sent_twice": self.sent_twice,
            "marks_waiting": self.waiting,
            "crews_offline": self.offline,
            "crews_without_round": sorted(self.without_round),
            "api_away": self.api_away,
            "refused": self.refused,
        }


@dataclass(kw_only=True)
class Progress:
    """Everything a watcher may read while the simulation runs."""

    account: Account = field(default_factory=Account)
    crews: CrewAccount = field(default_factory=CrewAccount)
    connected: bool = False
    connected_once: bool = False
    _moments: deque[tuple[datetime, int]] = field(default_factory=deque)

    def messages_per_s(self, now: datetime) -> float:
        """Return the rate of acknowledged messages since the call five seconds ago or before.

        The newest call that is as old as that is kept, so that also who asks seldom has a rate;
        the very first call has none.
        """
        self._moments.append((now, self.account.messages))
        while len(self._moments) > 2 and self._moments[1][0] <= now - RATE_WINDOW:
            self._moments.popleft()
        began_at, before = self._moments[0]
        span_s = (now - began_at).total_seconds()
        return (self.account.messages - before) / span_s if span_s > 0 else 0.0

    def as_dict(self) -> dict[str, object]:
        """Return both accounts for people and programs."""
        return {**self.account.as_dict(), "crews": self.crews.as_dict()}
