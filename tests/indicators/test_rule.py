import pytest
from hypothesis import given
from hypothesis import strategies as st

from manumit.indicators import rule

NAMES = ("a", "b", "c:two", "tag:no_act", "minor")


def truth(values):
    return lambda atom: values[str(atom)]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("a", True),
        ("b", False),
        ("not b", True),
        ("a or b and b", True),  # and binds closer than or
        ("(a or b) and b", False),
        ("not a or a", True),  # not binds closest
        ("not (a or a)", False),
        ("c:two and not tag:no_act", True),
    ],
)
def test_a_condition_is_read_the_way_people_read_it(text, held):
    values = {"a": True, "b": False, "c:two": True, "tag:no_act": False}
    assert rule.holds(rule.parse(text), truth(values)) is held


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("a and", "ends too early"),
        ("a b", 'column 3: "b"'),
        ("(a or b", "column 1: this bracket is never closed"),
        ("a)", 'column 2: ")"'),
        ("a && b", "column 3: cannot read"),
        ("or a", 'column 1: "or"'),
        ("__import__('os')", "column 1: cannot read"),
        ("a + 1", "column 3: cannot read"),
        ("not " * 50 + "a", "inside each other"),
    ],
)
def test_a_bad_condition_says_where(text, said):
    with pytest.raises(rule.BadRule, match=said.replace("(", r"\(").replace(")", r"\)")):
        rule.parse(text)


@given(st.text(alphabet="ab()andort :not_", max_size=40))
def test_any_text_is_read_or_refused_and_nothing_else(text):
    try:
        node = rule.parse(text)
    except rule.BadRule:
        return
    assert list(rule.atoms(node))


@given(
    st.recursive(
        st.sampled_from(NAMES),
        lambda inner: (
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
                lambda t: f"({t[0]} {t[1]} {t[2]})"
            )
            | inner.map(lambda text: f"(not {text})")
        ),
        max_leaves=12,
    ),
    st.fixed_dictionaries({name: st.booleans() for name in NAMES}),
)
def test_conditions_mean_what_python_means_by_them(text, values):
    plain = text
    for name in NAMES:
        plain = plain.replace(name, str(values[name])) if ":" in name or name == "minor" else plain
    plain = " ".join(
        str(values[word]) if (word := token) in ("a", "b") else token
        for token in plain.replace("(", " ( ").replace(")", " ) ").split()
    )
    assert rule.holds(rule.parse(text), truth(values)) is eval(plain)  # the slow, obvious twin
