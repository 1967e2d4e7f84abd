"""A plan's row: its columns, and what of them is a document."""

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from core.plans import Plan, PlanStatus, Policy, Round
from core.replan import PlanProgress, Replan

COLUMNS = """plan_id, depot_id, day, status, requested_at, finished_at, summary, travel_source,
           bins_considered, bins_due, policy, dial_m, replaces_plan_id, replan, progress, dry_run,
           finish_asked_at IS NOT NULL AS finish_asked"""

_REPLAN = TypeAdapter(Replan)
_PROGRESS = TypeAdapter(PlanProgress)


def plan_of(row: Mapping[str, Any], rounds: Sequence[Round] = ()) -> Plan:
    """Return the plan of a row of COLUMNS."""
    replan, progress = row["replan"], row["progress"]
    return Plan(
        **{
            **row,
            "status": PlanStatus(row["status"]),
            "policy": None if row["policy"] is None else Policy(row["policy"]),
            "replan": None if replan is None else _REPLAN.validate_python(replan),
            "progress": None if progress is None else _PROGRESS.validate_python(progress),
            "rounds": tuple(rounds),
        }
    )


def replan_document(replan: Replan | None) -> Jsonb | None:
    """Return what a re-plan was asked for, as it is stored."""
    return None if replan is None else Jsonb(_REPLAN.dump_python(replan, mode="json"))


def progress_document(progress: PlanProgress) -> Jsonb:
    """Return how far a plan is, as it is stored."""
    return Jsonb(_PROGRESS.dump_python(progress, mode="json"))
