"""The story of a case as the record tells it: who did what, when; never what was said."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from manumit.cases.models import Case
from manumit.core import models, roles

LENGTH, WHOLE = 40, 400

WORDS: dict[str, str] = {
    "start_screening": gettext_noop("A talk began"),
    "record_person": gettext_noop("The person was written down"),
    "answer": gettext_noop("Answers were written down"),
    "observe": gettext_noop("An observation was written down"),
    "pause_screening": gettext_noop("The talk was paused"),
    "resume_screening": gettext_noop("The talk went on"),
    "stop_screening": gettext_noop("The talk was stopped by the person"),
    "finish_screening": gettext_noop("The talk ended and the case opened"),
    "give_consent": gettext_noop("The person's yes or no was written down"),
    "withdraw_consent": gettext_noop("A consent was taken back"),
    "deny_recipient": gettext_noop("Somebody who must never be told was written down"),
    "take_back_denial": gettext_noop("The person took back that somebody must never be told"),
    "note_passed_on": gettext_noop("A recipient was told something under the person's yes"),
    "note_told": gettext_noop("A recipient was told that a consent was taken back"),
    "renew_waiting_keys": gettext_noop("New keys were made after a right ended"),
    "print_receipt": gettext_noop("The person's paper was printed"),
    "record_account": gettext_noop("What the person told was written down"),
    "note_telling": gettext_noop("A time the person was asked was written down"),
    "request_account": gettext_noop("A team asked for what the person told"),
    "answer_request": gettext_noop("A request for what the person told was answered"),
    "mark_account_read": gettext_noop("A team read what the person told"),
    "withdraw_referral": gettext_noop("A referral was taken back"),
    "open_case": gettext_noop("The case opened"),
    "edit_person": gettext_noop("Facts about the person were changed"),
    "take_case": gettext_noop("A case worker took the case"),
    "assign_case": gettext_noop("The case was given to a colleague"),
    "add_note": gettext_noop("A note was added"),
    "record_need": gettext_noop("A need was written down"),
    "settle_need": gettext_noop("A need was settled"),
    "decide_status": gettext_noop("A decision of a named body was written down"),
    "propose_lift": gettext_noop("Somebody proposed to lift the protection from punishment"),
    "confirm_lift": gettext_noop("The protection from punishment was lifted"),
    "decline_lift": gettext_noop("The protection from punishment was kept"),
    "take_back_lift": gettext_noop("The proposal to lift the protection was taken back"),
    "restore_protection": gettext_noop("The person was protected again"),
    "write_compelled_act": gettext_noop("Something was written down and kept apart"),
    "strike_compelled_act": gettext_noop("Something that was kept apart was struck out"),
    "note_trace": gettext_noop("How those responsible could be found was noted"),
    "strike_trace": gettext_noop("Something about those responsible was struck out"),
    "count_waiting": gettext_noop("What was noted about those responsible began to count"),
    "write_statement": gettext_noop("A statement for an authority was made"),
    "record_birth_facts": gettext_noop("Facts of birth were written down"),
    "tick_nationality_step": gettext_noop("A step for the nationality was done"),
    "print_nationality_paper": gettext_noop("A paper about the nationality was made"),
    "notify_birth": gettext_noop("A notification of the birth was made"),
    "draft_referral": gettext_noop("A referral was prepared"),
    "consent_referral": gettext_noop("The person's word on a service was written down"),
    "send_referral": gettext_noop("A referral was sent"),
    "answer_referral": gettext_noop("The service answered"),
    "record_answer": gettext_noop("The service's answer was written down"),
    "start_service": gettext_noop("The help began"),
    "end_service": gettext_noop("The help ended"),
    "mark_read": gettext_noop("The service read the letter"),
    "time_out": gettext_noop("The service did not answer in time"),
    "end_consent": gettext_noop("A consent ended by time"),
    "write_parents": gettext_noop("The parents' names were written down"),
    "judge": gettext_noop("It was decided whether two cases are one person's"),
    "keep_pairs": gettext_noop("People who may be one were found"),
    "close_case": gettext_noop("The case was closed"),
    "follow_up": gettext_noop("The case moved to or from follow-up"),
    "reopen_case": gettext_noop("The case was opened again"),
    "confirm_erasure": gettext_noop("The case was erased"),
    "ask_erasure": gettext_noop("Erasing was asked for"),
    "decline_erasure": gettext_noop("Erasing was declined"),
    "propose_hold": gettext_noop("A legal hold was proposed"),
    "confirm_hold": gettext_noop("A legal hold began"),
    "decline_hold": gettext_noop("A legal hold was declined"),
    "release_hold": gettext_noop("The end of a legal hold was asked for or decided"),
    "end_case": gettext_noop("What was kept long enough was erased"),
    "erase_again": gettext_noop("Erased again after a restore"),
    "look_at_need": gettext_noop("How a need stands was written down"),
    "keep_safe": gettext_noop("The safety plan was written"),
    "still_safe": gettext_noop("The safety plan was looked at and holds"),
    "set_goal": gettext_noop("A goal of the person was written down"),
    "move_goal": gettext_noop("A goal ended or was taken up again"),
    "add_step": gettext_noop("A step was added"),
    "do_step": gettext_noop("A step was done"),
    "start_course": gettext_noop("Sessions were planned"),
    "add_session": gettext_noop("A session was added"),
    "mark_session": gettext_noop("How a session went was written down"),
    "move_session": gettext_noop("A session was moved"),
    "reach_person": gettext_noop("Somebody asked how the person is"),
    "end_course": gettext_noop("Help over a longer time ended"),
    "propose_handover": gettext_noop("The case was offered to somebody"),
    "accept_handover": gettext_noop("The case was taken over"),
    "decline_handover": gettext_noop("An offer of the case was declined"),
    "withdraw_handover": gettext_noop("An offer of the case was taken back"),
    "link_cases": gettext_noop("Cases were linked"),
    "keep_apart": gettext_noop("A link was changed"),
    "unlink_case": gettext_noop("A link was ended"),
    "set_joint_visit": gettext_noop("An appointment for several people was planned"),
    "end_joint_visit": gettext_noop("An appointment for several people ended"),
    "write_facts": gettext_noop("Facts for support by a State were written down"),
    "open_door": gettext_noop("Codes for the person's own door were made"),
    "close_door": gettext_noop("The person's own door was closed"),
    "enter": gettext_noop("The person came to their door"),
    "say": gettext_noop("The person wrote or asked for something"),
    "reply": gettext_noop("The person was answered"),
    "settle": gettext_noop("What the person asked for was done"),
    "take_back": gettext_noop("The person took a consent back themselves"),
    "take_copy": gettext_noop("The person took a copy"),
    "shut": gettext_noop("The person closed their own door"),
    "open": gettext_noop("Locked content was opened"),
}


@dataclass(frozen=True)
class Entry:
    """One line, for components/timeline.html."""

    title: str
    at: datetime
    who: str
    text: str = ""
    url: str = ""
    times: int = 1


def of_case(case: Case, *, whole: bool = False) -> list[Entry]:
    """Return the newest entries of a case, its talk, its needs and its referrals."""
    ids = [
        *case.subject_ids(),
        *case.needs.values_list("id", flat=True),
        *case.referrals.values_list("id", flat=True),
        *case.protection_lifts.values_list("id", flat=True),
        *case.accounts.values_list("id", flat=True),
        *case.account_requests.values_list("id", flat=True),
    ]
    return of_objects(ids, whole=whole)


def of_objects(ids: Iterable[UUID], *, whole: bool = False) -> list[Entry]:
    """Return the newest entries about these things; openings only when the `whole` is asked for.

    What one person did several times in a row stands there once, with how often.
    """
    leaves = models.Leaf.objects.filter(objects_named__object_id__in=list(ids)).order_by("-seq")
    if not whole:
        leaves = leaves.exclude(act="open")
    rows = [
        (leaf, json.loads(bytes(leaf.body)))
        for leaf in leaves.distinct()[: WHOLE if whole else LENGTH]
    ]
    people = models.User.objects.in_bulk({leaf.by for leaf, _body in rows if leaf.by})
    together: list[Entry] = []
    for leaf, body in rows:
        entry = _entry(leaf, body, people)
        last = together[-1] if together else None
        if last and (last.title, last.who, last.text) == (entry.title, entry.who, entry.text):
            together[-1] = replace(last, times=last.times + 1)
        else:
            together.append(entry)
    return together


def _entry(leaf: models.Leaf, body: dict[str, str], people: dict[UUID, models.User]) -> Entry:
    verb = body.get("verb") or leaf.act
    words = WORDS.get(verb, verb.replace("_", " ").replace(".", ": ").capitalize())
    title = _(words)
    if leaf.outcome == "refused":
        title = _("Refused: %(what)s") % {"what": title}
    user = people.get(leaf.by) if leaf.by else None
    who = _("The person themselves") if leaf.by else _("System")  # a door has no account
    if user:
        who = f"{user.display_name}, {_(roles.LABELS[roles.Role(user.role)])}"
    return Entry(title, leaf.at, who, body.get("purpose", ""))
