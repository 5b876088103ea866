"""What a run or a person may be called, and when two names are the same to the eye."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, GetJsonSchemaHandler, StringConstraints
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

# Letters, marks, numbers, punctuation, symbols and plain spaces: no control or direction-changing characters,
# but, after the first, the joiners that some scripts and many emoji are written with.
_VISIBLE = r"[^\p{C}\p{Zl}\p{Zp}]"

# What leaves nothing on the screen, or nothing of its own: Unicode's default ignorables, and fillers.
_INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u200c\u200d\u2800\u3164\uffa0\U0001d159"
) | {chr(code) for first, end in ((0xFE00, 0xFE10), (0xE0100, 0xE01F0)) for code in range(first, end)}
# On one letter: more climb over the lines above. Hebrew and Vietnamese need three, Tibetan four.
_MARKS = 4


def key(name: str) -> str:
    """Equal for names that differ only in case, spaces, width, invisible letters or how they are composed.

    Letters of other scripts that look alike (a Cyrillic a) stay different: the teacher can change a name.
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    seen = (letter for letter in unicodedata.normalize("NFKC", folded) if not letter.isspace())
    return "".join(letter for letter in seen if letter not in _INVISIBLE)


def _seen(name: str) -> str:
    if all(unicodedata.category(letter).startswith("M") for letter in key(name)):
        raise ValueError("a name has something in it that can be seen")
    marked = "".join("m" if unicodedata.category(letter).startswith("M") else " " for letter in name)
    if "m" * (_MARKS + 1) in marked:
        raise ValueError(f"a letter has at most {_MARKS} marks")
    return name


class _Format:
    """A format in the API's document, in the pattern's place: not every language has `p{C}` in patterns."""

    @staticmethod
    def __get_pydantic_json_schema__(schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler(schema)
        described.pop("pattern")
        return {**described, "format": "name"}


Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=80,
        pattern=rf"^{_VISIBLE}(?:{_VISIBLE}|[\u200C\u200D])*$",
    ),
    AfterValidator(_seen),
    _Format,
]
PersonName = Annotated[Name, StringConstraints(max_length=40)]
