"""Codes that people type and tokens that machines keep, and how they are compared.

Of all but the join code, which hangs on the wall, only the digest is stored.
"""

import hashlib
import hmac
import secrets

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"  # no I, L, O: nobody takes one for another, nor for a digit
JOIN_LETTERS = 6
RETURN_LETTERS = 12
TOKEN_BYTES = 32


def new_join_code() -> str:
    """What the teacher writes on the board: short, for everybody in the room."""
    return _letters(JOIN_LETTERS)


def new_return_code() -> str:
    """What brings one person back on another device: long enough to be nobody else's."""
    return _letters(RETURN_LETTERS)


def new_token() -> str:
    """What a browser or a script shows with every request.

    A command would take one that begins with a hyphen for an option.
    """
    while (token := secrets.token_urlsafe(TOKEN_BYTES)).startswith("-"):
        pass
    return token


def plain_code(text: str) -> str:
    """A code as it is compared: people write it small, with spaces, or in groups."""
    return "".join(letter for letter in text.upper() if letter.isascii() and letter.isalnum())


def digest(secret: str) -> str:
    """SHA-256 of a secret with enough chance in it that a table of digests gives nothing away."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two texts are equal, in a time that does not tell how much of them is."""
    return hmac.compare_digest(one.encode(), other.encode())


def _letters(count: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(count))
