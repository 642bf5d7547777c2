"""A dossier on paper: its parts in the order of its kind, each sentence with the claims it stands on."""

from collections.abc import Iterator, Mapping
from typing import Any

from manumit.core import printing, reasons
from manumit.network import dossier, dossier_chart, dossier_draft, dossier_kinds


def side(whole: dossier.Dossier, *, number: str) -> printing.Side:
    """Return the paper in the language of the dossier."""
    language = dossier_draft.spoken(whole)
    whole = dossier_draft.outward(whole)
    voice: Mapping[str, str] = dossier_draft.words()["paper"][language]
    title = reasons.filled(voice["title"], {"number": number})
    return printing.Side(language, title, list(_parts(whole, voice)))


def footer(whole: dossier.Dossier, *, number: str) -> str:
    """Return the line at the foot of each page."""
    language = dossier_draft.spoken(whole)
    return reasons.filled(dossier_draft.words()["paper"][language]["footer"], {"number": number})


def _parts(whole: dossier.Dossier, voice: Mapping[str, str]) -> Iterator[printing.Part]:
    language = dossier_draft.spoken(whole)
    yield printing.rows(
        [
            (voice["about"], whole.labels.get(whole.subject, "")),
            (voice["kind"], dossier_kinds.written(dossier_kinds.kinds()[whole.kind], language)),
        ]
    )
    yield printing.small(voice["limits"])
    if whole.lifted:
        yield printing.small(voice["lifted"])
    others = [s for s in whole.entities.values() if s.id != whole.subject]
    if any(dossier.may_be_victim(seen) for seen in others):
        yield printing.text(voice["victims"])
    for part in dossier_kinds.parts(whole.kind):
        if part.form is dossier_kinds.Form.TEXT:
            if text := whole.texts.get(part.code, "").strip():
                yield printing.heading(dossier_kinds.written(part.title, language))
                yield from (printing.text(line) for line in text.splitlines() if line.strip())
        elif part.code in _DRAWN:
            yield from _DRAWN[part.code](whole, voice)
    yield from _contested(whole, voice)
    yield from _claims(whole, voice)


def _identifiers(whole: dossier.Dossier, voice: Mapping[str, str]) -> Iterator[printing.Part]:
    yield printing.heading(voice["identifiers"])
    language = dossier_draft.spoken(whole)
    schema = whole.entities[whole.subject].schema
    yield printing.rows(
        [
            (
                dossier_draft.plain(prop, language),
                "; ".join(
                    dossier_draft.worded(schema, prop, value, language)
                    for value in dict.fromkeys(values)
                ),
            )
            for prop, values in dossier.identifiers(whole)
        ]
    )


def _numbers(whole: dossier.Dossier) -> dict[Any, int]:
    order = dict.fromkeys(one.claim for one in dossier.leaving(whole))
    return {claim: place for place, claim in enumerate(order, 1)}


def _statement(whole: dossier.Dossier, voice: Mapping[str, str]) -> Iterator[printing.Part]:
    yield printing.heading(voice["statement"])
    numbers, gone = _numbers(whole), dossier.marks(whole)
    language = dossier_draft.spoken(whole)
    for place, one in enumerate(whole.sentences):
        if place in gone:
            continue
        named = ", ".join(str(numbers[claim]) for claim in one.claims if claim in numbers)
        stands = reasons.filled(voice["stands"], {"claims": named})
        criterion = ""
        if one.criterion:
            shown = dossier_kinds.written(dossier_kinds.criteria()[one.criterion], language)
            criterion = f" {voice['criterion']}: {shown}."
        yield printing.text(f"{place + 1}. {one.text} [{stands}]{criterion}")


def _chronology(whole: dossier.Dossier, voice: Mapping[str, str]) -> Iterator[printing.Part]:
    if rows := dossier.chronology(whole):
        language = dossier_draft.spoken(whole)
        yield printing.heading(voice["chronology"])
        yield printing.rows([(dossier_draft.day(one.on, language), one.text) for one in rows])


def _chart(whole: dossier.Dossier, voice: Mapping[str, str]) -> Iterator[printing.Part]:
    if picture := dossier_chart.svg(whole):
        yield printing.heading(voice["chart"])
        said = [
            f"{whole.labels.get(one.tail, '?')} – {whole.labels.get(one.head, '?')}"
            for one in whole.relations
        ]
        yield printing.picture(picture, "; ".join(said), 16)
        words = [
            f"{dossier_draft.plain(one.words.partition(':')[0], whole.language)} {one.words.partition(':')[2]} {one.since} {one.until}"
            for one in whole.relations
        ]
        yield printing.rows(
            [(names, " ".join(told.split())) for names, told in zip(said, words, strict=True)]
        )


def _sources(whole: dossier.Dossier, voice: Mapping[str, str]) -> Iterator[printing.Part]:
    yield printing.heading(voice["sources"])
    yield printing.items(
        [
            dossier_draft.cover(one, place, whole.language)
            for place, one in enumerate(dossier.numbered(whole), 1)
        ]
    )


_DRAWN = {
    "identifiers": _identifiers,
    "statement": _statement,
    "chronology": _chronology,
    "chart": _chart,
    "sources": _sources,
}


def _contested(whole: dossier.Dossier, voice: Mapping[str, str]) -> Iterator[printing.Part]:
    yield printing.heading(voice["contested_claims"])
    found = dossier.contested(whole)
    if not found:
        yield printing.text(voice["none_contested"])
        return
    yield printing.rows(
        [
            (
                f"{whole.labels.get(one.entity, '?')}: {dossier_draft.plain(one.prop, whole.language)}",
                one.value,
            )
            for one in found
        ]
    )


def _claims(whole: dossier.Dossier, voice: Mapping[str, str]) -> Iterator[printing.Part]:
    yield printing.heading(voice["claims"])
    sources = {one.id: place for place, one in enumerate(dossier.numbered(whole), 1)}
    numbers = _numbers(whole)
    rows = []
    for one in dossier.leaving(whole):
        graded = reasons.filled(
            voice["graded"],
            {
                "reliability": one.reliability,
                "credibility": one.credibility,
                "at": one.at.date().isoformat(),
                "source": str(sources.get(one.source, "")),
            },
        )
        name = reasons.filled(voice["claim"], {"number": str(numbers[one.claim])})
        who = whole.labels.get(one.entity, "")
        told = f"{who}: " if who else ""
        rows.append(
            (name, f"{told}{dossier_draft.plain(one.prop, whole.language)}: {one.value} ({graded})")
        )
    yield printing.rows(rows)
