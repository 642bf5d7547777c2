"""How the pages put things into words: clocks, findings, who and when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from manumit.cases import deadlines, profiles
from manumit.cases.actions import reading
from manumit.cases.models import Case, Clock, Screening
from manumit.core import forms as core_forms
from manumit.core.views import Request
from manumit.indicators import engine, pack, parts

SOON = timedelta(hours=1)
_STRENGTHS = {
    parts.Strength.STRONG: gettext_noop("strong sign"),
    parts.Strength.MEDIUM: gettext_noop("medium sign"),
    parts.Strength.WEAK: gettext_noop("weak sign"),
    parts.Strength.UNRATED: gettext_noop("not weighed"),
}
_SOURCES = {
    parts.SourceStatus.VERIFIED: gettext_noop("source checked"),
    parts.SourceStatus.SECONDARY: gettext_noop("source read through others"),
    parts.SourceStatus.PENDING: gettext_noop("source still to be checked"),
}


def length(span: timedelta) -> str:
    """Say how long something is, in the one unit that matters."""
    minutes = int(abs(span).total_seconds() // 60)
    if minutes < 90:
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    hours = round(minutes / 60)
    if hours < 48:
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    days = round(hours / 24)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@dataclass(frozen=True)
class Due:
    """A clock in words, for components/clock.html."""

    state: str
    text: str
    due: datetime

    @property
    def late(self) -> bool:
        """Tell whether it is overdue."""
        return self.state == "late"


def due(at: datetime, now: datetime) -> Due:
    """Say how long is left until an instant, or how late it is."""
    left = at - now
    if left < timedelta(0):
        return Due("late", _("%(time)s late") % {"time": length(left)}, at)
    text = _("%(time)s left") % {"time": length(left)}
    return Due("soon" if left < SOON else "waiting", text, at)


def clock(row: Clock, now: datetime) -> Due:
    """Say how a clock stands."""
    state = row.state(now)
    if state.code == "stopped_in_time":
        return Due("done", _("done in time"), row.due_at)
    if state.code == "stopped_late":
        return Due("done", _("done, %(time)s late") % {"time": length(state.left)}, row.due_at)
    if row.kind in deadlines.NOT_A_DUTY:
        ended = state.overdue
        text = _("ended") if ended else _("%(time)s left") % {"time": length(state.left)}
        return Due("waiting", text, row.due_at)
    return due(row.due_at, now)


def case_of(request: Request, talk: Screening) -> Case | None:
    """Return the case of a talk when this account may read it."""
    rows = Case.objects.visible_to(request.actor.person, "case.read")
    return rows.filter(screening=talk).first()


@dataclass(frozen=True)
class Said:
    """What one pack says, in words."""

    title: str
    outcome: str
    finding: engine.Finding
    reasons: list[dict[str, str]]
    seen: list[dict[str, str]]
    all_from: str
    unknown: list[str]
    declined: list[str]
    unanswered: int
    changes: list[dict[str, Any]]
    advice: list[str]
    source: str
    status: str
    note: str


def findings(opened: reading.OpenedTalk, *, may_ask: bool = True) -> dict[str, Any]:
    """Return what the page of a finding shows; nothing on it is only a number."""
    known, lang = pack.load_all(), core_forms.language()
    found = opened.findings()
    overall = profiles.overall(found)
    said = [_said(known[name], finding, lang) for name, finding in found.items()]
    advice = [text for each in said for text in each.advice]
    return {
        "said": said,
        "overall": overall,
        "advice": list(dict.fromkeys(advice)),
        "any_reason": any(each.reasons or each.seen for each in said),
        "may_ask": may_ask,
    }


def _said(known: pack.Pack, finding: engine.Finding, lang: str) -> Said:
    names = {each.id: each.text(lang) for each in known.indicators}
    reasons: dict[bool, list[dict[str, str]]] = {True: [], False: []}
    for reason in finding.reasons:
        reasons[reason.observed].append(
            {
                "text": reason.text.text(lang),
                "strength": str(_(_STRENGTHS[reason.strength])),
                "source": reason.source,
                "status": str(_(_SOURCES[reason.source_status])),
            }
        )
    statuses = {reason.source_status for reason in finding.reasons}
    one = str(_(_SOURCES[statuses.pop()])) if len(statuses) == 1 else ""
    return Said(
        all_from=one,
        title=known.title(lang),
        outcome=finding.title(lang),
        finding=finding,
        reasons=reasons[False],
        seen=reasons[True],
        unknown=[names[each] for each in finding.unknown],
        declined=[names[each] for each in finding.declined],
        unanswered=0 if finding.settled else len(finding.unanswered),
        changes=[
            {
                "outcome": known.outcome(change.outcome).title(lang),
                "if": [names[each] for each in change.answers],
                "if_minor": change.if_minor,
            }
            for change in finding.would_change
        ],
        advice=[each.text(lang) for each in finding.advice],
        source=known.source,
        status=str(_(_SOURCES[finding.source_status])),
        note=known.note(lang),
    )
