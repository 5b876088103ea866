"""Names that the eye takes for one another, or does not see at all."""

import pytest
from chalknet.runs.names import PersonName, key
from pydantic import TypeAdapter, ValidationError

NAME = TypeAdapter(PersonName)


@pytest.mark.parametrize(
    "name",
    ["anna", "A n n a", "An\u200dna", "An\u034fna", "Anna\u3164", "Ａｎｎａ", "An\ufe0fna"],
)
def test_two_names_that_look_the_same_are_the_same(name: str) -> None:
    assert key(name) == key("Anna")


@pytest.mark.parametrize("name", ["Ann", "Anná", "Ana", "安娜", "Anna 2"])
def test_names_that_look_different_are_different(name: str) -> None:
    assert key(name) != key("Anna")


@pytest.mark.parametrize(
    "name",
    [
        "\u3164",
        "\u2800",
        "\u115f",
        "\u17b4",
        "\u034f",
        "\ufe0f",
        "\u0301",
        "\U000e0101",
        "\U0001d159",
        "Z" + "\u0301" * 5,
    ],
)
def test_a_name_can_be_seen(name: str) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(name)


@pytest.mark.parametrize(
    "name", ["Ada", "小明", "Zoë", "नीता", "👩\u200d🔬", "5", "O'Neil", "Ngu\u0302\u0303y\u0301", "שָּׁ"]
)
def test_names_of_all_scripts_are_taken(name: str) -> None:
    assert NAME.validate_python(name) == name
