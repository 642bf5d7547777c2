"""A pack's worked examples, run: an example that gives another finding than it says is a fault."""

from manumit.indicators import engine, parts


def why_not(pack: parts.Pack, example: parts.Example) -> str:
    """Say in which way an example does not come out as written; "" when it does."""
    given = dict(example.answers)
    if example.facts is not None:
        given = pack.measured(example.facts, example.country) | given
    finding = engine.find(pack, given, example.context)
    if finding.outcome != example.outcome:
        return f'gives "{finding.outcome}", not "{example.outcome}"'
    positive = {each.id for each in finding.dimensions if each.positive}
    if example.positive is not None and positive != example.positive:
        return f"has positive dimensions {_words(positive)}, not {_words(example.positive)}"
    advice = {each.id for each in finding.advice}
    if example.advice is not None and advice != example.advice:
        return f"gives advice {_words(advice)}, not {_words(example.advice)}"
    return ""


def problems(pack: parts.Pack) -> tuple[str, ...]:
    """Run all worked examples of a pack; say what does not come out as written."""
    return tuple(
        f'examples[{index}] "{example.title}" {reason}'
        for index, example in enumerate(pack.examples, start=1)
        if (reason := why_not(pack, example))
    )


def _words(names: set[str] | frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"
