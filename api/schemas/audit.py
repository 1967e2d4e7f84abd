"""The audit trail."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from store.audit import Kind
from store.tokens import Role

_ENTRY: dict[str, Any] = {
    "audit_id": 1207,
    "at": "2026-03-02T07:10:00Z",
    "who": "anna",
    "role": "ops",
    "kind": "person",
    "what": "plan.requested",
    "subject": "plan c2a7e5a2-9d0f-4f52-8f4d-2a4f7b1d9f00",
    "detail": {"depot_id": "north", "day": "2026-03-02"},
    "request_id": "0f2a3a0e6c7d4d7c9a53b8c1f2f6f7aa",
}


class AuditEntry(BaseModel):
    """One change: who, when, what, to what."""

    model_config = ConfigDict(from_attributes=True)

    audit_id: int
    at: datetime
    who: str = Field(
        description="A user name, a crew and its phone, a token, or `cli:` and a user."
    )
    role: Role | None = Field(description="Null: a command on the server, or nobody signed in.")
    kind: Kind
    what: str = Field(description="Thing and deed: `plan.requested`.")
    subject: str
    detail: dict[str, Any]
    request_id: str | None = Field(description="Finds the request in the server's log.")


class AuditPage(BaseModel):
    """Changes, the newest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_ENTRY], "next": None}]})

    items: list[AuditEntry]
    next: int | None = Field(description="Send it as `after`; null: this was the last page.")
