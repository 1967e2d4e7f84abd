"""Settings of who signs in, and for how long."""

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from core.rules.sign_in import Limits


class SignInSettings(BaseSettings):
    """Sessions, links for crews, and how often somebody may try a password."""

    public_url: str | None = Field(
        default=None,
        description="Address people reach Brimful by, like https://bins.town.example; with https "
        "cookies are Secure and browsers are told to stay on https. Empty: the address asked for.",
    )
    session_idle_h: Annotated[float, Field(gt=0, le=8_760)] = Field(
        default=12.0, description="A person is signed out after so long without a request."
    )
    session_max_h: Annotated[float, Field(gt=0, le=8_760)] = Field(
        default=168.0, description="A person signs in again after so long, whatever happens."
    )
    crew_session_idle_days: Annotated[float, Field(gt=0, le=365)] = Field(
        default=30.0, description="A crew's phone is signed out after so long without a request."
    )
    crew_session_max_days: Annotated[float, Field(gt=0, le=365)] = Field(
        default=365.0, description="A crew's phone needs a new link after so long in any case."
    )
    crew_link_valid_h: Annotated[float, Field(gt=0, le=168)] = Field(
        default=12.0, description="How long a link that signs a crew's phone in may be used."
    )
    sessions_keep_days: Annotated[int, Field(ge=1, le=36_500)] = Field(
        default=30,
        description="Sessions that are over, and links that were used or are over, are kept so "
        "long; then the API removes them, once a day.",
    )
    sign_in_window_min: Annotated[float, Field(gt=0, le=1_440)] = Field(
        default=15.0, description="Wrong passwords count for so long."
    )
    sign_in_account_max: Annotated[int, Field(ge=3, le=100)] = Field(
        default=10, description="Wrong passwords for one user name in that time; then it waits."
    )
    sign_in_address_max: Annotated[int, Field(ge=3, le=10_000)] = Field(
        default=50, description="Wrong passwords from one address in that time; then it waits."
    )

    @field_validator("public_url", mode="before")
    @classmethod
    def _an_origin(cls, value: object) -> object:
        """Take an address without a path; an empty variable means nothing."""
        if value == "" or not isinstance(value, str):
            return value or None
        found = urlsplit(value.rstrip("/"))
        if found.scheme not in {"http", "https"} or not found.hostname:
            raise ValueError("must be like https://bins.town.example")
        if found.path or found.query or found.fragment or found.username is not None:
            raise ValueError("must be scheme, host and port alone: Brimful is served at /")
        return f"{found.scheme}://{found.netloc}".lower()

    @property
    def is_https(self) -> bool:
        """Whether browsers come by https."""
        return self.public_url is not None and self.public_url.startswith("https://")

    @property
    def person_idle(self) -> timedelta:
        """Longest silence of a person's session."""
        return timedelta(hours=self.session_idle_h)

    @property
    def person_max(self) -> timedelta:
        """Longest session of a person."""
        return timedelta(hours=self.session_max_h)

    @property
    def crew_idle(self) -> timedelta:
        """Longest silence of a crew's phone."""
        return timedelta(days=self.crew_session_idle_days)

    @property
    def crew_max(self) -> timedelta:
        """Longest session of a crew's phone."""
        return timedelta(days=self.crew_session_max_days)

    @property
    def link_valid(self) -> timedelta:
        """How long a link for a crew may be used."""
        return timedelta(hours=self.crew_link_valid_h)

    @property
    def sessions_keep(self) -> timedelta:
        """How long a session or link is kept that is over."""
        return timedelta(days=self.sessions_keep_days)

    @property
    def sign_in_limits(self) -> Limits:
        """How often somebody may try."""
        return Limits(
            window=timedelta(minutes=self.sign_in_window_min),
            account_max=self.sign_in_account_max,
            address_max=self.sign_in_address_max,
        )
