from pydantic import SecretStr

from core.settings import Settings
from ingest.share import share_group


def group(name: str | None, password: str | None) -> str | None:
    secret = None if password is None else SecretStr(password)
    return share_group(Settings(mqtt_share_group=name, mqtt_password=secret, _env_file=None))


def test_only_who_has_the_password_knows_the_groups_name() -> None:
    mine = group("town", "a password")
    assert mine is not None
    assert mine.startswith("town-")
    assert mine == group("town", "a password"), "two ingesters have to meet in it"
    others = {group("town", "another"), group("village", "a password"), "town"}
    assert mine not in others
    assert "password" not in mine
    # it stands in a topic, between two slashes
    assert not set("+#/ ") & set(mine)


def test_without_a_group_or_a_password_there_is_nothing_to_add() -> None:
    assert group(None, "a password") is None
    assert group("town", None) == "town"
