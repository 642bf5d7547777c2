"""By which way value moved, when, and how near to a reporting threshold."""

# ruff: noqa: S608 (every name and number in this SQL is ours)

from manumit.flows import thresholds
from manumit.flows.facts import ground, steps
from manumit.flows.facts.steps import Fact

_CASH_IN, _CASH_OUT = "kind = 'cash_in'", "kind = 'cash_out'"
NEAR = 0.7  # "just below" begins at this share of the threshold


@steps.step(
    {
        "cash_in_count": Fact("times cash was paid in", cites=_CASH_IN),
        "cash_out_count": Fact("times cash was taken out", cites=_CASH_OUT),
        "cash_in_minor": Fact("cash paid in", "minor", cites=_CASH_IN),
        "cash_out_minor": Fact("cash taken out", "minor", cites=_CASH_OUT),
        "cash_in_places": Fact("places where cash was paid in", cites=_CASH_IN),
        "cash_out_places": Fact("places where cash was taken out", cites=_CASH_OUT),
        "cash_places_a_day": Fact("most places of cash on one day", cites="kind LIKE 'cash%'"),
        "cash_in_days": Fact("days on which cash was paid in", cites=_CASH_IN),
    },
    needs="cash",
)
def cash(_ground: thresholds.Ground) -> str:
    """Cash in and out, at how many places, and at how many on one day.

    Cash paid in at many places and taken out elsewhere is FinCEN's funnel account (FIN-2014-A008);
    several branches on one day stands in FINTRAC's alert on sexual exploitation (2016, 2021).
    """
    return """
WITH days AS (
  SELECT period, account, CAST("at" AS DATE) AS told,
    count(*) FILTER (WHERE kind = 'cash_in') AS n_in,
    count(*) FILTER (WHERE kind = 'cash_out') AS n_out,
    coalesce(sum(minor) FILTER (WHERE kind = 'cash_in'), 0) AS v_in,
    coalesce(sum(minor) FILTER (WHERE kind = 'cash_out'), 0) AS v_out,
    list(DISTINCT place) FILTER (WHERE kind = 'cash_in' AND place IS NOT NULL) AS p_in,
    list(DISTINCT place) FILTER (WHERE kind = 'cash_out' AND place IS NOT NULL) AS p_out,
    count(DISTINCT place) AS places
  FROM sides WHERE kind IN ('cash_in', 'cash_out') GROUP BY period, account, told
)
SELECT period, account,
  CAST(sum(n_in) AS BIGINT) AS cash_in_count, CAST(sum(n_out) AS BIGINT) AS cash_out_count,
  CAST(sum(v_in) AS BIGINT) AS cash_in_minor, CAST(sum(v_out) AS BIGINT) AS cash_out_minor,
  len(list_distinct(flatten(list(coalesce(p_in, []))))) AS cash_in_places,
  len(list_distinct(flatten(list(coalesce(p_out, []))))) AS cash_out_places,
  max(places) AS cash_places_a_day,
  count(*) FILTER (WHERE n_in > 0) AS cash_in_days
FROM days GROUP BY period, account"""


@steps.step(
    {
        "below_count": Fact("cash entries just below the threshold", cites="kind LIKE 'cash%'"),
        "below_days": Fact("days with cash just below the threshold", cites="kind LIKE 'cash%'"),
        "split_days": Fact(
            "days on which several cash entries below the threshold add up to more",
            cites="kind LIKE 'cash%'",
        ),
    },
    needs="cash base limit",
)
def structuring(on: thresholds.Ground) -> str:
    """Cash kept under the reporting threshold: single entries just below it, and sums split in a day.

    Structuring (FinCEN FIN-2014-A008; goAML indicators STRUC, SVACC, SACRD). The threshold is the
    country's (``data/thresholds.toml``); without one in the ledger's currency nothing is known.
    """
    limit = on.cash_minor or 0
    return f"""
WITH days AS (
  SELECT period, account, CAST("at" AS DATE) AS told, came,
    count(*) FILTER (WHERE base_minor >= {NEAR} * {limit} AND base_minor < {limit}) AS near,
    count(*) FILTER (WHERE base_minor < {limit}) AS below,
    sum(base_minor) FILTER (WHERE base_minor < {limit}) AS together
  FROM sides WHERE kind IN ('cash_in', 'cash_out') AND base_minor IS NOT NULL
  GROUP BY period, account, told, came
)
SELECT period, account,
  CAST(sum(near) AS BIGINT) AS below_count,
  count(DISTINCT told) FILTER (WHERE near > 0) AS below_days,
  count(DISTINCT told) FILTER (WHERE below > 1 AND together >= {limit}) AS split_days
FROM days WHERE {limit} > 0 GROUP BY period, account"""


