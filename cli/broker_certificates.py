"""``brimful broker certificates``: a private authority and the broker's certificate, in a folder.

ca.crt goes into every sensor and service; ca.key signs and belongs in a safe once all is made;
server.crt and server.key are Mosquitto's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from cli.certificates import Pair, about, general_name, make_authority, make_server
from cli.common import AsJson, fail, print_json
from cli.private_files import EVERYONE, ONLY_OWNER, OWNER_AND_GROUP, read, write_private
from core.errors import BrimfulError, ConflictError, InvalidInputError


@dataclass(frozen=True, kw_only=True, slots=True)
class Certificates:
    """What is in the folder now; ``made`` names the files that are new."""

    made: Sequence[str]
    hosts: Sequence[str]
    until: datetime
    ca_file: str | None
    """None where the operator's certificate is of an authority that everyone knows."""


def certificates_command(
    *,
    folder: Annotated[Path, typer.Option("--dir", help="Where the files are, or shall be.")],
    host: Annotated[
        list[str],
        typer.Option(help="Name or address that clients connect to; may be repeated."),
    ],
    renew: Annotated[
        bool, typer.Option("--renew", help="Replace the server's certificate, not the authority.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a private authority and the broker's certificate where there is none.

    What is there already stays as it is, also when it is an operator's own certificate. Give ca.crt
    to every sensor and set it as BRIMFUL_MQTT_CA_FILE; `brimful doctor` says when the certificate
    ends. Needs neither broker nor database.
    """
    try:
        found = make_certificates(folder, host, now=datetime.now(UTC), renew=renew)
    except BrimfulError as error:
        fail(str(error))
    if as_json:
        print_json(
            {
                "made": found.made,
                "hosts": found.hosts,
                "valid_until": found.until,
                "ca_file": found.ca_file,
            }
        )
        return
    typer.echo(f"made {', '.join(found.made)}" if found.made else "nothing made: all is there")
    typer.echo(f"for {', '.join(found.hosts) or 'no host'}, valid until {found.until:%Y-%m-%d} UTC")
    missing = [h for h in host if h.lower() not in found.hosts]
    if missing:
        typer.echo(
            f"The certificate does not name {', '.join(missing)}: clients that connect to that "
            "will refuse it; --renew makes one for exactly the hosts given.",
            err=True,
        )
    if "ca.key" in found.made:
        typer.echo(
            "ca.crt is for every sensor and service. Whoever has ca.key can pose as your broker: "
            "keep a copy in a safe place; here it is needed only to renew.",
            err=True,
        )


def make_certificates(
    folder: Path, hosts: Sequence[str], *, now: datetime, renew: bool = False
) -> Certificates:
    """Make what is missing in the folder: the authority, then the server's certificate.

    Overwrites nothing; ``renew`` replaces the server's pair and keeps the old one beside it.

    Raises InvalidInputError for a wrong host or folder, ConflictError where half of a pair is
    there or an authority's key is missing.
    """
    if not hosts:
        raise InvalidInputError("give at least one --host")
    for host in hosts:
        general_name(host)
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise InvalidInputError(f"{folder}: cannot be made: {error.strerror}") from error
    old = _pair(folder, "server")
    if old is not None and not renew:
        return _told(folder, [], old)
    authority, made = _authority(folder, now=now, make=old is None)
    new = make_server(authority, hosts, now=now)
    if old is not None:
        write_private(folder / "server.key.old", old.key)
        write_private(folder / "server.crt.old", old.certificate, mode=EVERYONE)
    # the certificate last: while it is not there, nothing is finished
    write_private(folder / "server.key", new.key, mode=OWNER_AND_GROUP)
    write_private(folder / "server.crt", new.certificate, mode=EVERYONE)
    return _told(folder, [*made, "server.crt", "server.key"], new)


def _authority(folder: Path, *, now: datetime, make: bool) -> tuple[Pair, Sequence[str]]:
    found = _pair(folder, "ca")
    if found is not None:
        return found, []
    if not make:
        raise ConflictError(
            f"{folder}: there is no ca.crt and ca.key to renew with: renew the certificate where "
            "it came from"
        )
    new = make_authority(now=now)
    write_private(folder / "ca.key", new.key, mode=ONLY_OWNER)
    write_private(folder / "ca.crt", new.certificate, mode=EVERYONE)
    return new, ["ca.crt", "ca.key"]


def _pair(folder: Path, name: str) -> Pair | None:
    certificate, key = read(folder / f"{name}.crt"), read(folder / f"{name}.key")
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        there, missing = (".key", ".crt") if certificate is None else (".crt", ".key")
        raise ConflictError(
            f"{folder}: {name}{there} is there without {name}{missing}: put that beside it, or "
            f"move {name}{there} away to have both made anew"
        )
    return Pair(certificate=certificate, key=key)


def _told(folder: Path, made: Sequence[str], server: Pair) -> Certificates:
    try:
        said = about(server.certificate)
    except InvalidInputError as error:
        raise InvalidInputError(f"{folder / 'server.crt'} {error}") from error
    ca_file = folder / "ca.crt"
    return Certificates(
        made=made,
        hosts=said.hosts,
        until=said.until,
        ca_file=str(ca_file) if ca_file.exists() else None,
    )
