"""That every route declares its access: what there is of it, told in the OpenAPI."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from api import examples
from api.access import SAFE, Access, Limits
from api.public_routes import PUBLIC, Public


def install(app: FastAPI) -> None:
    """See that every route declares its access and asks for it first, tell it in the OpenAPI, and begin to count.

    Raises:
        RuntimeError: a route declares nothing, or more than one thing.
    """
    app.state.limits = Limits()
    told = {(method.lower(), path): access for (method, path), access in declared(app).items()}
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        if dependant is not None:  # nobody's 32 MiB are read before it is known who sends them
            dependant.dependencies.sort(key=lambda each: not isinstance(each.call, Access))
    describe = app.openapi

    def openapi() -> dict[str, Any]:
        schema = describe()
        for path, operations in schema["paths"].items():
            for method, operation in operations.items():
                access = told[(method, path)]
                operation["x-access"] = _told(access)
                if isinstance(access, Access):
                    limited = (429,) if method.upper() not in SAFE else ()
                    for status, response in examples.problems(401, 403, *limited).items():
                        operation["responses"].setdefault(str(status), response)
        return schema

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI says how


def _told(access: Access | Public) -> dict[str, Any]:
    if isinstance(access, Public):
        return {"public": access.why}
    told = {"anyOf": list(access.powers), "whose": access.shared or "the caller's organisation's"}
    return told | ({"person": True} if access.person else {})


def accesses(dependant: Dependant) -> list[Access]:
    """The accesses that a route's dependencies declare."""
    found = [dependant.call] if isinstance(dependant.call, Access) else []
    return [*found, *(access for each in dependant.dependencies for access in accesses(each))]


def declared(app: FastAPI) -> Mapping[tuple[str, str], Access | Public]:
    """Method and path, as the OpenAPI writes it, of every route -> what it declares.

    Raises:
        RuntimeError: a route declares nothing, or more than one thing.
    """
    found: dict[tuple[str, str], Access | Public] = {}
    for route in iter_route_contexts(app.routes):
        dependant = getattr(route, "dependant", None)
        listed = accesses(dependant) if dependant is not None else []
        for method in sorted((getattr(route, "methods", None) or {"GET"}) - {"HEAD"}):
            public = PUBLIC.get((method, str(route.path)))
            if len(listed) + (public is not None) != 1:
                how = "more than one access" if listed else "no access (api.access)"
                raise RuntimeError(f"{method} {route.path} declares {how}.")
            found[(method, str(getattr(route, "path_format", None) or route.path))] = (
                listed[0] if public is None else public
            )
    return found
