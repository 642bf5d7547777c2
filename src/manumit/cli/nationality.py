"""`manumit nationality`: which laws may give a child a nationality, and what to do next?"""

import re
from typing import Any

import click

from manumit.cases import nationality as rules
from manumit.cases import nationality_law as law
from manumit.cases import nationality_steps
from manumit.cases.nationality_facts import Document, Facts, Parent, Situation
from manumit.cli import ground

WORDS = {s.value: s for s in Situation if s is not Situation.NOT_GIVEN}
YES_NO = {"yes": True, "no": False, "unknown": None}


@click.command()
@click.option("--born", required=True, help="State of birth: ISO 3166 code or English name.")
@click.option("--year", required=True, help="Year of birth.")
@click.option("--mother", required=True, help="Nationality, or a word; several with a comma.")
@click.option("--father", required=True, help="Nationality, or a word; several with a comma.")
@click.option("--mother-born", default="", help="State where the mother was born, if known.")
@click.option("--father-born", default="", help="State where the father was born, if known.")
@click.option("--married", type=click.Choice(list(YES_NO)), default="unknown", help="The parents.")
@click.option("--registered", type=click.Choice(list(YES_NO)), default="unknown", help="The birth.")
@click.option("--fled", multiple=True, help='State that the family fled, or "none"; repeatable.')
@click.option(
    "--has",
    "papers",
    multiple=True,
    metavar="PAPER",
    help=f"A paper that is there; repeatable: {', '.join(Document)}.",
)
@click.option(
    "--view",
    type=click.Choice(["worker", "authority"]),
    default="worker",
    help="For the worker, or what an authority or the child may see.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")
def nationality(view: str, as_json: bool, **given: Any) -> None:
    """Say which laws may give a child a nationality, what is missing and what to do next.

    A parent is one or more nationalities, or one of the words unknown, stateless; missing, died,
    armed-group, unable and unwilling may stand beside a nationality. Never asked: how the child came
    to be. Exit code 1 when the papers must not be shown to the State of birth.

    \b
    Examples: manumit nationality --born SYR --year 2024 --mother SYR --father unknown --json
              manumit nationality --born Lebanon --year 2023 --mother SYR --father SYR,missing
    """
    facts = _facts(given)
    problem = rules.why_not(facts)
    if problem:
        ground.fail(_as_option(problem))
    finding = rules.decide(facts)
    if view == "worker":
        told = finding.for_worker()
        ground.tell(told, as_json, "\n".join(_for_worker(told)))
        return
    refused = nationality_steps.why_not_show(facts)
    if refused:
        ground.fail(refused, 1)
    told = finding.for_authority()
    ground.tell(told, as_json, "\n".join(_for_authority(told)))


def _facts(given: dict[str, Any]) -> Facts:
    return Facts(
        born=_state("--born", given["born"]),
        year=_year(given["year"]),
        mother=_parent("mother", given),
        father=_parent("father", given),
        married=YES_NO[given["married"]],
        registered=YES_NO[given["registered"]],
        fled=_fled(given["fled"]),
        documents=frozenset(_paper(paper) for paper in given["papers"]),
    )


def _year(typed: str) -> int:
    if not re.fullmatch(r"[0-9]{4}", typed.strip()):
        ground.fail(f'--year: "{typed}" is not a year. Cure: give four digits, such as 2024.')
    return int(typed)


def _as_option(problem: str) -> str:
    return problem if problem.startswith("--") else f"--{problem}"


def _state(option: str, typed: str) -> str:
    found = law.find(typed)
    if not found:
        near = law.suggest(typed)
        cure = f"did you mean {near}?" if near else "use an ISO 3166 code, such as SYR."
        ground.fail(f'{option}: no State is called "{typed}". Cure: {cure}')
    return found


def _parent(who: str, given: dict[str, Any]) -> Parent:
    nationalities: dict[str, None] = {}
    situations = set()
    for part in filter(None, (p.strip() for p in re.split(r"[,+]", given[who]))):
        word = part.casefold().replace("_", "-").replace(" ", "-")
        if word in WORDS:
            situations.add(WORDS[word])
            continue
        found = law.find(part)
        if not found:
            near = law.suggest(part)
            cure = (
                f"did you mean {near}? Or use one of" if near else "use an ISO 3166 code, or one of"
            )
            ground.fail(f'--{who}: nothing is called "{part}". Cure: {cure} {", ".join(WORDS)}.')
        nationalities[found] = None
    born = given[f"{who}_born"]
    place = _state(f"--{who}-born", born) if born else ""
    return Parent(tuple(nationalities), frozenset(situations), place)


def _fled(typed: tuple[str, ...]) -> frozenset[str] | None:
    if not typed:
        return None
    if "none" in typed:
        if len(typed) > 1:
            ground.fail('--fled: "none" and a State exclude each other. Cure: keep one of them.')
        return frozenset()
    return frozenset(_state("--fled", one) for one in typed)


def _paper(typed: str) -> Document:
    try:
        return Document(typed.strip().casefold())
    except ValueError:
        known = ", ".join(Document)
        ground.fail(f'--has: no paper is called "{typed}". Cure: use one of {known}.')


def _claims(told: dict[str, Any]) -> list[str]:
    lines = []
    for title, key in (("Laws", "laws"), ("Safeguards", "safeguards")):
        lines += ["", f"{title} ({told['table']['source']}):"]
        for one in told[key]:
            by = one["law"]
            place = f"{one['name']} {by['mode']}={by['code']} (1 January {by['year']})"
            lines.append(f"  {one['effect']}: {one['basis']}, {place}: {by['says']}")
            lines += [f"      {line}" for line in (one["condition"], *one["notes"]) if line]
    return lines


def _head(told: dict[str, Any]) -> list[str]:
    born = told["born"]
    return [
        f"Born in {born['name']}, {born['year']}. Mother: {told['mother']}. Father: {told['father']}.",
        f"Nationality: {told['nationality']} (only a State can confirm one).",
    ]


def _for_worker(told: dict[str, Any]) -> list[str]:
    lines = [*_head(told), f"Risk of statelessness: {told['risk']['level']}"]
    lines += [
        f"  {r['words']} [{'; '.join(r['laws']) or r['source']}]" for r in told["risk"]["reasons"]
    ]
    lines += _claims(told)
    if told["articles"]:
        lines += ["", "What is known of single articles:"]
        lines += [f"  {one['law']}: {one['says']}" for one in told["articles"]]
    if told["second_sources"]:
        lines += ["", "A second source:"]
        for both in told["second_sources"]:
            agree = "they agree" if both["agree"] else "they do NOT agree"
            lines.append(f"  {both['state']}: {both['question']} ({agree})")
            lines += [f"      {one['source']}: {one['answer']}" for one in both["says"]]
    lines += ["", "What to do next:"]
    for step in told["steps"]:
        lines.append(f"  {step['order']}. {step['words']}")
        lines.append(f"      [{'; '.join((*step['laws'], step['source']))}]")
    if told["why_not_show"]:
        lines += ["", told["why_not_show"]]
    return lines


def _for_authority(told: dict[str, Any]) -> list[str]:
    lines = [*_head(told), ""]
    lines += [f"  {one['order']}. {one['words']}" for one in told["asked"]]
    lines += _claims(told)
    lines += ["", "Norms:"]
    return lines + [f"  {norm['name']}: {norm['words']}" for norm in told["norms"]]
