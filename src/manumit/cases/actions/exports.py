"""Records of people leaving as a file: who agreed, what may go, and the row that says it went.

Each case is asked through `disclosing`: no yes for this purpose and this recipient, no row, and the
reason is counted. Without identity only coded facts go, under a code that is another one for every
recipient. With identity, which needs a recipient named by the person, each class of content goes
only where the yes covers it. What left stands on the record and on the case.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from manumit.cases import (
    consent,
    ctdc,
    gbvims,
    htcds,
    htcds_case,
    htcds_table,
    recipients,
    referral,
)
from manumit.cases.actions import denials, disclosing
from manumit.cases.actions import htcds as sheets
from manumit.cases.models import Case, Consent, HtcdsRecord, Need, Referral
from manumit.core import sealing
from manumit.core.actions import acting, guard, record
from manumit.core.reasons import say
from manumit.core.sealing import FieldClass
from manumit.directory import table

PURPOSES: tuple[consent.Purpose, ...] = (
    consent.Purpose.SHARE_FOR_STATISTICS,
    consent.Purpose.SHARE_WITH_SERVICE,
    consent.Purpose.SHARE_WITH_PARTNER,
    consent.Purpose.HAND_OVER,
    consent.Purpose.SHARE_WITH_AUTHORITY,
)
_OUTGOING = "cas_ReferredOrganisation"


class Kind(StrEnum):
    """What is written."""

    HTCDS_XLSX = "htcds"
    HTCDS_CSV = "htcds_csv"
    GBVIMS = "gbvims"
    CTDC = "ctdc"


LABELS: dict[Kind, str] = {
    Kind.HTCDS_XLSX: "Case data standard (HTCDS 2.0), Excel sheet",
    Kind.HTCDS_CSV: "Case data standard (HTCDS 2.0), CSV",
    Kind.GBVIMS: "GBVIMS Incident Recorder, Excel sheet",
    Kind.CTDC: "Coded for statistics (CTDC), CSV",
}
_CSV: frozenset[Kind] = frozenset({Kind.HTCDS_CSV, Kind.CTDC})


@dataclass(frozen=True)
class Wish:
    """What somebody wants to take out: what, for which purpose, for whom, with who it is or not."""

    kind: Kind
    purpose: consent.Purpose
    recipient: recipients.Recipient = recipients.NOBODY
    with_identity: bool = False

    def why_not(self) -> str:
        """Say why nothing at all may be taken out like this; "" when it may be looked at."""
        if self.purpose not in PURPOSES:
            return "Records do not leave for this purpose."
        named = self.purpose in consent.NAMED_RECIPIENT
        if named and not self.recipient.id:
            return "Name who receives it."
        if self.with_identity and not named:
            return "Who people are leaves only for a purpose and a recipient that they agreed to."
        if self.kind is Kind.CTDC and self.purpose is not consent.Purpose.SHARE_FOR_STATISTICS:
            return "Coding for statistics is for people who agreed to be counted."
        return ""


@dataclass(frozen=True)
class Going:
    """One case that goes out, and the classes that may go with it ("" alone: coded facts)."""

    case: Case
    classes: frozenset[str]


@dataclass(frozen=True)
class Survey:
    """What would go out, and why the rest stays: reasons with how many cases they keep back."""

    wish: Wish
    going: tuple[Going, ...]
    left_out: Mapping[str, int]
    held_back: Mapping[str, int]


@dataclass(frozen=True)
class Exported:
    """A file, and what was kept back or is not complete in it, by reason."""

    name: str
    data: bytes
    rows: int
    left_out: Mapping[str, int]
    held_back: Mapping[str, int]
    notes: Mapping[str, int]


def known_recipients(by: acting.Actor) -> list[recipients.Recipient]:
    """Return everybody whom somebody of this unit agreed to: nobody else can receive anything."""
    rows = guard.visible(by, "case.export", Consent).filter(
        given=True,
        withdrawn_at=None,
        recipient_id__isnull=False,
        purpose__in=[p.value for p in PURPOSES],
    )
    newest: dict[Any, Consent] = {}
    for row in rows.order_by("-at"):
        newest.setdefault(row.recipient_id, row)
    found = [denials.recipient_of_word(row) for row in newest.values()]
    return sorted(found, key=lambda each: each.name.casefold())


def survey(*, by: acting.Actor, at: datetime, wish: Wish) -> Survey:
    """Say what would leave and what stays, with reasons. Opens nothing of the people themselves."""
    guard.refuse_if(wish.why_not())
    cases = list(
        guard.visible(by, "case.export", Case)
        .filter(erased_at=None)
        .select_related("unit__organisation", "worker", "htcds")
        .order_by("opened_at", "id")
    )
    said = disclosing.words_of(cases, by)
    going, left, held = [], Counter[str](), Counter[str]()
    for case in cases:
        words, on = said[case.id], at.date()
        reason = words.why_not(wish.purpose, wish.recipient, "", on)
        if reason:
            left[reason] += 1
            continue
        classes = {""}
        for name in htcds.DOCUMENTS if wish.with_identity else ():
            why = words.why_not(wish.purpose, wish.recipient, name, on)
            held[why] += bool(why)
            classes |= set() if why else {name}
        going.append(Going(case, frozenset(classes)))
    return Survey(wish, tuple(going), dict(left), {why: n for why, n in held.items() if why})


@guard.opening("case.export")
def take_out(*, by: acting.Actor, at: datetime, wish: Wish) -> Exported:
    """Write the file of everybody who agreed; the opening, then the disclosures, go on the record."""
    looked = survey(by=by, at=at, wish=wish)
    rows = _opened(by, at, looked)
    whom = wish.recipient.name or wish.purpose.value
    maker = _MAKERS[wish.kind]
    data, count, notes, gone = maker(looked, rows, _codes(by, whom))
    kept = [each for each in looked.going if each.case.id not in gone]
    write_down(by=by, at=at, wish=wish, going=kept)
    ending = "csv" if wish.kind in _CSV else "xlsx"
    name = f"{wish.kind.value.partition('_')[0]}-{at.date().isoformat()}.{ending}"
    return Exported(name, data, count, looked.left_out, looked.held_back, notes)


@acting.action("case.export")
def write_down(*, by: acting.Actor, at: datetime, wish: Wish, going: Sequence[Going]) -> int:
    """Put each disclosure on its case, and the whole on the record; raises Refused when one may not."""
    for each in going:
        disclosing.note(
            by=by,
            at=at,
            case=each.case,
            purpose=wish.purpose,
            recipient=wish.recipient if wish.recipient.id else None,
            classes=each.classes,
            what=wish.kind.value,
            how="file",
        )
    record.append(
        by=by.id,
        at=at,
        act="case.export",
        purpose=wish.purpose.value,
        object_ids=tuple(sorted(each.case.id for each in going)),
        details={
            "recipient": wish.recipient.name,
            "with_identity": wish.with_identity,
            "kind": wish.kind.value,
        },
    )
    return len(going)


# --- opening ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Opened:
    going: Going
    record: htcds.Record
    age: int | None


def _opened(by: acting.Actor, at: datetime, looked: Survey) -> list[_Opened]:
    """Open the cases that go, and say each as a row of the standard with what may go of it."""
    cases = [each.case for each in looked.going]
    kept = [getattr(case, "htcds", None) for case in cases]
    rows: list[Case | HtcdsRecord] = [*cases, *(row for row in kept if row is not None)]
    purpose = f"export: {looked.wish.kind.value}"
    said = sheets.open_what_may(by=by, at=at, purpose=purpose, rows=rows)
    people = said[: len(cases)]
    documents = iter(said[len(cases) :])
    sent = _sent(cases)
    found = []
    for each, row, person in zip(looked.going, kept, people, strict=True):
        here = sheets.of_opened(each.case, {} if row is None else next(documents), person)
        whole = _decided(here.whole(), each.case)
        whole = _with_referrals(whole, sent.get(each.case.id, ()))
        found.append(_Opened(each, whole, _age(person.get("age"))))
    return found


def _age(said: Any) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) else None


def _decided(whole: htcds.Record, case: Case) -> htcds.Record:
    if not case.deciding_kind:
        return whole
    values = dict(whole.values) | {"vic_TraffickingStatusDecisionMakingOrg": case.deciding_kind}
    return htcds.Record(values, whole.groups, whole.extra, whole.record_id)


def _sent(cases: Sequence[Case]) -> dict[Any, list[Referral]]:
    found: dict[Any, list[Referral]] = {}
    rows = Referral.objects.filter(case__in=cases, sent_at__isnull=False)
    for row in rows.select_related("service__organisation").order_by("sent_at", "id"):
        found.setdefault(row.case_id, []).append(row)
    return found


def _with_referrals(whole: htcds.Record, sent: Sequence[Referral]) -> htcds.Record:
    """Add the referrals that were sent from here to those that the row came with."""
    if not sent:
        return whole
    made = tuple(
        {
            _OUTGOING: f"{row.service.name}, {row.service.organisation.name}",
            "cas_ReasonForOutgoingReferral": "AdditionalServicesRequired",
            "cas_OutgoingReferralDate": row.sent_at.date().isoformat() if row.sent_at else "",
        }
        for row in sent
    )
    groups = dict(whole.groups) | {"out": (*whole.groups.get("out", ()), *made)}
    return htcds.Record(whole.values, groups, whole.extra, whole.record_id)


def _codes(by: acting.Actor, whom: str) -> Callable[[Case], str]:
    """Return how cases are called for one recipient: always the same there, another one elsewhere."""
    key = by.keys().key(by.unit.id, FieldClass.LINK)

    def code(case: Case) -> str:
        return sealing.blind(key, f"export to {recipients.folded(whom)}", str(case.id)).hex()[:16]

    return code


# --- making files ----------------------------------------------------------------------------------

_Made = tuple[bytes, int, dict[str, int], set[Any]]


def _may_go(wish: Wish, each: _Opened, code: str) -> htcds.Record:
    """Return what of a row may go: coded facts, or the classes that the yes covers."""
    if not wish.with_identity:
        bare = htcds_case.coded(each.record)
        return htcds.Record(bare.values, bare.groups, {}, code)
    part = htcds_case.within(each.record, each.going.classes)
    own = part.record_id if "identity" in each.going.classes else ""
    return htcds.Record(part.values, part.groups, part.extra, own or code)


def _htcds(looked: Survey, rows: Sequence[_Opened], code: Callable[[Case], str]) -> _Made:
    records = [_may_go(looked.wish, each, code(each.going.case)) for each in rows]
    if looked.wish.kind is Kind.HTCDS_CSV:
        return htcds_table.write_csv(records), len(records), {}, set()
    from manumit.cases import htcds_workbook  # loaded where a workbook is written

    data = htcds_workbook.write(records)
    return data, len(records), {}, set()


def _gbvims(looked: Survey, rows: Sequence[_Opened], code: Callable[[Case], str]) -> _Made:
    """Write incidents of the six types; others are no incident of the Recorder, and are counted."""
    lines, gone, notes = [gbvims.headings()], set(), Counter[str]()
    helped = _helped([each.going.case for each in rows])
    for each in rows:
        case = each.going.case
        if gbvims.gbv_type(each.record) is None:
            gone.add(case.id)
            notes["No type of the classification is met: not in the file."] += 1
            continue
        name = code(case)
        known = gbvims.Incident(
            incident=f"{name}-1",
            survivor=name,
            agency=case.unit.organisation.name,
            record=_may_go(looked.wish, each, name),
            interview_on=case.identified_at.date(),
            services=helped.get(case.id, {}),
        )
        cells = gbvims.row(known, with_identity=looked.wish.with_identity)
        for column in gbvims.missing(cells):
            notes[say("“{column}” must be filled in.", column=column)] += 1
        lines.append([table.safe(cell) for cell in cells])
    from manumit.core import workbook  # loaded where a workbook is written

    return workbook.of("Incident Data", lines), len(lines) - 1, dict(notes), gone


def _helped(cases: Sequence[Case]) -> dict[Any, dict[str, str]]:
    """Return by case and kind of need what became of it, in the words of the outcome codes."""
    found: dict[Any, dict[str, str]] = {}
    going_on = {state.value for state in referral.OPEN}
    for need in Need.objects.filter(case__in=cases).prefetch_related("referrals"):
        sent = any(row.sent_at and row.state in going_on for row in need.referrals.all())
        said = need.outcome_code or (referral.Outcome.REFERRED.value if sent else "")
        if said:
            found.setdefault(need.case_id, {})[need.kind] = said
    return found


def _ctdc(looked: Survey, rows: Sequence[_Opened], _code: Callable[[Case], str]) -> _Made:
    """Write people as rows of numbers; who stands out among them stays here."""
    coded = [
        ctdc.code(each.record, registered_on=each.going.case.identified_at.date(), age=each.age)
        for each in rows
    ]
    kept, emptied, rare = ctdc.protect(coded)
    notes = {"Facts left out because fewer than 11 people share them.": emptied}
    notes["Rows left out because they would stand out."] = len(rare)
    data = htcds_table.csv_of(ctdc.lines(kept))
    gone = {rows[place].going.case.id for place in rare}
    return data, len(kept), {why: n for why, n in notes.items() if n}, gone


_MAKERS: dict[Kind, Callable[[Survey, Sequence[_Opened], Callable[[Case], str]], _Made]] = {
    Kind.HTCDS_XLSX: _htcds,
    Kind.HTCDS_CSV: _htcds,
    Kind.GBVIMS: _gbvims,
    Kind.CTDC: _ctdc,
}
