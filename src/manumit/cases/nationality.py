"""A child's nationality: which laws may give one, what is missing, what to do next.

The answer never names a nationality as the child's own: only a State can do that. Convention on the
Rights of the Child, article 7; Convention on the Reduction of Statelessness (1961), articles 1, 2 and 4;
S/RES/2331 (2016), paragraph 3(b). There are two views: the worker's, and one that an authority or the
child may see, which is decided anew from facts that hold nothing private (nationality_facts).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from manumit.cases import nationality_facts as facts_of
from manumit.cases import nationality_law as law
from manumit.cases import nationality_routes, nationality_second
from manumit.cases import nationality_steps as steps_of
from manumit.cases.nationality_claim import SAFEGUARDS, Claim
from manumit.cases.nationality_facts import DOCUMENT_LABELS, Document, Facts

NOT_DETERMINED = "not determined"


@dataclass(frozen=True)
class Finding:
    """Everything that follows from the facts."""

    facts: Facts
    claims: tuple[Claim, ...]
    seconds: tuple[nationality_second.Second, ...]
    level: steps_of.Level
    reasons: tuple[steps_of.Reason, ...]
    steps: tuple[steps_of.Step, ...]
    needed: tuple[Document, ...]
    missing: tuple[Document, ...]

    def for_worker(self) -> dict[str, Any]:
        """Return everything, for the worker alone."""
        return {
            **_common(self),
            "view": "worker",
            "mother": facts_of.parent_words(self.facts.mother),
            "father": facts_of.parent_words(self.facts.father),
            "documents": {"missing": _papers(self.missing), "there": _there(self)},
            "articles": [
                {"law": claim.law, "says": said} for claim in self.claims for said in claim.articles
            ],
            "risk": {"level": self.level.value, "reasons": [_plain(r) for r in self.reasons]},
            "second_sources": [
                {
                    "state": s.state,
                    "question": s.question,
                    "says": [
                        {"source": s.first_source, "answer": s.first},
                        {"source": s.second_source, "answer": s.second},
                    ],
                    "agree": s.agree,
                }
                for s in self.seconds
            ],
            "do_not_contact": list(steps_of.not_to_contact(self.facts)),
            "why_not_show": steps_of.why_not_show(self.facts),
            "steps": [{"order": n, **_plain(s)} for n, s in enumerate(self.steps, 1)],
        }

    def for_authority(self) -> dict[str, Any]:
        """Return what an authority or the child may see; ask `why_not_show` before it is sent.

        Decided anew from `nationality_facts.for_authority`: a father of whom anything private is known
        and a father of whom nothing is known give the same answer, word for word.
        """
        shown = _decide(facts_of.for_authority(self.facts))
        asked = [
            step
            for step in shown.steps
            if step.code in ("register-birth", "write-not-determined", "use-safeguard")
        ]
        return {
            **_common(shown),
            "view": "authority",
            "mother": facts_of.parent_words(shown.facts.mother),
            "father": facts_of.parent_words(shown.facts.father),
            "documents": {"there": _there(shown)},
            "asked": [
                {**_plain(step), "order": n, "words": ASKED[step.code]}
                for n, step in enumerate(asked, 1)
            ],
        }


ASKED = {
    "register-birth": "Please register the birth and give a birth certificate.",
    "write-not-determined": "Please enter the nationality as “not determined”.",
    "use-safeguard": "Please apply the law for children who would otherwise have no nationality.",
}


def _plain(one: steps_of.Reason | steps_of.Step) -> dict[str, Any]:
    told: dict[str, Any] = {"words": one.words, "laws": list(one.laws), "source": one.source}
    if isinstance(one, steps_of.Step):
        told["code"] = one.code
    return told


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "state": claim.state,
        "name": law.name(claim.state),
        "basis": claim.basis.value,
        "effect": claim.effect.value,
        "condition": claim.condition,
        "law": {
            "mode": claim.mode,
            "about": law.codes()["modes"][claim.mode],
            "code": claim.code,
            "year": claim.year,
            "says": claim.words,
            "source": claim.source,
        },
        "needs": [d.value for d in claim.needs],
        "notes": list(claim.notes),
    }


def _papers(papers: Iterable[Document]) -> list[dict[str, str]]:
    return [{"code": d.value, "words": DOCUMENT_LABELS[d]} for d in papers]


def _there(finding: Finding) -> list[dict[str, str]]:
    return _papers(d for d in finding.needed if d in finding.facts.documents)


def _common(finding: Finding) -> dict[str, Any]:
    facts = finding.facts
    return {
        "nationality": NOT_DETERMINED,
        "born": {"state": facts.born, "name": law.name(facts.born), "year": facts.year},
        "laws": [_claim(c) for c in finding.claims if c.basis not in SAFEGUARDS],
        "safeguards": [_claim(c) for c in finding.claims if c.basis in SAFEGUARDS],
        "norms": [
            {key: n[key] for key in ("id", "name", "words", "year", "source", "status")}
            | {"party": NOT_DETERMINED}
            for n in law.sources()["norm"]
            if n["id"] != "ens-4r"
        ],
        "table": {"source": law.source(), "first": law.years()[0], "last": law.years()[1]},
    }


def why_not(facts: Facts) -> str:
    """Return what is wrong with the facts, with field and cure; "" means they can be weighed."""
    return facts_of.why_not(facts)


def _decide(facts: Facts) -> Finding:
    claims, seconds = nationality_routes.find(facts)
    return Finding(
        facts=facts,
        claims=claims,
        seconds=seconds,
        level=steps_of.level(claims, facts),
        reasons=steps_of.reasons(claims, facts),
        steps=steps_of.steps(claims, facts),
        needed=steps_of.documents(claims, facts),
        missing=steps_of.missing(claims, facts),
    )


def decide(facts: Facts) -> Finding:
    """Weigh the facts. Raises ValueError with `why_not` when they cannot be weighed."""
    problem = why_not(facts)
    if problem:
        raise ValueError(problem)
    return _decide(facts)
