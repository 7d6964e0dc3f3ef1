"""Would a consumer that was written for one schema understand the messages of another?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def breaks(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What of `new` breaks a consumer of `old`, one line each; both are JSON Schemas as pydantic makes them.

    A field may be added. It may not vanish, become optional where it was always there, become null where it never was,
    change its type or constant, or take values that an enumeration did not have.
    """
    return list(_breaks(old, new, old, new, "message"))


def _breaks(old: Any, new: Any, old_root: Any, new_root: Any, path: str) -> Iterator[str]:
    old, new = _resolved(old, old_root), _resolved(new, new_root)
    if extra := sorted(_types(new) - _types(old)):
        yield f"{path}: may be {', '.join(extra)} now, was {', '.join(sorted(_types(old)))}"
    if old.get("const") != new.get("const"):
        yield f"{path}: is {new.get('const')!r} now, was {old.get('const')!r}"
    if (values := _values(old)) and (more := sorted(map(str, _values(new) - values)) or not _values(new)):
        yield f"{path}: has values {more if more is not True else 'of any kind'} that it had not"
    for name, part in old.get("properties", {}).items():
        where = f"{path}.{name}"
        if name not in new.get("properties", {}):
            yield f"{where}: is gone"
            continue
        if name in old.get("required", ()) and name not in new.get("required", ()):
            yield f"{where}: may be absent now"
        yield from _breaks(part, new["properties"][name], old_root, new_root, where)
    for within in ("items", "additionalProperties"):
        if isinstance(old.get(within), dict) and isinstance(new.get(within), dict):
            yield from _breaks(old[within], new[within], old_root, new_root, f"{path}[]")
    for mine, its in zip(_choices(old, old_root), _choices(new, new_root), strict=False):
        yield from _breaks(mine, its, old_root, new_root, path)


def _resolved(schema: Any, root: Any) -> dict[str, Any]:
    while "$ref" in schema:
        schema = {**root["$defs"][schema["$ref"].rsplit("/", 1)[1]], **{k: v for k, v in schema.items() if k != "$ref"}}
    return dict(schema)


def _types(schema: dict[str, Any]) -> set[str]:
    if "anyOf" in schema:
        return {name for part in schema["anyOf"] for name in (_types(part) or {"object"})}
    return {schema["type"]} if "type" in schema else set()


def _values(schema: dict[str, Any]) -> set[Any]:
    parts = schema.get("anyOf", [schema])
    return {value for part in parts for value in part.get("enum", ())}


def _choices(schema: dict[str, Any], root: Any) -> list[dict[str, Any]]:
    """The alternatives that are objects or lists, which have parts of their own."""
    parts = [_resolved(part, root) for part in schema.get("anyOf", ())]
    return [part for part in parts if part.get("type") in {"object", "array"}]
