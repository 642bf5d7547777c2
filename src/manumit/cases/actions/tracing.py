"""What ties a case to its tokens, and cuts the tie: for every act that ends or moves something.

Nothing of it is stored: the strand of a case and the identifier of a token are worked out with the
instance's own secret when they are needed, also by those who hold no keys (the person at their door,
the clock). So a withdrawal takes everything out at once, whoever makes it.
"""

from datetime import datetime
from uuid import UUID

from manumit.cases.models import Case, CaseTrace
from manumit.core import models as core
from manumit.core.actions import sealed, traces

WHAT = "trace"  # the word for an answer among what left the team (Disclosure.what)


def strand(case_id: UUID) -> bytes:
    """Return what stands for a case among the tokens."""
    return traces.hidden(b"strand", case_id)


def token_id(trace_id: UUID) -> UUID:
    """Return the identifier of the token of a note."""
    return UUID(bytes=traces.hidden(b"note", trace_id))


def waiting(case: Case) -> list[CaseTrace]:
    """Return the notes of a case that have no token yet: the key had not reached the team."""
    rows = list(CaseTrace.objects.of_case(case))
    there = traces.known([token_id(row.id) for row in rows])
    return [row for row in rows if token_id(row.id) not in there]


def take_out(*, case: Case, at: datetime) -> int:
    """Take every trace of a case out, everywhere: notes, their keys, tokens, and released answers.

    Inside an action. Returns how many tokens there were.
    """
    gone = traces.take_out(strand=strand(case.id), at=at)
    for row in CaseTrace.objects.select_for_update(no_key=True).filter(case=case):
        sealed.destroy_keys(object_id=row.id)
        row.delete()
    return gone


def take_out_one(*, row: CaseTrace, at: datetime) -> None:
    """Take one trace out, inside an action."""
    traces.take_out(strand=strand(row.case_id), at=at, only=token_id(row.id))
    sealed.destroy_keys(object_id=row.id)
    row.delete()


def end_answers(*, case: Case, at: datetime, recipient: UUID | None) -> int:
    """Take back what was released to an organisation drawing on this case, inside an action."""
    return traces.end_answers(strand=strand(case.id), at=at, organisation=recipient)


def move(*, case: Case) -> None:
    """Let the tokens follow a case into the unit that has it now, inside an action."""
    traces.move(strand=strand(case.id), unit=case.unit)


def cases_with(token: bytes, unit: core.Unit) -> list[Case]:
    """Return the cases of a unit that have a token, for that unit alone; none that was erased."""
    there = traces.held(token, unit)
    if not there:
        return []
    of_unit = core.Trace.objects.filter(pk__in=there).values_list("strand", flat=True)
    strands = {bytes(each) for each in of_unit}
    open_ones = Case.objects.filter(unit=unit, erased_at=None, traces__isnull=False).distinct()
    return [case for case in open_ones.order_by("reference") if strand(case.id) in strands]
