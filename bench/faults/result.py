"""What a scenario ends with: account, time to catch up, what else it measured, a verdict."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bench.faults.account import Account
from bench.faults.stage import Stage

QUIET_S = 100.0
"""An ingester gives a silent database up after 60 s and tries again; nothing waits longer."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """One row of the table. ``problem`` says in words what is wrong; None: all is as promised.

    ``account`` is None where the scenario could not be played to its end.
    """

    scenario: str
    account: Account | None
    caught_up_s: float | None
    notes: dict[str, float | int | str]
    problem: str | None

    def fields(self) -> dict[str, Any]:
        """Return it for programs to read."""
        return {
            "scenario": self.scenario,
            **({} if self.account is None else self.account.fields()),
            "caught_up_s": None if self.caught_up_s is None else round(self.caught_up_s, 1),
            "notes": self.notes,
            "problem": self.problem,
        }


def unbalanced(account: Account) -> str | None:
    """Say what is wrong with an account in which nothing may be missing."""
    if account.balanced:
        return None
    return (
        f"{len(account.missing)} missing, {account.twice} there twice, "
        f"{account.strange} that nobody published"
    )


async def conclude(
    stage: Stage,
    scenario: str,
    *,
    quiet_s: float = QUIET_S,
    judge: Callable[[Account], str | None] = unbalanced,
) -> Result:
    """Wait, account, judge; ``judge`` says what is wrong with the account, or None."""
    account = await stage.finish(quiet_s=quiet_s)
    problem = judge(account)
    if problem is None and stage.caught_up_s is None and not account.missing:
        problem = f"had not caught up within {stage.sizes.catch_up_limit_s:.0f} s"
    return Result(
        scenario=scenario,
        account=account,
        caught_up_s=stage.caught_up_s,
        notes=stage.notes,
        problem=problem,
    )
