"""Settings of how a plan chooses among the bins."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings

from core.plans import Policy
from core.rules.due import DEFAULT_AHEAD_M, DEFAULT_DIAL_M, Aims


class ChoiceSettings(BaseSettings):
    """What a plan is for, unless one is asked for with other aims."""

    plan_policy: Policy = Field(
        default=Policy.PRIZE,
        description="How a plan chooses: prize (due bins, and others on the way), due-only, "
        "threshold (at their threshold now or expected to be), fixed-schedule.",
    )
    plan_dial_m: Annotated[int, Field(ge=0, le=10_000_000)] = Field(
        default=DEFAULT_DIAL_M,
        description="Metres we would drive to avoid one overflow. More: fewer overflows, more "
        "driving. 0: due bins only.",
    )
    plan_ahead_m: Annotated[int, Field(ge=0, le=1_000_000)] = Field(
        default=DEFAULT_AHEAD_M,
        description="Metres that emptying a nearly full bin today saves, because nobody has to "
        "come for it in the next days; `brimful evaluate --ahead` shows what it does in a town. "
        "0: no bin is fetched ahead of its time.",
    )
    plan_schedule_days: Annotated[float, Field(gt=0, le=365)] = Field(
        default=7.0,
        description="Days from one emptying to the next under the fixed schedule; a bin of which "
        "nothing is known is taken to have been emptied so long ago.",
    )

    @property
    def aims(self) -> Aims:
        """What a plan is for."""
        return Aims(
            policy=self.plan_policy,
            dial_m=self.plan_dial_m,
            ahead_m=self.plan_ahead_m,
            schedule=timedelta(days=self.plan_schedule_days),
        )
