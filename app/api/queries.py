"""Parameters that a route does not have: refused, so that a slip (`epochs` for `epoch`) is noticed."""

from collections.abc import Callable
from typing import Any

from fastapi.requests import HTTPConnection
from pydantic import BaseModel

from ..errors import invalid_request

_known: dict[Callable[..., Any], frozenset[str]] = {}  # of each route's function, found once


async def refuse_unknown(connection: HTTPConnection) -> None:
    """Raise Invalid for a name in the query that the route does not know: a dependency of all of the API."""
    route = connection.scope["route"]
    known = _known.get(route.endpoint)
    if known is None:
        known = _known[route.endpoint] = _parameters(route)
    unknown = [name for name in connection.query_params if name not in known]
    if unknown:
        text = f"There is no such parameter. Those of this path: {', '.join(sorted(known)) or 'none'}."
        raise invalid_request(
            [{"loc": ("query", name), "type": "unknown_parameter", "msg": text} for name in unknown]
        )


def _parameters(route: Any) -> frozenset[str]:
    found: set[str] = set()
    dependants = [route.dependant]
    while dependants:
        one = dependants.pop()
        dependants += one.dependencies
        for field in one.query_params:
            model = field.field_info.annotation
            if isinstance(model, type) and issubclass(model, BaseModel):  # a lens has its parameters there
                found |= {info.alias or name for name, info in model.model_fields.items()}
            else:
                found.add(field.alias)
    return frozenset(found)
