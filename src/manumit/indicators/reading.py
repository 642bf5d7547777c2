"""From TOML to a pack: shapes first (here), then whether the parts fit together (`soundness`).

The format is described in ``docs/packs.md``.
"""

from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType

from manumit.indicators import answers, measures, parts, rule, soundness, tables

_CLAUSE_KEYS = (*(strength.value for strength in parts.STRENGTHS), "any")
_MOST = 1000


def read(source: str, name: str) -> parts.Pack:
    """Read a pack; raises tables.BadPack with the first fault, the others in `others`."""
    faults = tables.Faults(name, source)
    top = tables.document(source, faults)
    sources = _sources(top)
    pack_id = top.text("id")
    rules = _rules(top.table("rules"), sources)
    dimensions = tuple(_dimension(each) for each in top.tables("dimensions", mandatory=True))
    indicators = tuple(_indicator(each, sources) for each in _all(top, "indicators"))
    outcomes = tuple(_outcome(each, sources) for each in _all(top, "outcomes"))
    advice = tuple(_advice(each, sources) for each in top.tables("advice"))
    examples = tuple(_example(each, indicators) for each in _all(top, "examples"))
    by_id = {each.id: each for each in indicators}
    pack_source = top.text("source")
    pack = parts.Pack(
        id=pack_id,
        version=top.day("version"),
        titles=_texts(top, "title"),
        kind=top.choice("kind", parts.Kind),
        ages=top.choice("ages", parts.Ages, parts.Ages.ANY),
        instead=top.text("instead", ""),
        translation_status=_translation_status(top.table("translation_status")),
        notes=_texts(top, "note", mandatory=False),
        dimensions=dimensions,
        indicators=indicators,
        rules=MappingProxyType(rules),
        outcomes=outcomes,
        advice=advice,
        examples=examples,
        source=sources.get(pack_source, (pack_source, None))[0],
        source_status=_weakest(indicators),
        digest=sha256(source.encode()).hexdigest(),
        by_id=MappingProxyType(by_id),
        levels=MappingProxyType(_levels(dimensions, outcomes, advice)),
        limits=MappingProxyType(_limits(top.table("limits"), sources)),
        money=_money(top.table("money")),
    )
    if pack_source not in sources:
        top.fault("source", f'"{pack_source}" is not in [sources].', "Name one of the sources.")
    top.done()
    soundness.look(pack, faults)
    faults.stop()
    return pack


Sources = Mapping[str, tuple[str, parts.SourceStatus | None]]


def _all(top: tables.Table, name: str) -> list[tables.Table]:
    return top.tables(name, mandatory=True)


def _texts(table: tables.Table, name: str, *, mandatory: bool = True) -> parts.Texts:
    if not mandatory and not table.has(name):
        return parts.Texts(MappingProxyType({}))
    inner = table.table(name)
    found = {lang: inner.text(lang) for lang in parts.LANGUAGES if inner.has(lang)}
    if not found.get("en"):
        table.fault(f"{name}.en", "has no English text.", f'Add {name}.en = "…".')
    inner.done()
    return parts.Texts(MappingProxyType(found))


def _sources(top: tables.Table) -> Sources:
    table = top.table("sources")
    found: dict[str, tuple[str, parts.SourceStatus | None]] = {}
    for name in table.names():
        inner = table.table(name)
        found[name] = (inner.text("title"), inner.choice("status", parts.SourceStatus))
        inner.text("note", "")
        inner.done()
    return found


def _source(table: tables.Table, sources: Sources) -> tuple[str, parts.SourceStatus]:
    name = table.text("source")
    title, status = sources.get(name, (name, None))
    if name and name not in sources:
        known = ", ".join(sources) or "none is defined"
        table.fault("source", f'"{name}" is not in [sources].', f"Use one of: {known}.")
    if table.has("source_status"):
        status = table.choice("source_status", parts.SourceStatus)
    return title, status or parts.SourceStatus.PENDING


def _translation_status(table: tables.Table) -> Mapping[str, str]:
    found = {
        lang: table.choice(lang, parts.Translation).value
        for lang in parts.LANGUAGES
        if table.has(lang)
    }
    table.done()
    return MappingProxyType(found)


def _rules(table: tables.Table, sources: Sources) -> dict[str, parts.CountingRule]:
    found: dict[str, parts.CountingRule] = {}
    for name in table.names():
        inner = table.table(name)
        clauses = []
        for each in inner.tables("any_of", mandatory=True):
            needs = {key: each.number(key, 0, _MOST) for key in _CLAUSE_KEYS}
            each.done()
            least = tuple(needs[strength.value] for strength in parts.STRENGTHS)
            clauses.append(parts.Clause((least[0], least[1], least[2], least[3]), needs["any"]))
            if not any(needs.values()):
                each.fault("", "asks for no sign at all.", "Write for example { strong = 2 }.")
        source, status = _source(inner, sources)
        inner.done()
        found[name] = parts.CountingRule(name, tuple(clauses), source, status)
    return found


def _dimension(table: tables.Table) -> parts.Dimension:
    made = parts.Dimension(
        id=table.identifier("id"),
        titles=_texts(table, "title"),
        rule=table.identifier("rule"),
        ask_as=table.choice("ask_as", parts.AskAs, parts.AskAs.PERSON),
        against=table.flag("against"),
    )
    table.done()
    return made


