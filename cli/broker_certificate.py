"""When the certificate that the broker shows comes to its end."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta

from core.settings import Settings

WARN_BEFORE = timedelta(days=30)
"""Time to make a new one and carry it to the broker before sensors are locked out."""


async def certificate_end(settings: Settings) -> datetime:
    """Return when the broker's certificate ends, with authority and host name checked.

    To be asked once the broker is known to answer; raises OSError where it does not, ssl.SSLError
    (one of them) where it is not believed.
    """
    context = ssl.create_default_context(cafile=settings.mqtt_ca_file)
    _, writer = await asyncio.open_connection(
        settings.mqtt_host, settings.mqtt_port, ssl=context, server_hostname=settings.mqtt_host
    )
    try:
        certificate = writer.get_extra_info("peercert")
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    finally:
        writer.transport.abort()
