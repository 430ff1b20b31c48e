"""The OpenAPI description as a page shows it: operations with their fields, references resolved. Pure."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
METHODS = ("get", "post", "put", "patch", "delete")
# Deeper nobody reads, and a schema may hold itself.
DEEPEST = 5
# So much of an example's body: the required fields, or the first ones.
_EXAMPLE_FIELDS = 4


@dataclass(frozen=True)
class Field:
    """`kind` is in JSON's words; `inside` are the fields of an object, or of what a list holds."""

    name: str
    kind: str
    is_required: bool = False
    words: str = ""
    values: list[str] = field(default_factory=list)
    inside: list["Field"] = field(default_factory=list)


@dataclass(frozen=True)
class Shape:
    """What is sent or answered, of one media type."""

    media: str
    fields: list[Field]
    kind: str


@dataclass(frozen=True)
class Reply:
    status: str
    words: str
    shapes: list[Shape]


@dataclass(frozen=True)
class Operation:
    """`command` is an example for a shell; `link` is an address that can be opened as it is, or ""."""

    id: str
    method: str
    path: str
    words: str
    needs_sign_in: bool
    parameters: list[Field]
    bodies: list[Shape]
    replies: list[Reply]
    command: str
    link: str


def list_operations(document: Schema, *, site: str) -> dict[str, list[Operation]]:
    """By tag, in the order of the document. `site` begins the addresses of the examples."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                asked = methods[method]
                tag = (asked.get("tags") or [""])[0]
                found.setdefault(tag, []).append(_Reader(document).operation(method, path, asked, site))
    return found


class _Reader:
    def __init__(self, document: Schema) -> None:
        self._document = document

    def operation(self, method: str, path: str, asked: Schema, site: str) -> Operation:
        parameters = [self._parameter(each) for each in asked.get("parameters", [])]
        bodies = self._shapes(asked.get("requestBody", {}))
        needs_sign_in = "401" in asked["responses"] and bool(asked.get("security"))
        is_open = method == "get" and not needs_sign_in and not any(each.is_required for each in parameters)
        return Operation(
            id=asked["operationId"],
            method=method.upper(),
            path=path,
            words=asked.get("description", ""),
            needs_sign_in=needs_sign_in,
            parameters=parameters,
            bodies=bodies,
            replies=list(self._replies(asked["responses"])),
            command=_command(method, site + path, parameters, bodies, needs_sign_in=needs_sign_in),
            link=path if is_open else "",
        )

    def _parameter(self, given: Schema) -> Field:
        described = {**given.get("schema", {}), "description": given.get("description", "")}
        found = self._field(given["name"], described, required=given.get("required", False), depth=1)
        return Field(
            found.name, f"{given['in']} · {found.kind}", found.is_required, found.words, found.values
        )

    def _replies(self, responses: Schema) -> Iterator[Reply]:
        for status, given in responses.items():
            yield Reply(status, given.get("description", ""), self._shapes(given))

    def _shapes(self, given: Schema) -> list[Shape]:
        return [
            self._shape(media, each.get("schema", {})) for media, each in given.get("content", {}).items()
        ]

    def _shape(self, media: str, schema: Schema) -> Shape:
        return Shape(media, self._inside(schema, depth=0), self._kind(self._resolved(schema)))

    def _field(self, name: str, schema: Schema, *, required: bool, depth: int) -> Field:
        resolved = self._resolved(schema)
        return Field(
            name=name,
            kind=self._kind(resolved),
            is_required=required,
            words=schema.get("description") or resolved.get("description", ""),
            values=[str(each) for each in resolved.get("enum", []) if each not in (None, "")],
            inside=self._inside(resolved, depth=depth),
        )

    def _inside(self, schema: Schema, *, depth: int) -> list[Field]:
        resolved = self._resolved(schema)
        if depth >= DEEPEST:
            return []
        if "items" in resolved:
            return self._inside(resolved["items"], depth=depth)
        if choices := resolved.get("oneOf"):
            return [
                self._field("", each, required=False, depth=depth + 1)
                for each in choices
                if self._inside(each, depth=depth + 1)
            ]
        required = resolved.get("required", [])
        return [
            self._field(name, each, required=name in required, depth=depth + 1)
            for name, each in resolved.get("properties", {}).items()
        ]

    def _resolved(self, schema: Schema) -> dict[str, Any]:
        """Without references: what is put together of several parts is one."""
        found = dict(schema)
        if reference := found.pop("$ref", None):
            found = {**self._named(reference), **found}
        for part in found.pop("allOf", []):
            found = {**self._resolved(part), **found}
        return found

    def _named(self, reference: str) -> dict[str, Any]:
        found: Any = self._document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        return self._resolved(found)

    def _kind(self, resolved: Schema) -> str:
        if choices := resolved.get("oneOf"):
            kinds = dict.fromkeys(self._kind(self._resolved(each)) for each in choices)
            return " | ".join(kind for kind in kinds if kind)
        kind = resolved.get("format") or resolved.get("type", "")
        if kind == "array":
            return f"[{self._kind(self._resolved(resolved.get('items', {})))}]"
        return f"{kind} | null" if resolved.get("nullable") else str(kind)


def _command(
    method: str, address: str, parameters: list[Field], bodies: list[Shape], *, needs_sign_in: bool
) -> str:
    """For a shell; what stands in capitals is the reader's."""
    query = "&".join(f"{each.name}={each.name.upper()}" for each in _queried(parameters))
    parts = ["curl" if method == "get" else f"curl -X {method.upper()}"]
    if needs_sign_in:
        parts.append('-H "Authorization: Bearer TOKEN"')
    if bodies:
        parts += _sent(bodies[0])
    return " ".join([*parts, f"'{address}{'?' if query else ''}{query}'"])


def _queried(parameters: list[Field]) -> list[Field]:
    return [each for each in parameters if each.is_required and each.kind.startswith("query")]


def _sent(body: Shape) -> list[str]:
    if body.media == "application/json":
        example = json.dumps({each.name: each.name.upper() for each in _first(body)})
        return [f"-H 'Content-Type: {body.media}'", f"-d '{example}'"]
    if body.media == "multipart/form-data":
        return [f"-F {each.name}={'@' if each.kind == 'binary' else ''}FILE" for each in _first(body)]
    return [f"-H 'Content-Type: {body.media}'", "--data-binary @FILE"]


def _first(body: Shape) -> list[Field]:
    named = [each for each in body.fields if each.name]
    return [each for each in named if each.is_required] or named[:_EXAMPLE_FIELDS]
