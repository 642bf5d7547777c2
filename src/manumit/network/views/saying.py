"""What claims say, in words for a page: value, source, grade, age, handling, and where it stands."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from manumit.core import forms as core_forms
from manumit.core.views import Request
from manumit.directory import codes
from manumit.network import claims, models, schemata, shown
from manumit.network.actions import opening
from manumit.network.claims import State
from manumit.network.forms import entities as forms

PURPOSE = "what claims say"
VALUES = 30  # of one property, before the rest is behind a link
COLOURS = {
    State.PROPOSED: "blue",
    State.ACCEPTED: "green",
    State.CONTESTED: "orange",
    State.WITHDRAWN: "grey",
}
_YEAR, _MONTH = 365, 30  # days


def titles(request: Request, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return what sources are called, safely; on the record."""
    rows = list(models.Source.objects.filter(id__in=ids).order_by("at"))
    told = opening.sources(by=request.actor, at=request.now, purpose=PURPOSE, sources=rows)
    return {one.id: shown.safely(told[one.id]["title"]) for one in rows}


def groups(
    schema: str, standing: Sequence[claims.Said], titles: dict[UUID, str], request: Request
) -> list[dict[str, Any]]:
    """Return statements by property, as the schema orders them, the best graded first."""
    found = schemata.find(schema)
    featured = list(found.featured) if found else []
    by_prop: dict[str, list[claims.Said]] = {}
    for each in standing:
        by_prop.setdefault(each.prop, []).append(each)
    order = {name: place for place, name in enumerate(["name", "alias", *featured])}
    everything = request.GET.get("all", "")
    made = []
    for prop in sorted(by_prop, key=lambda p: (order.get(p, 99), p)):
        one = schemata.prop(schema, prop)
        said = sorted(by_prop[prop], key=lambda s: (_rank(s), s.credibility, s.reliability))
        cut = said if everything == prop else said[:VALUES]
        made.append(
            {
                "prop": prop,
                "label": _(one.label) if one else prop,
                "values": [_value(one, each, titles, request.now.date()) for each in cut],
                "more": core_forms.number(len(said) - len(cut)) if len(said) > len(cut) else "",
            }
        )
    return made


def _rank(one: claims.Said) -> int:
    return (State.ACCEPTED, State.PROPOSED, State.CONTESTED, State.WITHDRAWN).index(one.state)


def _value(
    one: schemata.Prop | None, said: claims.Said, titles: dict[UUID, str], today: date
) -> dict[str, Any]:
    words = said.value
    if one and one.type in {"role", "topic", "code", "gender", "yesno"}:
        words = str(dict(forms.choices(one)).get(said.value, said.value))
    elif one and one.type == "country":
        words = country(said.value)
    return {
        "said": said,
        "value": shown.safely(words),
        "entity": said.value if one and one.type == "entity" else "",
        "odd": [_(odd) for odd in shown.warnings(said.value)],
        "source": titles.get(said.source, ""),
        "grade": f"{said.reliability}{said.credibility}",
        "grade_words": f"{_(claims.RELIABILITY[said.reliability])}; "
        f"{_(claims.CREDIBILITY[said.credibility])}",
        "handling": _(claims.HANDLING_LABELS[said.handling]),
        "state": "" if said.state is State.ACCEPTED else _(claims.STATE_LABELS[said.state]),
        "colour": COLOURS[said.state],
        "age": age(said.on or said.at.date(), today),
    }


def country(code: str) -> str:
    """Return what a country is called in the reader's language; a code that is none stays as it is."""
    names = codes.COUNTRIES.get(code.upper(), {})
    return names.get(core_forms.language()) or names.get("en") or code


def age(on: date, today: date) -> str:
    """Return how old a claim is, in words."""
    days = (today - on).days
    if days >= 2 * _YEAR:
        years = days // _YEAR
        return ngettext("%(n)s year old", "%(n)s years old", years) % {
            "n": core_forms.number(years)
        }
    if days >= 2 * _MONTH:
        months = days // _MONTH
        return ngettext("%(n)s month old", "%(n)s months old", months) % {
            "n": core_forms.number(months)
        }
    return core_forms.day(on)