@steps.step(
    {
        "night_share": Fact("share of entries between 22:00 and 06:00", "share", None),
        "night_count": Fact("entries between 22:00 and 06:00"),
        "night_cash_in": Fact("times cash was paid in at night", cites=_CASH_IN),
    },
    needs="clock",
)
def night(_ground: thresholds.Ground) -> str:
    """Entries between 22:00 and 06:00 where they were made.

    FINTRAC (2016-OA003, 2021-OA001): deposits between 22:00 and 06:00. Where the local time of an entry
    is not known it does not count, and an account without any has no share.
    """
    late = ground.at_night()
    return f"""
SELECT period, account,
  CASE WHEN count(local_minute) > 0
    THEN CAST(count(*) FILTER (WHERE {late}) AS DOUBLE) / count(local_minute) END AS night_share,
  count(*) FILTER (WHERE {late}) AS night_count,
  count(*) FILTER (WHERE {late} AND kind = 'cash_in') AS night_cash_in
FROM sides WHERE local_minute IS NOT NULL GROUP BY period, account"""


@steps.step({"weekend_share": Fact("share of entries on a Saturday or Sunday", "share", None)},
            needs="calendar")  # fmt: skip
def weekend(_ground: thresholds.Ground) -> str:
    """Share of entries on Saturday and Sunday.

    Activity at night and at weekends stands in FINTRAC's alerts (2021-OA001). By the local date where the
    local time is known, else by that of UTC.
    """
    return f"""
SELECT period, account,
  CAST(count(*) FILTER (WHERE isodow({ground.local()}) >= 6) AS DOUBLE) / count(*) AS weekend_share
FROM sides GROUP BY period, account"""


@steps.step(
    {
        "value_transfer_count": Fact("money transfers by agents", cites="kind = 'value_transfer'"),
        "prepaid_count": Fact("prepaid loads and uses", cites="kind = 'prepaid'"),
        "virtual_count": Fact("entries in virtual assets", cites="kind = 'virtual_asset'"),
        "virtual_minor": Fact("value in virtual assets", "minor", cites="kind = 'virtual_asset'"),
        "channels": Fact("different ways in which value moved"),
    },
    needs="channel",
)
def channel(_ground: thresholds.Ground) -> str:
    """Ways other than a bank transfer: agents, prepaid, virtual assets; and how many ways.

    Prepaid and virtual means are FinCEN's alternative payment typology (FIN-2020-A008).
    """
    return """
SELECT period, account,
  count(*) FILTER (WHERE way = 64) AS value_transfer_count,
  count(*) FILTER (WHERE way = 16) AS prepaid_count,
  count(*) FILTER (WHERE way = 128) AS virtual_count,
  CAST(coalesce(sum(minor) FILTER (WHERE way = 128), 0) AS BIGINT) AS virtual_minor,
  bit_count(bit_or(way)) AS channels
FROM sides GROUP BY period, account"""


@steps.step(
    {
        "hawala_count": Fact("entries by hawala", cites="kind = 'hawala'"),
        "hawala_others": Fact("accounts dealt with by hawala", cites="kind = 'hawala'"),
        "hawala_both": Fact("accounts dealt with by hawala in both directions",
                            cites="kind = 'hawala'"),
    },
    needs="channel",
)  # fmt: skip
def hawala(_ground: thresholds.Ground) -> str:
    """Entries by hawala, with how many, and with how many in both directions.

    Unregistered value transfer near a conflict is a mark of terrorist financing (FATF/APG 2018);
    dealing both ways with the same others is how hawaladars settle.
    """
    return """
WITH others AS (
  SELECT period, account, other, count(*) AS n, bool_or(came) AND bool_or(NOT came) AS both_ways
  FROM sides WHERE kind = 'hawala' GROUP BY period, account, other
)
SELECT period, account, CAST(sum(n) AS BIGINT) AS hawala_count, count(other) AS hawala_others,
  count(*) FILTER (WHERE both_ways AND other IS NOT NULL) AS hawala_both
FROM others GROUP BY period, account"""
