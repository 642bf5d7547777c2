"""What is shared: one phone, account, address or place that several are said to have had.

Sharing a thing is a hypothesis of a connection, and lists what it rests on. Two that had a place at
times that cannot have met did not share it; what has no date could have.
"""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from manumit.network import spans
from manumit.network.claims import Certainty, Seen, State
from manumit.network.graphs import Edge, Graph

# Schemata of things that several can have; whoever has one is a party.
THINGS: Mapping[str, str] = {
    "Address": "address",
    "BankAccount": "account",
    "CryptoWallet": "account",
    "Telephone": "phone",
    "UserAccount": "account",
    "Vehicle": "vehicle",
    "Vessel": "vehicle",
    "Airplane": "vehicle",
    "Passport": "document",
    "Identification": "document",
    "RealEstate": "place",
    "Site": "place",
    "Event": "event",
    "Trip": "journey",
}
# Properties whose equal values mean one thing, and how a value is compared.
VALUES: Mapping[str, str] = {
    "phone": "phone",
    "email": "account",
    "iban": "account",
    "accountNumber": "account",
    "idNumber": "document",
    "passportNumber": "document",
    "registrationNumber": "document",
    "taxNumber": "document",
    "address": "address",
}
LEAST_DIGITS = 6  # of a phone number; shorter ones are everybody's


@dataclass(frozen=True)
class Shared:
    """One thing and those who are said to have had it."""

    kind: str
    thing: UUID | None  # the entity that it is, None for an equal value
    value: str  # of an equal value
    holders: tuple[UUID, ...]
    rests_on: tuple[str, ...]  # ids of relations, links or claims


@dataclass(frozen=True)
class Together:
    """Two that had one thing at times that can have met."""

    thing: UUID
    one: UUID
    other: UUID
    rests_on: tuple[str, str]
    certainty: int
    dated: bool  # both relations say when


def things(graph: Graph, schemata: Mapping[UUID, str]) -> list[Shared]:
    """Return the things that at least two parties are related to, most shared first."""
    found = []
    for node in graph.nodes:
        kind = THINGS.get(schemata.get(node, ""))
        if kind is None:
            continue
        ties = [e for e in graph.at(node) if schemata.get(e.other(node), "") not in THINGS]
        holders = tuple(sorted({edge.other(node) for edge in ties} - {node}))
        if len(holders) > 1:
            found.append(Shared(kind, node, "", holders, tuple(sorted(e.via for e in ties))))
    return sorted(found, key=lambda one: (-len(one.holders), one.kind, str(one.thing)))


def together(graph: Graph, thing: UUID) -> list[Together]:
    """Return the pairs that had a thing at times that can have met, the best supported first."""
    by_holder: defaultdict[UUID, list[Edge]] = defaultdict(list)
    for edge in graph.at(thing):
        if edge.other(thing) != thing:
            by_holder[edge.other(thing)].append(edge)
    found = []
    for one, other in itertools.combinations(sorted(by_holder), 2):
        pairs = [
            Together(
                thing,
                one,
                other,
                (first.via, second.via),
                min(first.certainty, second.certainty, Certainty.LIKELY),
                spans.dated(first.since, first.until) and spans.dated(second.since, second.until),
            )
            for first, second in itertools.product(by_holder[one], by_holder[other])
            if spans.meet(first.since, first.until, second.since, second.until)
        ]
        if pairs:
            found.append(max(pairs, key=lambda pair: (pair.dated, pair.certainty)))
    return sorted(found, key=lambda p: (not p.dated, -p.certainty, p.one, p.other))


def values(seen: Iterable[Seen]) -> list[Shared]:
    """Return equal phones, accounts, documents and addresses in what different entities' claims say."""
    held: defaultdict[tuple[str, str], dict[UUID, set[str]]] = defaultdict(dict)
    for entity in seen:
        for said in entity.said:
            kind = VALUES.get(said.prop)
            key = folded(said.prop, said.value) if kind else ""
            if kind and key and said.state is State.ACCEPTED:
                held[kind, key].setdefault(entity.id, set()).add(str(said.claim))
    found = [
        Shared(
            kind,
            None,
            key,
            tuple(sorted(who)),
            tuple(sorted({c for ids in who.values() for c in ids})),
        )
        for (kind, key), who in held.items()
        if len(who) > 1
    ]
    return sorted(found, key=lambda one: (-len(one.holders), one.kind, one.value))


def folded(prop: str, value: str) -> str:
    """Return a value as it is compared; "" where it is too little to mean one thing."""
    if prop == "phone":
        digits = "".join(str(int(c)) for c in value if c.isdecimal()).removeprefix("00")
        return digits if len(digits) >= LEAST_DIGITS else ""
    if prop == "address":
        return " ".join(value.casefold().split())
    return "".join(c for c in value.casefold() if c.isalnum() or c in "@.+-_")
