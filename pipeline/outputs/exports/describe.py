"""A table in the words of the Data Package standard, version 2: made from the same list as its CSV."""

import hashlib
from typing import Any, Final

from pipeline.outputs.exports.cells import LINE_END
from pipeline.outputs.exports.resource import Field, Reference, Resource, Row

_DIALECT: Final = {"delimiter": ",", "lineTerminator": LINE_END, "quoteChar": '"', "doubleQuote": True, "header": True}


def described(resource: Resource[Row], content: bytes) -> dict[str, Any]:
    """The entry of *resource*, whose file holds *content*."""
    return {
        "name": resource.name,
        "type": "table",
        "title": resource.title,
        "description": resource.description,
        "path": resource.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "dialect": _DIALECT,
        "schema": {
            "fields": [_field(field, required=field.name in resource.key) for field in resource.fields],
            "primaryKey": list(resource.key),
            **({"foreignKeys": [_reference(each) for each in resource.refers]} if resource.refers else {}),
            "missingValues": [""],
        },
    }


def _field(field: Field[Row], *, required: bool) -> dict[str, Any]:
    constraints: dict[str, Any] = {"required": True} if required else {}
    if field.among:
        constraints["enum"] = list(field.among)
    return {
        "name": field.name,
        "type": field.type,
        "description": field.description,
        **({"unit": field.unit} if field.unit else {}),
        **({"constraints": constraints} if constraints else {}),
    }


def _reference(each: Reference) -> dict[str, Any]:
    return {"fields": list(each.fields), "reference": {"resource": each.resource, "fields": list(each.keys)}}
