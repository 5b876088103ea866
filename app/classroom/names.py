"""What a person in the class may be called, and when two names are the same to the eye."""

import unicodedata
from typing import Annotated

from pydantic import StringConstraints

from ..runs.updates import Name

PersonName = Annotated[Name, StringConstraints(max_length=40)]


def key(name: str) -> str:
    """Equal for names that differ only in case, spaces, width or how their letters are composed."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(letter for letter in unicodedata.normalize("NFKC", folded) if not letter.isspace())
