"""The group in which several ingesters share one subscription."""

import hashlib
import hmac

from core.settings import Settings


def share_group(settings: Settings) -> str | None:
    """Return the group's name as the broker is told it; None where nothing is shared.

    Brokers' access lists do not all cover subscriptions (Mosquitto's does not): whoever knows a
    group's name may join it, and what the broker then gives him and he may not read is thrown away
    although it was acknowledged. So the name ends with what only those can know who have the
    ingesters' password.
    """
    group, password = settings.mqtt_share_group, settings.mqtt_password
    if group is None or password is None:
        return group
    secret = password.get_secret_value().encode()
    mark = hmac.new(secret, f"brimful share group {group}".encode(), hashlib.sha256)
    return f"{group}-{mark.hexdigest()[:32]}"
