"""Settings of signing in by an identity provider (OpenID Connect). Off unless an issuer is set."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode

from core.rules.identity import PERSON_ROLES

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class OidcSettings(BaseSettings):
    """Where people are known already, and what they may do here."""

    oidc_issuer: str | None = Field(
        default=None,
        description="Identity provider people may sign in by, as its discovery document names it, "
        "like https://login.town.example/realms/town. Empty: none, and no request to anywhere.",
    )
    oidc_client_id: str | None = Field(
        default=None, description="What Brimful is called at the identity provider."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Brimful's secret there; empty: it is a public client."
    )
    oidc_name: str | None = Field(
        default=None, description="What its button says; empty: the provider's host name."
    )
    oidc_scopes: str = Field(
        default="openid profile", description="What is asked of it, with spaces between."
    )
    oidc_role_claim: Annotated[str, Field(min_length=1)] = Field(
        default="roles",
        description="The claim of its ID token that says what somebody may do; dots lead inside, "
        "like realm_access.roles.",
    )
    oidc_roles: Annotated[tuple[tuple[str, str], ...], NoDecode] = Field(
        default=(),
        description="What the claim's values mean here, the first that fits counts, like "
        "bins-ops=ops,bins-read=viewer. Who has none of them does not come in.",
    )

    @field_validator(
        "oidc_issuer", "oidc_client_id", "oidc_client_secret", "oidc_name", mode="before"
    )
    @classmethod
    def _empty_means_nothing(cls, value: object) -> object:
        """A variable cannot hold "nothing"; an empty one means it."""
        return None if value == "" else value

    @field_validator("oidc_issuer")
    @classmethod
    def _safe(cls, value: str | None) -> str | None:
        """Refuse an issuer whose keys somebody on the way could replace."""
        if value is None:
            return None
        found = urlsplit(value)
        if not found.hostname or not (
            found.scheme == "https" or (found.scheme == "http" and found.hostname in _LOOPBACK)
        ):
            raise ValueError("must begin with https://")
        return value

    @field_validator("oidc_roles", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        """Take a text like "a=ops,b=viewer" apart."""
        if not isinstance(value, str):
            return value
        pairs = []
        for part in filter(None, (part.strip() for part in value.split(","))):
            said, _, role = part.rpartition("=")
            if not said or role not in PERSON_ROLES:
                raise ValueError(
                    f"{part!r} must be like VALUE=ROLE, with one of {', '.join(PERSON_ROLES)}"
                )
            pairs.append((said.strip(), role))
        return tuple(pairs)

    @model_validator(mode="after")
    def _whole(self) -> "OidcSettings":
        """Refuse an issuer without what is needed beside it."""
        if self.oidc_issuer is not None and not (self.oidc_client_id and self.oidc_roles):
            raise ValueError("oidc_issuer needs oidc_client_id and oidc_roles too")
        return self

    @property
    def oidc_called(self) -> str | None:
        """What people call the identity provider; None: there is none."""
        if self.oidc_issuer is None:
            return None
        return self.oidc_name or urlsplit(self.oidc_issuer).hostname
