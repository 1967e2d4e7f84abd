"""Accounts, sessions, links for crews' phones, and tokens, as ops sees them."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from core.rules.sign_in import PASSWORD_MAX_CHARS, PASSWORD_MIN_CHARS, USER_NAME
from store.accounts import Account
from store.sessions import Session
from store.tokens import Role, Token

# No `type` aliases: OpenAPI would name them.
UserName = Annotated[str, Field(pattern=USER_NAME)]
PersonName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
NewPassword = Annotated[
    SecretStr, Field(min_length=PASSWORD_MIN_CHARS, max_length=PASSWORD_MAX_CHARS)
]
PersonRole = Literal[Role.OPS, Role.VIEWER, Role.DEVICE_ADMIN]

_ACCOUNT: dict[str, Any] = {
    "user_name": "anna",
    "name": "Anna Dvorak",
    "role": "ops",
    "signs_in_by": "password",
    "created_at": "2026-03-01T09:00:00Z",
    "disabled_at": None,
}
_SESSION: dict[str, Any] = {
    "session_id": "5f0d5b1c-4f0e-4b8e-9f63-0b1c7d2f9a10",
    "name": "Crew North",
    "user_name": None,
    "crew_id": "crew-1",
    "role": "crew",
    "device": "Blue phone",
    "started_at": "2026-03-01T05:40:00Z",
    "last_seen_at": "2026-03-02T07:10:00Z",
    "ends_at": "2027-03-01T05:40:00Z",
    "is_this": False,
}
_TOKEN: dict[str, Any] = {
    "token_id": "0d9b1b86-6f3c-4c25-9c43-8c8d7ea9a1a4",
    "name": "Dashboard",
    "role": "viewer",
    "crew_id": None,
    "created_at": "2026-03-01T09:00:00Z",
    "expires_at": None,
    "revoked_at": None,
}


class AccountIn(BaseModel):
    """A person who shall be able to sign in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "user_name": "anna",
                    "name": "Anna Dvorak",
                    "role": "ops",
                    "password": "four words in a row",
                }
            ]
        }
    )

    user_name: UserName
    name: PersonName
    role: PersonRole
    password: NewPassword


class AccountChange(BaseModel):
    """What of an account becomes another; what is absent or null stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"disabled": True}]})

    name: PersonName | None = None
    role: PersonRole | None = None
    disabled: bool | None = None
    password: NewPassword | None = None


class AccountOut(BaseModel):
    """An account."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ACCOUNT]})

    user_name: str
    name: str
    role: Role
    signs_in_by: str = Field(description="`password`, or the address of an identity provider.")
    created_at: datetime
    disabled_at: datetime | None = Field(description="Null: may sign in.")

    @classmethod
    def of(cls, account: Account) -> Self:
        """Make it of a stored one."""
        return cls(
            user_name=account.user_name,
            name=account.name,
            role=account.role,
            signs_in_by=account.issuer or "password",
            created_at=account.created_at,
            disabled_at=account.disabled_at,
        )


class Accounts(BaseModel):
    """All accounts, disabled ones too."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_ACCOUNT]}]})

    items: list[AccountOut]


class PasswordChange(BaseModel):
    """One's own password, and the one to come."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"password": "four words in a row", "new_password": "five others in a row"}
            ]
        }
    )

    password: Annotated[SecretStr, Field(min_length=1, max_length=PASSWORD_MAX_CHARS)]
    new_password: NewPassword


class SessionListed(BaseModel):
    """A session that goes on: a person's browser, or a crew's phone."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SESSION]})

    session_id: UUID
    name: str = Field(description="The person's or the crew's.")
    user_name: str | None
    crew_id: str | None
    role: Role
    device: str
    started_at: datetime
    last_seen_at: datetime = Field(description="To the minute.")
    ends_at: datetime
    is_this: bool = Field(description="Whether the request came with it.")

    @classmethod
    def of(cls, session: Session, *, is_this: bool) -> Self:
        """Make it of a stored one."""
        return cls(
            session_id=session.session_id,
            name=session.name,
            user_name=session.user_name,
            crew_id=session.crew_id,
            role=session.role,
            device=session.device,
            started_at=session.started_at,
            last_seen_at=session.last_seen_at,
            ends_at=session.ends_at,
            is_this=is_this,
        )


class Sessions(BaseModel):
    """Sessions that go on, those used last first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_SESSION]}]})

    items: list[SessionListed]


class SessionsEnded(BaseModel):
    """How many sessions were ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ended": 2}]})

    ended: int


class CrewListed(BaseModel):
    """A crew as registered."""

    crew_id: str
    name: str
    vehicle_id: str | None


class Crews(BaseModel):
    """All crews, in order of crew_id."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"items": [{"crew_id": "crew-1", "name": "Crew North", "vehicle_id": "lorry-1"}]}
            ]
        }
    )

    items: list[CrewListed]


class CrewLink(BaseModel):
    """A link that signs one phone in, shown this one time."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "address": "https://bins.town.example/phone/#code=k3Jx0mHn5q2WcV8tYb1RdA",
                    "expires_at": "2026-03-02T19:00:00Z",
                    "qr_svg": '<svg xmlns="http://www.w3.org/2000/svg">...</svg>',
                }
            ]
        }
    )

    address: str
    expires_at: datetime
    qr_svg: str = Field(description="The address as a QR code, an SVG picture.")


class TokenListed(BaseModel):
    """A token; its secret is nowhere."""

    model_config = ConfigDict(from_attributes=True)

    token_id: UUID
    name: str
    role: Role
    crew_id: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class Tokens(BaseModel):
    """All tokens ever made, the oldest first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [_TOKEN]}]})

    items: list[TokenListed]

    @classmethod
    def of(cls, tokens: list[Token]) -> Self:
        """Make it of stored ones."""
        return cls(items=[TokenListed.model_validate(token) for token in tokens])


class TokenRevoked(BaseModel):
    """The token that is no longer taken."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"token_id": _TOKEN["token_id"]}]})

    token_id: UUID
