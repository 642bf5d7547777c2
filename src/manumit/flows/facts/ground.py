"""The ground under all steps: entries of a slice, seen from both of their accounts, by period.

Self-transfers are left out: they move nothing. Amounts are in the ledger's currency where a rate is
known, else in the entry's own; facts about thresholds use the former alone.
"""

# ruff: noqa: S608 (every name and number in this SQL is ours)

from manumit.flows import slices

_MINUTES = '(extract(hour FROM "at") * 60 + extract(minute FROM "at"))'
# The local time of day is in the file; the local date follows from how far it is from UTC.
_SHIFT = f"(((local_minute - {_MINUTES} + 720) % 1440 + 1440) % 1440 - 720)"
_LOCAL = f'"at" + to_minutes(CAST(coalesce({_SHIFT}, 0) AS INTEGER))'
# Ways of moving value as bits: cash in and cash out are one way.
_WAYS = {
    "transfer": 1,
    "cash_in": 2,
    "cash_out": 2,
    "card": 4,
    "cheque": 8,
    "prepaid": 16,
    "hawala": 32,
    "value_transfer": 64,
    "virtual_asset": 128,
    "in_kind": 256,
}
_WAY = "CASE kind " + " ".join(f"WHEN '{kind}' THEN {bit}" for kind, bit in _WAYS.items()) + " END"
NIGHT_FROM, NIGHT_UNTIL = 22 * 60, 6 * 60


def moved(one: slices.Slice) -> str:
    """Give the entries that count for a slice: its own, and the second half of the month before."""
    first = one.first_bin
    return f"""
CREATE OR REPLACE TABLE moved AS
SELECT *, coalesce(base_minor, amount_minor) AS minor, {_WAY} AS way,
  (country_from <> country_to AND country_from <> '' AND country_to <> '') AS far
FROM (
  SELECT *, CAST((year("at") * 12 + month("at") - 1) * 2
                 + CASE WHEN day("at") > {slices.HALF} THEN 1 ELSE 0 END AS INTEGER) AS bin
  FROM entries
  WHERE "at" >= TIMESTAMP '{slices.bin_starts(first - 1):%Y-%m-%d}'
    AND "at" < TIMESTAMP '{one.ends:%Y-%m-%d}'
    AND source IS DISTINCT FROM target
)"""


def sides(one: slices.Slice) -> str:
    """Give every entry once for each account and period: `came` is true where it received."""
    early, late = one.periods
    columns = (
        'minor, base_minor, currency, kind, purpose, precision, "at", local_minute, '
        "country_from, country_to, far, place, mcc, device, way, entry"
    )
    periods = (
        f"(VALUES ({early - 1}, {early}), ({early}, {early}), ({early}, {late}), ({late}, {late})) "
        "AS p(of_bin, period)"
    )
    half = (
        "SELECT period, {own} AS account, {other} AS other, {came} AS came, "
        f"{columns} FROM moved JOIN {periods} ON of_bin = bin WHERE {{own}} IS NOT NULL"
    )
    gave = half.format(own="source", other="target", came="false")
    received = half.format(own="target", other="source", came="true")
    return f"CREATE OR REPLACE VIEW sides AS {gave} UNION ALL {received}"


def pairs(near: str) -> str:
    """Give what passed between two accounts in a period; `near` lists the places of conflict in SQL."""
    return f"""
CREATE OR REPLACE TABLE pairs AS
SELECT period, account, other,
  count(*) FILTER (WHERE came) AS n_in, count(*) FILTER (WHERE NOT came) AS n_out,
  coalesce(sum(minor) FILTER (WHERE came), 0) AS v_in,
  coalesce(sum(minor) FILTER (WHERE NOT came), 0) AS v_out,
  count(*) FILTER (WHERE far AND came) AS far_in,
  count(*) FILTER (WHERE far AND NOT came) AS far_out,
  count(*) FILTER (WHERE far AND came AND country_from IN {near}) AS near_in,
  count(*) FILTER (WHERE far AND NOT came AND country_to IN {near}) AS near_out
FROM sides GROUP BY period, account, other"""


def available() -> str:
    """Give one row that says which kinds of things the entries of a slice tell at all."""
    return """
SELECT
  coalesce(bool_or(kind IN ('cash_in', 'cash_out')), false) AS cash,
  coalesce(bool_or(local_minute IS NOT NULL), false) AS clock,
  coalesce(bool_or(precision < 3), false) AS calendar,
  coalesce(bool_or(country_from <> '' AND country_to <> ''), false) AS country,
  coalesce(bool_or(place IS NOT NULL), false) AS place,
  coalesce(bool_or(device IS NOT NULL), false) AS device,
  coalesce(bool_or(mcc IS NOT NULL), false) AS mcc,
  coalesce(bool_or(purpose <> ''), false) AS purpose,
  coalesce(bool_or(purpose <> '' OR mcc IS NOT NULL), false) AS spending,
  coalesce(bool_or(kind <> 'transfer'), false) AS channel,
  coalesce(bool_or(base_minor IS NOT NULL), false) AS base
FROM moved"""


def local() -> str:
    """Give the local instant of an entry as SQL; UTC where the file knows no local time."""
    return _LOCAL


def at_night() -> str:
    """Give whether an entry happened between 22:00 and 06:00 where it was made; NULL if unknown."""
    return f"(local_minute >= {NIGHT_FROM} OR local_minute < {NIGHT_UNTIL})"
