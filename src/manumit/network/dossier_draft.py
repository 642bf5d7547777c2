"""A first version of a statement of case: one plain sentence per property and per relation.

It comes from accepted claims that may leave, and from nothing else; each sentence names the claims it
stands on. It says what sources say and judges nobody. A person edits it, and answers for it.
"""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID

from manumit.core import reasons
from manumit.directory import codes
from manumit.network import claims, dossier, schemata

LANGUAGES = ("en", "fr")
_LONG = frozenset({"summary", "description", "notes"})
_SKIPPED = frozenset({"topics", "gender", "sourceUrl", dossier.MAY_BE_VICTIM})
_FIRST = ("name", "alias", "weakAlias", *dossier.IDENTIFYING, "summary", "description", "notes")


@cache
def words() -> Mapping[str, Any]:
    """Return the sentences and words as the file of data has them."""
    path = resources.files("manumit.network").joinpath("data/dossier_words.toml")
    return tomllib.loads(path.read_text("utf-8"))


def draft(whole: dossier.Dossier) -> list[dossier.Sentence]:
    """Return the sentences: of the subject, of the relations by time, of the others."""
    language = spoken(whole)
    whole = outward(whole)
    by_entity: dict[UUID, list[claims.Said]] = {}
    for one in dossier.leaving(whole):
        by_entity.setdefault(one.entity, []).append(one)
    relations = {one.id for one in whole.relations}
    others = [e for e in by_entity if e != whole.subject and e not in relations]
    others.sort(key=lambda e: (whole.labels.get(e, ""), str(e)))
    first = list(_of_entity(whole, whole.subject, by_entity.get(whole.subject, []), language))
    rest = [list(_of_entity(whole, e, by_entity[e], language)) for e in others]
    links = [
        _of_relation(whole, one, by_entity, language)
        for one in sorted(whole.relations, key=lambda r: (r.since or "9999", r.words))
    ]
    return [*first, *links, *(sentence for told in rest for sentence in told)]


def spoken(whole: dossier.Dossier) -> str:
    """Return the language of the dossier, English where it has no words of ours."""
    return whole.language if whole.language in LANGUAGES else "en"


def outward(whole: dossier.Dossier) -> dossier.Dossier:
    """Return the dossier as its recipient sees it, in its language."""
    voice = words()["words"][spoken(whole)]
    return dossier.outward(whole, unnamed=voice["unnamed"], victim=voice["victim"])


def _of_entity(
    whole: dossier.Dossier, entity: UUID, said: Sequence[claims.Said], language: str
) -> Iterator[dossier.Sentence]:
    label = whole.labels[entity]
    named = _named(said, label)
    values: dict[tuple[str, str], list[UUID]] = {}
    for one in said:
        values.setdefault((one.prop, one.value), []).append(one.claim)
    order = {prop: place for place, prop in enumerate(_FIRST)}
    schema = whole.entities[entity].schema
    for (prop, value), stands_on in sorted(
        values.items(), key=lambda pair: (order.get(pair[0][0], len(order)), pair[0])
    ):
        if prop in _SKIPPED or (prop == "name" and value == label):
            continue
        templates = words()["properties"]
        template = templates.get(prop, templates["other"])[language]
        told = _ended(worded(schema, prop, value, language), prop)
        if prop == "birthDate":
            told = reasons.filled(
                words()["words"][language]["on" if len(value) == 10 else "in"], {"value": told}
            )
        text = reasons.filled(
            template, {"who": label, "value": told, "property": plain(prop, language)}
        )
        kept = tuple(dict.fromkeys([*stands_on, *named]))
        yield dossier.Sentence(text[: dossier.LONGEST_SENTENCE], kept)


def _named(said: Iterable[claims.Said], label: str) -> list[UUID]:
    """Return the claims that somebody is called so: a sentence with a name stands on them too."""
    return [one.claim for one in said if one.value == label]


def _of_relation(
    whole: dossier.Dossier,
    one: dossier.Relation,
    by_entity: Mapping[UUID, Sequence[claims.Said]],
    language: str,
) -> dossier.Sentence:
    templates, voice = words()["relations"], words()["words"][language]
    which, _, role = one.words.partition(":")
    which_when = "between" if one.since and one.until else "from" if one.since else "until"
    when = ""
    if one.since or one.until:
        days = {"since": day(one.since, language), "until": day(one.until, language)}
        when = reasons.filled(voice[which_when], days)
    text = reasons.filled(
        templates.get(which, templates["other"])[language],
        {
            "tail": whole.labels[one.tail],
            "head": whole.labels[one.head],
            "role": reasons.filled(voice["role"], {"role": role}) if role else "",
            "when": when,
        },
    )
    stands_on = [value.claim for value in by_entity[one.id]]
    for end in (one.tail, one.head):
        stands_on += _named(by_entity.get(end, ()), whole.labels[end])
    return dossier.Sentence(text, tuple(dict.fromkeys(stands_on)), on=one.since or one.until)


def _ended(value: str, prop: str) -> str:
    """A text of its own ends its sentence."""
    value = " ".join(value.split())
    return value if prop not in _LONG or value.endswith((".", "!", "?", "…")) else value + "."


def worded(schema: str, prop: str, value: str, language: str) -> str:
    """Return a value in words: a date written out, a country by its name."""
    found = schemata.prop(schema, prop)
    if found is not None and found.type == "date":
        return day(value, language)
    if found is not None and found.type == "country":
        names = codes.COUNTRIES.get(value.upper(), {})
        return str(names.get(language) or names.get("en") or value)
    return value


def plain(name: str, language: str = "en") -> str:
    """Return the name of a property or schema in words: birthDate, Birth date."""
    if found := words()["named"].get(language, {}).get(name):
        return str(found)
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return spaced[:1].upper() + spaced[1:].lower()


def cover(source: dossier.Source, number: int, language: str) -> str:
    """Return how a source is named outside; a protected one by its kind and grade alone."""
    spoken_in = language if language in LANGUAGES else "en"
    kind = words()["named"].get(spoken_in, {}).get(source.kind, source.kind)
    values = {
        "number": str(number),
        "kind": kind[:1].lower() + kind[1:],
        "grade": source.reliability,
    }
    if source.protected:
        return reasons.filled(words()["cover"][spoken_in]["protected"], values)
    told = ", ".join(bit for bit in (source.title, source.reference, source.on) if bit)
    return reasons.filled(words()["cover"][spoken_in]["open"], values | {"told": told})


def day(value: str, language: str) -> str:
    """Return a partial date in words: 2015-03-04, 4 March 2015; else as it is."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", value)
    if not found or not 1 <= int(found[2] or 1) <= 12 or language not in LANGUAGES:
        return value
    months = words()["months"][language]
    bits = [str(int(found[3]))] if found[3] else []
    bits += [months[int(found[2]) - 1]] if found[2] else []
    return " ".join([*bits, found[1]])
