"""Every setting of Brimful, read from ``BRIMFUL_*`` variables. docs/operating.md lists them.

Built once in the entry point and passed down; no other place reads the environment.
"""

from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from core.choice_settings import ChoiceSettings
from core.map_settings import MapSettings
from core.oidc_settings import OidcSettings
from core.photo_settings import PhotoSettings
from core.roads_settings import RoadsSettings
from core.rounds_settings import RoundsSettings
from core.sign_in_settings import SignInSettings
from core.trust_settings import TrustSettings

type Port = Annotated[int, Field(ge=1, le=65_535)]


class Settings(
    TrustSettings,
    RoadsSettings,
    MapSettings,
    RoundsSettings,
    ChoiceSettings,
    SignInSettings,
    OidcSettings,
    PhotoSettings,
):
    """All settings with their defaults; times in the unit their name ends with."""

    model_config = SettingsConfigDict(env_prefix="BRIMFUL_", env_file=".env", extra="ignore")

    database_url: SecretStr = Field(
        default=SecretStr("postgresql://brimful@localhost:5432/brimful"),
        description="PostgreSQL connection URI of the TimescaleDB database.",
    )
    database_pool_max: Annotated[int, Field(ge=1, le=200)] = Field(
        default=10, description="Most connections one process holds."
    )
    database_timeout_s: Annotated[float, Field(gt=0, le=600)] = Field(
        default=10.0, description="Longest wait for a connection before saying so."
    )

    mqtt_host: Annotated[str, Field(min_length=1)] = Field(
        default="localhost", description="Broker host."
    )
    mqtt_port: Port = Field(default=1883, description="Broker port.")
    mqtt_username: str | None = Field(default=None, description="Broker user name.")
    mqtt_password: SecretStr | None = Field(default=None, description="Broker password.")
    mqtt_protocol: Literal["5", "3.1.1"] = Field(
        default="5", description="MQTT version; 3.1.1 only for brokers that know nothing newer."
    )
    mqtt_tls: bool = Field(default=False, description="Connect by TLS.")
    mqtt_ca_file: str | None = Field(
        default=None, description="CA certificate file for TLS; the system's own when empty."
    )
    mqtt_client_id: Annotated[str, Field(min_length=1, max_length=64)] = Field(
        default="brimful-ingest",
        description="Client id of the ingester's persistent session; one per ingester.",
    )
    mqtt_filters: Annotated[tuple[str, ...] | None, NoDecode] = Field(
        default=None,
        description="Topic filters to subscribe to, with commas between them; empty: native "
        "messages, The Things Stack and ChirpStack. A broker that is one of these network servers "
        "allows only its own.",
    )
    mqtt_share_group: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.-]{1,64}$")] | None = Field(
        default=None,
        description="Several ingesters with the same group share the messages between them "
        "(MQTT shared subscription); each has its own client id.",
    )
    mqtt_session_expiry_s: Annotated[int, Field(ge=60, le=4_294_967_295)] = Field(
        default=7 * 86_400, description="How long the broker keeps messages for an absent ingester."
    )

    ingest_batch_max_readings: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=5_000, description="A batch is stored at the latest when it holds this many."
    )
    ingest_batch_max_wait_s: Annotated[float, Field(gt=0, le=60)] = Field(
        default=0.25, description="A batch is stored at the latest after this time."
    )
    ingest_in_flight_max: Annotated[int, Field(ge=1, le=65_535)] = Field(
        default=10_000,
        description="Messages the broker may send ahead of our acknowledgements (MQTT 5 Receive "
        "Maximum); it bounds the ingester's memory. Two batches: one comes while one is stored.",
    )
    ingest_payload_max_bytes: Annotated[int, Field(ge=256, le=268_435_455)] = Field(
        default=1_048_576, description="Larger payloads are set aside unread."
    )
    ingest_rate_per_minute: Annotated[float, Field(gt=0, le=1_000_000)] | None = Field(
        default=60.0,
        description="Messages a single sensor may send for ever; what is over it is set aside "
        "(reason rate). No fill sensor measures every second. Empty: no bound.",
    )
    ingest_rate_burst: Annotated[int, Field(ge=1, le=10_000_000)] = Field(
        default=10_080,
        description="Messages a single sensor may send at once: a week's backlog of one that "
        "reports every minute, as long as the broker keeps messages for an absent ingester.",
    )
    ingest_clock_tolerance_s: Annotated[int, Field(ge=0, le=86_400)] = Field(
        default=300, description="A reading from further in the future is kept and not trusted."
    )
    ingest_oldest_days: Annotated[int, Field(ge=1, le=36_500)] = Field(
        default=3_650, description="Readings measured longer ago are set aside as implausible."
    )

    ingest_metrics_port: Annotated[int, Field(ge=0, le=65_535)] | None = Field(
        default=None,
        description="Port on which `brimful ingest` serves metrics to Prometheus (0 takes a free "
        "one); empty: none are served.",
    )
    ingest_metrics_host: Annotated[str, Field(min_length=1)] = Field(
        default="127.0.0.1", description="Address the metrics are served on."
    )

    level_stale_after_h: Annotated[float, Field(gt=0, le=8_760)] = Field(
        default=48.0, description="A level older than this is shown as stale."
    )

    emptying_tolerance_min: Annotated[float, Field(ge=0, le=1_440)] = Field(
        default=60.0,
        description="A crew's mark and the fall a sensor shows are one emptying when they are not "
        "further apart: a mark may be made at the end of the street, by a phone's own clock.",
    )
    emptying_round_slack_h: Annotated[float, Field(gt=0, le=168)] = Field(
        default=8.0,
        description="So long after its planned time an unmarked stop is a missed pick-up, and a "
        "fall without a mark somebody else's: a shift lasts 8 hours, and phones are offline in it.",
    )

    plan_history_days: Annotated[int, Field(ge=1, le=365)] = Field(
        default=28, description="History the forecast is learnt from."
    )
    plan_round_interval_h: Annotated[float, Field(gt=0, le=720)] = Field(
        default=24.0,
        description="Time from one round to the next. A bin's next chance is half a shift later.",
    )
    plan_solve_limit_s: Annotated[float, Field(gt=0, le=3_600)] = Field(
        default=20.0, description="Hard limit for the search, for each depot."
    )
    plan_detour_factor: Annotated[float, Field(ge=1, le=5)] = Field(
        default=1.4, description="Road metres per straight metre where no road engine is set."
    )
    plan_speed_kmh: Annotated[float, Field(gt=0, le=130)] = Field(
        default=25.0, description="Average driving speed where no road engine is set."
    )
    plan_daily_at: time | None = Field(
        default=time(4, 30),
        description="Depot's local time at which `brimful plan --watch` plans the day; empty: "
        "only on request.",
    )

    api_host: str = Field(default="127.0.0.1", description="Address the API listens on.")
    api_port: Annotated[int, Field(ge=0, le=65_535)] = Field(
        default=8000, description="Port the API listens on."
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severity that is logged."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", description="console for people, json for log collectors."
    )

    @field_validator(
        "mqtt_username",
        "mqtt_password",
        "mqtt_ca_file",
        "mqtt_filters",
        "mqtt_share_group",
        "ingest_rate_per_minute",
        "ingest_metrics_port",
        "plan_daily_at",
        mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        """A variable cannot hold "nothing"; an empty one means it."""
        return None if value == "" else value

    @field_validator("mqtt_filters", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Take a text with commas apart, and refuse what no broker would take."""
        if not isinstance(value, str):
            return value
        filters = tuple(part.strip() for part in value.split(",") if part.strip())
        for filter_ in filters:
            levels = filter_.split("/")
            if filter_.startswith("$share/"):
                raise ValueError("leave $share/... out and set BRIMFUL_MQTT_SHARE_GROUP")
            if any(("#" in at or "+" in at) and len(at) > 1 for at in levels) or "#" in levels[:-1]:
                raise ValueError(f"{filter_!r} is no MQTT topic filter")
        return filters or None

    @property
    def clock_tolerance(self) -> timedelta:
        """How far ahead a device's clock may be."""
        return timedelta(seconds=self.ingest_clock_tolerance_s)

    @property
    def emptying_tolerance(self) -> timedelta:
        """How far a crew's mark and a sensor's fall may be apart."""
        return timedelta(minutes=self.emptying_tolerance_min)

    @property
    def emptying_round_slack(self) -> timedelta:
        """How late a round, and the mark of a stop, may be."""
        return timedelta(hours=self.emptying_round_slack_h)

    @property
    def stale_after(self) -> timedelta:
        """Age at which a level counts as stale."""
        return timedelta(hours=self.level_stale_after_h)
