"""Whether a financial pack fits what can be measured: its facts, its parts, and what it may say.

A pack about accounts names facts of `facts.FACTS`, a pack about shapes those of `facts.SHAPE_FACTS`.
Nobody who may be a victim is named as anything else: an outcome that says *possible victim* gives the
holder that part, whatever the pack's ``[money]`` says.
"""

from collections.abc import Iterator
from difflib import get_close_matches

from manumit.flows import alerting, facts
from manumit.indicators import measures, parts
from manumit.indicators.tables import BadPack

ABOUT = ("account", "shape")
NOTHING = "nothing-found"


def known_facts(pack: parts.Pack) -> dict[str, facts.Fact]:
    """Return the facts that a pack may name."""
    return facts.SHAPE_FACTS if pack.money.about == "shape" else facts.FACTS


def problems(pack: parts.Pack, file: str) -> tuple[BadPack, ...]:
    """Return what does not fit; empty for a pack that is not about money, or fits."""
    if pack.kind is not parts.Kind.FINANCE:
        return ()
    return tuple(_faults(pack, file))


def used(pack: parts.Pack) -> frozenset[str]:
    """Return the facts that a pack's measures name."""
    named = (measures.facts(each.measure) for each in pack.indicators if each.measure)
    return frozenset(name for some in named for name in some)


def _faults(pack: parts.Pack, file: str) -> Iterator[BadPack]:
    known = known_facts(pack)
    for index, each in enumerate(pack.indicators, start=1):
        for name in sorted(measures.facts(each.measure) if each.measure else ()):
            if name not in known:
                close = get_close_matches(name, known, n=1)
                cure = (
                    f'Did you mean "{close[0]}"?' if close else "See docs/packs.md for the facts."
                )
                key = f"indicators[{index}].measure"
                yield BadPack(file, key, 0, f'there is no fact "{name}".', cure)
    for index, example in enumerate(pack.examples, start=1):
        for name in sorted(set(example.facts or ()) - set(known)):
            key = f"examples[{index}].facts.{name}"
            yield BadPack(file, key, 0, f'there is no fact "{name}".', "See docs/packs.md.")
    if pack.money.about not in ABOUT:
        words = " or ".join(ABOUT)
        yield BadPack(
            file, "money.about", 0, f'"{pack.money.about}" is not known.', f"Use {words}."
        )
    for key in ("holder", "payers", "payees"):
        part = getattr(pack.money, key)
        if part and part not in set(alerting.Part):
            cure = f"Use one of: {', '.join(alerting.Part)}."
            yield BadPack(file, f"money.{key}", 0, f'"{part}" is no part.', cure)
    if pack.outcomes[-1].code != NOTHING:
        cure = f'Call the last outcome "{NOTHING}": it makes no alert.'
        yield BadPack(file, "outcomes", 0, "no outcome says that nothing was found.", cure)
    if not any(each.measure for each in pack.indicators):
        yield BadPack(file, "indicators", 0, "nothing can be measured.", 'Add measure = "…".')
