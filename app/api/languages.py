"""The languages of the page: those whose words are in static/i18n/words, a file each."""

import re
from pathlib import Path

from ..http.assets import STATIC

NAME = re.compile(r'^export const name = "(.+)";$', re.MULTILINE)


def find_languages(folder: Path = STATIC / "i18n" / "words") -> dict[str, str]:
    """Every language by its tag (BCP 47), with its own name; English first."""
    found = {}
    for file in sorted(folder.glob("*.js"), key=lambda file: (file.stem != "en", file.stem)):
        name = NAME.search(file.read_text(encoding="utf-8"))
        if name is None:
            raise ValueError(f"{file} does not say the language's own name: export const name")
        found[file.stem] = name[1]
    return found


LANGUAGES = find_languages()


def likely_language(accepted: str) -> str:
    """The first language of an Accept-Language header that the page speaks, or English.

    A guess, so that its words are fetched ahead: the page itself decides, and knows the visitor's choice.
    """
    for wish in accepted.split(","):
        name = wish.partition(";")[0].strip().lower()
        same = [tag for tag in LANGUAGES if tag.partition("-")[0].lower() == name.partition("-")[0]]
        if same:
            return next((tag for tag in same if tag.lower() == name), same[0])
    return "en"
