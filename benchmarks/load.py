"""Fifty case workers at once, through the real server, on PostgreSQL.

    python benchmarks/load.py [--workers 50] [--minutes 10] [--database postgres|sqlite] [--json]

`manumit serve` runs as in life; every worker signs in with both steps and then, page by page with
pauses as people make them, opens cases, takes consent, writes a person down, makes notes and asks a
service; colleagues of the services read the letters and accept them, two at a time for the same
letter. At the end everything that was answered with yes must be there, each referral accepted once,
the record must verify, and one form sent a hundred times from ten places must have made one case.
"""

import argparse
import collections
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from contextlib import nullcontext
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from ground import browsing, instance, postgres

PAUSE = (1.0, 4.0)  # seconds between two pages of one person
ARRIVE = 2.0  # seconds between two people who come to work; each sign-in costs two hashes
SERVICES = 5
TOLD = [
    "told_purpose",
    "told_use_of_data",
    "told_research_use",
    "told_right_to_request",
    "told_storage_duration",
    "told_how_to_withdraw",
]
# Made-up names, a thousand of them: in life few people of a team are called the same.
FIRST = ("Amal", "سلمى", "Karim", "Fatima", "Noor", "ليلى", "Samir", "Zeyneb", "Hana", "Yusuf")
MIDDLE = ("Omar", "Said", "خالد", "Rashid", "Dilan", "Musa", "Jamil", "Adam", "Bashir", "Tariq")
LAST = (
    "Example",
    "مثال",
    "Fictional",
    "Madeup",
    "Sample",
    "Nobody",
    "Elsewhere",
    "Invented",
    "Storyson",
    "Papers",
)


class Lost(Exception):  # noqa: N818
    """Something that a person was told is not so."""


# --- who works there -----------------------------------------------------------------------------


def build(workers: int) -> dict[str, list[str]]:
    """Make the accounts, as an administrator would, and services that answer here."""
    from manumit.cli import demo
    from manumit.core import models, roles
    from manumit.core.actions import accounts, acting, keyring, keys
    from manumit.directory import actions, entry
    from manumit.web import actions as web

    by, at = acting.SYSTEM, instance.now()
    organisation = accounts.create_organisation(by=by, at=at, name="Example Agency", kind="NGO")
    helping = accounts.create_unit(by=by, at=at, organisation=organisation, name="Example team")

    def account(name: str, role: roles.Role, unit: Any) -> Any:
        unit.refresh_from_db()
        user, _words = accounts.create_user(
            by=by, at=at, username=name, display_name=name, role=role, unit=unit,
            passphrase=demo.PASSPHRASE,
        )  # fmt: skip
        web.add_code_app(by=acting.Actor(user=user), at=at, secret=demo.SECRET)
        return user

    boss = account("supervisor", roles.Role.SUPERVISOR, helping)
    secret = keys._secret_by_passphrase(boss, demo.PASSPHRASE) or b""
    admits = acting.Actor(boss, keyring.Keyring(boss.id, secret, at))
    people = [f"worker{n}" for n in range(workers)]
    for name in [*people, "retrier"]:
        newcomer = account(name, roles.Role.CASE_WORKER, helping)
        if newcomer.admitted_at is None:
            keys.admit(by=admits, at=at, newcomer=newcomer)
    focal = []
    for n in range(SERVICES):
        unit = accounts.create_unit(by=by, at=at, organisation=organisation, name=f"Clinic {n}")
        for name in (f"focal{n}a", f"focal{n}b"):
            colleague = account(name, roles.Role.SERVICE_FOCAL_POINT, unit)
            if colleague.admitted_at is None:
                first = models.User.objects.get(username=f"focal{n}a")
                secret = keys._secret_by_passphrase(first, demo.PASSPHRASE) or b""
                leads = acting.Actor(first, keyring.Keyring(first.id, secret, at))
                keys.admit.__wrapped__(by=leads, at=at, newcomer=colleague)
            focal.append(name)
        actions.add_service(
            by=by,
            at=at,
            unit=unit,
            entry=entry.Entry(
                source="", source_id="", organisation=organisation.name,
                name=f"Example clinic {n}", needs=("health_medical",), place="Example Town",
                country="JO", latitude=32.0, longitude=36.0, timezone="Etc/UTC", always_open=True,
                frequency="daily", languages=("ar", "en"), referral_methods=("manumit",),
            ),
        )  # fmt: skip
    return {"workers": people, "focal": focal}


