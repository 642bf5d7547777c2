"""A pack as one SQL query (DuckDB), for millions of answered screenings at a time.

The query is text only; whoever calls it runs it. It reads a relation with one row per person and one
text column per indicator (``yes``, ``no``, ``unknown``, ``declined``, ``observed`` or NULL for not
asked), and where present ``age`` (INTEGER), ``minor`` (BOOLEAN) and ``tags`` (VARCHAR[]). A property
test holds it equal to the engine for every pack and for packs made at random.

Steps, each of which can be looked at on its own: ``person`` (age and tags as the conditions see
them), ``counted`` (signs per dimension and strength), ``levelled`` (which rules are met),
``decided`` (the outcome).

Names inside the query carry a colon, which no identifier of a pack can: they never collide.
"""

from collections.abc import Collection, Sequence

from manumit.indicators import answers, measures, parts, rule

PERSON_COLUMNS = ("age", "minor", "tags")
_SIGNS = "('yes', 'observed')"


def score(
    pack: parts.Pack, columns: Collection[str], source: str = "answers", keep: Sequence[str] = ()
) -> str:
    """Give the query: per row the kept columns, the outcome, and what `output_columns` lists.

    `columns` are the columns that `source` (a table or view name) has; indicators without a column
    count as not asked.
    """
    kept = [quoted(each) for each in keep]
    present = [each for each in pack.indicators if each.id in columns]
    # Every name below is quoted, and every pack identifier is checked when the pack is read.
    return "\n".join(
        (
            f"WITH person AS (\n  SELECT *, {_person(columns)}\n  FROM {quoted(source)}\n),",  # noqa: S608
            f"counted AS (\n  SELECT {_list(kept + _carried() + _counts(pack, present))}",
            "  FROM person\n),",
            f"levelled AS (\n  SELECT *,\n    {_list(_levels(pack))}\n  FROM counted\n),",  # noqa: S608
            f'decided AS (\n  SELECT *,\n    {_outcome(pack)} AS ":outcome"',
            "  FROM levelled\n)",
            f"SELECT {_list(kept + _output(pack))}\nFROM decided",
        )
    )


def measured(
    pack: parts.Pack, country: str = "", source: str = "facts", keep: Sequence[str] = ()
) -> str:
    """Give the query that answers every measured indicator: one row of text per row of facts."""
    limit = pack.limits_in(country)
    answered = []
    for each in pack.indicators:
        if each.measure is not None:
            test = measures.sql(each.measure, limit)
            case = f"CASE WHEN {test} THEN 'yes' WHEN NOT ({test}) THEN 'no' ELSE 'unknown' END"
            answered.append(f"{case} AS {quoted(each.id)}")
    columns = _list([quoted(each) for each in keep] + answered)
    return f"SELECT {columns}\nFROM {quoted(source)}"


def output_columns(pack: parts.Pack) -> tuple[str, ...]:
    """Name the columns of the result, after the kept ones."""
    names = ["outcome", "possible_victim", "urgent", "advice"]
    for dimension in pack.dimensions:
        names.append(dimension.id)
        names += [f"{dimension.id}_{strength.value}" for strength in parts.STRENGTHS]
    return (*names, "unknown", "declined", "unanswered")


def quoted(name: str) -> str:
    """Quote an identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Quote a text value."""
    return "'" + text.replace("'", "''") + "'"


def _list(expressions: Sequence[str]) -> str:
    return ",\n    ".join(expressions)


def _person(columns: Collection[str]) -> str:
    age = '"age"' if "age" in columns else "CAST(NULL AS INTEGER)"
    minor = '"minor"' if "minor" in columns else "CAST(NULL AS BOOLEAN)"
    tags = '"tags"' if "tags" in columns else "CAST(NULL AS VARCHAR[])"
    child = f"(coalesce({minor}, false) OR coalesce({age} < {answers.ADULT_AT}, false))"
    youngest = (
        f"CASE WHEN {age} IS NOT NULL AND NOT coalesce({minor}, false) THEN {age} "
        f"WHEN {age} IS NULL AND {minor} = false THEN {answers.ADULT_AT} ELSE 0 END"
    )
    oldest = (
        f"CASE WHEN {age} IS NOT NULL THEN {age} "
        f"WHEN {minor} THEN {answers.ADULT_AT - 1} ELSE {answers.OLDEST} END"
    )
    return _list(
        (
            f'{child} AS ":minor"',
            f'({age} IS NULL AND {minor} IS NULL) AS ":age_unknown"',
            f'{youngest} AS ":youngest"',
            f'{oldest} AS ":oldest"',
            f'coalesce({tags}, []) AS ":tags"',
        )
    )


def _carried() -> list[str]:
    return ['":minor"', '":age_unknown"', '":tags"']


