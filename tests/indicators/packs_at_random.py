"""Packs, answers and people made at random, for properties that must hold for any pack."""

from hypothesis import strategies as st

from manumit.indicators import engine, pack

STRENGTHS = ("strong", "medium", "weak", "unrated")
TAGS = ("no_act", "camp")
ANSWERS = st.sampled_from(list(engine.Answer))


def contexts():
    return st.builds(
        engine.Context,
        age=st.none() | st.integers(0, 90) | st.sampled_from([17, 18]),
        minor=st.none() | st.booleans(),
        tags=st.frozensets(st.sampled_from(TAGS)),
    )


@st.composite
def answered(draw, one):
    """Answers to some of a pack's indicators, more often yes than chance, and a context."""
    answers = {}
    eager = draw(st.sampled_from([1, 3, 8]))
    words = [engine.Answer.YES] * eager + list(engine.Answer)
    for each in one.indicators:
        answer = draw(st.none() | st.sampled_from(words))
        if answer is not None:
            answers[each.id] = answer
    return answers, draw(contexts())


def _clause():
    needs = st.dictionaries(
        st.sampled_from([*STRENGTHS, "any"]), st.integers(1, 2), min_size=1, max_size=2
    )
    return needs.map(lambda n: "{ " + ", ".join(f"{k} = {v}" for k, v in n.items()) + " }")


def _conditions(dimensions, rules):
    names = [*dimensions, *(f"{d}:{r}" for d in dimensions for r in rules)]
    atoms = st.sampled_from(
        [*names, *names, "minor", "adult", "age_unknown", *(f"tag:{tag}" for tag in TAGS)]
    )
    return st.recursive(
        atoms,
        lambda inner: (
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
                lambda t: f"({t[0]} {t[1]} {t[2]})"
            )
            | inner.map(lambda text: f"not {text}")
        ),
        max_leaves=5,
    )


@st.composite
def packs(draw):
    """A sound pack of at most three dimensions and eight indicators."""
    dimensions = [f"d{i}" for i in range(draw(st.integers(1, 3)))]
    rules = ["one", "r1", "r2"]
    lines = [
        'id = "random"\nversion = 2026-01-01\ntitle.en = "Random"\nkind = "screening"',
        'source = "s"\n[sources.s]\ntitle = "Nowhere"\nstatus = "pending"',
        '[rules.one]\nany_of = [{ any = 1 }]\nsource = "s"',
    ]
    for rule in rules[1:]:
        clauses = ", ".join(draw(st.lists(_clause(), min_size=1, max_size=3)))
        lines.append(f'[rules.{rule}]\nany_of = [{clauses}]\nsource = "s"')
    lines += [
        f'[[dimensions]]\nid = "{name}"\ntitle.en = "{name}"\nrule = "one"' for name in dimensions
    ]
    homes = dimensions + draw(st.lists(st.sampled_from(dimensions), max_size=5))
    for index, home in enumerate(homes):
        strength = draw(st.sampled_from(STRENGTHS))
        lines.append(
            f'[[indicators]]\nid = "i{index}"\ndimension = "{home}"\nstrength = "{strength}"\n'
            f'name.en = "n"\nquestion.en = "Q?"\nsource = "s"'
        )
        applies = draw(
            st.sampled_from(
                ["", "", "max_age = 17", "min_age = 18", 'tags = ["camp"]', 'not_tags = ["camp"]']
            )
        )
        if applies:
            lines.append(f"applies = {{ {applies} }}")
    codes = [f"o{i}" for i in range(draw(st.integers(1, 3)))]
    for code in codes:
        when = draw(_conditions(dimensions, rules))
        flag = draw(st.sampled_from(["", "possible_victim = true", "urgent = true"]))
        lines.append(
            f'[[outcomes]]\ncode = "{code}"\ntitle.en = "t"\nwhen = "{when}"\nsource = "s"\n{flag}'
        )
    lines.append('[[outcomes]]\ncode = "last"\ntitle.en = "t"\nwhen = "always"\nsource = "s"')
    for index in range(draw(st.integers(0, 2))):
        when = draw(_conditions(dimensions, rules))
        lines.append(f'[[advice]]\nid = "a{index}"\ntext.en = "t"\nwhen = "{when}"\nsource = "s"')
    lines.append(
        f'[[advice]]\nid = "by_code"\ntext.en = "t"\noutcomes = ["{codes[0]}"]\nsource = "s"'
    )
    lines += [f'[[examples]]\ntitle = "e"\noutcome = "{code}"' for code in [*codes, "last"]]
    return pack.parse("\n".join(lines), "random.toml")