def sign_in(person: browsing.Person, username: str) -> None:
    """Sign in by passphrase and one-time code."""
    from manumit.cli import demo

    while True:
        page = person.open("sign in (form)", "/sign-in")
        page = person.send("sign in", "/sign-in", page.token(), username=username,
                           passphrase=demo.PASSPHRASE)  # fmt: skip
        if page.status != 503:
            break
        time.sleep(3)  # "many people are signing in": the page asks to try again
    done = person.send("sign in, code", page.path, page.token(), code=demo.code(time.time()))
    if done.status != 200 or "sign-in" in done.path:
        raise Lost(f"{username} cannot sign in: {done.status} {done.path}")


# --- what they do --------------------------------------------------------------------------------


class Day:
    """What all do until the time is over, and what they were told was done."""

    def __init__(self, host: str, until: float, pause: tuple[float, float], arrive: float) -> None:
        self.host, self.until, self.pause, self.arrive = host, until, pause, arrive
        self.cases: dict[str, list[str]] = collections.defaultdict(list)
        self.sent: list[str] = []
        self.accepted: list[str] = []
        self.trouble: list[str] = []
        self.people: list[browsing.Person] = []

    def person(self, username: str, doing: Any) -> None:
        """Let one person work until the time is over; what goes wrong is kept."""
        somebody = browsing.Person(self.host)
        self.people.append(somebody)
        dice = random.Random(username)
        try:
            time.sleep(dice.uniform(0, self.arrive))
            sign_in(somebody, username)
            while time.time() < self.until:
                try:
                    doing(somebody, username, dice)
                except (Lost, AttributeError) as wrong:  # refused: say so, and go on with the next
                    self.trouble.append(f"{username}: {wrong!r:.500}")
                    self.wait(dice)
        except Exception as wrong:
            self.trouble.append(f"{username}: {wrong!r:.500}")

    def wait(self, dice: random.Random) -> None:
        """Think, as people do."""
        time.sleep(dice.uniform(*self.pause))

    def work(self, who: browsing.Person, username: str, dice: random.Random) -> None:
        """One person more: a case, consent, who they are, a note, a service asked."""
        who.open("my duties", "/duties")
        self.wait(dice)
        page = who.open("new case (form)", "/cases/new")
        self.wait(dice)
        done = who.send("new case", "/cases/new", page.token(), language="en", under_18="no",
                        sex="female", age="30", possible_victim="yes")  # fmt: skip
        case = _expect(done, r"^/cases/[0-9a-f-]{36}/consents$").removesuffix("/consents")
        self.cases[username].append(case.rpartition("/")[2])
        self.wait(dice)
        page = done
        done = who.send("consents", f"{case}/consents", page.token(), interpreter="no", told=TOLD,
                        interview="yes", store_record="yes", contact_me="yes",
                        share_for_research_statistics="no")  # fmt: skip
        _expect(done, "^/cases/")
        page = who.open("person (form)", f"{case}/person")
        self.wait(dice)
        done = who.send("person", f"{case}/person", page.token(), name=_name(dice),
                        age="30", sex="female", place="Example camp")  # fmt: skip
        _expect(done, "^/cases/")
        page = who.open("note (form)", f"{case}/note")
        self.wait(dice)
        done = who.send("note", f"{case}/note", page.token(), audience="team", text="Met today.")
        _expect(done, "^/cases/")
        self._ask_service(who, case, dice)
        who.open("case, opened", f"{case}?open=1")
        self.wait(dice)
        who.open("case list with names", "/cases?names=1")
        self.wait(dice)
        page = who.open("name search (form)", "/cases/search")
        who.send("name search", "/cases/search", page.token(), name="Amal Exampel")
        self.wait(dice)

    def _ask_service(self, who: browsing.Person, case: str, dice: random.Random) -> None:
        shown = who.open("case", case)
        need = re.search(rf'href="({case}/needs/[0-9a-f-]{{36}})"[^>]*>Medical', shown.text)
        if need is None:
            raise Lost(f"{case} has no medical need")
        offers = who.open("services offered", f"{need.group(1)}/refer")
        self.wait(dice)
        found = re.findall(rf'href="({need.group(1)}/refer/[0-9a-f-]{{36}})', offers.text)
        address = dice.choice(found)
        page = who.open("ask a service (form)", address)
        self.wait(dice)
        done = who.send("ask a service", address, page.token(), agrees="yes", told=TOLD,
                        interpreter="no", message="Please help.",
                        classes=_kinds(page))  # fmt: skip
        _expect(done, "^/referrals/")
        if f'action="{done.path}/send"' in done.text:
            done = who.send("send the letter", f"{done.path}/send", done.token())
        self.sent.append(_expect(done, "^/referrals/").rpartition("/")[2])

    def answer(self, who: browsing.Person, _username: str, dice: random.Random) -> None:
        """Read the inbox; accept what waits. Another browser of the same service does the same."""
        inbox = who.open("inbox", "/inbox")
        new = inbox.text.partition('href="?list=')[0].partition("In your hands")[0]
        for address in dict.fromkeys(re.findall(r'href="(/referrals/[0-9a-f-]{36})"', new)):
            self.wait(dice)
            letter = who.open("letter", address)
            if f'action="{address}/answer"' not in letter.text:
                continue  # the colleague was quicker
            done = who.post("accept", f"{address}/answer", letter.token(), answer="yes")
            if done.status == 302:
                self.accepted.append(address.rpartition("/")[2])
        self.wait(dice)


