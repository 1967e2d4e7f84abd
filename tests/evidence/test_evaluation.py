import pytest

from core.plans import Policy as Rule
from evidence.evaluation import Question, evaluate
from evidence.planning import Search
from evidence.policies import Brimful, FixedSchedule, Fullest
from tests.evidence.places import SHORT, small_town

# the search may have to be compiled first
pytestmark = pytest.mark.timeout(600)

POLICIES = (
    FixedSchedule(),
    Fullest(number=8),
    Brimful(key="threshold", title="Threshold", choice=Rule.THRESHOLD, dial_m=10_000),
)


def question(*, jobs: int = 1, seeds: tuple[int, ...] = (1, 2)) -> Question:
    return Question(
        setting=small_town(bins=20),
        policies=POLICIES,
        seeds=seeds,
        search=Search(iterations=50),
        jobs=jobs,
    )


def test_all_policies_come_to_their_end_in_all_seeds() -> None:
    heard: list[int] = []
    asked = question()
    answer = evaluate(asked, on_progress=heard.append)
    assert answer.is_whole
    assert [(r.seed, r.policy) for r in answer.runs] == [
        (seed, policy.key) for seed in (1, 2) for policy in POLICIES
    ]
    assert heard == list(range(1, asked.days + 1))
    assert asked.days == SHORT.total * 6


def test_several_processes_find_the_same() -> None:
    alone, together = evaluate(question()), evaluate(question(jobs=2))
    assert alone.runs == together.runs


def test_who_is_stopped_keeps_what_came_to_its_end() -> None:
    days = 0

    def count(n: int) -> None:
        nonlocal days
        days = n

    asked = question()
    answer = evaluate(asked, on_progress=count, stopping=lambda: days >= 2 * SHORT.total + 3)
    assert not answer.is_whole
    assert [r.policy for r in answer.runs] == ["fixed", "fullest-8"]
    assert answer.runs == evaluate(asked).runs[:2]


def test_processes_stop_too() -> None:
    answer = evaluate(question(jobs=2), stopping=lambda: True)
    assert not answer.is_whole
