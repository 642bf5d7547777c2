"""The order of a screening's pages, and which questions each of them still asks.

One page is one theme: a whole triage or context pack, or one dimension of the screening packs. Where
an optional pack asks about the same dimension, it shares the page. A page shows only questions that
can still change a finding, and those that were answered, so that an answer can be mended. The theme
whose result matters most comes first; no theme is passed twice on the way forward, so that the
number of pages has a limit (`most_pages`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from manumit.indicators import engine, pack, parts, questions

Given = Mapping[str, Mapping[str, engine.Answer]]

# Pages of a screening that ask no indicator: language, consent, the person, the finding.
FIXED_PAGES = 4
_WHOLE = {parts.Kind.TRIAGE, parts.Kind.CONTEXT}


@dataclass(frozen=True)
class Theme:
    """One page of questions: its name in the address, and the (pack, dimension) pairs on it."""

    id: str
    pairs: tuple[tuple[str, str], ...]
    titles: parts.Texts
    ask_as: parts.AskAs = parts.AskAs.PERSON


@dataclass(frozen=True)
class Question:
    """One question on a page. `asked` is False for what only the officer's eyes tell."""

    pack: str
    indicator: parts.Indicator
    asked: bool
    answer: engine.Answer | None = None

    @property
    def name(self) -> str:
        """Return the name of its field in the form."""
        return f"{self.pack}:{self.indicator.id}"


def _of_pack(known: pack.Pack, context: engine.Context) -> list[Theme]:
    if known.kind in _WHOLE:
        pairs = tuple((known.id, dimension.id) for dimension in known.dimensions)
        return [Theme(known.id, pairs, known.titles)]
    open_now = questions.undecided(known, {}, context)
    first = list(dict.fromkeys(known.by_id[each].dimension for each in open_now))
    return [
        Theme(
            dimension.id.replace("_", "-"),
            ((known.id, dimension.id),),
            dimension.titles,
            dimension.ask_as,
        )
        for dimension in map(known.dimension, first)
    ]


def themes(packs: Sequence[pack.Pack], context: engine.Context) -> tuple[Theme, ...]:
    """Return the pages of questions in their order, the most decisive dimension first.

    A dimension that cannot change the finding of this person, whatever is answered, has no page.
    """
    found: dict[str, Theme] = {}
    for known in packs:
        for theme in _of_pack(known, context):
            before = found.get(theme.id)
            if before is None:
                found[theme.id] = theme
            else:
                pairs = before.pairs + theme.pairs
                found[theme.id] = Theme(theme.id, pairs, before.titles, before.ask_as)
    return tuple(found.values())


def page(
    theme: Theme,
    packs: Mapping[str, pack.Pack],
    given: Given,
    context: engine.Context,
    may_ask: bool = True,
) -> tuple[Question, ...]:
    """Return the questions of a page in the pack's order: undecided ones, and answered ones.

    Where the person did not agree to an interview (`may_ask` False), only urgent needs are asked;
    of the rest stays what an officer can see without asking.
    """
    found = []
    for pack_id, dimension in theme.pairs:
        known, answers = packs[pack_id], given.get(pack_id, {})
        asked = may_ask or known.kind is parts.Kind.TRIAGE
        open_now = set(questions.undecided(known, answers, context, dimension))
        for each in known.indicators:
            if each.dimension != dimension or not (each.id in open_now or each.id in answers):
                continue
            if asked or each.observable:
                found.append(Question(known.id, each, asked, answers.get(each.id)))
    return tuple(found)


def is_open(
    theme: Theme,
    packs: Mapping[str, pack.Pack],
    given: Given,
    context: engine.Context,
    may_ask: bool = True,
) -> bool:
    """Tell whether a page has a question that was not answered and can still change a finding."""
    shown = page(theme, packs, given, context, may_ask)
    return any(question.answer is None for question in shown)


def following(
    after: str,
    packs: Sequence[pack.Pack],
    given: Given,
    context: engine.Context,
    may_ask: bool = True,
) -> Theme | None:
    """Return the next page with an open question after the theme named; None when all is settled.

    `after` "" or a theme that is no longer asked starts from the first page.
    """
    order = themes(packs, context)
    places = {theme.id: place for place, theme in enumerate(order)}
    by_id = {known.id: known for known in packs}
    rest = order[places[after] + 1 :] if after in places else order
    return next((theme for theme in rest if is_open(theme, by_id, given, context, may_ask)), None)


def most_pages(packs: Sequence[pack.Pack], contexts: Iterable[engine.Context]) -> int:
    """Return how many pages a screening with these packs has at the very most."""
    return FIXED_PAGES + max(len(themes(packs, context)) for context in contexts)
