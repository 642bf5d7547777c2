"""Every invariant that the database keeps: on the model, in the database, and in this list.

The list is the reviewed one. A constraint that disappears from a model, or was never migrated,
fails here; a new one is added with what it means.
"""

import os
import subprocess
import sys

import pytest
from django.apps import apps
from django.db import connections

from meta import source

INVARIANTS = {
    # core
    "unit_key_once": "a unit has one key pair per generation",
    "unit_key_wrap_once": "a member holds a unit's key once",
    "key_wrap_once": "a class key of a thing is wrapped once to a unit",
    "segment_order": "pieces of a unit's name index are in one order",
    "identifier_once": "an exact identifier points at a thing once",
    "organisation_once_per_source": "importing twice makes no second organisation",
    "unit_name_once": "an organisation has no two units of one name",
    "one_record_head": "there is one head of the record, so appends queue",
    # assessments
    "assessment_status_known": "open or complete",
    "assessment_complete_says_when_and_what": "a finished assessment has time and outcome",
    "assessment_open_once_per_pack": "nobody is asked the same pack twice at once",
    # directory
    "place_on_earth": "coordinates lie on the globe, or are both absent",
    "service_once_per_source": "importing twice makes no second service",
    "service_ages_in_order": "the youngest served is not older than the oldest",
    "service_sex_known": "female, male or everyone",
    "service_need_once": "a service meets a need once",
    # flows
    "one_bench": "there is one ledger without a unit",
    "load_once": "the same bytes are brought in once",
    "load_number_once": "numbers of loads, and so of entries, are given once",
    "load_out_says_by_whom": "a load that was taken out says by whom",
    "load_out_by_two": "a load leaves the ledger only by two people",
    "mapping_name_once": "a mapping is kept under a name of its own",
    "scan_number_once": "numbers of scans are given once",
    "alert_once": "a finding is on the desk once",
    "alert_number_once": "numbers of alerts are given once",
    "alert_account_once": "an alert names an account once",
    "typology_once": "a version of a pack is kept once in a ledger",
    "typology_live_once": "one version of a pack looks at a ledger",
    "report_number_once": "a report has its own number in a ledger",
    "report_on_one_thing": "a report is about one alert or one case",
    "report_state_known": "written, proposed, approved, handed over, answered or withdrawn",
    "report_approved_says_by_whom": "what was approved says by whom and when",
    "report_approved_by_a_second_person": "nobody approves what they proposed, where two must agree",
    "report_disclosure_has_a_basis": "no report leaves without a legal basis",
    "capacity_state_known": "open, matched, under way, done or declined",
    "capacity_matched_says_with_what": "what is matched says with what",
    # traces across cases
    "trace_request_state_known": "asked, answered, declined, no longer asked or taken back",
    "trace_request_open_once": "one unit asks another once about one trace until it is answered",
    "trace_released_says_by_whom_and_until": "what was told says by whom and until when",
    "trace_drawn_once": "an answer draws on a case once",
    "trace_link_once": "an entity's identifier is held against the traces of cases once",
    # network
    "list_place_once": "an entry stands at one place of a version of a list",
    "one_bench_register": "there is one register that belongs to no unit",
    "parcel_number_once": "parts of an import are numbered once",
    "relation_has_two_ends": "a relation joins two entities",
    "link_once": "a property joins two entities once",
    "inquiry_number_once": "numbers of inquiries are given once",
    "appears_once": "an entity appears in an inquiry once",
    "judged_lower_first": "two records are judged as one pair, whichever comes first",
    "judged_by_two_people": "nobody confirms their own judgement of two records",
    "judged_once_at_a_time": "of two records one judgement stands",
    "one_identity_at_a_time": "a record belongs to one identity at a time",
    "comparing_number_once": "comparisons of a register are numbered",
    "proposed_once": "two records are proposed as one once",
    "saved_view_begins_once": "a kept chart begins at an entity or at an inquiry",
    "hit_standing_once": "an entity is held against an entry once",
    "hit_same_by_two_people": "nobody is held to be somebody on a list by one person alone",
    "screened_once_per_list": "how far a list was looked at is kept once",
    "sighting_never_confirmed": "a report alone confirms nothing",
    "lead_number_once": "numbers of leads are given once",
    "lead_closed_says_how": "a closed lead says how it ended",
    "task_done_says_by_whom": "a task that is done says by whom and when",
    "dossier_number_once": "numbers of dossiers are given once",
    "dossier_state_known": "written, proposed, approved, handed over, answered or withdrawn",
    "dossier_approved_says_by_whom": "what was approved says by whom and when",
    "dossier_approved_by_a_second_person": "nobody approves the dossier they proposed",
    "dossier_mark_lifted_by_a_second_person": "who may be a victim is protected until two agree",
    "sent_has_a_basis": "nothing leaves a register without a basis",
    "correction_number_once": "numbers of corrections are given once",
    "notice_once": "a recipient is told of a correction once for each thing they received",
    "notice_sent_says_when": "a notice that was sent says when",
    # cases
    "screening_state_known": "started, paused, finished or stopped",
    "screening_finished_says_when_and_how": "a finished screening has time and outcome",
    "screening_clock_from_identification": "nobody is identified after the screening began",
    "case_status_known": "the four case states of HTCDS",
    "case_final_status_names_who_decided": "no verdict without a named deciding organisation",
    "case_trafficking_status_known": "the three states of HTCDS, or none yet",
    "case_non_punishment_lifted_by_two": "protection ends only by two named people, at a time",
    "case_closed_says_when_and_why": "a closed case says when and why",
    "case_clock_from_identification": "clocks start at identification, not at data entry",
    "case_sheet_state_known": "a sheet of people waits, was loaded or is forgotten",
    "case_sheet_loaded_keeps_no_file": "a loaded sheet is not kept",
    "need_status_known": "open, met, declined or not applicable",
    "need_met_says_when": "a met need says when",
    "need_open_once_per_kind": "a need is not opened twice",
    "note_audience_known": "a note has an audience",
    "consent_purpose_known": "a consent has one known purpose",
    "consent_to_share_names_recipient": "nothing is shared with an unnamed recipient",
    "consent_given_has_an_end": "consent is never for ever",
    "account_told_before_written": "nothing is written down before it was told",
    "telling_kind_known": "a known way of having been asked",
    "telling_at_least_once": "from once to ninety-nine times",
    "telling_elsewhere_says_by_whom": "who asked elsewhere is of a known kind",
    "account_request_state_known": "waiting, given, refused or taken back",
    "account_request_answered_by_somebody": "an answer has time and person",
    "account_request_refused_says_why": "a no has its reason",
    "account_request_open_once": "a team asks once for one reference",
    "denial_kind_known": "a denial is of a known kind",
    "denial_says_whom": "a denial names a recipient, or is of a kind that can be denied as a whole",
    "denial_once_per_recipient": "nobody is denied twice by one person",
    "disclosure_how_known": "what left, left as a key, a paper, a file or in words",
    "disclosure_of_a_key_says_which_and_to_whom": "a key that was given can be taken back",
    "disclosure_names_recipient": "nothing leaves to an unnamed recipient",
    "referral_state_known": "a state of the machine",
    "referral_answered_says_when_and_by_whom": "an answer has time and person",
    "referral_only_with_consent": "nothing goes out without consent",
    "referral_sent_says_when": "what went out has a time and a clock",
    "referral_declined_says_why": "a refusal has its reason",
    "referral_ended_says_when_and_how": "an end has time and outcome",
    "referral_waiting_says_so_twice": "waiting by its state and by its instants is the same",
    "referral_in_hand_says_so_twice": "in hand by its state and by its instants is the same",
    "referral_open_once_per_need_and_service": "a service is not asked twice for one need",
    "clock_runs_forward": "a clock is not due before it starts",
    "clock_stopped_by_an_act": "a clock stops by an act, never by itself",
    "clock_once_per_need": "a need has one running clock of a kind",
    "same_person_once_per_pair": "two cases are held against each other once",
    "same_person_in_one_order": "a pair is written down in one order",
    "same_person_decided_by_somebody": "no verdict on a pair without a person and a time",
    "same_person_verdict_known": "the same, two people, not sure, or none",
    "same_verdict_in_one_order": "a decision is about a pair in its one order",
    "same_verdict_known": "the same, two people, not sure, or taken back",
    "clock_once_per_referral": "a referral has one running clock of a kind",
    "door_one_per_case": "a person has one open door at a time",
    "door_closed_says_why": "a closed door says why",
    "door_message_answer_by_somebody": "an answer has its writer, what the person says has none",
    "door_message_settled_by_somebody": "what is settled says by whom",
    "protection_lift_state_known": "proposed, confirmed, declined or taken back",
    "protection_lift_by_two_people": "nobody decides on their own proposal",
    "protection_lift_open_once": "one proposal at a time waits for a second person",
    "birth_rank_known": "the four levels of risk",
    "hold_reason_known": "a legal hold has one of the known reasons",
    "hold_needs_two_people": "nobody confirms their own hold",
    "hold_released_by_two_people": "nobody ends a hold early alone",
    "hold_proposed_once_at_a_time": "one proposal at a time waits for a second person",
    "erasure_reason_known": "the person, a mistake or the law asks for an erasure",
    "erasure_needs_two_people": "nobody erases alone",
    "erasure_declined_says_why": "an erasure that is not done says why",
    "erasure_asked_once_at_a_time": "one request at a time waits for a second person",
    "content_ends_once": "a rule ends one thing once",
    # plans, courses of support, hand-over, groups, closing
    "look_level_known": "a need stands at one of four levels",
    "safety_plan_version_once": "a safety plan has one row a version",
    "goal_area_known": "the areas of HTCDS support plans",
    "goal_ended_says_when": "a goal that is reached or dropped says when",
    "step_doer_known": "the person, the worker or a service does a step",
    "step_done_says_by_whom": "a step that is done says by whom",
    "course_ended_says_when_and_how": "a course that ended has time and outcome",
    "course_active_once": "a need has one course at a time",
    "session_state_known": "planned, held, missed, moved or cancelled",
    "session_marked_says_by_whom": "a session that is marked says by whom and when",
    "session_moved_says_where_to": "a session that moved has another in its place",
    "session_once_at_a_time": "two sessions of a course are not at the same time",
    "handover_state_known": "a state of the machine",
    "handover_answered_says_by_whom": "an answer has time and person, and no keys are left lying",
    "handover_declined_says_why": "a no has its reason",
    "handover_open_once_per_case": "a case is offered to one at a time",
    "group_kind_known": "family, household, travelled together or another group",
    "membership_once": "a case is in a group once",
    "closing_says_why": "a closing has its reason",
    # the analyst's desk
    "alert_stage_known": "a stage of the machine",
    "alert_joined_says_where": "an alert in a case names it",
    "money_case_number_once": "a case of the money has its own number in a ledger",
    "money_case_stage_known": "a stage that a case can stand at",
    "desk_note_on_one_thing": "a note is about one alert or one case",
    "decision_on_one_thing": "a decision is about one alert or one case",
    "decision_answered_says_by_whom": "an answered decision has person and time",
    "decision_confirmed_by_a_second_person": "where two must agree, nobody confirms their own",
    "decision_open_once_per_alert": "an alert has one open decision",
    "decision_open_once_per_case": "a case has one open decision",
}


def _on_models() -> dict[str, tuple[str, str]]:
    """Return each constraint's table and database."""
    return {
        constraint.name: (model._meta.db_table, getattr(model, "database", "default"))
        for model in apps.get_models()
        if model.__module__.startswith("manumit.")
        for constraint in model._meta.constraints
    }


def test_the_list_and_the_models_agree() -> None:
    assert set(_on_models()) == set(INVARIANTS)


@pytest.mark.django_db(databases=["default", "keys"])
def test_each_stands_in_its_database() -> None:
    there: dict[tuple[str, str], set[str]] = {}
    for name, (table, alias) in _on_models().items():
        if (table, alias) not in there:
            connection = connections[alias]
            with connection.cursor() as cursor:
                told = connection.introspection.get_constraints(cursor, table)
            there[table, alias] = set(told)
        assert name in there[table, alias], f"{name} is not in the table {table}"


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_migrations_are_whole_in_every_process(seed: str) -> None:
    """A list made from a set has another order in each process, and would ask for a migration."""
    done = subprocess.run(
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        capture_output=True,
        text=True,
        check=False,
        cwd=source.ROOT / "tests",
        env=os.environ | {"PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "settings_for_tests"},
    )
    assert done.returncode == 0, done.stdout
