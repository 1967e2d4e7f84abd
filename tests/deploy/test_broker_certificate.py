"""The broker's certificate: who believes it, what happens when it is new, and when it ends."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.broker_certificate import certificate_end
from cli.broker_certificates import make_certificates
from cli.certificates import SERVER_LASTS
from ingest.mqtt import probe
from ingest.session import BrokerError
from simulators.account import Progress
from simulators.broker import Broker as SimulatedBroker
from simulators.broker import BrokerRefusedError
from simulators.mqtt import Outbox
from tests.deploy.access import sensor_client, tls_environment, tls_settings, told
from tests.services.brokers import Mosquitto
from tests.services.command import brimful


async def renew(broker: Mosquitto, host: str, *, now: datetime) -> None:
    """Make the broker a new certificate; return when the broker shows it."""
    async with told(broker, "server.key", "server.crt"):
        make_certificates(broker.shared, [host], now=now, renew=True)


@pytest.fixture
def other_authority(tmp_path: Path) -> str:
    """The certificate of an authority that the broker's is not from."""
    make_certificates(tmp_path / "other", ["127.0.0.1"], now=datetime.now(UTC))
    return str(tmp_path / "other" / "ca.crt")


async def test_a_broker_of_another_authority_is_not_believed(
    mosquitto: Mosquitto, other_authority: str
) -> None:
    await probe(tls_settings(mosquitto))
    for wrong in (other_authority, None):
        with pytest.raises(BrokerError, match="BRIMFUL_MQTT_CA_FILE must hold the authority"):
            await probe(tls_settings(mosquitto, mqtt_ca_file=wrong))
    simulated = SimulatedBroker(
        host=mosquitto.host,
        port=mosquitto.services_port,
        username="gateway",
        password=mosquitto.gateway.password,
        tls=True,
        ca_file=other_authority,
    )
    with pytest.raises(BrokerRefusedError, match="must hold the authority that made"):
        await Outbox(simulated, Progress()).run()


async def test_a_broker_of_another_name_is_not_believed(mosquitto: Mosquitto) -> None:
    await renew(mosquitto, "broker.example", now=datetime.now(UTC))
    with pytest.raises(BrokerError, match="BRIMFUL_MQTT_HOST be a name it is made for"):
        await probe(tls_settings(mosquitto))


async def test_a_new_certificate_is_shown_without_a_restart(mosquitto: Mosquitto) -> None:
    before = await certificate_end(tls_settings(mosquitto))
    async with sensor_client(mosquitto, mosquitto.gateway) as gateway:
        await renew(mosquitto, mosquitto.host, now=datetime.now(UTC) - timedelta(days=100))
        after = await certificate_end(tls_settings(mosquitto))
        assert timedelta(days=99) < before - after < timedelta(days=101)
        # nobody is thrown out for it
        await gateway.publish("bins/s0/readings", b"{}", qos=1)


@pytest.mark.parametrize(("days_left", "verdict"), [(31, "ok"), (29, "warning"), (-1, "failed")])
async def test_the_doctor_looks_at_the_certificate(
    mosquitto: Mosquitto, days_left: int, verdict: str
) -> None:
    now = datetime.now(UTC) + timedelta(days=days_left, minutes=1)
    await renew(mosquitto, mosquitto.host, now=now - SERVER_LASTS)
    code, out, _ = await brimful(
        "",
        *("doctor", "--only", "broker", "--json"),
        BRIMFUL_MQTT_HOST=mosquitto.host,
        BRIMFUL_MQTT_USERNAME=mosquitto.username,
        BRIMFUL_MQTT_PASSWORD=mosquitto.password,
        **tls_environment(mosquitto),
    )
    (finding,) = json.loads(out)
    assert (finding["verdict"], code) == (verdict, int(verdict == "failed")), finding
    if verdict != "failed":
        assert f"{now:%Y-%m-%d}" in finding["found"]
    if verdict == "warning":
        assert "brimful broker certificates --renew" in finding["to_do"]
