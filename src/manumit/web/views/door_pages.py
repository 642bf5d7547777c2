"""What the pages of the person's own door say: facts, who looked, help, words given, messages.

Plain words, no names of colleagues. Behind the other code every list is empty: the facts because no
key opens them, the rest because it is asked here once (`_alone`).
"""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from manumit.cases import consent, deadlines, door, needs, retention
from manumit.cases.actions import atdoor
from manumit.cases.forms import parts
from manumit.cases.models import Case, Clock, Consent, Disclosure, Erasure, Hold, Referral
from manumit.cases.views import wording
from manumit.core import forms as core_forms
from manumit.core import models, roles
from manumit.directory import eligibility

Page = dict[str, Any]
MOST_LOOKS = 60
ASKED = frozenset(kind.value for kind in door.Kind if kind not in {door.Kind.ANSWER, door.Kind.YES})
_ASKED = frozenset({*door.CLOCKS.values(), atdoor.STRAINED})

FACTS: tuple[tuple[str, str], ...] = (
    ("name", gettext_noop("Your name")),
    ("also_called", gettext_noop("Other names you use")),
    ("age", gettext_noop("Your age")),
    ("birth", gettext_noop("Your date of birth")),
    ("sex", gettext_noop("Woman or man")),
    ("nationality", gettext_noop("The country you come from")),
    ("languages", gettext_noop("Languages you speak")),
    ("registration", gettext_noop("Papers you have")),
    ("place", gettext_noop("Where you are")),
    ("contact", gettext_noop("How to reach you")),
    ("safe_contact", gettext_noop("How to reach you safely")),
    ("deciding_organisation", gettext_noop("Who decided about your status")),
)
STATES: dict[str, str] = {
    "sent": gettext_noop("We asked. They have not answered yet."),
    "no_answer": gettext_noop("They did not answer in time. We look for somebody else."),
    "accepted": gettext_noop("They said yes."),
    "started": gettext_noop("The help has begun."),
    "done": gettext_noop("The help is done."),
    "declined": gettext_noop("They said no. We look for somebody else."),
    "stopped": gettext_noop("The help has stopped."),
    "withdrawn": gettext_noop("You took this back."),
}


def _value(name: str, value: Any) -> str:
    if name == "nationality":
        return str(eligibility.country(str(value), core_forms.language()))
    if name == "sex":
        return str(dict(parts.SEX).get(str(value), value))
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def facts(visit: atdoor.Visit, now: datetime) -> Page:
    """Return what is written down, value by value."""
    case = visit.by.door.case
    found = atdoor.open_facts(by=visit.by, at=now, case=case)
    rows = [
        {"key": _(label), "value": _value(name, found.person[name])}
        for name, label in FACTS
        if found.person.get(name) not in (None, "", [])
    ]
    wants = []
    if door.Part.PLAN in found.shown or door.Part.MEDICAL in found.shown:
        wants = [
            {
                "title": _(needs.label(need.kind)),
                "status": _(needs.STATUS_LABELS[needs.Status(need.status)]),
                "texts": [opened[n] for n in ("detail", "health") if opened.get(n)],
            }
            for need, opened in found.needs
            if need.kind != "medical" or door.Part.MEDICAL in found.shown
        ]
    return {"rows": rows, "needs": wants, "notes": found.notes, "more": found.more}


def looked(visit: atdoor.Visit, _now: datetime) -> Page:
    """Return who opened what is kept and when, as the record tells it: role and unit."""
    if not visit.by.alone:  # whoever came in by the other code sees that they came in
        return {"looks": [{"who": _who(None), "at": visit.row.began_at, "times": 1}]}
    case = visit.by.door.case
    ids = [
        *case.subject_ids(),
        *case.needs.values_list("id", flat=True),
        *case.referrals.values_list("id", flat=True),
    ]
    leaves = models.Leaf.objects.filter(
        objects_named__object_id__in=ids, act__in=["open", "door.use"], outcome="done"
    )
    rows = [
        row
        for row in leaves.distinct().order_by("-seq")[: 4 * MOST_LOOKS]
        if row.act == "open" or json.loads(bytes(row.body)).get("verb") == "enter"
    ]
    people = models.User.objects.select_related("unit").in_bulk({r.by for r in rows if r.by})
    looks: list[Page] = []
    for row in rows:
        who = _who(people.get(row.by) if row.by else None)
        day = row.at.date()
        last = looks[-1] if looks else None
        if last and (last["who"], last["at"].date()) == (who, day):
            last["times"] += 1
        else:
            looks.append({"who": who, "at": row.at, "times": 1})
    return {"looks": looks[:MOST_LOOKS]}


def _who(user: models.User | None) -> str:
    if user is None:
        return _("Somebody with your code")
    return f"{_(roles.LABELS[roles.Role(user.role)])}, {user.unit.name}"


def helping(visit: atdoor.Visit, now: datetime) -> Page:
    """Return which services were asked, how that stands, and what is due by when."""
    case = visit.by.door.case
    if not visit.by.alone or door.Part.HELP not in visit.by.door.parts:
        return {"asked": [], "due": [], "hidden": visit.by.alone}
    language = core_forms.language()
    asked = [
        {
            "who": row.service.name_in(language),
            "what": _(needs.label(row.need.kind)),
            "state": _(STATES[row.state]),
            "at": row.sent_at,
            "until": row.due_at if row.state == "sent" else None,
        }
        for row in Referral.objects.of_case(case)
        if row.state in STATES and row.sent_at
    ]
    clocks = Clock.objects.of_case(case).select_related("need").exclude(kind__in=_ASKED)
    return {"asked": asked, "due": [_due(row, now) for row in clocks], "hidden": False}


