"""Whether the parts of a pack fit together; what does not is refused with its cure.

Two rules here are about people, not about files. No outcome may claim that somebody *is* a victim
(HTCDS 2.0: "actual" needs a named deciding organisation), and the last outcome must always hold, so
that nobody is left without a finding.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from math import prod

from manumit.indicators import counting, measures, parts, rule, tables

WITHIN = ("", "1h", "3h", "1d", "3d")
MOST_COMBINATIONS = 4096
ALWAYS = rule.Atom("always")
_PACK_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_VERDICT = re.compile(r"\b(actual|confirmed|proven|proved|certain|established)\b", re.IGNORECASE)
_HIDDEN_WORD = re.compile(r"traffick", re.IGNORECASE)


def look(pack: parts.Pack, faults: tables.Faults) -> None:
    """Note every fault in how the parts fit."""
    _head(pack, faults)
    for name in ("dimensions", "indicators", "advice"):
        _unique([each.id for each in getattr(pack, name)], name, "id", faults)
    _unique([each.code for each in pack.outcomes], "outcomes", "code", faults)
    _dimensions(pack, faults)
    _indicators(pack, faults)
    _measures(pack, faults)
    _outcomes(pack, faults)
    _advice(pack, faults)
    _examples(pack, faults)
    if not faults.found:
        _reachable(pack, faults)


def _head(pack: parts.Pack, faults: tables.Faults) -> None:
    if pack.id and not _PACK_ID.match(pack.id):
        faults.note("id", f'"{pack.id}" is not a pack name.', "Use words joined by hyphens.")
    if pack.instead == pack.id:
        faults.note("instead", "points at this very pack.", "Name the other pack.")
    used = {lang for each in pack.indicators for lang in each.questions.by_language} - {"en"}
    for lang in sorted(used - set(pack.translation_status)):
        cure = f'Add [translation_status] {lang} = "draft" until somebody has reviewed it.'
        faults.note("translation_status", f'says nothing about "{lang}".', cure)


def _unique(ids: list[str], name: str, key: str, faults: tables.Faults) -> None:
    seen: set[str] = set()
    for index, each in enumerate(ids, start=1):
        if each and each in seen:
            faults.note(f"{name}[{index}].{key}", f'"{each}" is there twice.', "Rename one.")
        seen.add(each)


def _dimensions(pack: parts.Pack, faults: tables.Faults) -> None:
    for index, each in enumerate(pack.dimensions, start=1):
        key = f"dimensions[{index}]"
        if each.id in rule.RESERVED:
            faults.note(f"{key}.id", f'"{each.id}" is a reserved word.', "Choose another id.")
        if each.rule and each.rule not in pack.rules:
            cure = _close(each.rule, pack.rules, "Define it under [rules].")
            faults.note(f"{key}.rule", f'there is no rule "{each.rule}".', cure)
            continue
        members = [i for i in pack.indicators if i.dimension == each.id]
        if not members:
            faults.note(f"{key}.id", "has no indicator.", "Add one, or remove the dimension.")
        elif each.rule and not _can_be_met(pack.rules[each.rule], members):
            cure = "Lower the rule or add indicators."
            faults.note(f"{key}.rule", "cannot be met even if every answer is yes.", cure)


def _can_be_met(counting_rule: parts.CountingRule, members: list[parts.Indicator]) -> bool:
    most = counting.count(each.strength for each in members)
    return counting_rule.clause(most) is not None


def _indicators(pack: parts.Pack, faults: tables.Faults) -> None:
    dimensions = [each.id for each in pack.dimensions]
    for index, each in enumerate(pack.indicators, start=1):
        key = f"indicators[{index}]"
        if each.dimension and each.dimension not in dimensions:
            cure = _close(each.dimension, dimensions, "Define it under [[dimensions]].")
            faults.note(f"{key}.dimension", f'there is no "{each.dimension}".', cure)
        fit = each.applicability
        if fit.min_age > fit.max_age:
            cure = "Swap min_age and max_age."
            faults.note(f"{key}.applies.min_age", "is above max_age: nobody fits.", cure)
        if fit.tags & fit.not_tags:
            cure = "Take the tag out of one of the two lists."
            faults.note(f"{key}.applies.tags", "asks for a tag that not_tags excludes.", cure)
        for lang, question in each.questions.by_language.items():
            if not {"?", "؟"} & set(question):
                cure = "Write a question where yes is the sign."
                faults.note(f"{key}.question.{lang}", "is not a question.", cure)


def _measures(pack: parts.Pack, faults: tables.Faults) -> None:
    """Only a financial pack measures; every limit is one of its own."""
    used: set[str] = set()
    for index, each in enumerate(pack.indicators, start=1):
        key = f"indicators[{index}].measure"
        if each.measure is None:
            continue
        if pack.kind is not parts.Kind.FINANCE:
            faults.note(key, "people are asked, not measured.", "Remove it, or change the kind.")
        used |= measures.limits(each.measure)
        for name in sorted(measures.limits(each.measure) - set(pack.limits)):
            cure = _close(name, pack.limits, "Define it under [limits].")
            faults.note(key, f'there is no limit "{name}".', cure)
    for name in sorted(set(pack.limits) - used):
        faults.note(f"limits.{name}", "is used by no measure.", "Use it or remove it.")


def _condition(pack: parts.Pack, node: rule.Node, key: str, faults: tables.Faults) -> None:
    dimensions = [each.id for each in pack.dimensions]
    for atom in rule.atoms(node):
        if atom == rule.UNREAD:
            continue
        if atom.name == "tag" or (atom.name in rule.FACTS and not atom.detail):
            if atom.name == "tag" and not atom.detail:
                faults.note(key, '"tag" names no tag.', "Write for example tag:no_act.")
        elif atom.name not in dimensions:
            cure = _close(atom.name, dimensions, f"Use a dimension or {', '.join(rule.FACTS)}.")
            faults.note(key, f'"{atom}" is not known.', cure)
        elif atom.detail and atom.detail not in pack.rules:
            cure = _close(atom.detail, pack.rules, "Define it under [rules].")
            faults.note(key, f'there is no rule "{atom.detail}".', cure)


def _outcomes(pack: parts.Pack, faults: tables.Faults) -> None:
    for index, each in enumerate(pack.outcomes, start=1):
        key = f"outcomes[{index}]"
        _condition(pack, each.when, f"{key}.when", faults)
        if each.code and not _PACK_ID.match(each.code):
            faults.note(f"{key}.code", f'"{each.code}" is no code.', "Use words with hyphens.")
        if _VERDICT.search(each.code) or _VERDICT.search(each.title("en")):
            cure = 'Say "possible": only a named deciding organisation says "actual".'
            faults.note(f"{key}.title", "gives a verdict.", cure)
        if _HIDDEN_WORD.search(each.title("en")) or _HIDDEN_WORD.search(each.code):
            cure = "Use plain words that endanger nobody who reads over a shoulder."
            faults.note(f"{key}.title", "names the crime in a heading.", cure)
    if pack.outcomes and pack.outcomes[-1].when not in (ALWAYS, rule.UNREAD):
        cure = 'End with an outcome whose when = "always".'
        faults.note(f"outcomes[{len(pack.outcomes)}].when", "may leave no finding.", cure)
    for index, each in enumerate(pack.outcomes[:-1], start=1):
        if each.when == ALWAYS:
            cure = "Move it to the end."
            faults.note(f"outcomes[{index}].when", "hides every outcome after it.", cure)


def _advice(pack: parts.Pack, faults: tables.Faults) -> None:
    codes = {each.code for each in pack.outcomes}
    for index, each in enumerate(pack.advice, start=1):
        key = f"advice[{index}]"
        if each.when is not None:
            _condition(pack, each.when, f"{key}.when", faults)
        if (each.when is None) == (not each.outcomes):
            cure = 'Give either when = "…" or outcomes = ["…"].'
            faults.note(f"{key}.id", "must follow from a condition or from outcomes.", cure)
        for code in sorted(each.outcomes - codes):
            cure = _close(code, codes, "Name an outcome's code.")
            faults.note(f"{key}.outcomes", f'there is no outcome "{code}".', cure)
        if each.within not in WITHIN:
            cure = f"Use one of: {', '.join(WITHIN[1:])}."
            faults.note(f"{key}.within", f'"{each.within}" is no clock.', cure)


def _examples(pack: parts.Pack, faults: tables.Faults) -> None:
    codes = {each.code for each in pack.outcomes}
    dimensions = {each.id for each in pack.dimensions}
    for index, each in enumerate(pack.examples, start=1):
        key = f"examples[{index}]"
        if each.outcome and each.outcome not in codes:
            cure = _close(each.outcome, codes, "Name an outcome's code.")
            faults.note(f"{key}.outcome", f'there is no outcome "{each.outcome}".', cure)
        for unknown in sorted(set(each.answers) - set(pack.by_id)):
            cure = _close(unknown, pack.by_id, "Name an indicator's id.")
            answer = each.answers[unknown].value
            faults.note(f"{key}.{answer}", f'there is no indicator "{unknown}".', cure)
        for unknown in sorted((each.positive or frozenset()) - dimensions):
            cure = _close(unknown, dimensions, "Name a dimension's id.")
            faults.note(f"{key}.positive", f'there is no dimension "{unknown}".', cure)
        for unknown in sorted((each.advice or frozenset()) - {a.id for a in pack.advice}):
            faults.note(f"{key}.advice", f'there is no advice "{unknown}".', "Name an advice id.")
    for code in sorted(codes - {each.outcome for each in pack.examples}):
        cure = f'Add an [[examples]] table with outcome = "{code}".'
        faults.note("examples", f'no worked example gives "{code}".', cure)


def _reachable(pack: parts.Pack, faults: tables.Faults) -> None:
    combinations = prod(
        len(counting.levels_within_reach(pack, each.id, counting.NONE, _whole(pack, each.id)))
        for each in pack.dimensions
    )
    if combinations > MOST_COMBINATIONS:
        problem = f"give {combinations} combinations of results (at most {MOST_COMBINATIONS})."
        faults.note("dimensions", problem, "Use fewer dimensions or rules, or two packs.")


def _whole(pack: parts.Pack, dimension: str) -> parts.Counts:
    return counting.count(each.strength for each in pack.indicators if each.dimension == dimension)


def _close(word: str, known: Iterable[str], otherwise: str) -> str:
    close = get_close_matches(word, list(known), n=1)
    return f'Did you mean "{close[0]}"?' if close else otherwise
