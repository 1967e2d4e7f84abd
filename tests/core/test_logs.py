"""Logs, whatever was configured before."""

import json

import pytest
from structlog.testing import capture_logs

from core.logs import configure_logs, get_logger


def test_a_logger_that_spoke_before_follows_a_later_form(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs(level="info", form="json")
    log = get_logger("tests.core.test_logs")
    log.info("first", bins=1)
    assert json.loads(capsys.readouterr().err)["event"] == "first"
    configure_logs(level="info", form="console")
    log.info("second", bins=2)
    said = capsys.readouterr().err
    assert "second" in said
    assert not said.startswith("{")
    with capture_logs() as logs:
        log.info("third")
    assert [entry["event"] for entry in logs] == ["third"]
