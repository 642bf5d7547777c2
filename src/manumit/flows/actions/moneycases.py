"""Cases of the money: alerts that are one story, held by one person, decided together."""

from datetime import datetime

from manumit.core import models as core
from manumit.core import roles
from manumit.core.actions import acting, guard, sealed
from manumit.core.reasons import say
from manumit.flows import desk
from manumit.flows.actions import desk as desks
from manumit.flows.models import Alert, Ledger, MoneyCase

GROWS = frozenset({desk.Stage.TAKEN, desk.Stage.WATCHED, desk.Stage.HELP})


@acting.action("moneycase.write")
def open_case(*, by: acting.Actor, at: datetime, alert: Alert, title: str) -> MoneyCase:
    """Open a case from an alert: from now on they go together."""
    row = guard.hold(by, "moneycase.write", alert)
    guard.refuse_if(_why_not_join(by, row))
    if not title.strip():
        raise acting.Refused("Give the case a title that colleagues understand.")
    ledger = Ledger.objects.select_for_update(no_key=True).get(pk=row.ledger_id)
    if row.held_by_id != by.id:
        guard.refuse_if(desks.why_no_room(ledger, by.person))
    last = MoneyCase.objects.filter(ledger=ledger).order_by("-number").first()
    made = MoneyCase(
        ledger=ledger,
        number=(last.number if last else 0) + 1,
        held_by=by.person,
        by=by.person,
        at=at,
        seal_owner=ledger.id,
    )
    sealed.write(made, {"title": title.strip()}, desks.keys(by, ledger))
    made.save()
    _join(made, row)
    return made


@acting.action("moneycase.write")
def join_alert(*, by: acting.Actor, at: datetime, case: MoneyCase, alert: Alert) -> MoneyCase:
    """Join one more alert to a case."""
    held, row = _mine(by, case), guard.hold(by, "moneycase.write", alert)
    guard.refuse_if(_why_not_join(by, row))
    if held.alerts.count() >= desk.MOST_IN_CASE:
        raise acting.Refused(
            say("A case joins {most} alerts at most. Open a second one.", most=desk.MOST_IN_CASE)
        )
    _join(held, row)
    return held


@acting.action("moneycase.write")
def split_alert(*, by: acting.Actor, at: datetime, case: MoneyCase, alert: Alert) -> Alert:
    """Take an alert out of a case again; whoever holds the case holds it."""
    held, row = _mine(by, case), guard.hold(by, "moneycase.write", alert)
    if row.case_id != held.id:
        raise acting.NotFound
    guard.refuse_if(desk.why_not(row.stage, desk.Act.SPLIT))
    if held.alerts.count() == 1:
        raise acting.Refused("This is the last alert of the case. Decide the case instead.")
    row.stage = desk.after(row.stage, desk.Act.SPLIT).value
    row.case, row.held_by, row.taken_at = None, held.held_by, at
    row.save(update_fields=["stage", "case", "held_by", "taken_at"])
    return row


@acting.action("moneycase.write")
def hand_case(*, by: acting.Actor, at: datetime, case: MoneyCase, to: core.User) -> MoneyCase:
    """Hand a case to a colleague who has room."""
    row = guard.hold(by, "moneycase.write", case)
    guard.refuse_if(desk.why_not(row.stage, desk.Act.ASSIGN))
    if roles.why_not(by.role, "alert.assign"):
        guard.refuse_if(desk.why_not_decide(user=by.id, held_by=row.held_by_id))
    guard.refuse_if(desks.why_not_give(row.ledger, to))
    row.held_by = to
    row.save(update_fields=["held_by"])
    return row


@acting.action("moneycase.write")
def take_up_case(*, by: acting.Actor, at: datetime, case: MoneyCase) -> MoneyCase:
    """Take up a case that is watched or closed."""
    row = guard.hold(by, "moneycase.write", case)
    guard.refuse_if(desk.why_not(row.stage, desk.Act.TAKE_UP))
    guard.refuse_if(desks.why_no_room(row.ledger, by.person))
    row.stage, row.held_by = desk.after(row.stage, desk.Act.TAKE_UP).value, by.person
    row.save(update_fields=["stage", "held_by"])
    return row


@acting.action("moneycase.write")
def name_case(*, by: acting.Actor, at: datetime, case: MoneyCase, title: str) -> MoneyCase:
    """Give a case another title."""
    row = _mine(by, case)
    if not title.strip():
        raise acting.Refused("Give the case a title that colleagues understand.")
    sealed.write(row, {"title": title.strip()}, desks.keys(by, row.ledger))
    row.save(update_fields=["title", "seal_version"])
    return row


def _mine(by: acting.Actor, case: MoneyCase) -> MoneyCase:
    row = guard.hold(by, "moneycase.write", case)
    guard.refuse_if(desk.why_not_decide(user=by.id, held_by=row.held_by_id))
    if desk.Stage(row.stage) not in GROWS:
        raise acting.Refused(
            say(
                "A case that stands at “{stage}” is not changed. Take it up again first.",
                stage=say(desk.LABELS[desk.Stage(row.stage)]),
            )
        )
    return row


def _why_not_join(by: acting.Actor, alert: Alert) -> str:
    if reason := desk.why_not(alert.stage, desk.Act.JOIN):
        return reason
    if alert.held_by_id and alert.held_by_id != by.id and alert.stage != desk.Stage.WATCHED:
        return desk.why_not_decide(user=by.id, held_by=alert.held_by_id)
    return ""


def _join(case: MoneyCase, alert: Alert) -> None:
    alert.stage = desk.after(alert.stage, desk.Act.JOIN).value
    alert.case, alert.held_by = case, None
    alert.save(update_fields=["stage", "case", "held_by"])
