import doctest
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def test_the_examples_of_the_reading_hour_run():
    found = doctest.testfile(str(DOCS / "nncore-in-one-hour.md"), module_relative=False)
    assert found.attempted > 20
    assert found.failed == 0


def test_the_notation_names_what_is_there():
    """Every function that the table of equations sends a reader to exists."""
    import importlib
    import re

    places = re.findall(r"`(\w+)\.(\w+)`", (DOCS / "notation.md").read_text())
    modules = {"activations", "backprop", "evaluation", "losses", "network", "optimizers", "reference"}
    named = [(module, name) for module, name in places if module in modules]
    assert len(named) > 10
    for module, name in named:
        assert hasattr(importlib.import_module(f"nncore.{module}"), name)
