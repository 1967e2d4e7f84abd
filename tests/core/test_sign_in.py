from datetime import UTC, datetime, timedelta

import pytest

from core.passwords import hash_password, is_outdated, is_password
from core.rules.cross_site import comes_from_elsewhere
from core.rules.sign_in import (
    Limits,
    counted_address,
    device_name,
    refuse_password,
    refuse_user_name,
    wait_for,
)
from core.settings import Settings

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LIMITS = Limits(window=timedelta(minutes=15), account_max=3, address_max=5)


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=m) for m in minutes]


@pytest.mark.parametrize(
    ("account", "address", "minutes"),
    [
        ([], [], None),
        ([1, 2], [1, 2], None),
        # the one of 12 minutes ago is no longer counted in 3
        ([1, 2, 12], [1, 2, 12], 3),
        ([1, 2, 15], [1, 2, 15], None),
        # four count: the second oldest has to go as well
        ([1, 2, 7, 12], [], 8),
        ([], [1, 2, 3, 4, 14], 1),
        # the longer wait of the two
        ([1, 2, 12], [1, 2, 3, 4, 5], 10),
    ],
)
def test_who_failed_often_waits(
    account: list[float], address: list[float], minutes: float | None
) -> None:
    wait = wait_for(account=ago(*account), address=ago(*address), limits=LIMITS, now=NOW)
    assert wait == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("a proxy", "unknown"),
    ],
)
def test_an_attempt_counts_for_whoever_holds_the_address(address: str, counted: str) -> None:
    assert counted_address(address) == counted


@pytest.mark.parametrize("user_name", ["anna", "a", "7", "anna.d@town.example", "x" * 64])
def test_a_user_name(user_name: str) -> None:
    assert refuse_user_name(user_name) is None


@pytest.mark.parametrize("user_name", ["", "Anna", "-a", "a b", "a\n", "\u0430nna", "x" * 65])
def test_no_user_name(user_name: str) -> None:
    assert refuse_user_name(user_name) is not None


@pytest.mark.parametrize(
    "password",
    ["four words in a row", "x7#kQ9!mZ2$p", "\u017elu\u0165ou\u010dk\u00fd k\u016f\u0148"],
)
def test_a_password(password: str) -> None:
    assert refuse_password(password, user_name="anna") is None


@pytest.mark.parametrize(
    "password",
    ["short", "x" * 201, "aaaaaaaaaaaaaaaa", "annaannaannaanna", "Brimful-Password"],
)
def test_no_password(password: str) -> None:
    assert refuse_password(password, user_name="anna") is not None


def test_only_a_slow_hash_with_the_parameters_of_owasp_is_kept() -> None:
    kept = hash_password("four words in a row")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert kept != hash_password("four words in a row")
    assert is_password("four words in a row", kept)
    assert not is_password("four words in a rox", kept)
    assert not is_password("nobody has this password", None)
    assert not is_password("x", "no hash at all")
    assert not is_outdated(kept)
    assert is_outdated(kept.replace("t=2", "t=1"))


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox on Linux",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/140.0.0.0 Mobile Safari/537.36"
            ),
            "Chrome on Android",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
                "Version/18.0 Mobile/15E148 Safari/604.1"
            ),
            "Safari on iPhone",
        ),
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 "
                "Safari/537.36 Edg/140.0.0.0"
            ),
            "Edge on Windows",
        ),
        ("curl/8.1", "A browser"),
    ],
)
def test_a_device_is_called_as_people_call_it(agent: str, name: str) -> None:
    assert device_name(agent) == name


@pytest.mark.parametrize(
    ("method", "fetch_site", "origin", "elsewhere"),
    [
        ("GET", "cross-site", "https://evil.example", False),
        ("HEAD", "cross-site", None, False),
        ("OPTIONS", "cross-site", None, False),
        ("POST", "same-origin", "http://bins.example:8000", False),
        ("POST", "none", None, False),
        ("POST", "same-site", "http://other.example", True),
        ("POST", "cross-site", "http://evil.example", True),
        ("DELETE", "cross-site", None, True),
        ("POST", "nonsense", None, True),
        # browsers without Sec-Fetch-Site, and over http
        ("PUT", None, "http://bins.example:8000", False),
        ("PUT", None, "http://bins.example", True),
        ("PUT", None, "http://evil.example", True),
        ("PUT", None, "null", True),
        # no browser
        ("POST", None, None, False),
        # the address set for people, whatever a proxy made of Host
        ("POST", None, "https://bins.town.example", False),
    ],
)
def test_a_change_asked_for_by_another_site(
    method: str, fetch_site: str | None, origin: str | None, *, elsewhere: bool
) -> None:
    assert (
        comes_from_elsewhere(
            method,
            fetch_site=fetch_site,
            origin=origin,
            host="bins.example:8000",
            own_origin="https://bins.town.example",
        )
        == elsewhere
    )


@pytest.mark.parametrize(
    ("given", "taken", "is_https"),
    [
        ("", None, False),
        ("https://Bins.Town.example/", "https://bins.town.example", True),
        ("http://localhost:8000", "http://localhost:8000", False),
    ],
)
def test_the_address_people_come_by(
    monkeypatch: pytest.MonkeyPatch, given: str, taken: str | None, *, is_https: bool
) -> None:
    monkeypatch.setenv("BRIMFUL_PUBLIC_URL", given)
    settings = Settings()
    assert (settings.public_url, settings.is_https) == (taken, is_https)


@pytest.mark.parametrize(
    "given",
    ["bins.example", "ftp://bins.example", "https://", "https://a.example/x", "https://u@a"],
)
def test_an_address_that_is_none(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("BRIMFUL_PUBLIC_URL", given)
    with pytest.raises(ValueError, match="public_url"):
        Settings()
