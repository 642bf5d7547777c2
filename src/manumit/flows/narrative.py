"""The narrative of a report, drafted from facts alone: what, who, how and when, where, why.

Every sentence says which facts it stands on, so that a reader can go back from the words to the rows.
Nothing is guessed and nobody is judged; what speaks against is told too, and who may be a victim is told
as such (FATF guidance asks who, what, when, where, how and why; non-punishment: Palermo Protocol,
art. 2(b)). The draft is a beginning: a person edits it, and answers for it.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

from manumit.core import reasons
from manumit.flows import known as facts
from manumit.flows import money

LANGUAGES = ("en", "fr")
MOST_ACCOUNTS = 6  # told one by one; the others stand in the list of movements
MOST_CORRIDORS = 6
ONE_DAY = 24  # hours
_FORMULA = re.compile("[<>=_]")


@dataclass(frozen=True)
class Sentence:
    """One sentence, the part of the narrative it belongs to, and the facts it stands on.

    `stands_on` names facts: "entry 5001", "account 7", "reason fan_in", "against …", "cut 0", "rule".
    """

    part: str
    text: str
    stands_on: tuple[str, ...]


@cache
def _texts() -> Mapping[str, Any]:
    path = resources.files("manumit.flows").joinpath("data/narrative.toml")
    return tomllib.loads(path.read_text("utf-8"))


def draft(known: facts.Known, language: str) -> list[Sentence]:
    """Return the sentences in their order; a language that is not there is English."""
    voice = _Voice(known, language if language in LANGUAGES else "en")
    return [
        *voice.what(), *voice.who(), *voice.how(), *voice.where(),
        *voice.why(), *voice.against(), *voice.victims(), *voice.limits(),
    ]  # fmt: skip


def text(sentences: Iterable[Sentence], language: str) -> str:
    """Return the sentences as one text: a heading over each part."""
    heads = _texts()["heads"][language if language in LANGUAGES else "en"]
    blocks: dict[str, list[str]] = {}
    for one in sentences:
        blocks.setdefault(one.part, []).append(one.text)
    return "\n\n".join(f"{heads[part]}\n" + " ".join(said) for part, said in blocks.items())


class _Voice:
    def __init__(self, known: facts.Known, language: str) -> None:
        self.known, self.language = known, language
        self.accounts = known.by_number()
        self.words: Mapping[str, str] = _texts()["words"][language]

    def say(self, part: str, sentence: str, stands_on: Iterable[str], **values: Any) -> Sentence:
        template = _texts()["sentences"][sentence][self.language]
        said = reasons.filled(template, {name: str(value) for name, value in values.items()})
        return Sentence(part, said, tuple(stands_on))

    # --- words ---

    def amount(self, amount_minor: int) -> str:
        said = money.plain(amount_minor, self.known.currency)
        if self.language == "fr":
            said = said.replace(",", "\u00a0").replace(".", ",")
        return said

    def day(self, at: datetime) -> str:
        local = self.known.local(at)
        return f"{local.day} {_texts()['months'][self.language][local.month - 1]} {local.year}"

    def name(self, account: facts.Account) -> str:
        if not account.name:
            return ""
        return reasons.filled(self.words["name"], {"name": account.name})

    def accounts_in_words(self, count: int) -> str:
        if count == 1:
            return self.words["one_account"]
        return reasons.filled(self.words["accounts"], {"count": str(count)})

    def counted(self, table: str, counts: Counter[str]) -> str:
        words = _texts()[table][self.language]
        return ", ".join(f"{count} {words.get(key, key)}" for key, count in counts.most_common())

    def entries(self) -> list[str]:
        return [f"entry {one.entry}" for one in self.known.entries]

    # --- parts ---

    def what(self) -> Iterator[Sentence]:
        known = self.known
        if not known.entries:
            return
        total = known.total() if known.entry_count == len(known.entries) else None
        values = {
            "reference": known.reference,
            "entries": known.entry_count,
            "accounts": len(known.accounts),
            "first": self.day(min(one.at for one in known.entries)),
            "last": self.day(max(one.at for one in known.entries)),
            "total": "" if total is None else self.amount(total),
        }
        which = "what" if total is not None else "what_no_total"
        yield self.say("what", which, self.entries(), **values)
        if known.entry_count > len(known.entries):
            values = {"listed": len(known.entries), "entries": known.entry_count}
            yield self.say("what", "listed", self.entries(), **values)

    def who(self) -> Iterator[Sentence]:
        flows = [flow for account in self.known.accounts for flow in self.flows(account)]
        flows.sort(key=lambda flow: (-flow[0], flow[1].text))
        for _, sentence in flows[:MOST_ACCOUNTS]:
            yield sentence
        told = {where for _, one in flows[:MOST_ACCOUNTS] for where in one.stands_on}
        left = [a for a in self.known.accounts if f"account {a.account}" not in told]
        if left:
            stands_on = [f"account {a.account}" for a in left]
            which = "more_accounts" if len(left) > 1 else "one_more_account"
            yield self.say("who", which, stands_on, count=len(left))

    def flows(self, account: facts.Account) -> Iterator[tuple[int, Sentence]]:
        """What an account received and gave, where all amounts are known in one currency."""
        for sentence, mine, other in (
            ("received", "target", "source"),
            ("gave", "source", "target"),
        ):
            rows = [e for e in self.known.entries if getattr(e, mine) == account.account]
            amounts = [self.known.base(one) for one in rows]
            if not rows or None in amounts:
                continue
            total = sum(amount for amount in amounts if amount is not None)
            others = {getattr(one, other) for one in rows} - {None}
            values = {
                "account": account.identifier,
                "name": self.name(account),
                "amount": self.amount(total),
                "count": len(rows),
                "others": self.accounts_in_words(len(others)),
            }
            if len(rows) == 1:
                sentence += "_once"
            stands_on = [f"account {account.account}", *(f"entry {one.entry}" for one in rows)]
            yield total, self.say("who", sentence, stands_on, **values)

    def how(self) -> Iterator[Sentence]:
        entries = self.known.entries
        if not entries:
            return
        kinds = Counter(one.kind for one in entries)
        yield self.say("how", "kinds", self.entries(), kinds=self.counted("kinds", kinds))
        purposes = Counter(one.purpose for one in entries if one.purpose)
        if purposes:
            said = self.counted("purposes", purposes)
            stands_on = [f"entry {one.entry}" for one in entries if one.purpose]
            yield self.say("how", "purposes", stands_on, purposes=said)
        span = max(one.at for one in entries) - min(one.at for one in entries)
        hours = -(-span.total_seconds() // 3600)
        if max(one.precision for one in entries) < 2 and 0 < hours <= ONE_DAY:
            yield self.say("how", "quick", self.entries(), hours=int(hours))
        else:
            days = {self.known.local(one.at).date() for one in entries}
            yield self.say("how", "days", self.entries(), days=len(days))

    def where(self) -> Iterator[Sentence]:
        corridors: Counter[str] = Counter()
        stands_on = []
        for one in self.known.entries:
            if not (one.country_from or one.country_to):
                continue
            stands_on.append(f"entry {one.entry}")
            if one.country_from == one.country_to:
                corridors[self.words["inside"] + one.country_from] += 1
            else:
                ends = one.country_from or "?", one.country_to or "?"
                corridors[self.words["to"].join(ends)] += 1
        if not corridors:
            if self.known.entries:
                yield self.say("where", "no_country", self.entries())
            return
        said = [f"{name} ({count})" for name, count in corridors.most_common(MOST_CORRIDORS)]
        if len(corridors) > MOST_CORRIDORS:
            more = str(len(corridors) - MOST_CORRIDORS)
            said.append(reasons.filled(self.words["and_more"], {"count": more}))
        yield self.say("where", "corridors", stands_on, corridors=", ".join(said))

    def why(self) -> Iterator[Sentence]:
        for sign in self.known.reasons:
            yield self.sign("why", "reason", sign)

    def sign(self, part: str, kind: str, sign: facts.Sign) -> Sentence:
        extras = {}
        for name in ("threshold", "source"):
            value = getattr(sign, name)
            if name == "threshold" and _FORMULA.search(value):
                value = ""  # for machines: the words of the sign say it
            extras[name] = reasons.filled(self.words[name], {name: value}) if value else ""
        sentence = "sign" if sign.value else "sign_alone"
        said = sign.text(self.language).rstrip(". ")
        return self.say(
            part, sentence, [f"{kind} {sign.sign}"], text=said, value=sign.value, **extras
        )

    def against(self) -> Iterator[Sentence]:
        for sign in self.known.against:
            yield self.sign("against", "against", sign)
        if not self.known.against:
            yield self.say("against", "nothing_against", ["rule"])

    def victims(self) -> Iterator[Sentence]:
        found = [account for account in self.known.accounts if account.possible_victim]
        if len(found) == 1:
            values = {"account": found[0].identifier, "name": self.name(found[0])}
            yield self.say("victims", "victim", [f"account {found[0].account}"], **values)
        elif found:
            listed = ", ".join(f"{account.identifier}{self.name(account)}" for account in found)
            stands_on = [f"account {account.account}" for account in found]
            yield self.say("victims", "several_victims", stands_on, accounts=listed)
        if found:
            yield self.say("victims", "non_punishment", ["rule"])

    def limits(self) -> Iterator[Sentence]:
        yield self.say("limits", "no_verdict", ["rule"])
        for number, what in enumerate(self.known.cut):
            yield self.say("limits", "cut", [f"cut {number}"], what=what.rstrip(". "))
