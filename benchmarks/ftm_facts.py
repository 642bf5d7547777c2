"""The facts of followthemoney's model as one file: schemata, properties, relations, value lists.

Example: python benchmarks/ftm_facts.py > src/manumit/network/data/ftm.json
Needs followthemoney (requirements/bench-peers.txt); the product itself does not.
"""

import json
from importlib.metadata import version
from typing import Any

from followthemoney import model
from followthemoney.types import registry


def _prop(found: Any) -> dict[str, Any]:
    said: dict[str, Any] = {"label": found._label, "type": found.type.name}
    if found.range is not None:
        said["range"] = found.range.name
    said |= {"matchable": True} if found.matchable else {}
    said |= {"hidden": True} if found.hidden or found.deprecated else {}
    return said | {"max": found.max_length}


def _schema(found: Any) -> dict[str, Any]:
    own = {p.name: _prop(p) for p in found.properties.values() if p.schema == found and not p.stub}
    said: dict[str, Any] = {
        "label": found._label,
        "plural": found._plural,
        "extends": sorted(parent.name for parent in found.extends),
        "caption": found.caption,
        "featured": found.featured,
        "required": found.required,
        "matchable": found.matchable,
        "abstract": found.abstract,
        "properties": own,
    }
    if found.edge:
        said["edge"] = {
            "source": found.edge_source,
            "target": found.edge_target,
            "label": found._edge_label,
            "directed": found.edge_directed,
        }
    return said


def facts() -> dict[str, Any]:
    """Return what is in the package, with where it comes from."""
    return {
        "source": "followthemoney, github.com/opensanctions/followthemoney, model and value lists",
        "version": version("followthemoney"),
        "licence": "MIT; (c) 2017-2024 Journalism Development Network, 2025 OpenSanctions",
        "status": "verified",
        "topics": dict(registry.topic.names),
        "genders": dict(registry.gender.names),
        "countries": sorted(registry.country.names),
        "schemata": {s.name: _schema(s) for s in sorted(model, key=lambda s: s.name)},
    }


if __name__ == "__main__":
    print(json.dumps(facts(), ensure_ascii=False, indent=1))
