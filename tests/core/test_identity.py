import pytest
from pydantic import ValidationError

from core.rules.identity import own_path, role_of, user_names
from core.settings import Settings

ROLES = (("bins-ops", "ops"), ("bins-read", "viewer"))


@pytest.mark.parametrize(
    ("claims", "claim", "role"),
    [
        ({"roles": ["bins-read", "bins-ops"]}, "roles", "ops"),
        ({"roles": "bins-read"}, "roles", "viewer"),
        ({"realm_access": {"roles": ["bins-read"]}}, "realm_access.roles", "viewer"),
        ({"https://town.example/roles": ["bins-ops"]}, "https://town.example/roles", "ops"),
        ({"roles": ["ops"]}, "roles", None),
        ({"roles": {"bins-ops": True}}, "roles", None),
        ({"roles": [["bins-ops"], 7]}, "roles", None),
        ({"roles": "bins-ops bins-read"}, "roles", None),
        ({}, "realm_access.roles", None),
    ],
)
def test_a_role_is_what_the_claim_says(
    claims: dict[str, object], claim: str, role: str | None
) -> None:
    assert role_of(claims, claim=claim, roles=ROLES) == role


def test_user_names_are_such_as_people_type() -> None:
    issuer = "https://login.town.example/realms/town"
    names = user_names({"preferred_username": "Anna D\u017e"}, issuer=issuer, subject="1")
    assert names[:2] == ("annad", "annad@login.town.example")
    assert names[2] != user_names({"email": "annad"}, issuer=issuer, subject="2")[2]
    assert user_names({}, issuer=issuer, subject="1")[0] == "person"
    assert all(
        len(name) <= 64 for name in user_names({"email": "x" * 99}, issuer=issuer, subject="1")
    )


@pytest.mark.parametrize("address", ["/ops/", "/ops/bins/a%2Fb?x=1#y", "/phone/"])
def test_a_page_of_this_server(address: str) -> None:
    assert own_path(address) == address


@pytest.mark.parametrize(
    "address",
    [None, "", "//e.example", "/\\e.example", "/x\\y", "/\n/e.example", "https://e.example", "ops"],
)
def test_no_page_of_this_server(address: str | None) -> None:
    assert own_path(address) is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"oidc_issuer": "https://login.town.example"}, "needs oidc_client_id and oidc_roles"),
        ({"oidc_issuer": "http://login.town.example"}, "must begin with https"),
        ({"oidc_roles": "bins-ops=boss"}, "must be like VALUE=ROLE"),
        ({"oidc_roles": "ops"}, "must be like VALUE=ROLE"),
    ],
)
def test_settings_that_cannot_work(given: dict[str, str], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Settings(_env_file=None, **given)  # type: ignore[arg-type] # texts, as variables are


def test_what_the_button_says() -> None:
    settings = Settings(
        _env_file=None,
        oidc_issuer="https://login.town.example/realms/town",
        oidc_client_id="brimful",
        oidc_roles="a=b=ops, c=viewer",
    )
    assert settings.oidc_called == "login.town.example"
    assert settings.oidc_roles == (("a=b", "ops"), ("c", "viewer"))
    assert Settings(_env_file=None).oidc_called is None
