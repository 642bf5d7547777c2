"""Reports: begun from what was decided, written, proposed, approved by a second person, handed over.

What is in a report is sealed under the ledger's key. From the proposal on it does not change; what was
approved is, byte for byte, what leaves. Handing over names recipient and legal basis.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from manumit.core.actions import acting, guard, sealed
from manumit.core.reasons import say
from manumit.core.sealing import FieldClass
from manumit.flows import (
    attachments,
    desk,
    goaml,
    goaml_answers,
    goaml_check,
    goaml_draft,
    narrative,
    reporting,
)
from manumit.flows import known as facts
from manumit.flows.actions import deciding, profiles, reportfacts
from manumit.flows.actions import desk as desks
from manumit.flows.goaml_profile import Profile
from manumit.flows.models import Alert, Ledger, MoneyCase, Report, ReportDisclosure, ReportFile

_FINANCE = frozenset({FieldClass.FINANCE})
_UNFINISHED = (reporting.State.DRAFT, reporting.State.PROPOSED, reporting.State.APPROVED)


# --- judging ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Examined:
    """A report as it stands: what is wrong with it, and the file when nothing is."""

    report: goaml.Report
    problems: Sequence[goaml_answers.Problem]
    faults: Sequence[goaml_check.Fault]
    schema: Sequence[str]
    xml: bytes

    @property
    def whole(self) -> bool:
        """Tell whether it may be proposed."""
        return bool(self.xml)


def examine(
    *,
    known: facts.Known,
    answers: Mapping[str, Any],
    text: str,
    profile: Profile,
    on: datetime,
) -> Examined:
    """Build a report from facts, answers and narrative, and say all that is wrong with it."""
    said = goaml_answers.of_tables(answers)
    report = goaml_draft.draft(known, said, profile, on=known.local(on), narrative=text)
    faults = goaml_check.faults(report, profile, victims=known.victims)
    if said.problems or faults:
        return Examined(report, said.problems, faults, (), b"")
    from manumit.flows import goaml_xml  # the XML library: loaded where a report is written

    xml = goaml_xml.write(report, profile)
    schema = profiles.problems(xml)
    return Examined(report, (), (), schema, b"" if schema else xml)


# --- opening ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """A report, opened."""

    row: Report
    known: facts.Known
    answers: dict[str, Any]
    language: str
    text: str
    remark: str
    files: Sequence[tuple[ReportFile, str]]


@guard.opening("report.read")
def open_report(*, by: acting.Actor, at: datetime, report: Report) -> Opened:
    """Open what is in a report; on the record."""
    row = guard.see(by, "report.read", report)
    row.file = None  # the finished file is not needed to look at a report
    rows = [*ReportFile.objects.filter(report=row).defer("content").order_by("at", "id")]
    for one in rows:
        one.content = None
    said, *named = sealed.open_rows(
        by=by, at=at, purpose="report", rows=[row, *rows], classes=_FINANCE
    )
    words = said.get("narrative") or {}
    return Opened(
        row=row,
        known=facts.of_plain(said["known"]),
        answers=said.get("answers") or {},
        language=str(words.get("language", "en")),
        text=str(words.get("text", "")),
        remark=str(said.get("remark") or ""),
        files=[(one, str(names["name"])) for one, names in zip(rows, named, strict=True)],
    )


@guard.opening("report.read")
def open_disclosures(
    *, by: acting.Actor, at: datetime, report: Report
) -> list[tuple[ReportDisclosure, dict[str, Any]]]:
    """Open to whom a report was handed over, and what they answered."""
    row = guard.see(by, "report.read", report)
    rows = list(row.disclosures.order_by("-at"))
    said = sealed.open_rows(by=by, at=at, purpose="report", rows=rows, classes=_FINANCE)
    return list(zip(rows, said, strict=True))


# --- beginning -------------------------------------------------------------------------------


@guard.opening("report.write")
def begin(
    *,
    by: acting.Actor,
    at: datetime,
    profile: str,
    language: str = "en",
    alert: Alert | None = None,
    case: MoneyCase | None = None,
) -> Report:
    """Begin a report on what was decided to be reported: open its facts once, and draft the words."""
    row = guard.see(by, "report.write", desks.thing(alert, case))
    guard.refuse_if(why_not_begin(row))
    wanted = profiles.get(profile)
    alerts = [row] if isinstance(row, Alert) else list(row.alerts.order_by("number"))
    known = reportfacts.gather(
        by=by,
        at=at,
        ledger=row.ledger,
        alerts=alerts,
        reference=f"A-{row.number}" if isinstance(row, Alert) else f"C-{row.number}",
        parts=deciding.parts_of(alerts),
    )
    alert, case = (row, None) if isinstance(row, Alert) else (None, row)
    return start_report(
        by=by, at=at, alert=alert, case=case, known=known, profile=wanted, language=language
    )


def why_not_begin(row: Alert | MoneyCase) -> str:
    """Return why no report can be begun on it; "" when one can."""
    if row.stage != desk.Stage.REPORT:
        return "Decide first that this is to be reported. Then the report is written."
    unfinished = [state.value for state in _UNFINISHED]
    if row.reports.filter(state__in=unfinished).exists():
        return "A report on this is being written already. Go on with it, or withdraw it."
    return ""


@guard.opening("report.export")
def of_bench(
    *,
    by: acting.Actor,
    at: datetime,
    alert: Alert,
    profile: Profile,
    answers: Mapping[str, Any],
    language: str,
) -> Examined:
    """Build a report on an alert of the bench, whose data is published or made; nothing is kept."""
    if alert.ledger.unit_id is not None:
        raise acting.NotFound
    known = reportfacts.gather(
        by=by,
        at=at,
        ledger=alert.ledger,
        alerts=[alert],
        reference=f"A-{alert.number}",
        parts=deciding.parts_of([alert]),
    )
    text = drafted(known, language, profile)
    return examine(known=known, answers=answers, text=text, profile=profile, on=at)


@acting.action("report.write")
def start_report(
    *,
    by: acting.Actor,
    at: datetime,
    known: facts.Known,
    profile: Profile,
    language: str,
    alert: Alert | None = None,
    case: MoneyCase | None = None,
) -> Report:
    """Keep a new draft with its facts and a narrative drafted from them. Call `begin`."""
    row = guard.hold(by, "report.write", desks.thing(alert, case))
    guard.refuse_if(why_not_begin(row))
    ledger = Ledger.objects.select_for_update(no_key=True).get(pk=row.ledger_id)
    last = Report.objects.filter(ledger=ledger).order_by("-number").first()
    made = Report(
        ledger=ledger,
        number=(last.number if last else 0) + 1,
        alert=row if isinstance(row, Alert) else None,
        case=row if isinstance(row, MoneyCase) else None,
        profile=profile.id,
        by=by.person,
        at=at,
        four_eyes=ledger.four_eyes,
        seal_owner=ledger.id,
    )
    words = {"language": language, "text": drafted(known, language, profile)}
    answers = _last_answers(by, last)
    values = {"known": facts.plain(known), "narrative": words, "answers": answers}
    sealed.write(made, values, desks.keys(by, ledger))
    made.save()
    return made


def _last_answers(by: acting.Actor, last: Report | None) -> dict[str, Any]:
    """Take over from the last report what is the same in all: who reports, from where."""
    if last is None:
        return {}
    said = sealed.read(last, desks.keys(by, last.ledger)).get("answers") or {}
    kept = {name: said[name] for name in ("reporting_person", "location") if name in said}
    numbers = said.get("report", {})
    same = {n: numbers[n] for n in ("rentity_id", "rentity_branch") if n in numbers}
    return kept | ({"report": same} if same else {})


def drafted(known: facts.Known, language: str, profile: Profile) -> str:
    """Return the narrative that the facts make, in letters that the unit takes."""
    text = narrative.text(narrative.draft(known, language), language)
    return goaml_draft.latin(text).replace("\u00a0", " ") if profile.ascii_only else text


# --- writing ---------------------------------------------------------------------------------


def _writing(by: acting.Actor, report: Report) -> tuple[Report, dict[FieldClass, bytes]]:
    row = guard.hold(by, "report.write", report)
    guard.refuse_if(reporting.why_not(row.state, reporting.Act.WRITE))
    return row, desks.keys(by, row.ledger)


@acting.action("report.write")
def save_answers(
    *, by: acting.Actor, at: datetime, report: Report, table: str, values: Mapping[str, Any]
) -> Report:
    """Keep what was typed into one part of the form; for "accounts": what was said of one account."""
    row, keys = _writing(by, report)
    if table not in goaml_answers.TABLES:
        raise acting.NotFound
    said = dict(sealed.read(row, keys).get("answers") or {})
    merged = dict(said.get(table) or {}) if table == "accounts" else {}
    said[table] = {n: v for n, v in (merged | dict(values)).items() if v not in (None, "", {}, [])}
    sealed.write(row, {"answers": said}, keys)
    row.save()
    return row


@acting.action("report.write")
def save_narrative(
    *, by: acting.Actor, at: datetime, report: Report, language: str, text: str
) -> Report:
    """Keep the narrative as a person wrote it."""
    row, keys = _writing(by, report)
    words = {"language": language, "text": text.replace("\r\n", "\n").strip()}
    sealed.write(row, {"narrative": words}, keys)
    row.save()
    return row


@acting.action("report.write")
def draft_again(*, by: acting.Actor, at: datetime, report: Report, language: str) -> Report:
    """Draft the narrative anew from the facts, in a language; what was written is replaced."""
    row, keys = _writing(by, report)
    known = facts.of_plain(sealed.read(row, keys)["known"])
    text = drafted(known, language, profiles.get(row.profile))
    sealed.write(row, {"narrative": {"language": language, "text": text}}, keys)
    row.save()
    return row


@acting.action("report.write")
def attach_file(
    *, by: acting.Actor, at: datetime, report: Report, name: str, content: bytes
) -> ReportFile:
    """Add a file that goes with the report; what the unit would refuse is refused here."""
    row, keys = _writing(by, report)
    limits = profiles.get(row.profile).limits
    guard.refuse_if(attachments.why_not_file(name, content, limits))
    there = list(row.files.defer("content").order_by("at", "id"))
    for one in there:
        one.content = None
    names = [str(sealed.read(one, keys)["name"]) for one in there]
    if name.casefold() in {one.casefold() for one in names}:
        raise acting.Refused("A file with this name is there already.")
    if (
        len(there) >= limits.files
        or sum(one.size for one in there) + len(content) > limits.zip_bytes
    ):
        raise acting.Refused("The files together are more than this unit takes.")
    made = ReportFile(
        ledger=row.ledger, report=row, size=len(content), by=by.person, at=at,
        seal_owner=row.ledger_id,
    )  # fmt: skip
    sealed.write(made, {"name": name, "content": base64.b64encode(content).decode()}, keys)
    made.save()
    return made


@acting.action("report.write")
def remove_file(*, by: acting.Actor, at: datetime, report: Report, file: ReportFile) -> Report:
    """Take a file out again."""
    row, _ = _writing(by, report)
    found = guard.one_of(row.files, file.pk)
    found.delete()
    return row


# --- moving ----------------------------------------------------------------------------------


def _moving(by: acting.Actor, permission: str, report: Report, act: reporting.Act) -> Report:
    row = guard.hold(by, permission, report)
    guard.refuse_if(reporting.why_not(row.state, act))
    row.state = reporting.after(row.state, act).value
    return row


@acting.action("report.write")
def propose_report(*, by: acting.Actor, at: datetime, report: Report) -> Report:
    """Propose a report that lacks nothing; where one person is enough it is approved at once."""
    row = _moving(by, "report.write", report, reporting.Act.PROPOSE)
    keys = desks.keys(by, row.ledger)
    said = sealed.read(row, keys)
    examined = examine(
        known=facts.of_plain(said["known"]),
        answers=said.get("answers") or {},
        text=str((said.get("narrative") or {}).get("text", "")),
        profile=profiles.get(row.profile),
        on=at,
    )
    if not examined.whole:
        raise acting.Refused("Something is still missing. The list on the page says what.")
    files = [_attachment(one, keys) for one in row.files.order_by("at", "id")]
    limits = profiles.get(row.profile).limits
    guard.refuse_if(attachments.why_not(files, len(examined.xml), limits))
    sealed.write(row, {"file": examined.xml.decode(), "remark": None}, keys)
    row.four_eyes = row.ledger.four_eyes
    row.proposed_by, row.proposed_at = by.person, at
    row.approved_by = row.approved_at = None
    if not row.four_eyes:
        row.state = reporting.State.APPROVED.value
        row.approved_by, row.approved_at = by.person, at
    row.save()
    return row


@acting.action("report.approve")
def approve_report(*, by: acting.Actor, at: datetime, report: Report) -> Report:
    """Approve as the second person: from now on it may be handed over, as it is."""
    row = _moving(by, "report.approve", report, reporting.Act.APPROVE)
    guard.refuse_if(
        reporting.why_not_approve(
            user=by.id, proposed_by=row.proposed_by_id, four_eyes=row.four_eyes
        )
    )
    row.approved_by, row.approved_at = by.person, at
    row.save()
    return row


@acting.action("report.approve")
def send_back(*, by: acting.Actor, at: datetime, report: Report, remark: str) -> Report:
    """Send a proposed report back, with what should change; who proposed it may take it back so."""
    row = _moving(by, "report.approve", report, reporting.Act.SEND_BACK)
    if row.proposed_by_id != by.id and len(remark.strip()) < 3:
        raise acting.Refused("Say in a few words what should change.")
    sealed.write(row, {"remark": remark.strip() or None, "file": None}, desks.keys(by, row.ledger))
    row.save()
    return row


@acting.action("report.write")
def reopen_report(*, by: acting.Actor, at: datetime, report: Report) -> Report:
    """Write again at a report that was approved, answered or withdrawn; it needs approval anew."""
    row = _moving(by, "report.write", report, reporting.Act.REOPEN)
    row.proposed_by = row.proposed_at = row.approved_by = row.approved_at = None
    sealed.write(row, {"file": None}, desks.keys(by, row.ledger))
    row.save()
    return row


@acting.action("report.write")
def withdraw_report(*, by: acting.Actor, at: datetime, report: Report) -> Report:
    """Give a draft up; it stays readable."""
    row = _moving(by, "report.write", report, reporting.Act.WITHDRAW)
    row.save()
    return row


# --- leaving ---------------------------------------------------------------------------------


def _attachment(one: ReportFile, keys: Mapping[FieldClass, bytes]) -> attachments.Attachment:
    said = sealed.read(one, keys)
    return attachments.Attachment(str(said["name"]), base64.b64decode(said["content"]))


def _packed(row: Report, keys: Mapping[FieldClass, bytes]) -> bytes:
    """Return what was approved: the file alone, or a ZIP when others go with it."""
    xml = str(sealed.read(row, keys)["file"]).encode()
    files = [_attachment(one, keys) for one in row.files.order_by("at", "id")]
    return attachments.packed(xml, files) if files else xml


@acting.action("report.export")
def hand_over(
    *, by: acting.Actor, at: datetime, report: Report, recipient: str, basis: str
) -> ReportDisclosure:
    """Hand an approved report over: to whom, on which legal basis. Then it may be downloaded."""
    row = _moving(by, "report.export", report, reporting.Act.HAND_OVER)
    bases = frozenset(profiles.get(row.profile).legal_bases)
    guard.refuse_if(reporting.why_not_hand_over(recipient=recipient, basis=basis, bases=bases))
    keys = desks.keys(by, row.ledger)
    packed = _packed(row, keys)
    made = ReportDisclosure(
        ledger=row.ledger,
        report=row,
        basis=basis,
        digest=hashlib.sha256(packed).hexdigest(),
        size=len(packed),
        by=by.person,
        at=at,
        seal_owner=row.ledger_id,
    )
    sealed.write(made, {"recipient": recipient.strip()}, keys)
    made.save()
    row.save()
    thing = row.alert or row.case
    if thing is not None and not desk.why_not(thing.stage, desk.Act.HANDED_OVER):
        deciding.mark_reported(by=by, at=at, alert=row.alert, case=row.case)
    return made


@dataclass(frozen=True)
class Download:
    """What is given out: a name that says nobody's, and the bytes."""

    name: str
    content: bytes
    report: Report


@acting.action("report.export")
def download(*, by: acting.Actor, at: datetime, report: Report) -> Download:
    """Give the file out that was handed over; nothing that was not."""
    row = guard.hold(by, "report.export", report)
    if row.state not in {reporting.State.HANDED_OVER, reporting.State.ANSWERED}:
        raise acting.Refused("Hand it over first: say to whom, and on which legal basis.")
    packed = _packed(row, desks.keys(by, row.ledger))
    ending = "zip" if packed.startswith(b"PK") else "xml"
    return Download(f"report-{row.number}.{ending}", packed, row)


@acting.action("report.write")
def record_reply(
    *, by: acting.Actor, at: datetime, report: Report, reply: str, text: str = ""
) -> Report:
    """Keep what the unit answered to what was handed over last."""
    row = _moving(by, "report.write", report, reporting.Act.ANSWER)
    if reply not in set(reporting.Reply):
        raise acting.Refused("Choose what they answered from the list.")
    last = row.disclosures.order_by("-at", "id").first()
    if last is None:
        raise acting.Refused(say("It was handed over to nobody."))
    last.reply, last.replied_at = reply, at
    sealed.write(last, {"reply_text": text.strip() or None}, desks.keys(by, row.ledger))
    last.save()
    row.save()
    return row