def _fits(indicator: parts.Indicator) -> str:
    """Say in SQL whom an indicator fits; "" for everybody."""
    fit = indicator.applicability
    tests = []
    if fit.max_age < answers.OLDEST:
        tests.append(f'":youngest" <= {fit.max_age}')
    if fit.min_age:
        tests.append(f'":oldest" >= {fit.min_age}')
    tests += [f'list_contains(":tags", {literal(tag)})' for tag in sorted(fit.tags)]
    tests += [f'NOT list_contains(":tags", {literal(tag)})' for tag in sorted(fit.not_tags)]
    return " AND ".join(tests)


def _one(indicator: parts.Indicator, test: str) -> str:
    """Give 1 where an indicator that fits the person passes a test, else 0."""
    fits = _fits(indicator)
    both = f"{test} AND {fits}" if fits and test else fits or test
    return f"CASE WHEN {both} THEN 1 ELSE 0 END" if both else "1"


def _sum(expressions: Sequence[str]) -> str:
    return " + ".join(expressions) or "0"


def _counts(pack: parts.Pack, present: Sequence[parts.Indicator]) -> list[str]:
    made = []
    for dimension in pack.dimensions:
        for strength in parts.STRENGTHS:
            terms = [
                _one(each, f"{quoted(each.id)} IN {_SIGNS}")
                for each in present
                if each.dimension == dimension.id and each.strength is strength
            ]
            made.append(f'{_sum(terms)} AS "{dimension.id}:{strength.value}"')
    for word in ("unknown", "declined"):
        terms = [_one(each, f"{quoted(each.id)} = '{word}'") for each in present]
        made.append(f'{_sum(terms)} AS ":{word}"')
    has = {each.id for each in present}
    terms = [
        _one(each, f"{quoted(each.id)} IS NULL" if each.id in has else "")
        for each in pack.indicators
    ]
    made.append(f'{_sum(terms)} AS ":unanswered"')
    return made


def _clause(dimension: str, clause: parts.Clause) -> str:
    tests = [
        f'"{dimension}:{strength.value}" >= {need}'
        for strength, need in zip(parts.STRENGTHS, clause.least, strict=True)
        if need
    ]
    if clause.any_strength:
        total = " + ".join(f'"{dimension}:{strength.value}"' for strength in parts.STRENGTHS)
        tests.append(f"{total} >= {clause.any_strength}")
    return " AND ".join(tests)


def _levels(pack: parts.Pack) -> list[str]:
    return [
        " OR ".join(f"({_clause(dimension, each)})" for each in pack.rules[name].any_of)
        + f' AS "{dimension}::{name}"'
        for dimension, names in pack.levels.items()
        for name in names
    ]


def _condition(pack: parts.Pack, node: rule.Node) -> str:
    if isinstance(node, rule.Not):
        return f"NOT {_condition(pack, node.part)}"
    if isinstance(node, rule.Atom):
        return _atom(pack, node)
    word = " AND " if isinstance(node, rule.All) else " OR "
    return "(" + word.join(_condition(pack, part) for part in node.parts) + ")"


def _atom(pack: parts.Pack, atom: rule.Atom) -> str:
    facts = {
        "always": "true",
        "minor": '":minor"',
        "adult": '(NOT ":minor" AND NOT ":age_unknown")',
        "age_unknown": '":age_unknown"',
    }
    if atom.name == "tag":
        return f'list_contains(":tags", {literal(atom.detail)})'
    if atom.name in facts:
        return facts[atom.name]
    return f'"{atom.name}::{atom.detail or pack.dimension(atom.name).rule}"'


def _outcome(pack: parts.Pack) -> str:
    cases = [
        f"WHEN {_condition(pack, each.when)} THEN {literal(each.code)}" for each in pack.outcomes
    ]
    return "CASE\n      " + "\n      ".join(cases) + "\n    END"


def _one_of(codes: Collection[str]) -> str:
    if not codes:
        return "false"
    return f'":outcome" IN ({", ".join(literal(code) for code in sorted(codes))})'


def _advice(pack: parts.Pack) -> str:
    cases = []
    for each in pack.advice:
        test = _one_of(each.outcomes) if each.when is None else _condition(pack, each.when)
        cases.append(f"CASE WHEN {test} THEN {literal(each.id)} END")
    made = ", ".join(cases)
    return f"list_filter(CAST([{made}] AS VARCHAR[]), lambda each: each IS NOT NULL)"


def _output(pack: parts.Pack) -> list[str]:
    made = [
        '":outcome" AS outcome',
        _one_of([each.code for each in pack.outcomes if each.possible_victim])
        + " AS possible_victim",
        _one_of([each.code for each in pack.outcomes if each.urgent]) + " AS urgent",
        f"{_advice(pack)} AS advice",
    ]
    for dimension in pack.dimensions:
        made.append(f'"{dimension.id}::{dimension.rule}" AS {quoted(dimension.id)}')
        made += [
            f'CAST("{dimension.id}:{strength.value}" AS UTINYINT) '
            f"AS {quoted(f'{dimension.id}_{strength.value}')}"
            for strength in parts.STRENGTHS
        ]
    return made + [
        f'CAST(":{word}" AS USMALLINT) AS {word}' for word in ("unknown", "declined", "unanswered")
    ]