def _due(row: Clock, now: datetime) -> Page:
    clock = wording.clock(row, now)
    rest = row.kind in deadlines.NOT_A_DUTY
    title = _("Your time to rest and think") if rest else _(row.label())
    return {
        "title": title,
        "need": _(needs.label(row.need.kind)) if row.need else "",
        "at": row.due_at,
        "text": clock.text,
        "late": clock.late and not rest,
    }


def words(visit: atdoor.Visit, now: datetime) -> Page:
    """Return what the person agreed to, what they may take back, and what may be asked anew."""
    if not visit.by.alone:
        return {"words": [], "gone": []}
    case = visit.by.door.case
    newest: dict[tuple[str, Any], Consent] = {}
    for row in Consent.objects.about(case.subject_ids()):
        if not row.by_guardian:
            newest.setdefault((row.purpose, row.recipient_id), row)
    shown = [word(row, visit.by.door.parts, now) for row in newest.values()]
    return {"words": shown, "gone": _gone(case) if door.Part.HELP in visit.by.door.parts else []}


def word(row: Consent, parts_shown: Iterable[str], now: datetime) -> Page:
    """Return one word of the person, in words."""
    name = row.recipient_name if door.Part.HELP in parts_shown else ""
    rule = row.rule()
    stands = rule.stands(now.date())
    return {
        "id": row.id,
        "label": _(consent.LABELS[consent.Purpose(row.purpose)]),
        "recipient": name or (_("(the name is not shown here)") if row.recipient_name else ""),
        "stands": stands,
        "said": _said(row, stands=stands),
        "until": row.expires_on if stands else None,
        "closes": row.purpose == consent.Purpose.STORE_RECORD,
    }


def _said(row: Consent, *, stands: bool) -> str:
    if stands:
        return _("You said yes.")
    if row.withdrawn_at:
        return _("You took it back.")
    return _("Your yes has ended.") if row.given else _("You said no.")


def _gone(case: Case) -> list[Page]:
    """Return what was read before it was taken back: it cannot be made unread."""
    letters = Referral.objects.of_case(case).filter(state="withdrawn", sent_at__isnull=False)
    gone = {row.service.name_in(core_forms.language()): row.sent_at for row in letters}
    for row in Disclosure.objects.filter(case=case, withdrawn=True):
        gone.setdefault(row.recipient_name, row.at)
    return [{"who": who, "at": at} for who, at in gone.items()]


def messages(visit: atdoor.Visit, now: datetime) -> Page:
    """Return what was said through this side of the door."""
    thread = atdoor.open_thread(by=visit.by, at=now, case=visit.by.door.case)
    return {
        "messages": [
            {
                "text": text,
                "at": row.at,
                "mine": row.kind != door.Kind.ANSWER,
                "kind": _(door.KIND_LABELS[door.Kind(row.kind)]),
                "plain": row.kind == door.Kind.MESSAGE,
                "done": row.settled_at is not None,
                "by": _due_by(row.kind, row.at, row.settled_at),
            }
            for row, text in thread
        ]
    }


def _due_by(kind: str, at: datetime, settled_at: datetime | None) -> datetime | None:
    asked = door.CLOCKS.get(door.Kind(kind))
    if asked is None or settled_at:
        return None
    return at + timedelta(hours=deadlines.rule(asked, at.date()).hours)


def taking_back(visit: atdoor.Visit, now: datetime, consent_id: str) -> Page:
    """Return the one word that is about to be taken back; without one there is nothing to ask."""
    found = [w for w in words(visit, now)["words"] if str(w["id"]) == consent_id and w["stands"]]
    return {"word": found[0] if found else None}


def agreeing(visit: atdoor.Visit, now: datetime, consent_id: str) -> Page:
    """Return what the person would like to agree to."""
    found = [w for w in words(visit, now)["words"] if str(w["id"]) == consent_id]
    return {"word": found[0] if found else None}


def erasing(visit: atdoor.Visit, now: datetime) -> Page:
    """Return whether something stands against erasing, until when, and what was asked for already."""
    if not visit.by.alone:
        return {}
    case = visit.by.door.case
    hold = Hold.objects.standing(now.date()).filter(case=case).order_by("-until").first()
    asked = Erasure.objects.waiting().filter(case=case).first()
    return {
        "held_until": hold.until if hold else None,
        "held_for": _(retention.HOLD_LABELS[retention.HoldReason(hold.why)]) if hold else "",
        "promised_by": asked.promised_by if asked else None,
    }


def nothing(_visit: atdoor.Visit, _now: datetime) -> Page:
    """Return nothing: the page has only words of its own."""
    return {}


SIMPLE: dict[str, Callable[[atdoor.Visit, datetime], Page]] = {
    "home": nothing,
    "facts": facts,
    "looked": looked,
    "help": helping,
    "words": words,
    "messages": messages,
    "ask": nothing,
    "correction": nothing,
    "erasure": erasing,
    "copy": nothing,
    "copy-here": nothing,
    "close": nothing,
}
WITH_ID: dict[str, Callable[[atdoor.Visit, datetime, str], Page]] = {
    "take": taking_back,
    "agree": agreeing,
}


def known(page: str) -> bool:
    """Tell whether there is such a page."""
    name, _sign, rest = page.partition(":")
    return (name in WITH_ID and bool(rest)) or (name in SIMPLE and not rest)
