"""OSRM on this machine, in a process of ours: tables in chunks of rows, ways, memory."""

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self, cast

from core.geo import Position
from core.ways import Leg
from routing.roads.answers import Rows, blocks
from routing.roads.data import RoadData
from routing.roads.engine import Roads, empty_rows
from routing.roads.errors import RoadsError
from routing.roads.pipe import packed, receive, unpacked

CELLS_AT_ONCE = 1_000_000
"""So many times are asked for at once: an answer takes some 200 bytes for each on its way."""
ROWS_AT_ONCE = 500
LIMIT_S = 120.0
"""No chunk takes so long, nor does loading a country."""


class LocalRoads(Roads):
    """Travel times and ways from built data. Ask one thing at a time of each."""

    def __init__(self, data: RoadData, *, kerb_side: bool = True) -> None:
        super().__init__(kerb_side=kerb_side)
        self.data = data
        self._process: Process | None = None
        self._turn = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def opened(cls, folder: Path, *, kerb_side: bool = True) -> AsyncIterator[Self]:
        """Load the data in a folder and give the engine; ended with the block.

        ``kerb_side`` False: no bin has to be on the lorry's own side of the street. Raises
        RoadsError where the folder holds no data, or not this program's.
        """
        roads = cls(await asyncio.to_thread(RoadData.read, folder), kerb_side=kerb_side)
        try:
            await roads._start()
            yield roads
        finally:
            await roads._end()

    @property
    def _made_of(self) -> str:
        return self.data.source

    async def _rows(
        self, positions: Sequence[Position], kerb: Sequence[bool], rows: range, columns: range
    ) -> Rows:
        coordinates, flags = _coordinates(positions), list(kerb)
        if len(positions) == 1:  # OSRM's tables begin with two places
            coordinates, flags = coordinates * 2, flags * 2
        whole = empty_rows(len(rows), len(columns))
        most = max(1, min(ROWS_AT_ONCE, CELLS_AT_ONCE // max(1, len(columns))))
        for block in blocks(rows, most):
            part: Rows = await self._ask(
                "rows",
                coordinates=coordinates,
                kerb=flags,
                sources=list(block),
                destinations=list(columns),
            )
            at = slice(block.start - rows.start, block.stop - rows.start)
            whole.drive_s[at], whole.distance_m[at] = part.drive_s, part.distance_m
            whole.snapped_m[:] = part.snapped_m
        return whole

    async def _legs(self, positions: Sequence[Position], kerb: Sequence[bool]) -> list[Leg]:
        legs: list[Leg] = await self._ask(
            "legs", coordinates=_coordinates(positions), kerb=list(kerb)
        )
        return legs

    async def peak_memory_bytes(self) -> int:
        """Return the most memory the engine's process ever had."""
        return cast("int", await self._ask("memory"))

    async def processor_s(self) -> float:
        """Return the seconds of processor time the engine's process has taken."""
        return cast("float", await self._ask("processor"))

    async def _start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "routing.roads.worker",
            str(self.data.base),
            self.data.manifest.algorithm,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,  # OSRM's log
            env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
            start_new_session=True,  # Ctrl-C is for us; we end the process ourselves
        )
        self._heard(unpacked(await self._exchange(self._process, None)))

    async def _ask(self, what: str, **arguments: object) -> Any:  # noqa: ANN401 - as was asked
        question = await asyncio.to_thread(packed, (what, arguments))
        async with self._turn:
            if self._process is None:
                await self._start()
            assert self._process is not None  # noqa: S101 - it was started
            answer = await self._exchange(self._process, question)
        return self._heard(await asyncio.to_thread(unpacked, answer))

    async def _exchange(self, process: Process, question: bytes | None) -> bytes:
        """Send a question and return what comes; whatever goes wrong ends the process.

        Its answer might come later, and be taken for that to the next question.
        """
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            async with asyncio.timeout(LIMIT_S):
                if question is not None:
                    process.stdin.write(question)
                    await process.stdin.drain()
                return await receive(process.stdout)
        except TimeoutError:
            await self._end()
            raise RoadsError(f"the road engine gave no answer within {LIMIT_S:.0f} s") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            await self._end()
            code = process.returncode
            raise RoadsError(f"the road engine ended by itself, code {code}") from None
        except BaseException:
            await self._end()
            raise

    def _heard(self, answer: object) -> Any:  # noqa: ANN401 - as was asked
        if isinstance(answer, Exception):
            raise RoadsError(f"{self.data.folder}: {answer}") from answer
        return answer

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


def _coordinates(positions: Sequence[Position]) -> list[tuple[float, float]]:
    return [(p.lon, p.lat) for p in positions]
