"""The pages of plans, sessions, hand-over, groups, caseload, State support and closing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import casework
from manumit.cases.actions import cases, courses, handovers, plans
from manumit.cases.models import Case, Closing, Course, Entitlement, Goal, Handover, Membership
from onehouse import _django_db_helper, case, house, others, world
from signed_in import client_for

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
__all__ = ["_django_db_helper", "case", "house", "others", "world"]
NOW = BUILT_AT = datetime.now(UTC) - timedelta(minutes=20)


@pytest.fixture
def worker(world):
    return client_for(world.worker.person)


def get(client, address):
    answer = client.get(address, secure=True)
    return answer.content.decode() if answer.status_code == 200 else answer.status_code


def post(client, address, **data):
    return client.post(address, data, secure=True)


def local(**ahead):
    return timezone.localtime(datetime.now(UTC) + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M")


def test_a_plan_from_nothing_to_a_card(worker, case):
    address = f"/cases/{case.id}/plan"
    assert "There is no safety plan yet. It comes first." in get(worker, address)
    assert post(worker, f"{address}/safety", watch=" ").status_code == 400
    said = {"watch": "a white car", "card": "Aunt 0000 1"}
    assert post(worker, f"{address}/safety", **said).status_code == 302
    assert "a white car" in get(worker, address)
    assert worker.get(f"{address}/card", secure=True).status_code == 302  # nobody wanted one
    post(worker, f"{address}/safety", **said, card_wanted="on")
    assert "Print the card" in get(worker, address)
    card = worker.get(f"{address}/card", secure=True)
    assert card["Content-Type"] == "application/pdf"
    assert card.content.startswith(b"%PDF")
    post(worker, f"{address}/safety", act="still")
    assert case.safety_plans.count() == 2


def test_goals_steps_and_looks_in_the_persons_words(worker, case):
    address = f"/cases/{case.id}/plan"
    made = post(worker, f"{address}/goals/new", words="I want to <sew>", area="Livelihood")
    goal = Goal.objects.get()
    assert made["Location"] == f"{address}/goals/{goal.id}"
    post(worker, made["Location"], act="step", words="Ask the centre", doer="worker")
    assert post(worker, made["Location"], act="step", words="", doer="worker").status_code == 400
    page = get(worker, made["Location"])
    assert "I want to &lt;sew&gt;" in page
    post(worker, made["Location"], act="done", step=str(goal.steps.get().id))
    post(worker, made["Location"], act="reached")
    assert post(worker, made["Location"], act="done", step="no").status_code == 404
    need = case.needs.get(kind="legal")
    for level in ("crisis", "some_help"):
        post(worker, f"{address}/needs/{need.id}", level=level, wish="A paper")
    page = get(worker, address)
    assert "1 of 1 steps done" in page
    assert "Better than before" in page
    assert "It cannot go on like this" in page


def test_who_only_reads_gets_no_buttons_and_cannot_write(world, case):
    colleague = client_for(world.colleague.person)
    page = get(colleague, f"/cases/{case.id}/plan")
    assert "Add a goal" not in page
    assert (
        post(colleague, f"/cases/{case.id}/plan/goals/new", words="x", area="Health").status_code
        == 404
    )
    assert get(colleague, f"/cases/{case.id}/sessions/new") == 404


def test_three_months_of_sessions_are_planned_reported_and_in_the_duties(world, worker, case):
    need = case.needs.get(kind="psychosocial")
    address = f"/cases/{case.id}/sessions"
    assert "No help over a longer time" in get(worker, address)
    sent = {"need": str(need.id), "aim": "sleep", "first": local(days=1), "rhythm": "weekly"}
    assert post(worker, f"{address}/new", **sent, count="0").status_code == 400
    assert post(worker, f"{address}/new", **sent, count="12").status_code == 302
    assert "0 of 12 held" in get(worker, address)
    course = Course.objects.get()
    page = f"/cases/{case.id}/courses/{course.id}"
    assert "A session: hold it" in get(worker, "/duties")
    assert f'href="/cases/{case.id}/sessions"' in get(worker, "/duties")
    first = course.sessions.order_by("planned_at").first()
    answer = post(worker, page, **{"act": "mark", "session": str(first.id), "mark-state": "held"})
    assert answer.status_code == 400  # still to come
    assert "still to come" in answer.content.decode()
    later = {"act": "move", "session": str(first.id), "move-planned_at": local(days=3)}
    assert post(worker, page, **later).status_code == 302
    assert post(worker, page, **{"act": "add", "add-planned_at": local(days=4)}).status_code == 302
    ended = {"act": "end", "end-outcome": "better", "end-stop": "on", "end-words": "sleeps"}
    assert post(worker, page, **ended).status_code == 302
    assert "The person is doing better" in get(worker, address)


def test_a_session_that_was_is_reported_on_its_page(world, worker, case):
    course = courses.start_course(
        by=world.worker,
        at=NOW,
        case=case,
        need=case.needs.get(kind="legal"),
        rhythm="weekly",
        first=NOW + timedelta(minutes=1),
        count=1,
    )
    page = f"/cases/{case.id}/courses/{course.id}"
    session = course.sessions.get()
    assert "How did it go?" in get(worker, page)
    told = {"act": "mark", "session": str(session.id), "mark-state": "missed"}
    assert post(worker, page, **told).status_code == 302
    assert "The person did not come" in get(worker, page)
    assert post(worker, page, **(told | {"session": "x"})).status_code == 404


def test_a_case_is_offered_seen_in_the_inbox_and_taken(world, worker, case):
    page = f"/cases/{case.id}/handover"
    to = f"user:{world.colleague.user.id}"
    assert post(worker, page, to=to, reason="").status_code == 400
    made = post(worker, page, to=to, reason="absence", message="Away until May")
    assert made.status_code == 302
    row = Handover.objects.get()
    assert "Offered now" in get(worker, page)
    colleague = client_for(world.colleague.person)
    assert case.reference in get(colleague, "/handovers")
    shown = get(colleague, f"/handovers/{row.id}")
    assert "Away until May" in shown
    assert "Take the case" in shown
    assert "Take the case" not in get(worker, f"/handovers/{row.id}")
    assert post(colleague, f"/handovers/{row.id}", act="decline").status_code == 400
    assert post(colleague, f"/handovers/{row.id}", act="accept").status_code == 302
    assert Case.objects.get(pk=case.pk).worker == world.colleague.user
    assert "Taken over" in get(worker, "/handovers")


def test_another_organisation_is_refused_with_the_way_to_ask(house, worker, case):
    home = house.far.home
    answer = post(worker, f"/cases/{case.id}/handover", to=f"unit:{home.id}", reason="Other")
    assert answer.status_code == 400
    assert "has not been asked" in answer.content.decode()
    assert f"/cases/{case.id}/consents" in answer.content.decode()


def test_a_family_has_one_page_and_who_may_harm_is_not_on_it(world, worker, case, others):
    child, man = others
    page = f"/cases/{case.id}/group"
    assert "Nobody is linked" in get(worker, page)
    sent = {"role": "child", "own_role": "mother", "kind": "family"}
    assert post(worker, f"{page}/link", other="ZZZ-ZZZZ", **sent).status_code == 400
    assert post(worker, f"{page}/link", other=child.reference, **sent).status_code == 302
    hidden = {"role": "father", "apart": "on", "why_apart": "she is afraid"}
    post(worker, f"{page}/link", other=man.reference, **hidden)
    for one in (case, child):
        colleague = get(client_for(world.colleague.person), f"/cases/{one.id}/group")
        assert child.reference in colleague
        assert man.reference not in colleague
        assert "afraid" not in colleague
    assert man.reference in get(worker, page)  # who works on his case too
    his = get(worker, f"/cases/{man.id}/group")
    assert case.reference not in his
    assert child.reference not in his
    assert casework.NAME not in get(worker, page)
    assert casework.NAME in get(worker, f"{page}?names=1")
    visit = {"act": "visit", "planned_at": local(days=2), "with_": str(child.id)}
    assert post(worker, page, **visit).status_code == 302
    assert "It took place" in get(worker, page)
    post(worker, page, act="visited")
    link = Membership.objects.get(case=child)
    assert post(worker, page, act="unlink", link=str(link.id)).status_code == 302
    assert post(worker, page, act="unlink", link=str(link.id)).status_code == 404


def test_state_support_is_asked_once_and_shown_with_reasons_on_the_case(worker, case):
    page = f"/cases/{case.id}/support"
    facts = {
        "group": "isil",
        "country": "IQ",
        "since": "2014-08-15",
        "kinds": ["captivity"],
        "community": "yazidi",
        "sex": "female",
        "freed": "yes",
        "nationality": "SY",
    }
    assert post(worker, page, **facts).status_code == 302
    shown = get(worker, page)
    assert "The person may ask for it" in shown
    assert "Law No. 8 of 2021" in shown
    assert "source read through others" in shown
    assert "No programme is known here for:" in shown
    assert "Law No. 8 of 2021" not in get(worker, f"/cases/{case.id}")
    assert "Law No. 8 of 2021" in get(worker, f"/cases/{case.id}?open=1")
    assert Entitlement.objects.count() == 1


def test_closing_names_what_is_open_and_reopening_says_why(world, worker, case):
    page = f"/cases/{case.id}/close"
    shown = get(worker, page)
    assert "Needs that are open" in shown
    close = {"act": "close", "reason": "returned", "words": "went with her aunt"}
    assert post(worker, page, **close).status_code == 400
    plans.set_goal(by=world.worker, at=NOW, case=case, area="Health", words="x")
    assert "Goals on the way" in get(worker, page)
    assert post(worker, page, **close, seen="on").status_code == 302
    assert Closing.objects.get().left_open["goals"] == 1
    assert post(worker, page, act="reopen", words="came back").status_code == 302
    assert "Opened again" in get(worker, page)


def test_the_caseload_shares_out_work_with_reasons_at_the_same_cost(world, case):
    boss = client_for(world.supervisor.person)
    world.handed_over(at=NOW)
    name = world.worker.user.username
    page = get(boss, f"/caseload?worker={name}")
    assert f"{world.colleague.user.display_name} has the least work" in page
    assert "1 case waits for a worker" in page
    assert case.reference in page
    assert "Own rule" in page
    with CaptureQueriesContext(connection) as one:
        get(boss, f"/caseload?worker={name}")
    for _ in range(3):
        held = world.taken(at=NOW)
    with CaptureQueriesContext(connection) as many:
        get(boss, f"/caseload?worker={name}")
    assert len(many) <= len(one) < 30
    cases.assign_case(by=world.supervisor, at=NOW, case=held, to=world.colleague.user)
    assert client_for(world.worker.person).get("/caseload", secure=True).status_code == 403


def test_pages_stay_small_and_readable_for_right_to_left(world, case):
    plans.keep_safe(by=world.worker, at=NOW, case=case, said={"watch": "x"})
    handovers.propose_handover(
        by=world.worker, at=NOW, case=case, reason="workload", to_worker=world.colleague.user
    )
    client = client_for(world.worker.person)
    post(client, "/language", language="ar")
    for name in ("plan", "sessions", "group", "handover", "support", "close"):
        page = get(client, f"/cases/{case.id}/{name}")
        assert 'dir="rtl"' in page
        assert len(page) < 60_000
