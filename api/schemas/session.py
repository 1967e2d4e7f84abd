"""Signing in and out."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from api.auth import Caller
from core.rules.sign_in import PASSWORD_MAX_CHARS
from store.audit import Kind
from store.tokens import Role

_SESSION: dict[str, Any] = {
    "name": "Anna Dvorak",
    "user_name": "anna",
    "role": "ops",
    "crew_id": None,
    "kind": "person",
    "device": "Firefox on Linux",
    "ends_at": "2026-03-09T07:00:00Z",
}

type DeviceName = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\x00-\x1f\x7f]+$")]


class SignIn(BaseModel):
    """A user name and its password."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"user_name": "anna", "password": "four words in a row"}]}
    )

    user_name: Annotated[str, Field(min_length=1, max_length=200)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=PASSWORD_MAX_CHARS)]


class LinkIn(BaseModel):
    """The code of a link that ops gave to a crew."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"code": "k3Jx0mHn5q2WcV8tYb1RdA", "device": "Anna's phone"}]
        }
    )

    code: Annotated[str, Field(min_length=1, max_length=100)]
    device: DeviceName | None = Field(
        default=None, description="What the crew calls this phone; else what its browser is."
    )


class SessionOut(BaseModel):
    """Who one is here."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SESSION]})

    name: str = Field(description="The person's, the crew's or the token's.")
    user_name: str | None
    role: Role
    crew_id: str | None
    kind: Kind = Field(description="person, phone (of a crew) or token.")
    device: str | None = Field(description="What one is signed in with; null: a token.")
    ends_at: datetime | None = Field(description="When one has to sign in again at the latest.")

    @classmethod
    def of(cls, caller: Caller) -> Self:
        """Make it of a caller."""
        session = caller.session
        return cls(
            name=caller.name if session is None else session.name,
            user_name=None if session is None else session.user_name,
            role=caller.role,
            crew_id=caller.crew_id,
            kind=caller.kind,
            device=None if session is None else session.device,
            ends_at=None if session is None else session.ends_at,
        )


class SignedOut(BaseModel):
    """What signing out did."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"signed_out": True}]})

    signed_out: bool = Field(description="False: it was a token, which stays as it is.")


class WaysIn(BaseModel):
    """What the page for signing in has to offer."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"has_accounts": True, "identity_provider": None}]}
    )

    has_accounts: bool = Field(
        description="False: nobody can sign in yet; `brimful user add --role ops` makes the first."
    )
    identity_provider: str | None = Field(
        description="Its name where people may sign in by one, at /session/oidc; null: none is set."
    )
