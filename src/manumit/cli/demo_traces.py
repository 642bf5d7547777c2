"""In the demo: three made-up people named the same telephone number, and an investigator asks."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from manumit.cases.models import Case
    from manumit.core.actions import acting

NUMBER = "+000 0000 4242"  # of nobody
_CASES = 3


def play(worker: "acting.Actor", investigator: "acting.Actor", now: datetime) -> None:
    """Note one number in three cases with a yes each, look across them, and ask the team."""
    from manumit.cases.models import Case

    at = now - timedelta(hours=5)
    for case in Case.objects.filter(worker=worker.user, closed_at=None).order_by("reference")[
        :_CASES
    ]:
        _note(worker, case, at)
    _look(investigator, now - timedelta(hours=3))


def _note(worker: "acting.Actor", case: "Case", at: datetime) -> None:
    from manumit.cases import consent
    from manumit.cases.actions import consents, traces

    yes = [True] * len(consent.QUESTIONS)
    for by_guardian in (False, True) if case.subject().needs_guardian() else (False,):
        consents.give_consent(
            by=worker,
            at=at,
            subject=case,
            purpose=consent.Purpose.TRACE,
            given=True,
            questions=yes,
            by_guardian=by_guardian,
        )
    traces.note_trace(by=worker, at=at, case=case, kind="phone", value=NUMBER)


def _look(by: "acting.Actor", at: datetime) -> None:
    from manumit.network import models
    from manumit.network.actions import claiming, entering, traces

    if not models.Register.objects.filter(unit=by.unit).exists():
        entering.open_register(by=by, at=at)
    source = entering.add_source(by=by, at=at, kind="report", title="Report 7 of Example Police")
    row = entering.add_entity(
        by=by,
        at=at,
        schema="Person",
        says={"name": ["Karim Recruiter Example"], "phone": [NUMBER]},
        source=source,
    )
    for claim in row.claims.all():
        claiming.accept(by=by, at=at, claim=claim)
    why = "An inquiry into how people were recruited"
    link = traces.look(by=by, at=at, entity=row, kind="phone", value=NUMBER, reason=why)
    (standing,) = traces.standing([link])
    traces.ask(
        by=by,
        at=at,
        link=link,
        units=standing.now.units,
        basis="inquiry",
        wanted="In which months was this number in use, and for what kind of work?",
    )
