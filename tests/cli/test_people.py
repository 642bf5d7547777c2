"""Records of people in and out from the command line: with a person's keys, or only looked at."""

import csv
import json
import stat

import pytest
from click.testing import CliRunner

import casework
import make
from manumit.cases import consent, recipients
from manumit.cases.actions import consents
from manumit.cases.models import Case, Disclosure
from manumit.cli import main
from manumit.core import models

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SHEET = (
    "record_id,prs_FirstName,prs_SecondName,prs_Gender,con_Consent,vic_TypeOfExploitation\n"
    "a-1,Amal,Example,Feminine,TRUE,ForcedLabour\n"
    "a-2,Noor,Example,Mystery,TRUE,ForcedLabour\n"
)


@pytest.fixture
def world():
    return casework.World()


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "cases.csv"
    path.write_text(SHEET)
    return str(path)


def run(*arguments, said=make.PASSPHRASE + "\n"):
    return CliRunner().invoke(main, [str(a) for a in arguments], input=said)


def told(*arguments, code=0):
    result = run(*arguments, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_a_dry_run_without_anybody_checks_the_file_alone(sheet, tmp_path):
    out = tmp_path / "mend.csv"
    answer = told("import", "htcds", sheet, "--dry-run", "--rejected", out, code=1)
    assert answer["counts"] == {"whole": 1, "refused": 1}
    assert answer["rows"][1]["reasons"][0]["field"] == "prs_Gender"
    assert answer["rows"][0]["without_identity"]
    rows = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    assert rows[1][1] == "Noor"
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    words = run("import", "htcds", sheet, "--dry-run").output
    assert "Nothing written" in words
    assert "line 3: prs_Gender" in words


def test_a_supervisor_loads_it_once(world, sheet):
    name = world.supervisor.person.username
    more = ("--as", name, "--told")
    dry = told("import", "htcds", sheet, "--dry-run", *more, code=1)
    assert dry["counts"] == {"made": 1, "changed": 0, "same": 0, "left": 0, "refused": 1}
    assert not Case.objects.exists()
    assert told("import", "htcds", sheet, *more)["counts"]["made"] == 1
    assert told("import", "htcds", sheet, *more)["counts"]["same"] == 1
    assert models.Leaf.objects.filter(act="account.command", outcome="done").count() == 3


@pytest.mark.parametrize(
    ("arguments", "said", "cure"),
    [
        ((), "", "Give --as"),
        (("--as", "nobody"), "x\n", "not right"),
        (("--as", "{worker}"), make.PASSPHRASE + "\n", "does not include this"),
        (("--as", "{supervisor}"), "wrong\n", "not right"),
    ],
)
def test_without_keys_and_role_nothing_comes_in(world, sheet, arguments, said, cure):
    names = {"worker": world.worker, "supervisor": world.supervisor}
    filled = [a.format(**{n: w.person.username for n, w in names.items()}) for a in arguments]
    result = run("import", "htcds", sheet, *filled, said=said)
    assert result.exit_code == 2
    assert cure in result.output
    assert not Case.objects.exists()


def test_a_file_that_is_no_sheet(tmp_path):
    bad = tmp_path / "x.csv"
    bad.write_text("name,age\nx,1\n")
    result = run("import", "htcds", bad, "--dry-run")
    assert result.exit_code == 2
    assert "line 1: No column is of the standard. Cure:" in result.output
    assert run("import", "htcds", tmp_path / "none.csv", "--dry-run").exit_code == 2


def test_out_goes_who_agreed_and_the_rest_is_counted(world, sheet, tmp_path):
    who = ("--as", world.supervisor.person.username)
    run("import", "htcds", sheet, *who, "--told")
    case = Case.objects.get()
    out = tmp_path / "out.csv"
    answer = told("export", "htcds", out, *who)
    assert answer["rows"] == 0
    assert answer["left_out"][0]["count"] == 1
    partner = recipients.named("other", "Example Partner")
    consents.give_consent(
        by=world.supervisor, at=make.AT, subject=case, given=True, questions=casework.YES,
        purpose=consent.Purpose.HAND_OVER, language="en", recipient=partner,
    )  # fmt: skip
    with_names = ("--purpose", "hand_over_case", "--with-identity")
    assert run("export", "htcds", out, *who, *with_names).exit_code == 2
    wrong = run("export", "htcds", out, *who, *with_names, "--to", "Other")
    assert wrong.exit_code == 2
    assert "Example Partner" in wrong.output
    answer = told("export", "htcds", out, *who, *with_names, "--to", "example partner")
    assert answer["rows"] == 1
    assert "Amal" in out.read_text("utf-8-sig")
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert Disclosure.objects.get().recipient_name == "Example Partner"
    assert not list(tmp_path.glob(".*part"))


@pytest.mark.parametrize("kind", ["gbvims", "ctdc"])
def test_the_other_two_sheets(world, tmp_path, kind):
    out = tmp_path / "out.xlsx"
    answer = told("export", kind, out, "--as", world.supervisor.person.username)
    assert answer["rows"] == 0
    assert out.exists()
    assert run("export", kind, out, said="").exit_code == 2
