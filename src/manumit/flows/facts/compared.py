"""What was measured, held against the account's own past, its peers, what is known of it, and shapes."""

# ruff: noqa: S608 (every name and number in this SQL is ours)

from manumit.flows.facts.steps import Fact

PATTERNS = (
    "cycle",
    "fan_in",
    "fan_out",
    "gather_scatter",
    "scatter_gather",
    "chain",
    "bipartite",
    "stack",
    "burst",
)
EARLIER = (2, 4, 6)  # periods back that do not overlap with this one or each other
FEWEST_PEERS = 20
# What is kept of a slice for the comparisons of later ones.
REMEMBERED = ("period", "account", "in_minor", "out_minor", "in_count", "out_count", "payers")

HISTORY: dict[str, Fact] = {
    "earlier_periods": Fact("earlier periods with entries, of three"),
    "turnover_rise": Fact("turnover, in times its earlier mean", "times", None),
    "payers_rise": Fact("payers, in times their earlier mean", "times", None),
    "turnover_spread": Fact("how far turnover swings between periods", "share", None),
}
PEERS: dict[str, Fact] = {
    "turnover_peer_rank": Fact("share of like accounts with a smaller turnover", "share", None),
    "payers_peer_rank": Fact("share of like accounts with fewer payers", "share", None),
}
ACCOUNT: dict[str, Fact] = {
    "age_days": Fact("days since the account was opened", "days", None),
    "income_times": Fact("value received, in times the income declared", "times", None),
    "is_business": Fact("whether the account is a business's", "flag", None),
    "is_agent": Fact("whether the account is an agent's", "flag", None),
    "address_accounts": Fact("accounts at the same address", "count", None),
    "phone_accounts": Fact("accounts with the same telephone", "count", None),
    "holder_accounts": Fact("accounts of the same holder", "count", None),
}
SHAPES: dict[str, Fact] = {
    f"shape_{name}": Fact(
        f"strength of the strongest {name.replace('_', '-')} it has part in", "score"
    )
    for name in PATTERNS
}


def history() -> str:
    """Sudden change against the account's own past, and how steady it was.

    Three earlier periods that do not overlap; an account without any has no past to differ from.
    """
    return f"""
WITH past AS (
  SELECT n.period, n.account, n.in_minor + n.out_minor AS turnover, n.payers,
    e.in_minor + e.out_minor AS before, e.payers AS payers_before
  FROM now n LEFT JOIN earlier e
    ON e.account = n.account AND n.period - e.period IN {EARLIER}
)
SELECT period, account,
  count(before) AS earlier_periods,
  CASE WHEN avg(before) > 0 THEN CAST(any_value(turnover) AS DOUBLE) / avg(before) END
    AS turnover_rise,
  CASE WHEN avg(payers_before) > 0 THEN CAST(any_value(payers) AS DOUBLE) / avg(payers_before) END
    AS payers_rise,
  CASE WHEN count(before) > 1 AND greatest(any_value(turnover), max(before)) > 0
    THEN 1 - CAST(least(any_value(turnover), min(before)) AS DOUBLE)
           / greatest(any_value(turnover), max(before)) END AS turnover_spread
FROM past GROUP BY period, account"""


def peers() -> str:
    """Where an account stands among accounts of the same kind and country in the same period.

    Unlike peers: a front company's volume and customers differ from its trade's (FinCEN FIN-2020-A008).
    Fewer than twenty peers say nothing.
    """
    return f"""
SELECT period, account,
  CASE WHEN several >= {FEWEST_PEERS} THEN turnover_rank END AS turnover_peer_rank,
  CASE WHEN several >= {FEWEST_PEERS} THEN payers_rank END AS payers_peer_rank
FROM (
  SELECT n.period, n.account,
    count(*) OVER (PARTITION BY n.period, a.kind, a.country) AS several,
    percent_rank() OVER (PARTITION BY n.period, a.kind, a.country ORDER BY n.in_minor + n.out_minor)
      AS turnover_rank,
    percent_rank() OVER (PARTITION BY n.period, a.kind, a.country ORDER BY n.payers) AS payers_rank
  FROM now n JOIN accounts a ON a.account = n.account WHERE a.kind <> ''
)"""


def account() -> str:
    """What is known of the account: age, declared income, kind, and what it shares with others.

    Shared addresses and telephones among unrelated holders, income that does not fit (FINTRAC
    2021-OA001; FinCEN FIN-2020-A008). What the bank did not tell stays unknown.
    """
    return """
WITH shared AS (
  SELECT account,
    CASE WHEN address IS NOT NULL THEN count(*) OVER (PARTITION BY address) END AS address_accounts,
    CASE WHEN phone IS NOT NULL THEN count(*) OVER (PARTITION BY phone) END AS phone_accounts,
    CASE WHEN holder IS NOT NULL THEN count(*) OVER (PARTITION BY holder) END AS holder_accounts
  FROM accounts
)
SELECT n.period, n.account,
  CASE WHEN a.opened_on IS NOT NULL THEN greatest(0, date_diff('day', a.opened_on,
    make_date(n.period // 24, n.period % 24 // 2 + 1, CASE WHEN n.period % 2 = 1 THEN 28 ELSE 15 END)))
    END AS age_days,
  CASE WHEN a.income_minor > 0 THEN CAST(n.in_minor AS DOUBLE) / a.income_minor END AS income_times,
  CASE WHEN a.kind <> '' THEN CAST(a.kind = 'business' AS INTEGER) END AS is_business,
  CASE WHEN a.kind <> '' THEN CAST(a.kind = 'agent' AS INTEGER) END AS is_agent,
  s.address_accounts, s.phone_accounts, s.holder_accounts
FROM now n JOIN accounts a ON a.account = n.account JOIN shared s ON s.account = n.account"""


def shapes() -> str:
    """The strongest shape of each pattern that an account has part in, as `ranking` scores it."""
    best = ",\n  ".join(
        f"coalesce(max(score) FILTER (WHERE pattern = '{name}'), 0) AS shape_{name}"
        for name in PATTERNS
    )
    return f"""
SELECT period, account,
  {best}
FROM (
  SELECT unnest([bin, bin + 1]) AS period, unnest(accounts) AS account, pattern, score FROM (
    SELECT CAST((year(last_at) * 12 + month(last_at) - 1) * 2
                + CASE WHEN day(last_at) > 15 THEN 1 ELSE 0 END AS INTEGER) AS bin,
      accounts, pattern, score FROM shapes
  )
) GROUP BY period, account"""
