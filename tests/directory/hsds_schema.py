"""What the HSDS 3.0 documents in `tests/data/hsds` allow, as one JSON Schema.

The API description refers to compiled schemas at an address outside; this module stands in for
them. Fields and their types are taken from the standard's own full example, so that a field the
standard does not know fails. The required fields, formats and closed lists are the standard's
(HSDS 3.0 schema reference), written here by hand.
"""

import json
from pathlib import Path
from typing import Any

import jsonschema
import referencing

FOLDER = Path(__file__).resolve().parents[1] / "data" / "hsds"
OPENAPI: dict[str, Any] = json.loads((FOLDER / "openapi.json").read_text())
EXAMPLE: dict[str, Any] = json.loads((FOLDER / "service_full.json").read_text())
COMPILED = "https://raw.githubusercontent.com/openreferral/specification/3.0/schema/compiled/"

REQUIRED = {
    "service": ["id", "name", "status"],
    "organization": ["id", "name", "description"],
    "schedules": ["id"],
    "service_areas": ["id"],
    "service_at_locations": ["id"],
    "location": ["id", "location_type"],
    "addresses": [
        "id",
        "address_1",
        "city",
        "state_province",
        "postal_code",
        "country",
        "address_type",
    ],
    "languages": ["id"],
    "phones": ["id", "number"],
    "contacts": ["id"],
    "attributes": ["id", "link_entity"],
    "taxonomy_term": ["id", "name", "description"],
    "required_documents": ["id"],
}
CLOSED = {
    ("service", "status"): ["active", "inactive", "defunct", "temporarily closed"],
    ("schedules", "freq"): ["WEEKLY", "MONTHLY"],
    ("schedules", "wkst"): ["MO", "TU", "WE", "TH", "FR", "SA", "SU"],
    ("location", "location_type"): ["physical", "postal", "virtual"],
    ("addresses", "address_type"): ["physical", "postal", "virtual"],
}
FORMATS = {"id": "uuid", "url": "uri", "website": "uri", "email": "email"}
PATTERNS = {
    "assured_date": r"^\d{4}-\d{2}-\d{2}$",
    "valid_from": r"^\d{4}-\d{2}-\d{2}$",
    "valid_to": r"^\d{4}-\d{2}-\d{2}$",
    "opens_at": r"^\d{2}:\d{2}",
    "closes_at": r"^\d{2}:\d{2}",
    "byday": r"^(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*$",
    "last_modified": r"^\d{4}-\d{2}-\d{2}T",
}


def of(example: Any, kind: str, name: str = "") -> dict[str, Any]:
    """Return the schema of a value by its example; `kind` names the object that holds it."""
    if isinstance(example, dict):
        return {
            "type": "object",
            "additionalProperties": False,
            "required": REQUIRED.get(kind, []),
            "properties": {
                key: of(value, key if isinstance(value, dict | list) else kind, key)
                for key, value in example.items()
            },
        }
    if isinstance(example, list):
        return {"type": "array", "items": of(example[0], kind)}
    if isinstance(example, int | float):
        return {"type": "number"}
    schema: dict[str, Any] = {"type": "string"}
    if (kind, name) in CLOSED:
        schema["enum"] = CLOSED[kind, name]
    if name in FORMATS:
        schema["format"] = FORMATS[name]
    if name in PATTERNS:
        schema["pattern"] = PATTERNS[name]
    return schema


FULL = of(EXAMPLE, "service")
# In lists the standard shows a service's own fields, its organisation and its programme.
LISTED = FULL | {
    "properties": {
        key: schema
        for key, schema in FULL["properties"].items()
        if schema["type"] != "array" and key != "organization"
    }
    | {
        "organization": of(
            {k: v for k, v in EXAMPLE["organization"].items() if not isinstance(v, list | dict)},
            "organization",
        )
    }
}


def check(answer: Any, path: str) -> None:
    """Hold an answer against the response that the API description gives for a path."""
    response = OPENAPI["paths"][path]["get"]["responses"]["200"]
    schema = response["content"]["application/json"]["schema"]
    registry = referencing.Registry().with_resources(
        (
            uri,
            referencing.Resource(
                contents=contents, specification=referencing.jsonschema.DRAFT202012
            ),
        )
        for uri, contents in (
            (COMPILED + "service.json", FULL),
            (COMPILED + "service_list.json", LISTED),
        )
    )
    root = {
        "components": OPENAPI["components"],
        "$ref": "#/$defs/answer",
        "$defs": {"answer": schema},
    }
    jsonschema.Draft202012Validator(
        root, registry=registry, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(answer)
