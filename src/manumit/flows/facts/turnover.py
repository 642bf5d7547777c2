"""How much goes through an account, from how many to how many, and how soon it leaves again."""

from manumit.flows import thresholds
from manumit.flows.facts import steps
from manumit.flows.facts.steps import Fact

_IN, _OUT = "came", "NOT came"


@steps.step(
    {
        "in_count": Fact("entries received", cites=_IN),
        "out_count": Fact("entries given", cites=_OUT),
        "in_minor": Fact("value received", "minor", cites=_IN),
        "out_minor": Fact("value given", "minor", cites=_OUT),
        "in_max_minor": Fact("largest entry received", "minor", cites=_IN),
        "out_max_minor": Fact("largest entry given", "minor", cites=_OUT),
        "active_days": Fact("days with an entry"),
        "round_share": Fact("share of entries in round hundreds", "share", None),
        "through_share": Fact(
            "share of what is smaller, in or out, of what is larger", "share", None
        ),
    }
)
def turnover(_ground: thresholds.Ground) -> str:
    """Sums and counts in and out, round sums, and how much of what came in went out again.

    Rolling sums and counts are the base of every published list (FATF/APG 2018; FinCEN 2014, 2020);
    round sums are named for informal value transfer.
    """
    return """
SELECT period, account,
  count(*) FILTER (WHERE came) AS in_count,
  count(*) FILTER (WHERE NOT came) AS out_count,
  CAST(coalesce(sum(minor) FILTER (WHERE came), 0) AS BIGINT) AS in_minor,
  CAST(coalesce(sum(minor) FILTER (WHERE NOT came), 0) AS BIGINT) AS out_minor,
  coalesce(max(minor) FILTER (WHERE came), 0) AS in_max_minor,
  coalesce(max(minor) FILTER (WHERE NOT came), 0) AS out_max_minor,
  bit_count(bit_or(1::BIGINT << CAST(date_diff('day', TIMESTAMP '1970-01-01', "at") % 62 AS INTEGER)))
    AS active_days,
  CAST(count(*) FILTER (WHERE minor % 10000 = 0 AND minor > 0) AS DOUBLE) / count(*) AS round_share,
  CASE WHEN in_minor > 0 AND out_minor > 0
    THEN CAST(least(in_minor, out_minor) AS DOUBLE) / greatest(in_minor, out_minor) END
    AS through_share
FROM sides GROUP BY period, account"""


@steps.step(
    {
        "payers": Fact("different accounts that paid in", cites=_IN),
        "payees": Fact("different accounts that were paid", cites=_OUT),
        "top_payer_share": Fact("share that came from the largest payer", "share", None, _IN),
        "top_payee_share": Fact("share that went to the largest payee", "share", None, _OUT),
        "both_ways": Fact("accounts that both paid in and were paid"),
        "both_ways_share": Fact("share of value that went there and back", "share", None),
        "steady_payers": Fact("payers of two entries or more", cites=_IN),
        "steady_payees": Fact("payees of two entries or more", cites=_OUT),
    }
)
def counterparties(_ground: thresholds.Ground) -> str:
    """Distinct counterparties (fan-in, fan-out), the largest one's share, and round trips.

    Fan-in and fan-out are the measure that moved accuracy most in published work (Graph Feature
    Preprocessor, arXiv 2402.08593, table 5); value that goes there and back is how informal transfer
    is settled (netting), and also how one moves one's own money.
    """
    return """
SELECT period, account,
  count(*) FILTER (WHERE n_in > 0) AS payers,
  count(*) FILTER (WHERE n_out > 0) AS payees,
  CASE WHEN sum(v_in) > 0 THEN CAST(max(v_in) AS DOUBLE) / CAST(sum(v_in) AS DOUBLE) END
    AS top_payer_share,
  CASE WHEN sum(v_out) > 0 THEN CAST(max(v_out) AS DOUBLE) / CAST(sum(v_out) AS DOUBLE) END
    AS top_payee_share,
  count(*) FILTER (WHERE n_in > 0 AND n_out > 0) AS both_ways,
  CASE WHEN sum(v_in) + sum(v_out) > 0
    THEN CAST(2 * sum(least(v_in, v_out)) AS DOUBLE) / CAST(sum(v_in) + sum(v_out) AS DOUBLE) END
    AS both_ways_share,
  count(*) FILTER (WHERE n_in > 1) AS steady_payers,
  count(*) FILTER (WHERE n_out > 1) AS steady_payees
FROM pairs WHERE other IS NOT NULL GROUP BY period, account"""


@steps.step(
    {
        "dwell_median_hours": Fact("median hours until something left again", "hours", None),
        "quick_share": Fact("share of what came in that was followed by an outflow within 48 hours",
                            "share", None),
    }
)  # fmt: skip
def dwell(_ground: thresholds.Ground) -> str:
    """How long value stays: for each entry received, the time until the account next gives.

    Rapid in and out is the mark of a funnel account and of a controller's account (FinCEN
    FIN-2014-A008, FIN-2020-A008). What happened in the same unit of time counts as at once, because
    such a file knows no order within it. What never left in the period has no time and counts in the
    share as not quick. The next gift is looked for once per entry, then held against each period.
    """
    return """
WITH gave AS (SELECT DISTINCT source AS account, "at", bin FROM moved WHERE source IS NOT NULL),
through AS (SELECT DISTINCT period, account FROM sides WHERE NOT came),
received AS (
  SELECT target AS account, "at", bin, minor FROM moved
  WHERE target IN (SELECT account FROM gave)
),
followed AS (
  SELECT r.account, r.bin, r.minor, g.bin AS left_in,
    date_diff('second', r."at", g."at") / 3600.0 AS hours
  FROM received r ASOF LEFT JOIN gave g ON r.account = g.account AND r."at" <= g."at"
),
told AS (
  SELECT t.period, t.account, f.minor, CASE WHEN f.left_in <= t.period THEN f.hours END AS hours
  FROM followed f CROSS JOIN (VALUES (0), (1)) AS p(later)
  JOIN through t ON t.account = f.account AND t.period = f.bin + p.later
)
SELECT period, account,
  median(CAST(hours AS DOUBLE)) AS dwell_median_hours,
  CASE WHEN sum(minor) > 0 THEN
    CAST(coalesce(sum(minor) FILTER (WHERE hours <= 48), 0) AS DOUBLE) / CAST(sum(minor) AS DOUBLE)
    END AS quick_share
FROM told GROUP BY period, account"""
