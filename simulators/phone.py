"""A crew's phone: keeps every mark until Brimful has answered it, and may send it twice."""

from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import BrimfulError
from core.logs import get_logger
from core.plans import Outcome, SkipReason, StopKind
from simulators.account import CrewAccount

SENT_TWICE_SHARE = 0.1
"""Share of marks whose answer the phone does not hear, so that it sends them again."""
FINAL_REFUSALS = frozenset({400, 404, 405, 409, 413, 422})
"""Answers after which sending the same mark again cannot help; after any other it must be."""
_log = get_logger(__name__)


class PhoneStop(BaseModel):
    """What the phone needs of a stop; everything else in the answer is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    stop_id: UUID
    seq: int
    kind: StopKind
    bin_id: str | None = None
    arrives_at: datetime
    begins_at: datetime
    service_s: int
    outcome: Outcome | None = None


class PhoneRound(BaseModel):
    """A round as the phone keeps it for the day."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    round_id: UUID
    starts_at: datetime
    stops: tuple[PhoneStop, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """What the crew says of a stop, with the id that stays the same however often it is sent."""

    stop_id: UUID
    report_id: UUID
    outcome: Outcome
    skip_reason: SkipReason | None
    note: str | None
    reported_at: datetime

    def body(self) -> dict[str, Any]:
        """Return the body of PUT /crew/stops/{stop_id}."""
        return {
            "report_id": str(self.report_id),
            "outcome": self.outcome,
            "skip_reason": self.skip_reason,
            "note": self.note,
            "reported_at": self.reported_at.isoformat(),
        }


class TokenRefusedError(BrimfulError):
    """Brimful does not know a crew's token."""


class Phone:
    """One crew's phone. ``online`` is set from outside: the street decides, not the phone."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        crew_id: str,
        token: str,
        rng: Random,
        account: CrewAccount,
    ) -> None:
        self.crew_id = crew_id
        self.online = True
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}
        self._rng = rng
        self._account = account
        self._unsent: list[Mark] = []

    @property
    def unsent(self) -> int:
        """How many marks wait for the network."""
        return len(self._unsent)

    async def round(self) -> PhoneRound | None:
        """Fetch today's round; None while there is none, or Brimful cannot be reached.

        Raises TokenRefusedError, which waiting does not mend.
        """
        try:
            answer = await self._asked("GET", "/crew/round")
        except httpx.TransportError:
            return None
        if answer.status_code == httpx.codes.NOT_FOUND:
            self._account.without_round.add(self.crew_id)
        if answer.status_code in {401, 403}:
            raise TokenRefusedError(
                f"the token of {self.crew_id} is refused ({answer.status_code}): make one with "
                f"role crew for {self.crew_id} and put it into the tokens file"
            )
        if answer.status_code != httpx.codes.OK:
            return None
        self._account.without_round.discard(self.crew_id)
        try:
            return PhoneRound.model_validate_json(answer.content)
        except ValidationError as error:
            self._account.refused.append(f"{self.crew_id}: GET /crew/round: {error}")
            return None

    def mark(self, mark: Mark) -> None:
        """Keep a mark; ``sync`` sends it."""
        self._unsent.append(mark)
        self._account.waiting += 1

    async def sync(self) -> None:
        """Send what waits, oldest first; stops at the first that cannot be sent now."""
        while self._unsent and self.online:
            mark = self._unsent[0]
            try:
                answer = await self._put(mark)
                if self._rng.random() < SENT_TWICE_SHARE:
                    self._account.sent_twice += 1
                    answer = await self._put(mark)
            except httpx.TransportError as error:
                _log.info("mark waits", crew=self.crew_id, reason=str(error) or repr(error))
                return
            if not (answer.is_success or answer.status_code in FINAL_REFUSALS):
                _log.info("mark waits", crew=self.crew_id, status=answer.status_code)
                return
            self._unsent.pop(0)
            self._account.waiting -= 1
            if answer.is_success:
                self._account.reported += 1
            else:
                self._account.refused.append(
                    f"{self.crew_id}: PUT /crew/stops/{mark.stop_id}: "
                    f"{answer.status_code} {answer.text[:200]}"
                )

    async def _put(self, mark: Mark) -> httpx.Response:
        return await self._asked("PUT", f"/crew/stops/{mark.stop_id}", mark.body())

    async def _asked(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> httpx.Response:
        """Ask Brimful, and note whether it can be asked at all."""
        where = f"the API at {self._http.base_url}"
        try:
            answer = await self._http.request(method, path, json=body, headers=self._headers)
        except httpx.TransportError as error:
            self._account.api_away = f"{where} does not answer: {str(error) or repr(error)}"
            raise
        self._account.api_away = (
            f"{where} answers {answer.status_code}" if answer.is_server_error else None
        )
        return answer
