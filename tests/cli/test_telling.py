import pytest

from cli.telling import CrewNews, tell, tell_idle_crews
from simulators.account import CrewAccount, Progress


def test_trouble_of_crews_and_its_end_are_each_said_once() -> None:
    news, crews = CrewNews(), CrewAccount()
    assert list(news.since_last(crews)) == []
    crews.api_away = "the API at http://x does not answer: refused"
    assert list(news.since_last(crews)) == [f"crews wait: {crews.api_away}"]
    assert list(news.since_last(crews)) == []
    crews.api_away = None
    crews.without_round = {"crew-2", "crew-1"}
    back, idle = news.since_last(crews)
    assert back == "the API answers again"
    assert idle.startswith("crew-1, crew-2 have no round today: is there a plan?")
    assert "brimful plan" in idle
    assert list(news.since_last(crews)) == []
    crews.without_round = {"crew-2"}
    assert list(news.since_last(crews)) == ["crew-1 has a round now"]


def test_at_the_end_it_is_said_why_no_crew_has_driven(capsys: pytest.CaptureFixture[str]) -> None:
    for crews, told in (
        (CrewAccount(api_away="the API is away"), "No crew has driven: the API is away\n"),
        (CrewAccount(without_round={"c"}), "c has no round today; make a plan with `brimful plan`"),
        (CrewAccount(), "too short"),
    ):
        tell_idle_crews(crews)
        assert told in capsys.readouterr().err
    tell_idle_crews(CrewAccount(rounds=1))
    assert capsys.readouterr().err == ""


def test_lists_are_told_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    tell({"a_b": 1, "inner": {"refused": ["x", "y"], "none": []}, "not": None}, Progress())
    assert capsys.readouterr().out == ("a b: 1\ninner:\n  refused: 2\n    x\n    y\n  none: 0\n")
