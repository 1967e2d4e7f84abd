"""A crew's phone: keeps all that is said until Brimful has answered it, and may send it twice."""

from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID, uuid4

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import BrimfulError
from core.levels import LevelTrust
from core.logs import get_logger
from core.plans import Outcome, StopKind
from simulators.account import CrewAccount
from simulators.says import EyeLevel, Mark, Photo, Said

SENT_TWICE_SHARE = 0.1
"""Share of what is sent whose answer the phone does not hear, so that it sends it again."""
FINAL_REFUSALS = frozenset({400, 404, 405, 409, 413, 422})
"""Answers after which sending the same again cannot help; after any other it must be."""
_log = get_logger(__name__)


class PhoneLevel(BaseModel):
    """Whether anybody knows how full a bin is."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    trust: LevelTrust


class PhoneReport(BaseModel):
    """The mark in force, by its id."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    report_id: UUID


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
    level: PhoneLevel | None = None
    report: PhoneReport | None = None

    @property
    def is_known(self) -> bool:
        """Whether a sensor, or somebody, has said lately how full the bin is."""
        return self.level is not None and self.level.trust is LevelTrust.FRESH


class PhoneRound(BaseModel):
    """A round as the phone keeps it for the day."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    round_id: UUID
    starts_at: datetime
    stops: tuple[PhoneStop, ...]


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
        self.device_id = uuid4()
        self.online = True
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}"}
        self._rng = rng
        self._account = account
        self._unsent: list[Said] = []
        self._in_force: dict[UUID, UUID] = {}
        """The mark of each stop that this phone takes as the one in force."""
        self._newest: PhoneRound | None = None
        self._etag: str | None = None

    @property
    def unsent(self) -> int:
        """How many marks, photos and levels wait for the network."""
        return len(self._unsent)

    def follows(self, stop_id: UUID) -> UUID | None:
        """Return the mark that the next one on a stop follows."""
        return self._in_force.get(stop_id)

    async def round(self) -> PhoneRound | None:
        """Fetch today's round; None while there is none, or Brimful cannot be reached.

        Raises TokenRefusedError, which waiting does not mend.
        """
        seen = {} if self._etag is None else {"If-None-Match": self._etag}
        try:
            answer = await self._asked("GET", "/crew/round", headers=seen)
        except httpx.TransportError:
            return None
        if answer.status_code == httpx.codes.NOT_FOUND:
            self._account.without_round.add(self.crew_id)
        if answer.status_code in {401, 403}:
            raise TokenRefusedError(
                f"the token of {self.crew_id} is refused ({answer.status_code}): make one with "
                f"role crew for {self.crew_id} and put it into the tokens file"
            )
        if answer.status_code == httpx.codes.NOT_MODIFIED:
            return self._newest
        if answer.status_code != httpx.codes.OK:
            return None
        self._account.without_round.discard(self.crew_id)
        try:
            self._newest = PhoneRound.model_validate_json(answer.content)
        except ValidationError as error:
            self._account.refused.append(f"{self.crew_id}: GET /crew/round: {error}")
            return None
        self._etag = answer.headers.get("etag")
        if not self._unsent:  # else what was just said here is newer
            self._in_force = {
                s.stop_id: s.report.report_id for s in self._newest.stops if s.report is not None
            }
        return self._newest

    def say(self, said: Said) -> None:
        """Keep a mark, a photo or a level; ``sync`` sends it."""
        if isinstance(said, Mark):
            self._in_force[said.stop_id] = said.report_id
            self._account.marks += 1
        self._unsent.append(said)
        self._account.waiting += 1

    async def sync(self) -> None:
        """Send what waits, oldest first; stops at the first that cannot be sent now."""
        while self._unsent and self.online:
            said = self._unsent[0]
            try:
                answer = await self._put(said)
                if self._rng.random() < SENT_TWICE_SHARE:
                    self._account.sent_twice += 1
                    answer = await self._put(said)
            except httpx.TransportError as error:
                _log.info("not sent", crew=self.crew_id, reason=str(error) or repr(error))
                return
            if not (answer.is_success or answer.status_code in FINAL_REFUSALS):
                _log.info("not sent", crew=self.crew_id, status=answer.status_code)
                return
            self._unsent.pop(0)
            self._account.waiting -= 1
            if answer.is_success:
                self._note(said)
            else:
                self._account.refused.append(
                    f"{self.crew_id}: PUT {said.path}: {answer.status_code} {answer.text[:200]}"
                )

    def _note(self, said: Said) -> None:
        match said:
            case Mark():
                self._account.reported += 1
            case Photo():
                self._account.photos += 1
            case EyeLevel():
                self._account.levels += 1

    async def _put(self, said: Said) -> httpx.Response:
        return await self._asked("PUT", said.path, **said.sent())

    async def _asked(
        self,
        method: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        **body: Any,  # noqa: ANN401 - what httpx takes
    ) -> httpx.Response:
        """Ask Brimful, and note whether it can be asked at all."""
        where = f"the API at {self._http.base_url}"
        try:
            answer = await self._http.request(
                method, path, headers={**self._headers, **(headers or {})}, **body
            )
        except httpx.TransportError as error:
            self._account.api_away = f"{where} does not answer: {str(error) or repr(error)}"
            raise
        self._account.api_away = (
            f"{where} answers {answer.status_code}" if answer.is_server_error else None
        )
        return answer
