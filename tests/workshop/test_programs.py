import asyncio
import re
import sys
from pathlib import Path

import psutil
import pytest

from workshop.programs import run

PERCENT = re.compile(rb'"progress": ([0-9.]+)[,}]')
PYTHON = Path(sys.executable)


async def test_it_is_told_how_far_the_program_is_and_hears_its_last_words() -> None:
    shares: list[float] = []
    program = (
        "import sys, time\n"
        "for n in (12.5, 60, 150):\n"
        "    print('{\"progress\": %s}' % n, file=sys.stderr, flush=True); time.sleep(0.2)\n"
        "print('too much'); sys.exit(3)\n"
    )
    code, said = await run(PYTHON, "-c", program, percent=PERCENT, told=shares.append)
    assert code == 3
    assert shares == [0.125, 0.6, 1.0]
    assert said[-2:] == ["too much", ""]


async def test_only_the_last_lines_are_kept() -> None:
    program = "for n in range(100_000): print(n)"
    code, said = await run(PYTHON, "-c", program, percent=PERCENT, told=None)
    assert code == 0
    assert len(said) == 40
    assert said[-2] == "99999"


async def test_cancelled_the_program_ends(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    program = f"import os, time; open({str(file)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    running = asyncio.create_task(run(PYTHON, "-c", program, percent=PERCENT, told=None))
    async with asyncio.timeout(20):
        while not file.exists() or not file.read_text():  # noqa: ASYNC110 - a test
            await asyncio.sleep(0.05)
    pid = int(file.read_text())
    assert psutil.pid_exists(pid)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not psutil.pid_exists(pid)
