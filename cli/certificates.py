"""A private authority and the broker's certificate from it, for who has no certificate yet.

The only user of ``cryptography``. Keys are on the curve P-256, which every TLS stack for small
devices knows (RFC 7925 asks for it); certificates follow RFC 5280.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from core.errors import InvalidInputError

AUTHORITY_LASTS = timedelta(days=3_652)
"""Ten years, as long as a sensor's battery: each device carries the authority's certificate."""
SERVER_LASTS = timedelta(days=730)
CLOCKS_APART = timedelta(days=1)
"""A device whose clock is behind takes a new certificate too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A certificate and its private key, both PEM."""

    certificate: bytes
    key: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class About:
    """What a certificate says."""

    hosts: Sequence[str]
    until: datetime


def make_authority(*, now: datetime) -> Pair:
    """Make an authority that can only sign certificates of servers, no other authority's."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"Brimful authority {now:%Y-%m-%d}")])
    builder = (
        _builder(name, name, key.public_key(), now=now, lasts=AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )
    return _pair(builder.sign(key, hashes.SHA256()), key)


def make_server(authority: Pair, hosts: Sequence[str], *, now: datetime) -> Pair:
    """Make a server's certificate for host names and addresses, signed by the authority.

    Raises InvalidInputError for what is no host, or an authority that ends before it would.
    """
    try:
        issuer = x509.load_pem_x509_certificate(authority.certificate)
        issuer_key = serialization.load_pem_private_key(authority.key, password=None)
    except (ValueError, TypeError) as error:  # TypeError: the key is encrypted
        raise InvalidInputError(f"the authority's files cannot be read: {error}") from error
    if not isinstance(issuer_key, ec.EllipticCurvePrivateKey):
        raise InvalidInputError("the authority's key is none that Brimful made")
    if issuer_key.public_key() != issuer.public_key():
        raise InvalidInputError("the authority's key does not belong to its certificate")
    if now + SERVER_LASTS > issuer.not_valid_after_utc:
        raise InvalidInputError(
            f"the authority ends on {issuer.not_valid_after_utc:%Y-%m-%d}, before the certificate "
            "would: make a new one in another folder and give devices both for a while"
        )
    key = ec.generate_private_key(ec.SECP256R1())
    # clients look at the alternative names; the common name is for people
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0][:64])])
    builder = (
        _builder(name, issuer.subject, key.public_key(), now=now, lasts=SERVER_LASTS)
        .add_extension(
            x509.SubjectAlternativeName([general_name(host) for host in hosts]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    return _pair(builder.sign(issuer_key, hashes.SHA256()), key)


def about(certificate: bytes) -> About:
    """Read the hosts and the end of a PEM certificate; the first one of a chain.

    Raises InvalidInputError for what is none.
    """
    try:
        found = x509.load_pem_x509_certificate(certificate)
    except ValueError as error:
        raise InvalidInputError(f"is no PEM certificate: {error}") from error
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return About(hosts=(), until=found.not_valid_after_utc)
    hosts = (
        *names.get_values_for_type(x509.DNSName),
        *(str(a) for a in names.get_values_for_type(x509.IPAddress)),
    )
    return About(hosts=hosts, until=found.not_valid_after_utc)


def general_name(host: str) -> x509.GeneralName:
    """Return a host name or address as certificates write it; raises InvalidInputError."""
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    labels = host.removeprefix("*.").split(".")
    if len(host) > 253 or not all(_is_label(label) for label in labels):
        raise InvalidInputError(
            f"{host!r} is no host: give the name or address that devices connect to, without "
            "port or mqtts://"
        )
    return x509.DNSName(host.lower())


def _is_label(text: str) -> bool:
    return (
        text.isascii()
        and text.replace("-", "").isalnum()
        and len(text) <= 63
        and not (text.startswith("-") or text.endswith("-"))
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    *,
    now: datetime,
    lasts: timedelta,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_APART)
        .not_valid_after(now + lasts)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pair(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Pair:
    return Pair(
        certificate=certificate.public_bytes(serialization.Encoding.PEM),
        key=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
    )
