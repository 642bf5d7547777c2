"""Dossiers made for tests: a subject, a group, a relation, and what sources say of them."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

from manumit.network import claims, dossier, dossier_kinds

HOME = UUID("00000000-0000-4000-8000-00000000000f")
AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
SUBJECT, GROUP, LINK, OTHER = (uuid5(HOME, name) for name in ("subject", "group", "link", "other"))
LIST, WITNESS = uuid5(HOME, "list"), uuid5(HOME, "witness")


def said(entity, prop, value, *, source=LIST, **given):
    told = {"reliability": "B", "credibility": "2", "handling": claims.Handling.GREEN}
    told |= {"state": claims.State.ACCEPTED, "at": AT, "claim": uuid5(entity, prop + value)} | given
    return claims.Said(entity=entity, prop=prop, value=value, source=source, **told)


def whole(*more, kind="listing", **given):
    values = [
        said(SUBJECT, "name", "Amal Example"),
        said(SUBJECT, "birthDate", "1980-03-04"),
        said(SUBJECT, "position", "commander", source=WITNESS),
        said(GROUP, "name", "Example Brigade"),
        said(LINK, "role", "commander", source=WITNESS),
        said(OTHER, "name", "Test Person 3"),
        *more,
    ]
    schemata = {SUBJECT: "Person", GROUP: "Organization", LINK: "Membership", OTHER: "Person"}
    seen = {
        entity: claims.Seen(entity, schema, tuple(v for v in values if v.entity == entity))
        for entity, schema in schemata.items()
    }
    made = dossier.Dossier(
        kind=kind,
        subject=SUBJECT,
        entities=seen,
        labels={SUBJECT: "Amal Example", GROUP: "Example Brigade", OTHER: "Test Person 3"},
        relations=(
            dossier.Relation(LINK, SUBJECT, GROUP, "Membership:commander", since="2014-06"),
        ),
        sources={
            LIST: dossier.Source(LIST, "A published list or register", "B", False, "Example list"),
            WITNESS: dossier.Source(
                WITNESS, "A person who told us", "B", True, "Test Person 9", "room 4"
            ),
        },
        chosen=frozenset(one.claim for one in values if one.prop != dossier.MAY_BE_VICTIM),
        sentences=(),
    )
    return replace(made, **given)


def ready(kind="listing", **given):
    made = whole(kind=kind)
    claim = next(iter(made.entities[LINK].said)).claim
    sentence = dossier.Sentence("Amal Example led the group.", (claim,), on="2014-06")
    if kind == "listing":
        sentence = replace(sentence, criterion="trafficking")
    texts = {
        p.code: "Written down."
        for p in dossier_kinds.parts(kind)
        if p.form is dossier_kinds.Form.TEXT
    }
    return replace(made, **({"sentences": (sentence,), "texts": texts} | given))
