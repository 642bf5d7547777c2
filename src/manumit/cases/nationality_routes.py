"""Which laws may give a child a nationality, and on what conditions.

Each way is one claim with the law's code, year and source. Four answers are possible besides "not
determined": open, conditional, only by an exception, closed. Nothing is closed that the table does
not close, and nothing is open on a code that the table does not have for the year of birth.
"""

from collections.abc import Callable
from dataclasses import replace

from manumit.cases import nationality_law as law
from manumit.cases import nationality_second
from manumit.cases.nationality_claim import Basis, Claim, Effect, Verdict
from manumit.cases.nationality_facts import Document, Facts

OPEN, CONDITIONAL = Effect.OPEN, Effect.CONDITIONAL
UNREAD = Verdict(Effect.NOT_DETERMINED, "the table does not say; ask a lawyer")
ABSENT = Verdict(Effect.CLOSED)
GROUP = Verdict(CONDITIONAL, "limited to a certain group; a lawyer must say what that means here")
PROOF = "descent from the father must be proven in the way the law accepts"
WEDLOCK = (
    "depends on whether the parents are married to each other; the table does not say for whom"
)
DUAL = "depends on the parents' choice or residence, or on the child having no other nationality"
GENERATION = "depends on where the parent was born or lived, or on how the parent became a national"


def _descent(code: str, mode: str, state: str, facts: Facts) -> Verdict:
    """Weigh a rule of descent, whichever parent it goes through."""
    match law.limit(mode, code):
        case "absent":
            return ABSENT
        case "nothing":
            return Verdict(OPEN)
        case "dual":
            both = facts.mother.nationalities == facts.father.nationalities == (state,)
            return Verdict(OPEN) if both else Verdict(CONDITIONAL, DUAL)
        case "wedlock":
            if facts.married:
                return Verdict(OPEN, needs=(Document.MARRIAGE,))
            return Verdict(CONDITIONAL, WEDLOCK, (Document.MARRIAGE,))
        case "group":
            return GROUP
        case "generation":
            return Verdict(CONDITIONAL, GENERATION, (Document.PARENT_BIRTHPLACE,))
        case "gender":
            return Verdict(OPEN)
        case _:
            return UNREAD


def _through_mother(code: str, mode: str, state: str, facts: Facts) -> Verdict:
    if law.limit(mode, code) == "gender":
        condition = (
            "the law passes nationality on through the father; a lawyer may know an exception"
        )
        verdict = Verdict(Effect.EXCEPTION, condition)
        for article in law.articles(state, mode, "mother"):
            if article.opens and any(s.value in article.father for s in facts.father.situations):
                verdict = Verdict(CONDITIONAL, article.words)
    else:
        verdict = _descent(code, mode, state, facts)
    if verdict.effect is OPEN and facts.mother.private:
        verdict = replace(
            verdict, effect=CONDITIONAL, condition="birth to the mother must be proven"
        )
    return replace(verdict, needs=(Document.MOTHER_NATIONALITY, *verdict.needs))


def _through_father(code: str, mode: str, state: str, facts: Facts) -> Verdict:
    verdict = _descent(code, mode, state, facts)
    proof = Document.MARRIAGE if facts.married else Document.DESCENT_FATHER
    proven = proof in facts.documents or (facts.married and not facts.father.private)
    if verdict.effect is OPEN and not proven:
        verdict = replace(verdict, effect=CONDITIONAL, condition=PROOF)
    needs = dict.fromkeys((Document.FATHER_NATIONALITY, proof, *verdict.needs))
    return replace(verdict, needs=tuple(needs))


def _territory(code: str, mode: str, _state: str, _facts: Facts) -> Verdict:
    match law.limit(mode, code):
        case "absent":
            return ABSENT
        case "nothing":
            return Verdict(OPEN, "few exceptions, such as children of diplomats")
        case "residence":
            needs = (Document.PARENT_RESIDENCE,)
            return Verdict(CONDITIONAL, "a parent must live or have lived there", needs)
        case "group":
            return GROUP
        case _:
            return UNREAD


def _second_generation(code: str, mode: str, state: str, facts: Facts) -> Verdict:
    limit = law.limit(mode, code)
    if limit in ("", "absent"):
        return ABSENT if limit else UNREAD
    parents = (facts.father,) if limit == "father-born" else (facts.mother, facts.father)
    needs = (Document.PARENT_BIRTHPLACE,)
    who = "the father" if limit == "father-born" else "a parent"
    if all(parent.born and parent.born != state for parent in parents):
        return Verdict(Effect.CLOSED, f"{who} would have to be born there too")
    if all(parent.born != state for parent in parents):
        return Verdict(CONDITIONAL, f"if {who} was born there too", needs)
    if limit == "residence":
        return Verdict(
            CONDITIONAL,
            "a parent must live or have lived there",
            (*needs, Document.PARENT_RESIDENCE),
        )
    return GROUP if limit == "group" else Verdict(OPEN, needs=needs)


