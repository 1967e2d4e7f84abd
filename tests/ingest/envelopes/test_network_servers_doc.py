"""docs/network-servers.md says what the envelopes do."""

import re

from core.readings import RejectReason
from ingest.envelopes import FILTERS, FrameEnvelope, unwrap
from tests.services.shared_data import REPOSITORY

TEXT = (REPOSITORY / "docs" / "network-servers.md").read_text()


def test_what_an_installer_is_told_to_try_is_understood() -> None:
    found = re.search(r"-t (application/\S+) \\\n\s+-m '(.*)'", TEXT)
    assert found is not None
    got = unwrap(found[1], found[2].encode())
    assert isinstance(got, FrameEnvelope)
    assert got.sensor_id in found[1]


def test_every_event_that_is_subscribed_to_is_explained() -> None:
    wrapped = [f for f in FILTERS if not f.startswith("bins/")]
    assert len(wrapped) == 5
    for filter_ in wrapped:
        first, tail = filter_.split("/")[0], filter_.split("+/")[-1]
        assert re.search(rf"\| `({first}/\S+|\.\.\.)/{tail}` \|", TEXT), filter_


def test_every_reason_an_envelope_is_set_aside_for_is_explained() -> None:
    for reason in (
        RejectReason.TOPIC,
        RejectReason.NOT_JSON,
        RejectReason.ENVELOPE,
        RejectReason.SIMULATED,
    ):
        assert f"| `{reason}` |" in TEXT
