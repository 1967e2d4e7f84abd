"""Reads a registry file and stores it whole or not at all; every mistake is named by its place."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

import store
from cli.acting import acting
from cli.registry_references import ids_by_kind, references_of, unknown
from core.errors import InvalidInputError
from core.registry import Registry, SensorRecord
from core.rules.onboarding import FUTURE_MAX
from core.sensors import NATIVE, known_device, normal_sensor_id
from ingest.devices import DEVICES
from store import audit, checks, references
from store import registry as registry_store
from store.registry import Kept

PROBLEMS_NAMED = 20
KINDS = (
    "streams",
    "depots",
    "disposal_sites",
    "vehicles",
    "crews",
    "bin_types",
    "bins",
    "closures",
    "sensors",
)


def read_registry(path: Path) -> Registry:
    """Read and check a registry file.

    Raises InvalidInputError with one line for each mistake: ``bins[3].lat: ...``.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInputError(f"{path}: is not UTF-8 (byte {error.start})") from error
    try:
        return Registry.model_validate_json(text)
    except ValidationError as error:
        raise InvalidInputError(_told(path, error)) from error


def counts(registry: Registry) -> dict[str, int]:
    """Return how many records of each kind a registry holds."""
    return {kind: len(getattr(registry, kind)) for kind in KINDS}


async def store_registry(
    conn: store.Connection, registry: Registry, *, source: str, now: datetime, dry_run: bool = False
) -> Sequence[Kept]:
    """Store a registry in the connection's transaction; with ``dry_run`` take it back again.

    The audit trail names the ``source`` it came from: a file, a simulated town. Returns the
    sensors that keep an earlier mounting than the registry's.

    Raises InvalidInputError that names what is referred to and nowhere, or who already is on a
    vehicle; StorageRefusedError (through the transaction) for what only the database knows.
    """
    if not (await checks.about(conn)).migrated:
        raise InvalidInputError("the database has no tables yet: run `brimful migrate` first")
    named = list(references_of(registry))
    known = await references.existing(conn, **ids_by_kind(named))
    problems = [
        *unknown(registry, named, known),
        *_crew_problems(registry, known.crew_on),
        *_future_mountings(registry, now),
    ]
    if problems:
        raise InvalidInputError(_listed("the registry does not fit together:", problems))
    kept = await registry_store.register(conn, registry)
    if dry_run:
        await conn.rollback()
    else:
        await audit.note(
            conn,
            who=acting(),
            what="registry.registered",
            subject="registry",
            detail={"source": source, **counts(registry)},
            now=now,
        )
    return kept


def with_normal_names(registry: Registry) -> Registry:
    """Return the registry with each DevEUI in its one form, as its messages are looked up by.

    Raises InvalidInputError that names every sensor whose device or name cannot be.
    """
    problems: list[str] = []
    sensors: list[SensorRecord] = []
    for i, sensor in enumerate(registry.sensors):
        try:
            device = known_device(sensor.device or NATIVE, {NATIVE, *DEVICES})
        except ValueError as error:
            problems.append(f"sensors[{i}].device: {error}")
            continue
        try:
            name = normal_sensor_id(sensor.sensor_id, device)
        except ValueError as error:
            problems.append(f"sensors[{i}].sensor_id: {error}")
            continue
        sensors.append(sensor.model_copy(update={"sensor_id": name}))
    twice = [name for name, n in Counter(s.sensor_id for s in sensors).items() if n > 1]
    problems += [f"(document): sensor_id given twice: {name}" for name in twice]
    if problems:
        raise InvalidInputError(_listed("the registry does not fit together:", problems))
    return registry.model_copy(update={"sensors": sensors})


def told_kept(kept: Sequence[Kept]) -> list[str]:
    """Return a line for each sensor whose later mounted_at changed nothing."""
    return [
        f"sensor {k.sensor_id} keeps its mounting in bin {k.bin_id} since "
        f"{k.mounted_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC: a later mounted_at in the same bin "
        "changes nothing"
        for k in kept
    ]


def _future_mountings(registry: Registry, now: datetime) -> Iterator[str]:
    for i, sensor in enumerate(registry.sensors):
        if sensor.mounted_at > now + FUTURE_MAX:
            yield (
                f"sensors[{i}].mounted_at: {sensor.mounted_at.isoformat()} is more than "
                f"{FUTURE_MAX.days} day ahead; until then its readings would be set aside"
            )


def _crew_problems(registry: Registry, crew_on: Mapping[str, str]) -> Iterator[str]:
    moving = {c.crew_id for c in registry.crews}
    for i, crew in enumerate(registry.crews):
        on_it = None if crew.vehicle_id is None else crew_on.get(crew.vehicle_id)
        if on_it is not None and on_it not in moving:
            yield (
                f"crews[{i}].vehicle_id: crew {on_it!r} is on vehicle {crew.vehicle_id!r}; name "
                "that crew in this file too, with another vehicle or none"
            )


def _told(path: Path, error: ValidationError) -> str:
    problems = [
        f"{_json_path(e['loc'])}: {e['msg'].removeprefix('Value error, ')}"
        for e in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return _listed(f"{path}: cannot be used:", problems)


def _listed(title: str, problems: list[str]) -> str:
    lines = [title, *(f"  {problem}" for problem in problems[:PROBLEMS_NAMED])]
    if len(problems) > PROBLEMS_NAMED:
        lines.append(f"  and {len(problems) - PROBLEMS_NAMED} more")
    return "\n".join(lines)


def _json_path(parts: tuple[int | str, ...]) -> str:
    """Write a place in the document as people do: bins[3].lat; the whole is (document)."""
    path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return re.sub(r"^\.", "", path) or "(document)"