def _name(dice: random.Random) -> str:
    return f"{dice.choice(FIRST)} {dice.choice(MIDDLE)} {dice.choice(LAST)}"


def _kinds(page: browsing.Answer) -> list[str]:
    """Return what the person can agree to have told; raises Lost where nothing is asked."""
    found = re.findall(r'name="classes"[^>]* value="(\w+)"', page.text)
    if not found:
        raise Lost(f"{page.path} ({page.status}) asks about nothing")
    return found


def _expect(answer: browsing.Answer, pattern: str) -> str:
    path = answer.path.partition("?")[0].partition("#")[0]
    if answer.status != 200 or not re.search(pattern, path):
        said = re.findall(r"error-summary__list.*?</ul>|<h1.*?</h1>", answer.text, re.DOTALL)
        raise Lost(f"{answer.status} at {answer.path}, wanted {pattern}: {said!r:.300}")
    return path


def retry(host: str, username: str) -> dict[str, int]:
    """Send one form a hundred times, ten at a time, as a phone does that finds its line again."""
    first = browsing.Person(host)
    sign_in(first, username)
    token = first.open("new case (form)", "/cases/new").token()
    led: list[str] = []

    def again() -> None:
        other = browsing.Person(host, dict(first.cookies))
        for _ in range(10):
            done = other.post("retry", "/cases/new", token, language="en", under_18="no", age="31",
                              sex="female", possible_victim="yes")  # fmt: skip
            led.append(f"{done.status} {done.text[:60]}")

    threads = [threading.Thread(target=again) for _ in range(10)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return dict(collections.Counter(led))


# --- what must be so at the end ------------------------------------------------------------------


def check(day: Day, before: int) -> dict[str, Any]:
    """Compare what people were told with what is there; raises Lost."""
    from manumit.cases.models import Case, Note, Referral
    from manumit.core.models import Leaf

    told = {case for cases in day.cases.values() for case in cases}
    there = {str(pk) for pk in Case.objects.values_list("id", flat=True)}
    if not told <= there:
        raise Lost(f"{len(told - there)} cases are gone")
    sent = {str(pk) for pk in Referral.objects.exclude(sent_at=None).values_list("id", flat=True)}
    if not set(day.sent) <= sent:
        raise Lost(f"{len(set(day.sent) - sent)} letters are gone")
    accepted = collections.Counter(
        json.loads(bytes(body))["objects"]["referral"]
        for body in Leaf.objects.filter(act="referral.answer", outcome="done").values_list(
            "body", flat=True
        )
    )
    if set(accepted.values()) - {1}:
        raise Lost("a referral was accepted twice")
    if set(day.accepted) - set(accepted):
        raise Lost("an acceptance is gone")
    named = Case.objects.filter(pk__in=told, with_name=True).count()
    helped = Referral.objects.filter(pk__in=accepted).values("worker").distinct().count()
    return {
        "cases": len(told),
        "cases_with_name": named,
        "notes": Note.objects.count(),
        "letters_sent": len(sent),
        "accepted_once": len(accepted),
        "workers_with_an_accepted_referral": helped,
        "entries_on_the_record": Leaf.objects.count() - before,
    }


def figures(people: list[browsing.Person]) -> dict[str, dict[str, float]]:
    """Return count, p50, p95 and longest (ms) of each page."""
    times: dict[str, list[float]] = collections.defaultdict(list)
    for person in people:
        for page, seconds, _status in person.noted:
            times[page].append(seconds * 1000)
    found = {}
    for page, values in sorted(times.items()):
        values.sort()
        found[page] = {
            "count": len(values),
            "p50_ms": round(values[len(values) // 2]),
            "p95_ms": round(values[int(len(values) * 0.95)]),
            "max_ms": round(values[-1]),
        }
    return found


def run(workers: int, minutes: float, url: str, pause: tuple[float, float]) -> dict[str, Any]:
    """Do it all on the database of this address; "" is SQLite."""
    data = Path(tempfile.mkdtemp(prefix="manumit-load-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{probe.getsockname()[1]}"
    try:
        instance.begin(data, url, https=False)
        instance.migrate()
        from django.core.management import call_command

        call_command("createcachetable", verbosity=0)
        people = build(workers)
        from django.db import connections

        from manumit.core.models import Leaf

        before = Leaf.objects.count()
        connections.close_all()
        serve = [sys.executable, "-c", "from manumit.cli import main; main()", "serve"]
        env = {**os.environ, "PYTHONPATH": str(instance.REPOSITORY / "src")}
        server = subprocess.Popen([*serve, "--bind", host, "--workers", "2", "--threads", "8"],
                                  env=env, stdout=subprocess.DEVNULL)  # fmt: skip
        try:
            _alive(host)
            begin = time.time()
            day = Day(host, begin + minutes * 60, pause, workers * ARRIVE)
            jobs = [(name, day.work) for name in people["workers"]]
            jobs += [(name, day.answer) for name in people["focal"]]
            threads = [threading.Thread(target=day.person, args=job) for job in jobs]
            for one in threads:
                one.start()
            for one in threads:
                one.join()
            lasted = time.time() - begin
            retries = retry(host, "retrier")
        finally:
            memory = _memory(server)
            server.terminate()
            server.wait(60)
        statuses = [(page, status) for p in day.people for page, _, status in p.noted]
        wrong = collections.Counter(f"{s} {page}" for page, s in statuses if s >= 400)
        asked = sum(len(p.noted) for p in day.people)
        return {
            "workers": workers,
            "minutes": round(lasted / 60, 1),
            "requests": asked,
            "a_second": round(asked / lasted, 1),
            "answers_4xx_5xx": dict(wrong),
            "trouble": day.trouble,
            **check(day, before),
            "retries": retries,
            "record_verifies": _verifies(env),
            "server_peak_mb": memory,
            "pages": figures(day.people),
            "machine": instance.machine(),
        }
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _alive(host: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://{host}/alive", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the server did not start")


def _memory(server: "subprocess.Popen[bytes]") -> float:
    import psutil

    main = psutil.Process(server.pid)
    return round(sum(p.memory_info().rss for p in [main, *main.children(recursive=True)]) / 1e6)


def _verifies(env: dict[str, str]) -> bool:
    command = [sys.executable, "-c", "from manumit.cli import main; main()", "verify"]
    return subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=False).returncode == 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workers", type=int, default=50)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--pause", type=float, nargs=2, default=PAUSE, metavar="SECONDS")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    given = postgres.server() if chosen.database == "postgres" else nullcontext("")
    with given as url:
        found = run(chosen.workers, chosen.minutes, url, tuple(chosen.pause))
    found["database"] = chosen.database
    if chosen.json:
        print(json.dumps(found))
    else:
        pages = found.pop("pages")
        for name, value in found.items():
            print(f"{name:36} {value}")
        print(f"\n{'page':36} {'count':>7} {'p50 ms':>7} {'p95 ms':>7} {'max ms':>7}")
        for name, row in pages.items():
            print(
                f"{name:36} {row['count']:7} {row['p50_ms']:7} {row['p95_ms']:7} {row['max_ms']:7}"
            )
    made = sum(n for answer, n in found["retries"].items() if answer.startswith("302"))
    if (
        found["trouble"]
        or len(found["retries"]) != 1
        or made != 100
        or not found["record_verifies"]
    ):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
