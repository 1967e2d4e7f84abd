"""``brimful decode``: what a device's bytes say, for an installer with a payload in hand."""

import base64
import binascii
import re
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer

from cli.common import AsJson, fail, print_json
from core.bins import Calibration
from core.measurements import Measurement
from core.plausible import EARLIEST
from core.readings import Trust
from core.rules.fill import judge
from ingest.devices import DEVICES, FrameError, UnknownDeviceError, decode_frame

PORT_MAX = 223
"""LoRaWAN 1.0.4, 4.3.2: above are test and reserved ports, 0 is the network's own."""

_BETWEEN_BYTES = re.compile(r"[\s:.,_-]+")


def decode_command(
    *,
    payload: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PAYLOAD",
            help="The bytes in hexadecimal; spaces, colons and 0x may stand between them.",
        ),
    ] = None,
    device: Annotated[
        str | None, typer.Option("--device", help="The make and model; --list names them.")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", help="LoRaWAN's FPort. Leave it out for NB-IoT."),
    ] = None,
    is_base64: Annotated[
        bool, typer.Option("--base64", help="PAYLOAD is base64, as network servers show it.")
    ] = False,
    empty_mm: Annotated[
        int | None, typer.Option(min=1, help="From the sensor to the floor of the empty bin.")
    ] = None,
    full_mm: Annotated[
        int | None, typer.Option(min=0, help="From the sensor to the content of a full bin.")
    ] = None,
    blind_zone_mm: Annotated[
        int, typer.Option(min=0, help="What is nearer than this the sensor cannot see.")
    ] = 0,
    list_devices: Annotated[
        bool, typer.Option("--list", help="Name the devices and do nothing else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what the bytes of a device say: level, battery, temperature, tilt, or what is wrong.

    With --empty-mm and --full-mm also the fill in a bin of these distances, and whether it would
    be trusted. docs/devices.md has the devices and what each of them can say.
    """
    if list_devices:
        _print_devices(as_json=as_json)
        return
    if device is None or not payload:
        fail("give --device NAME and the payload; --list names the devices")
    if port is not None and not 1 <= port <= PORT_MAX:
        fail(f"port {port}: LoRaWAN's ports of devices are 1 to {PORT_MAX}")
    calibration = _calibration(empty_mm, full_mm, blind_zone_mm)
    frame = _frame(" ".join(payload), is_base64=is_base64)
    try:
        said = decode_frame(device, frame, port=port)
    except UnknownDeviceError as error:
        fail(f"{error}; --list shows all")
    except FrameError as error:
        fail(f"{device} cannot have sent this: {error}")
    readings = [_document(measurement, calibration) for measurement in said]
    if as_json:
        print_json(_newest_first(said, readings))
    else:
        _print_table(readings)


def _print_devices(*, as_json: bool) -> None:
    if as_json:
        print_json({"devices": {device.name: device.title for device in DEVICES.values()}})
        return
    width = max(len(name) for name in DEVICES)
    for device in DEVICES.values():
        typer.echo(f"{device.name:{width}}  {device.title}")


def _calibration(
    empty_mm: int | None, full_mm: int | None, blind_zone_mm: int
) -> Calibration | None:
    if empty_mm is None and full_mm is None and not blind_zone_mm:
        return None
    try:
        return Calibration(
            version=1,
            valid_from=EARLIEST,
            empty_distance_mm=empty_mm,
            full_distance_mm=full_mm,
            blind_zone_mm=blind_zone_mm,
        )
    except ValueError as error:
        fail(f"--empty-mm, --full-mm: {error}")


def _frame(text: str, *, is_base64: bool) -> bytes:
    if is_base64:
        try:
            return base64.b64decode("".join(text.split()), validate=True)
        except binascii.Error as error:
            fail(f"the payload is not base64 ({error}); without --base64 it is hexadecimal")
    digits = "".join(
        part.removeprefix("0x").removeprefix("0X") for part in _BETWEEN_BYTES.split(text)
    )
    wrong = re.search(r"[^0-9A-Fa-f]", digits)
    if wrong is not None:
        fail(
            f"{wrong[0]!r} is no hexadecimal digit; --base64 reads what network servers show as "
            "frm_payload or data"
        )
    if len(digits) % 2:
        fail(f"{len(digits)} hexadecimal digits are no whole bytes: one is missing or too many")
    return bytes.fromhex(digits)


def _document(measurement: Measurement, calibration: Calibration | None) -> dict[str, Any]:
    """Return a measurement for programs; with a calibration, its fill in that bin and trust."""
    document = asdict(measurement)
    if calibration is not None:
        now = measurement.measured_at or datetime.now(UTC)
        fill, trust = judge(
            measurement,
            measured_at=now,
            received_at=now,
            calibration=calibration,
            clock_tolerance=timedelta(),
        )
        document["fill_pct"] = fill if fill is None else round(fill, 1)
        document["trust"] = trust
    return document


def _newest_first(said: tuple[Measurement, ...], readings: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the newest measurement; all of them beside it where the frame tells of the past."""
    newest = len(said) - 1  # what has no time of its own was measured just now, and stands last
    if said[newest].measured_at is not None:
        newest = max(range(len(said)), key=lambda i: said[i].measured_at or EARLIEST)
    if len(said) == 1 and said[0].measured_at is None:
        return readings[newest]
    return {**readings[newest], "readings": readings}


def _print_table(readings: list[dict[str, Any]]) -> None:
    for number, reading in enumerate(readings):
        if number:
            typer.echo("")
        for name, value in reading.items():
            if value is not None:
                typer.echo(f"{name:16} {_shown(value)}")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Trust):
        return value.replace("_", " ")
    return str(value)
