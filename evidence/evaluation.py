"""Policies x seeds, side by side in processes; stops when asked and keeps what is done."""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event as EventType

from core.errors import BrimfulError
from evidence.days import Chance, Run, Simulation, Stopped, draw
from evidence.planning import ProductPlanner, Search
from evidence.policies import Fullest, Policy
from evidence.setting import Setting

LOOK_EVERY_S = 0.2


@dataclass(frozen=True, kw_only=True, eq=False)
class Question:
    """What is compared: each policy in each seed, the seeds' days the same for all."""

    setting: Setting
    policies: tuple[Policy, ...]
    seeds: tuple[int, ...]
    search: Search
    jobs: int = 1

    @property
    def days(self) -> int:
        """All days to live through."""
        return self.setting.days.total * len(self.policies) * len(self.seeds)


@dataclass(frozen=True, kw_only=True, eq=False)
class Answer:
    """The runs that came to their end, and what was asked."""

    question: Question
    runs: tuple[Run, ...]
    lasted_s: float

    @property
    def is_whole(self) -> bool:
        """Tell whether every policy came to its end in every seed."""
        return len(self.runs) == len(self.question.policies) * len(self.question.seeds)

    def of(self, policy: Policy) -> dict[int, Run]:
        """Return a policy's runs by seed."""
        return {run.seed: run for run in self.runs if run.policy == policy.key}


def evaluate(
    question: Question,
    *,
    on_progress: Callable[[int], None] = lambda _days: None,
    stopping: Callable[[], bool] = lambda: False,
) -> Answer:
    """Live through everything; ``on_progress`` hears the number of days done so far.

    Seed by seed, so that what is done when ``stopping`` says so compares the same days. Raises
    BrimfulError when a process dies (as of too little memory).
    """
    began = time.monotonic()
    tasks = [(seed, n) for seed in question.seeds for n in range(len(question.policies))]
    if question.jobs == 1:
        runs = list(_one_by_one(question, tasks, on_progress, stopping))
    else:
        runs = _side_by_side(question, tasks, on_progress, stopping)
    order = {policy.key: n for n, policy in enumerate(question.policies)}
    return Answer(
        question=question,
        runs=tuple(sorted(runs, key=lambda run: (run.seed, order[run.policy]))),
        lasted_s=time.monotonic() - began,
    )


def _one_by_one(
    question: Question,
    tasks: Sequence[tuple[int, int]],
    on_progress: Callable[[int], None],
    stopping: Callable[[], bool],
) -> Iterable[Run]:
    done = 0
    chance = lru_cache(maxsize=1)(lambda seed: draw(question.setting, seed))

    def on_day() -> None:
        nonlocal done
        if stopping():
            raise Stopped
        done += 1
        on_progress(done)

    for seed, number in tasks:
        try:
            yield _run(question, number, chance(seed), on_day)
        except Stopped:
            return


def _run(question: Question, number: int, chance: Chance, on_day: Callable[[], None]) -> Run:
    policy = question.policies[number]
    whole_days = isinstance(policy, Fullest) and not policy.plans_breaks
    planner = ProductPlanner(question.setting, question.search, whole_days=whole_days)
    return Simulation(question.setting, policy, planner, chance).run(on_day)


def _side_by_side(
    question: Question,
    tasks: Sequence[tuple[int, int]],
    on_progress: Callable[[int], None],
    stopping: Callable[[], bool],
) -> list[Run]:
    # spawned, not forked: the parent has threads (the progress shown, numpy's)
    context = multiprocessing.get_context("spawn")
    done, stop = context.Value("q", 0), context.Event()
    jobs = min(question.jobs, len(tasks))
    with ProcessPoolExecutor(
        jobs, context, initializer=_begin, initargs=(question, done, stop)
    ) as pool:
        waiting: set[Future[Run | None]] = {pool.submit(_work, *task) for task in tasks}
        finished: set[Future[Run | None]] = set()
        while waiting:
            if stopping() and not stop.is_set():
                stop.set()
                for future in waiting:
                    future.cancel()
            ended, waiting = wait(waiting, timeout=LOOK_EVERY_S, return_when=FIRST_COMPLETED)
            finished |= ended
            on_progress(done.value)
    try:
        results = [future.result() for future in finished if not future.cancelled()]
    except BrokenProcessPool as error:
        raise BrimfulError(
            "a process of the evaluation ended by itself; is there too little memory? "
            "Ask for fewer --jobs or --bins"
        ) from error
    return [run for run in results if run is not None]


_HERE: "_Worker | None" = None


@dataclass(frozen=True, kw_only=True, eq=False)
class _Worker:
    """What a worker process keeps from one task to the next."""

    question: Question
    done: "Synchronized[int]"
    stop: EventType
    chance: Callable[[int], Chance]


def _begin(question: Question, done: "Synchronized[int]", stop: EventType) -> None:
    """Prepare a worker process; signals are for the parent, which tells us by ``stop``."""
    global _HERE  # noqa: PLW0603 - a process pool has no other place to keep things
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    _HERE = _Worker(
        question=question,
        done=done,
        stop=stop,
        chance=lru_cache(maxsize=1)(lambda seed: draw(question.setting, seed)),
    )


def _work(seed: int, number: int) -> Run | None:
    here = _HERE
    assert here is not None  # noqa: S101 - the initializer has run

    def on_day() -> None:
        if here.stop.is_set():
            raise Stopped
        with here.done.get_lock():
            here.done.value += 1

    try:
        return _run(here.question, number, here.chance(seed), on_day)
    except Stopped:
        return None
