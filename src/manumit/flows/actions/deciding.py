"""Decisions about alerts and cases: proposed with a reason, confirmed by a second person."""

from collections.abc import Iterable
from datetime import datetime

from manumit.core.actions import acting, guard, sealed
from manumit.flows import alerting, desk
from manumit.flows.actions import desk as desks
from manumit.flows.models import Alert, Decision, MoneyCase

_VICTIM = alerting.Part.POSSIBLE_VICTIM.value


def alerts_of(row: desks.Thing) -> list[Alert]:
    """Return the alert itself, or those that a case joins."""
    if isinstance(row, Alert):
        return [row]
    return list(row.alerts.select_for_update(no_key=True, of=("self",)).order_by("number"))


def parts_of(alerts: Iterable[Alert]) -> dict[int, str]:
    """Return what each account did; whoever may be a victim in one alert may be one in all."""
    parts: dict[int, str] = {}
    for alert in alerts:
        for account, part in alert.accounts:
            if parts.get(account) != _VICTIM:
                parts[account] = part
    return parts


@acting.action("alert.decide")
def decide(
    *,
    by: acting.Actor,
    at: datetime,
    choice: desk.Choice | str,
    reason: str,
    victims: Iterable[int] = (),
    alert: Alert | None = None,
    case: MoneyCase | None = None,
) -> Decision:
    """Propose a choice with its reason; it holds at once only where one person is enough.

    `victims`: accounts whose holders may be victims, from now on shown and reported as such.
    """
    row = guard.hold(by, "alert.decide", desks.thing(alert, case))
    if choice not in set(desk.Choice):
        raise acting.Refused("Choose what you decide from the list.")
    guard.refuse_if(desk.why_not(row.stage, desk.Act.PROPOSE))
    guard.refuse_if(desk.why_not_decide(user=by.id, held_by=row.held_by_id))
    guard.refuse_if(desk.why_not_reason(reason))
    parts = parts_of(alerts_of(row))
    marked = sorted(set(victims) & set(parts))
    safe = {account for account, part in parts.items() if part == _VICTIM} | set(marked)
    chosen = desk.Choice(choice)
    guard.refuse_if(desk.why_not_choose(chosen, victims=len(safe), others=len(set(parts) - safe)))
    made = Decision(
        ledger=row.ledger,
        alert=row if isinstance(row, Alert) else None,
        case=row if isinstance(row, MoneyCase) else None,
        choice=chosen.value,
        victims=marked,
        by=by.person,
        at=at,
        four_eyes=row.ledger.four_eyes,
        seal_owner=row.ledger_id,
    )
    sealed.write(made, {"reason": reason.strip()}, desks.keys(by, row.ledger))
    if made.four_eyes:
        row.stage = desk.after(row.stage, desk.Act.PROPOSE).value
        row.save(update_fields=["stage"])
    else:
        made.state = desk.DecisionState.CONFIRMED.value
        made.answered_by, made.answered_at = by.person, at
    made.save()
    if not made.four_eyes:
        _apply(row, made)
    return made


@acting.action("alert.confirm")
def confirm_decision(
    *, by: acting.Actor, at: datetime, decision: Decision, answer: str = ""
) -> Decision:
    """Say yes as the second person: what was chosen holds from now on."""
    made, row = _answering(by, decision)
    guard.refuse_if(desk.why_not(row.stage, desk.Act.CONFIRM))
    _answer(by, at, made, desk.DecisionState.CONFIRMED, answer)
    _apply(row, made)
    return made


@acting.action("alert.confirm")
def decline_decision(
    *, by: acting.Actor, at: datetime, decision: Decision, answer: str
) -> Decision:
    """Say no as the second person, with a reason; the alert goes back to whoever proposed."""
    made, row = _answering(by, decision)
    guard.refuse_if(desk.why_not(row.stage, desk.Act.DECLINE))
    guard.refuse_if(desk.why_not_reason(answer))
    _answer(by, at, made, desk.DecisionState.DECLINED, answer)
    _return(row, desk.Act.DECLINE)
    return made


@acting.action("alert.decide")
def take_back_decision(*, by: acting.Actor, at: datetime, decision: Decision) -> Decision:
    """Take one's own proposal back before anybody answered it."""
    made = guard.hold(by, "alert.decide", decision)
    row = _row(by, made)
    _open(made)
    if made.by_id != by.id:
        raise acting.Refused("Only who proposed it takes it back.")
    guard.refuse_if(desk.why_not(row.stage, desk.Act.TAKE_BACK))
    _answer(by, at, made, desk.DecisionState.TAKEN_BACK, "")
    _return(row, desk.Act.TAKE_BACK)
    return made


@acting.action("report.write")
def mark_reported(
    *,
    by: acting.Actor,
    at: datetime,
    alert: Alert | None = None,
    case: MoneyCase | None = None,
) -> desks.Thing:
    """Close what was reported, when the report has been handed over."""
    row = guard.hold(by, "report.write", desks.thing(alert, case))
    guard.refuse_if(desk.why_not(row.stage, desk.Act.HANDED_OVER))
    row.stage = desk.after(row.stage, desk.Act.HANDED_OVER).value
    row.save(update_fields=["stage"])
    return row


def _answering(by: acting.Actor, decision: Decision) -> tuple[Decision, desks.Thing]:
    made = guard.hold(by, "alert.confirm", decision)
    row = _row(by, made)
    _open(made)
    guard.refuse_if(desk.why_not_confirm(user=by.id, proposed_by=made.by_id))
    return made, row


def _row(by: acting.Actor, made: Decision) -> desks.Thing:
    return guard.hold(by, "alert.read", desks.thing(made.alert, made.case))


def _open(made: Decision) -> None:
    if made.state != desk.DecisionState.PROPOSED:
        raise acting.Refused("This was answered already.")


def _answer(
    by: acting.Actor, at: datetime, made: Decision, state: desk.DecisionState, answer: str
) -> None:
    made.state = state.value
    made.answered_by, made.answered_at = by.person, at
    sealed.write(made, {"answer": answer.strip() or None}, desks.keys(by, made.ledger))
    made.save()


def _return(row: desks.Thing, act: desk.Act) -> None:
    row.stage = desk.after(row.stage, act).value
    row.save(update_fields=["stage"])


def _apply(row: desks.Thing, made: Decision) -> None:
    """Let a confirmed choice hold, for a case also in each of its alerts."""
    choice = desk.Choice(made.choice)
    row.stage, row.decided = desk.LEADS_TO[choice].value, choice.value
    row.save(update_fields=["stage", "decided"])
    marked = set(made.victims)
    for alert in alerts_of(row):
        alert.decided = choice.value
        if marked & {account for account, _ in alert.accounts}:
            alert.accounts = [
                [account, _VICTIM if account in marked else part]
                for account, part in alert.accounts
            ]
            alert.possible_victim = True
        alert.save(update_fields=["decided", "accounts", "possible_victim"])
