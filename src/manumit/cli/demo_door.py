"""In the demo: one made-up person has a door of their own, with codes that the demo prints."""

from datetime import datetime

from manumit.cases import door as rules
from manumit.cases.actions import atdoor, doorkeys, doors
from manumit.cases.models import Case
from manumit.core.actions import acting

WORDS = ("kite window seven rivers", "green lamp under stairs")


def play(worker: acting.Actor, at: datetime) -> dict[str, str]:
    """Open a door, let the person write and be answered; returns both codes, or {} without a case."""
    case = (
        Case.objects.open()
        .filter(worker=worker.person, with_name=True, referrals__sent_at__isnull=False)
        .order_by("opened_at")
        .first()
    )
    if case is None:
        return {}
    made = doors.open_door(
        by=worker,
        at=at,
        case=case,
        parts=[part.value for part in rules.Part],
        ending=WORDS[0],
        other=WORDS[1],
    )
    code = f"{made.code[: rules.NUMBER]} {WORDS[0]}"
    opened = doorkeys.unlock(rules.read(code))
    if opened is not None:
        person = doorkeys.person(opened, at)
        for kind, text in (
            ("message", "Can the visit be on Tuesday? On Monday he is at home."),
            ("correction", "My name has one letter more at the end."),
        ):
            atdoor.say(by=person, at=at, case=case, kind=kind, text=text)
    doors.reply(by=worker, at=at, case=case, text="Tuesday is good. Same place, at ten.")
    return {"code": code, "for_danger": f"{made.code[: rules.NUMBER]} {WORDS[1]}"}