def _indicator(table: tables.Table, sources: Sources) -> parts.Indicator:
    source, status = _source(table, sources)
    applies = table.table("applies")
    made = parts.Indicator(
        id=table.identifier("id"),
        dimension=table.identifier("dimension"),
        strength=table.choice("strength", parts.Strength),
        names=_texts(table, "name"),
        questions=_texts(table, "question"),
        source=source,
        source_status=status,
        applicability=parts.Applicability(
            min_age=applies.number("min_age", 0, answers.OLDEST),
            max_age=applies.number("max_age", answers.OLDEST, answers.OLDEST),
            tags=applies.words("tags"),
            not_tags=applies.words("not_tags"),
        ),
        observable=table.flag("observable"),
        measure=_measure(table),
    )
    applies.done()
    table.done()
    return made


def _measure(table: tables.Table) -> measures.Node | None:
    text = table.text("measure", "")
    if not text:
        return None
    try:
        return measures.parse(text)
    except measures.BadMeasure as error:
        table.fault("measure", f"{error}.", "Compare facts with numbers, facts or limit:name.")
        return measures.UNREAD


def _limits(table: tables.Table, sources: Sources) -> dict[str, parts.Limit]:
    found: dict[str, parts.Limit] = {}
    for name in table.names():
        inner = table.table(name)
        source, status = _source(inner, sources)
        default = inner.amount("default")
        by_country = {code: inner.amount(code) for code in inner.names() if code.isupper()}
        inner.done()
        found[name] = parts.Limit(name, default, MappingProxyType(by_country), source, status)
    return found


def _money(table: tables.Table) -> parts.Money:
    plain = parts.Money()
    made = parts.Money(
        about=table.text("about", plain.about),
        holder=table.text("holder", plain.holder),
        payers=table.text("payers", plain.payers),
        payees=table.text("payees", plain.payees),
    )
    table.done()
    return made


def _when(table: tables.Table) -> rule.Node:
    text = table.text("when")
    if text:
        try:
            return rule.parse(text)
        except rule.BadRule as error:
            table.fault("when", f"{error}.", "Use names, and, or, not and brackets.")
    return rule.UNREAD


def _outcome(table: tables.Table, sources: Sources) -> parts.Outcome:
    source, status = _source(table, sources)
    made = parts.Outcome(
        code=table.text("code"),
        titles=_texts(table, "title"),
        when=_when(table),
        possible_victim=table.flag("possible_victim"),
        urgent=table.flag("urgent"),
        source=source,
        source_status=status,
    )
    table.done()
    return made


def _advice(table: tables.Table, sources: Sources) -> parts.Advice:
    source, status = _source(table, sources)
    made = parts.Advice(
        id=table.identifier("id"),
        texts=_texts(table, "text"),
        when=_when(table) if table.has("when") else None,
        outcomes=table.words("outcomes"),
        need=table.text("need", ""),
        within=table.text("within", ""),
        source=source,
        source_status=status,
    )
    table.done()
    return made


def _example(table: tables.Table, known: tuple[parts.Indicator, ...]) -> parts.Example:
    inner = table.table("context")
    raw = {
        "age": inner.number("age", 0, answers.OLDEST) if inner.has("age") else None,
        "minor": inner.flag("minor") if inner.has("minor") else None,
        "tags": sorted(inner.words("tags")),
    }
    inner.done()
    given: dict[str, answers.Answer] = {}
    for answer in answers.Answer:
        for indicator in sorted(table.words(answer.value)):
            if indicator in given:
                table.fault(answer.value, f'"{indicator}" is answered twice.', "Keep one answer.")
            given[indicator] = answer
    if table.text("others", "") == "no":
        given = {each.id: answers.Answer.NO for each in known} | given
    made = parts.Example(
        title=table.text("title"),
        context=answers.read_context(raw),
        answers=MappingProxyType(given),
        outcome=table.text("outcome"),
        positive=table.words("positive") if table.has("positive") else None,
        advice=table.words("advice") if table.has("advice") else None,
        facts=_facts(table),
        country=table.text("country", ""),
    )
    table.done()
    return made


def _facts(table: tables.Table) -> Mapping[str, measures.Value] | None:
    if not table.has("facts"):
        return None
    inner = table.table("facts")
    found: dict[str, measures.Value] = {name: inner.amount(name) for name in inner.names()}
    inner.done()
    return MappingProxyType(found)


def _weakest(indicators: tuple[parts.Indicator, ...]) -> parts.SourceStatus:
    order = list(parts.SourceStatus)
    return max((each.source_status for each in indicators), key=order.index, default=order[-1])


def _levels(
    dimensions: tuple[parts.Dimension, ...],
    outcomes: tuple[parts.Outcome, ...],
    advice: tuple[parts.Advice, ...],
) -> dict[str, tuple[str, ...]]:
    levels = {each.id: [each.rule] for each in dimensions}
    conditions = [each.when for each in outcomes]
    conditions += [each.when for each in advice if each.when is not None]
    for atom in (atom for condition in conditions for atom in rule.atoms(condition)):
        if atom.detail and atom.name in levels and atom.detail not in levels[atom.name]:
            levels[atom.name].append(atom.detail)
    return {dimension: tuple(rules) for dimension, rules in levels.items()}
