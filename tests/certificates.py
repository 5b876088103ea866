"""Certificates that sign themselves, as an operator makes one for a try."""

import shutil
import subprocess
from pathlib import Path

import pytest

SELF_SIGNED = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]


def make_certificate(folder: Path, name: str, *alternatives: str) -> tuple[Path, Path]:
    """A certificate and its key, PEM; `alternatives` are such as IP:127.0.0.1."""
    if shutil.which("openssl") is None:
        pytest.skip("making certificates needs openssl")
    cert, key = folder / f"{name}.pem", folder / f"{name}-key.pem"
    options = ["-addext", f"subjectAltName={','.join(alternatives)}"] if alternatives else []
    command = [*SELF_SIGNED, "-subj", f"/CN={name}", *options, "-keyout", str(key), "-out", str(cert)]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key
