"""Tables as CSV."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def rows(lines: Iterable[Iterable[Any]]) -> str:
    """Lines of cells."""
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


def columns(named: Mapping[str, Sequence[Any]]) -> str:
    """Equally long columns, their names first."""
    return rows([named, *zip(*named.values(), strict=True)])
