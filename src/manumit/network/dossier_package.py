"""The package of a dossier: what leaves, as files that anybody can check without this product.

A ZIP of dossier.json (format below), entities.ftm.json (FollowTheMoney, one entity a line), dossier.pdf
and manifest.sha256 (lines as `sha256sum --check` reads them). The same dossier gives the same bytes. A
protected source is told by number, kind and grade alone; what may not leave is not in any of them.
Each claim carries SHA-256 of its canonical JSON (sorted keys, UTF-8, no spaces).
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from manumit.network import claims, dossier, dossier_draft, dossier_kinds

FORMAT = "manumit-dossier-1"
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same for every file: the package says nothing of when


def tables(whole: dossier.Dossier, *, number: str) -> dict[str, Any]:
    """Return dossier.json as tables."""
    whole = dossier_draft.outward(whole)
    leaving = dossier.leaving(whole)
    order = list(dict.fromkeys(one.claim for one in leaving))
    sources = dossier.numbered(whole)
    source_numbers = {one.id: place for place, one in enumerate(sources, 1)}
    values: dict[UUID, list[claims.Said]] = {}
    for one in leaving:
        values.setdefault(one.claim, []).append(one)
    gone = dossier.marks(whole)
    return {
        "format": FORMAT,
        "number": number,
        "kind": whole.kind,
        "language": whole.language,
        "subject": str(whole.subject),
        "mark_lifted": whole.lifted,
        "entities": [
            {
                "id": str(seen.id),
                "schema": seen.schema,
                "label": whole.labels.get(seen.id, ""),
                "may_be_victim": dossier.may_be_victim(seen),
            }
            for seen in _kept(whole, leaving)
        ],
        "relations": [
            {
                "id": str(one.id),
                "tail": str(one.tail),
                "head": str(one.head),
                "words": one.words,
                "since": one.since,
                "until": one.until,
                "certainty": claims.Certainty(one.certainty).name.lower(),
            }
            for one in whole.relations
        ],
        "statement": [
            {
                "text": one.text,
                "claims": [str(claim) for claim in one.claims],
                "on": one.on,
                "criterion": one.criterion,
            }
            for place, one in enumerate(whole.sentences)
            if place not in gone
        ],
        "texts": {
            part.code: whole.texts[part.code]
            for part in dossier_kinds.parts(whole.kind)
            if part.code in whole.texts
        },
        "claims": [_claim(claim, values[claim], source_numbers) for claim in order],
        "contested": [
            {
                "entity": str(one.entity),
                "property": one.prop,
                "value": one.value,
                "source": source_numbers.get(one.source, 0),
            }
            for one in dossier.contested(whole)
        ],
        "sources": [_source(one, place) for place, one in enumerate(sources, 1)],
    }


def _kept(whole: dossier.Dossier, leaving: list[claims.Said]) -> list[claims.Seen]:
    """The subject, whoever a claim is about, and the ends of the relations."""
    wanted = {whole.subject, *(one.entity for one in leaving)}
    wanted |= {end for one in whole.relations for end in (one.tail, one.head)}
    wanted -= {one.id for one in whole.relations}
    return [seen for seen in whole.entities.values() if seen.id in wanted]


def _claim(claim: UUID, said: list[claims.Said], numbers: Mapping[UUID, int]) -> dict[str, Any]:
    first = said[0]
    row: dict[str, Any] = {
        "id": str(claim),
        "entity": str(first.entity),
        "says": {},
        "source": numbers[first.source],
        "reliability": first.reliability,
        "credibility": first.credibility,
        "handling": first.handling.value,
        "on": first.on.isoformat() if first.on else "",
        "entered": first.at.date().isoformat(),
    }
    for one in said:
        row["says"].setdefault(one.prop, []).append(one.value)
    return row | {"sha256": hashed(row)}


def hashed(row: Mapping[str, Any]) -> str:
    """Return SHA-256 of the canonical JSON of a claim, without its own hash."""
    bare = {name: value for name, value in row.items() if name != "sha256"}
    text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _source(one: dossier.Source, number: int) -> dict[str, Any]:
    row: dict[str, Any] = {"number": number, "kind": one.kind, "reliability": one.reliability}
    if one.protected:
        return row | {"protected": True}
    told = {"title": one.title, "reference": one.reference, "on": one.on}
    return row | {"protected": False} | told


def ftm(told: Mapping[str, Any], ends: Mapping[str, tuple[str, str]]) -> str:
    """Return the entities as FollowTheMoney, one a line.

    `ends`: relation schema → the names of the properties of its tail and head.
    """
    rows: dict[str, dict[str, Any]] = {}
    for one in told["entities"]:
        rows[one["id"]] = {"id": one["id"], "schema": one["schema"], "properties": {}}
    for one in told["relations"]:
        schema = one["words"].partition(":")[0]
        tail, head = ends.get(schema, ("subject", "object"))
        properties = {tail: [one["tail"]], head: [one["head"]]}
        properties |= {"startDate": [one["since"]]} if one["since"] else {}
        properties |= {"endDate": [one["until"]]} if one["until"] else {}
        rows[one["id"]] = {"id": one["id"], "schema": schema, "properties": properties}
    for claim in told["claims"]:
        if row := rows.get(claim["entity"]):
            for prop, values in claim["says"].items():
                there = row["properties"].setdefault(prop, [])
                there += [value for value in values if value not in there]
    return "".join(
        json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows.values()
    )


def pack(told: Mapping[str, Any], pdf: bytes, ends: Mapping[str, tuple[str, str]]) -> bytes:
    """Return the ZIP."""
    files = {
        "dossier.json": json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True).encode(),
        "dossier.pdf": pdf,
        "entities.ftm.json": ftm(told, ends).encode(),
    }
    lines = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items()]
    files["manifest.sha256"] = "".join(lines).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            out.writestr(entry, data)
    return made.getvalue()
