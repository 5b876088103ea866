"""The certificate under which the server speaks https, read before anything else is started."""

import ssl
from pathlib import Path

OF_ANOTHER = ("KEY_VALUES_MISMATCH", "KEY_TYPE_MISMATCH")


class BadCertificate(Exception):
    """Certificate and key cannot be used; the message says which and why."""


def tls_context(cert: Path, key: Path) -> ssl.SSLContext:
    """What a server shows and knows: a certificate with those that sign it, and its key, in PEM.

    Raises:
        BadCertificate: a file cannot be read, is not PEM, wants a password, or the key is another's.
    """
    for option, path in (("--tls-cert", cert), ("--tls-key", key)):
        try:
            path.read_bytes()  # load_cert_chain would not say which of the two it could not read
        except OSError as error:
            raise BadCertificate(f"{option}: {path}: {error.strerror}.") from error
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(cert, key, password=lambda: "")  # a server that starts alone asks nobody
    except ssl.SSLError as error:
        if error.reason in OF_ANOTHER:
            raise BadCertificate(f"--tls-key: {key} is not the key of {cert}.") from error
        text = f"{cert} and {key} are not a certificate and its key, PEM, without a password."
        raise BadCertificate(f"--tls-cert, --tls-key: {text}") from error
    return context