def _found(code: str, mode: str, _state: str, facts: Facts) -> Verdict:
    limit = law.limit(mode, code)
    if limit in ("", "absent"):
        return ABSENT if limit else UNREAD
    if not facts.found:
        return Verdict(Effect.NOT_APPLICABLE, "only where both parents are unknown")
    needs = (Document.FOUND_RECORD,)
    match limit:
        case "age":
            return Verdict(CONDITIONAL, "up to a certain age of the child when found", needs)
        case "group":
            return replace(GROUP, needs=needs)
    return Verdict(OPEN, needs=needs)


def _otherwise_stateless(code: str, mode: str, _state: str, facts: Facts) -> Verdict:
    limit = law.limit(mode, code)
    needs: tuple[Document, ...] = (Document.NO_OTHER_NATIONALITY,)
    condition = "if no other State gives the child its nationality"
    match limit:
        case "absent":
            return ABSENT
        case "nothing":
            return Verdict(CONDITIONAL, condition, needs)
        case "residence":
            return Verdict(
                CONDITIONAL, f"{condition}; an age limit or years of living there", needs
            )
        case "parents":
            stateless = facts.mother.stateless and facts.father.stateless
            needs = (*needs, Document.PARENT_STATELESS)
            told = "; both parents are recorded as stateless" if stateless else ""
            return Verdict(
                CONDITIONAL, f"{condition}, mainly if a parent is stateless{told}", needs
            )
    return UNREAD


Judge = Callable[[str, str, str, Facts], Verdict]
JUDGES: dict[Basis, Judge] = {
    Basis.MOTHER: _through_mother,
    Basis.FATHER: _through_father,
    Basis.TERRITORY: _territory,
    Basis.SECOND_GENERATION: _second_generation,
    Basis.FOUND: _found,
    Basis.OTHERWISE_STATELESS: _otherwise_stateless,
}


def says(verdict: Verdict) -> str:
    """Return a verdict in words."""
    return f"{verdict.effect}: {verdict.condition}" if verdict.condition else str(verdict.effect)


def _claim(state: str, basis: Basis, mode: str, facts: Facts) -> Claim:
    """Read the code and weigh it; a doubt about the year leaves the answer undetermined."""
    reading = law.read(state, mode, facts.year)
    judge = JUDGES[basis]
    verdict = judge(reading.code, mode, state, facts)
    notes: tuple[str, ...] = ()
    applies = verdict.effect is not Effect.NOT_APPLICABLE
    if not reading.exact and applies and reading.code != law.NOT_CODED:
        notes += (
            f"The table has no law for {facts.year}. On 1 January {reading.year}: {says(verdict)}.",
        )
        verdict = Verdict(
            Effect.NOT_DETERMINED, "look at the law of the day of birth", verdict.needs
        )
    elif reading.exact and reading.later and reading.later != reading.code:
        after = judge(reading.later, mode, state, facts)
        if after != verdict:
            notes += (
                f"The law changed during {facts.year}: {says(verdict)} before; {says(after)} after "
                f"({mode}={reading.later}).",
            )
            verdict = Verdict(
                Effect.NOT_DETERMINED, "look at the law of the day of birth", after.needs
            )
    return Claim(
        state=state,
        basis=basis,
        effect=verdict.effect,
        mode=mode,
        code=reading.code,
        year=reading.year,
        words=law.words(mode, reading.code),
        source=law.source(),
        condition=verdict.condition,
        needs=verdict.needs,
        notes=notes,
        articles=_articles(state, mode, basis),
    )


def _articles(state: str, mode: str, basis: Basis) -> tuple[str, ...]:
    through = "mother" if basis is Basis.MOTHER else ""
    if basis is Basis.FATHER:
        return ()
    about = law.sources()["articles"]
    return tuple(
        f"{a.article}, as of 1 January {about['year']}: {a.words} ({about['source']}; {about['status']})."
        for a in law.articles(state, mode, through)
    )


def _ways(facts: Facts) -> list[tuple[str, Basis, str]]:
    def descent(state: str) -> str:
        return "A01a" if state == facts.born else "A01b"

    ways = [(s, Basis.MOTHER, descent(s)) for s in facts.mother.nationalities]
    ways += [(s, Basis.FATHER, descent(s)) for s in facts.father.nationalities]
    here = facts.born
    return [
        *ways,
        (here, Basis.TERRITORY, "A02a"),
        (here, Basis.SECOND_GENERATION, "A02b"),
        (here, Basis.FOUND, "A03a"),
        (here, Basis.OTHERWISE_STATELESS, "A03b"),
    ]


def find(facts: Facts) -> tuple[tuple[Claim, ...], tuple[nationality_second.Second, ...]]:
    """Return every way the table knows, and where a second source speaks."""
    claims, seconds = [], []
    for state, basis, mode in _ways(facts):
        claim = _claim(state, basis, mode, facts)
        second = nationality_second.beside(claim)
        if second:
            seconds.append(second)
            if not second.agree and claim.effect is OPEN:
                said = "two sources do not agree about this law; a lawyer must say"
                claim = replace(claim, effect=Effect.NOT_DETERMINED, condition=said)
        claims.append(claim)
    return tuple(claims), tuple(seconds)
