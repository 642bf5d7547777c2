"""Eight threads against one database: who answers, who withdraws, who takes. Prints JSON.

Run by test_races.py with `name=rounds …`, in a process and a data directory of its own. `naive` is the negative control:
the same race with a careless accept that reads, thinks and writes.
"""

import json
import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).parents[1]))
THREADS = 8


def together(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Run jobs at the same instant, each in a thread; returns results or exceptions."""
    from django.db import connections

    gate = threading.Barrier(len(jobs))
    results: list[Any] = [None] * len(jobs)

    def run(place: int, job: Callable[[], Any]) -> None:
        gate.wait()
        try:
            results[place] = job()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def unexpected(results: list[Any]) -> list[str]:
    from manumit.core.actions import acting

    return [
        repr(r) for r in results if isinstance(r, Exception) and not isinstance(r, acting.Refused)
    ]


class Race:
    def __init__(self, rounds: int) -> None:
        import casework
        from manumit.core.roles import Role

        self.rounds, self.world, self.at = rounds, casework.World(), casework.AT
        self.unit = self.world.clinic_unit
        self.focals = [self.world.join(Role.SERVICE_FOCAL_POINT, self.unit) for _ in range(THREADS)]
        self.found: dict[str, Any] = {"rounds": rounds, "errors": []}

    def sent(self) -> Any:
        return self.world.sent(case=self.world.taken())

    def accept(self) -> None:
        """Eight people of a service answer the same referral at once, half yes and half no."""
        from manumit.cases.actions import referrals
        from manumit.cases.models import Referral
        from manumit.core.models import Leaf

        double = stuck = 0
        for _ in range(self.rounds):
            row = self.sent()

            def job(place: int, row: Any = row) -> Any:
                yes = bool(place % 2)
                return referrals.answer_referral(
                    by=self.focals[place], at=self.at, referral=row, accept=yes,
                    reason="" if yes else "full",
                )  # fmt: skip

            jobs = [lambda place=place: job(place) for place in range(THREADS)]
            random.shuffle(jobs)
            results = together(jobs)
            self.found["errors"] += unexpected(results)
            won = [r for r in results if isinstance(r, Referral)]
            row.refresh_from_db()
            double += len(won) > 1
            stuck += row.state not in {"accepted", "declined"}
            done = Leaf.objects.filter(
                act="referral.answer", outcome="done", objects_named__object_id=row.id
            )
            assert done.count() == len(won)
        self.found |= {"double": double, "stuck": stuck}

    def naive(self) -> None:
        """The control: read, think, write."""
        from manumit.cases.models import Referral

        double = 0
        for _ in range(self.rounds):
            row = self.sent()

            def job(place: int, row: Any = row) -> bool:
                seen = Referral.objects.get(pk=row.pk)
                if seen.state != "sent":
                    return False
                time.sleep(0.001)
                user = self.focals[place].user
                seen.state, seen.answered_at, seen.answered_by = "accepted", self.at, user
                seen.save()
                return True

            results = together([lambda place=place: job(place) for place in range(THREADS)])
            double += sum(r is True for r in results) > 1
        self.found |= {"double": double}

    def withdraw(self) -> None:
        """The person withdraws while the worker sends: afterwards nobody outside holds a key."""
        from manumit.cases.actions import consents, referrals
        from manumit.cases.models import Clock, Consent
        from manumit.core.models import KeyWrap

        left = alive = 0
        for _ in range(self.rounds):
            row = self.world.consented(case=self.world.taken())
            word = Consent.objects.get(pk=row.consent_id)

            def send(row: Any = row) -> Any:
                return referrals.send_referral(by=self.world.worker, at=self.at, referral=row)

            def take_back(word: Any = word) -> Any:
                return consents.withdraw_consent(by=self.world.colleague, at=self.at, consent=word)

            self.found["errors"] += unexpected(together([send, take_back, send, take_back]))
            row.refresh_from_db()
            alive += row.state != "withdrawn" or row.letter is not None
            left += KeyWrap.objects.filter(object_id=row.id).count()
            alive += Clock.objects.running().filter(referral=row, kind="referral_answer").count()
        self.found |= {"keys_left": left, "alive": alive}

    def take(self) -> None:
        """Colleagues take the same case at once."""
        from manumit.cases.actions import cases
        from manumit.cases.models import Case
        from manumit.core.roles import Role

        unit = self.world.helping
        workers = [self.world.join(Role.CASE_WORKER, unit) for _ in range(THREADS)]
        double = 0
        for _ in range(self.rounds):
            case = self.world.handed_over()
            jobs = [
                lambda by=by, case=case: cases.take_case(by=by, at=self.at, case=case)
                for by in workers
            ]
            results = together(jobs)
            self.found["errors"] += unexpected(results)
            double += sum(isinstance(r, Case) for r in results) != 1
        self.found |= {"double": double}

    def hand_over(self) -> None:
        """Officers of one gate hand people over to the same unit at once: nobody is lost."""
        from manumit.cases.actions import screenings
        from manumit.cases.models import Case
        from manumit.core.actions import names

        lost = 0
        for _ in range(self.rounds):
            talks = [self.world.talk() for _ in range(THREADS)]
            jobs = [
                lambda talk=talk: screenings.finish_screening(
                    by=self.world.officer, at=self.at, screening=talk, officer_asks=True
                )
                for talk in talks
            ]
            results = together(jobs)
            self.found["errors"] += unexpected(results)
            lost += sum(not isinstance(r, Case) for r in results)
        hits = names.search(by=self.world.worker, at=self.at, query="Amal", limit=10_000)
        self.found |= {"lost": lost, "unfindable": self.rounds * THREADS - len(hits)}


def main(wanted: list[str]) -> None:
    """Run each `name=rounds` in a world of its own, on one database."""
    django.setup()
    from manumit.core.actions import record, tables

    tables.ready()
    found = {}
    for name, _, rounds in (each.partition("=") for each in wanted):
        race = Race(int(rounds))
        getattr(race, name)()
        found[name] = race.found
    ok = record.verify().ok
    print(json.dumps({name: each | {"record_ok": ok} for name, each in found.items()}))


if __name__ == "__main__":
    main(sys.argv[1:])
