"""What a crew's phone sends: marks, photos, levels by eye; each with an id that stays the same."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from random import Random
from typing import Any
from uuid import UUID

from PIL import Image

from core.plans import Outcome, SkipReason


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What the crew says of a stop, by which phone and knowing of which mark."""

    stop_id: UUID
    report_id: UUID
    outcome: Outcome
    skip_reason: SkipReason | None
    note: str | None
    reported_at: datetime
    device_id: UUID
    follows: UUID | None = None
    weight_kg: float | None = None
    photo_ids: tuple[UUID, ...] = ()

    @property
    def path(self) -> str:
        """Where it is PUT."""
        return f"/crew/stops/{self.stop_id}"

    def sent(self) -> dict[str, Any]:
        """Return its body, as httpx takes it."""
        return {
            "json": {
                "report_id": str(self.report_id),
                "outcome": self.outcome,
                "skip_reason": self.skip_reason,
                "note": self.note,
                "reported_at": self.reported_at.isoformat(),
                "device_id": str(self.device_id),
                "follows": None if self.follows is None else str(self.follows),
                "weight_kg": self.weight_kg,
                "photo_ids": [str(photo_id) for photo_id in self.photo_ids],
            }
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Photo:
    """A photo taken at a stop."""

    photo_id: UUID
    stop_id: UUID
    jpeg: bytes

    @property
    def path(self) -> str:
        """Where it is PUT."""
        return f"/crew/photos/{self.photo_id}?stop_id={self.stop_id}"

    def sent(self) -> dict[str, Any]:
        """Return its body, as httpx takes it."""
        return {"content": self.jpeg, "headers": {"Content-Type": "image/jpeg"}}


@dataclass(frozen=True, kw_only=True, slots=True)
class EyeLevel:
    """How full a bin looks."""

    report_id: UUID
    bin_id: str
    fill_pct: float
    reported_at: datetime

    @property
    def path(self) -> str:
        """Where it is PUT."""
        return f"/crew/levels/{self.report_id}"

    def sent(self) -> dict[str, Any]:
        """Return its body, as httpx takes it."""
        return {
            "json": {
                "bin_id": self.bin_id,
                "fill_pct": self.fill_pct,
                "reported_at": self.reported_at.isoformat(),
            }
        }


type Said = Mark | Photo | EyeLevel


def snapshot(rng: Random) -> bytes:
    """Return a small JPEG: a bin's shape on a street of some colour."""
    image = Image.new("RGB", (320, 240), _colour(rng))
    image.paste(_colour(rng), (110, 80, 210, 220))
    out = BytesIO()
    image.save(out, "JPEG", quality=60)
    return out.getvalue()


def _colour(rng: Random) -> tuple[int, int, int]:
    return (rng.randrange(256), rng.randrange(256), rng.randrange(256))
