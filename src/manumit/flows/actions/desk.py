"""Taking, giving and leaving alerts; notes; how much one person holds."""

from datetime import datetime

from manumit.core import models as core
from manumit.core import roles
from manumit.core.actions import acting, guard, sealed
from manumit.core.sealing import FieldClass
from manumit.flows import desk
from manumit.flows.models import Alert, DeskNote, Ledger, MoneyCase
from manumit.flows.models import desk as desk_models

Thing = Alert | MoneyCase
MOST_LIMIT = 500


def held(user: core.User) -> int:
    """Return how many open alerts and cases a person holds."""
    stages = [stage.value for stage in desk.OPEN]
    cases = MoneyCase.objects.filter(held_by=user, stage__in=stages)
    return Alert.objects.all().held_open(user).count() + cases.count()


def why_no_room(ledger: Ledger, user: core.User) -> str:
    """Return why a person takes no more; "" when there is room."""
    return desk.why_not_hold(held(user), ledger.open_limit)


def colleagues(ledger: Ledger) -> list[core.User]:
    """Return who works on a ledger's alerts, by name."""
    wanted = [role for role in roles.PEOPLE if not roles.why_not(role, "alert.take")]
    people = core.User.objects.filter(unit=ledger.unit, is_active=True, role__in=wanted)
    return list(people.order_by("display_name"))


def thing(alert: Alert | None, case: MoneyCase | None) -> Thing:
    """Return the one that was given."""
    if (alert is None) == (case is None):
        raise TypeError("either an alert or a case")
    return alert or case  # type: ignore[return-value]


def keys(by: acting.Actor, ledger: Ledger) -> dict[FieldClass, bytes]:
    """Return the keys that seal what people write about a ledger."""
    return sealed.keys_of(by, ledger.id, desk_models.CLASSES)


@acting.action("alert.take")
def take_alert(*, by: acting.Actor, at: datetime, alert: Alert) -> Alert:
    """Take an alert that nobody has, or take one up again."""
    row = guard.hold(by, "alert.take", alert)
    act = desk.Act.TAKE if row.stage == desk.Stage.NEW else desk.Act.TAKE_UP
    guard.refuse_if(desk.why_not(row.stage, act))
    guard.refuse_if(why_no_room(row.ledger, by.person))
    return _give(row, act, by.person, at)


@acting.action("alert.take")
def take_next(*, by: acting.Actor, at: datetime, ledger: Ledger) -> Alert:
    """Take the alert that comes first: possible victims, then the strongest evidence."""
    home = _home(by, ledger)
    guard.refuse_if(why_no_room(home, by.person))
    row = (
        Alert.objects.select_for_update(no_key=True, of=("self",))
        .filter(ledger=home)
        .waiting()
        .first()
    )
    if row is None:
        raise acting.Refused("No alert is waiting.")
    return _give(row, desk.Act.TAKE, by.person, at)


@acting.action("alert.take")
def give_back(*, by: acting.Actor, at: datetime, alert: Alert) -> Alert:
    """Put an alert back into the queue."""
    row = guard.hold(by, "alert.take", alert)
    guard.refuse_if(desk.why_not(row.stage, desk.Act.GIVE_BACK))
    guard.refuse_if(_why_not_mine(by, row))
    row.stage, row.held_by, row.taken_at = desk.Stage.NEW.value, None, None
    row.save(update_fields=["stage", "held_by", "taken_at"])
    return row


@acting.action("alert.assign")
def assign_alert(*, by: acting.Actor, at: datetime, alert: Alert, to: core.User) -> Alert:
    """Give an alert to a colleague who has room."""
    row = guard.hold(by, "alert.assign", alert)
    guard.refuse_if(desk.why_not(row.stage, desk.Act.ASSIGN))
    guard.refuse_if(why_not_give(row.ledger, to))
    return _give(row, desk.Act.ASSIGN, to, at)


def why_not_give(ledger: Ledger, to: core.User) -> str:
    """Return why work of a ledger cannot be given to somebody; "" when it can."""
    if to not in colleagues(ledger):
        return "Choose a colleague of this unit who works on alerts."
    return why_no_room(ledger, to)


@acting.action("alert.note")
def add_note(
    *,
    by: acting.Actor,
    at: datetime,
    text: str,
    alert: Alert | None = None,
    case: MoneyCase | None = None,
) -> DeskNote:
    """Keep a note about an alert or a case, sealed."""
    row = guard.see(by, "alert.note", thing(alert, case))
    if not text.strip():
        raise acting.Refused("Write something first.")
    note = DeskNote(ledger=row.ledger, by=by.person, at=at, seal_owner=row.ledger_id)
    if isinstance(row, Alert):
        note.alert = row
    else:
        note.case = row
    sealed.write(note, {"text": text.strip()}, keys(by, row.ledger))
    note.save()
    return note


@acting.action("alert.assign")
def set_limit(*, by: acting.Actor, at: datetime, ledger: Ledger, open_limit: int) -> Ledger:
    """Set how many open alerts and cases one person may hold."""
    row = _home(by, ledger)
    if not 1 <= open_limit <= MOST_LIMIT:
        raise acting.Refused("Choose a limit from 1 to 500.")
    row.open_limit = open_limit
    row.save(update_fields=["open_limit"])
    return row


def _home(by: acting.Actor, ledger: Ledger) -> Ledger:
    """Return the ledger, locked, when it is the actor's unit's own."""
    return guard.one_of(
        Ledger.objects.select_for_update(no_key=True).filter(unit=by.unit), ledger.pk
    )


def _give(row: Alert, act: desk.Act, to: core.User, at: datetime) -> Alert:
    row.stage = desk.after(row.stage, act).value
    row.held_by, row.taken_at = to, at
    row.save(update_fields=["stage", "held_by", "taken_at"])
    return row


def _why_not_mine(by: acting.Actor, row: Alert) -> str:
    if roles.why_not(by.role, "alert.assign") == "":
        return ""
    return desk.why_not_decide(user=by.id, held_by=row.held_by_id)
