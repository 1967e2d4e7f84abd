"""What a crew does and says at a stop: empties or skips, mistaps, photographs, weighs, looks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from uuid import uuid4

from core.plans import Outcome, SkipReason, StopKind
from simulators.account import CrewAccount
from simulators.phone import Phone, PhoneStop
from simulators.says import EyeLevel, Mark, Photo, Said, snapshot
from simulators.world import World, WorldClock

SKIPPED_SHARE = 0.04
TAKEN_BACK_SHARE = 0.03
"""Share of stops on which the first tap was the wrong one."""
PHOTO_SHARE = 0.5
"""Share of skipped stops with a photo."""
LOOKED_SHARE = 0.03
"""Share of bins whose level is said by eye though somebody knows it; the others' always is."""
BY_SECOND_SHARE = 0.3
BY_BOTH_SHARE = 0.1
"""Of the stops with a second phone, shares that it marks, or marks as well."""
CONTRADICTED_SHARE = 0.2
"""Share of the stops marked by both of which the second phone says something else."""
WEIGHED_KG = (400, 6_000)
NOTES = ("Delivery van in front of it", "Lid broken", "Bags beside it", "Nobody opens the gate")
MOMENT = timedelta(milliseconds=100)
"""Between two taps."""


@dataclass(kw_only=True)
class Marking:
    """A crew's hands, at one stop after the other."""

    rng: Random
    world: World
    town_clock: WorldClock
    account: CrewAccount

    def mark(self, stop: PhoneStop, phone: Phone, second: Phone | None, *, now: datetime) -> None:
        """Empty the bin or skip it, and mark the stop on one phone, or on both."""
        other = second
        if second is not None and self.rng.random() < BY_SECOND_SHARE:
            phone, other = second, phone
        self._look(phone, stop, now)
        skipped = stop.kind is StopKind.BIN and self.rng.random() < SKIPPED_SHARE
        reason = self.rng.choice(list(SkipReason)) if skipped else None
        if skipped:
            self.account.skipped += 1
        else:
            self.account.done += 1
            if stop.bin_id is not None:
                self.world.empty(stop.bin_id, town_time=self.town_clock.town_time(now))
        if self.rng.random() < TAKEN_BACK_SHARE:
            self.account.taken_back += 1
            self._mark(phone, stop, Outcome.DONE, now - 2 * MOMENT)
            self._mark(phone, stop, Outcome.OPEN, now - MOMENT)
        self._mark(phone, stop, Outcome.SKIPPED if skipped else Outcome.DONE, now, reason)
        if other is not None and self.rng.random() < BY_BOTH_SHARE:
            self._mark_too(other, stop, now - MOMENT, reason)

    def _mark_too(
        self, phone: Phone, stop: PhoneStop, at: datetime, reason: SkipReason | None
    ) -> None:
        """Mark a stop on the other phone as well, mostly in the same way."""
        skipped = reason is not None
        if stop.kind is StopKind.BIN and self.rng.random() < CONTRADICTED_SHARE:
            self.account.contradicted += 1
            skipped, reason = not skipped, None if skipped else SkipReason.OTHER
        outcome = Outcome.SKIPPED if skipped else Outcome.DONE
        self._mark(phone, stop, outcome, at, reason, weighs=False)

    def _mark(
        self,
        phone: Phone,
        stop: PhoneStop,
        outcome: Outcome,
        at: datetime,
        reason: SkipReason | None = None,
        *,
        weighs: bool = True,
    ) -> None:
        # ids never from the seed: in a second run the same ones would mean other marks
        photos = []
        if reason is not None and self.rng.random() < PHOTO_SHARE:
            photos.append(Photo(photo_id=uuid4(), stop_id=stop.stop_id, jpeg=snapshot(self.rng)))
        weighed = weighs and stop.kind is StopKind.DISPOSAL and outcome is Outcome.DONE
        mark = Mark(
            stop_id=stop.stop_id,
            report_id=uuid4(),
            outcome=outcome,
            skip_reason=reason,
            note=None if reason is None else self.rng.choice(NOTES),
            reported_at=at,
            device_id=phone.device_id,
            follows=phone.follows(stop.stop_id),
            weight_kg=float(self.rng.randint(*WEIGHED_KG)) if weighed else None,
            photo_ids=tuple(photo.photo_id for photo in photos),
        )
        said: list[Said] = [mark, *photos]
        if self.rng.random() < 0.5:  # the photo may come first
            said.reverse()
        for one in said:
            phone.say(one)

    def _look(self, phone: Phone, stop: PhoneStop, now: datetime) -> None:
        """Say how full a bin is before it is emptied, where nobody knows, and now and then else."""
        if stop.bin_id is None or (stop.is_known and self.rng.random() >= LOOKED_SHARE):
            return
        fill_pct = self.world.look(stop.bin_id)
        if fill_pct is not None:
            phone.say(
                EyeLevel(
                    report_id=uuid4(),
                    bin_id=stop.bin_id,
                    fill_pct=fill_pct,
                    reported_at=now - 3 * MOMENT,
                )
            )
