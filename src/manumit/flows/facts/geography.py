"""Where value went and came from, and which things different accounts share."""

from manumit.flows import thresholds
from manumit.flows.facts import steps
from manumit.flows.facts.steps import Fact

_ABROAD = "far"


@steps.step(
    {
        "abroad_in_payers": Fact("payers from other countries", cites=f"came AND {_ABROAD}"),
        "abroad_in_count": Fact("entries from other countries", cites=f"came AND {_ABROAD}"),
        "abroad_out_payees": Fact("payees in other countries", cites=f"NOT came AND {_ABROAD}"),
        "abroad_out_count": Fact("entries to other countries", cites=f"NOT came AND {_ABROAD}"),
        "corridor_in_count": Fact("entries from places of conflict", cites=f"came AND {_ABROAD}"),
        "corridor_in_payers": Fact("payers in places of conflict", cites=f"came AND {_ABROAD}"),
        "corridor_out_count": Fact("entries to places of conflict", cites=f"NOT came AND {_ABROAD}"),
        "corridor_out_payees": Fact("payees in places of conflict", cites=f"NOT came AND {_ABROAD}"),
    },
    needs="country",
)  # fmt: skip
def corridor(on: thresholds.Ground) -> str:
    """Value across borders, and to and from places of conflict.

    FATF/APG 2018 and the Counter-Terrorism Executive Directorate name corridors to and from conflict
    areas; families live there too, so a corridor alone is never a finding. The list of countries is data
    (``data/thresholds.toml``).
    """
    del on  # the list is in `ground.pairs`
    return """
SELECT period, account,
  count(*) FILTER (WHERE far_in > 0 AND other IS NOT NULL) AS abroad_in_payers,
  count(*) FILTER (WHERE far_out > 0 AND other IS NOT NULL) AS abroad_out_payees,
  CAST(sum(far_in) AS BIGINT) AS abroad_in_count,
  CAST(sum(far_out) AS BIGINT) AS abroad_out_count,
  CAST(sum(near_in) AS BIGINT) AS corridor_in_count,
  CAST(sum(near_out) AS BIGINT) AS corridor_out_count,
  count(*) FILTER (WHERE near_in > 0 AND other IS NOT NULL) AS corridor_in_payers,
  count(*) FILTER (WHERE near_out > 0 AND other IS NOT NULL) AS corridor_out_payees
FROM pairs WHERE far_in + far_out > 0 GROUP BY period, account"""


@steps.step(
    {
        "abroad_in_countries": Fact("countries value came from", cites="came AND far"),
        "abroad_out_countries": Fact("countries value went to", cites="NOT came AND far"),
    },
    needs="country",
)
def countries(_ground: thresholds.Ground) -> str:
    """From how many countries value came, and to how many it went.

    Money from or to many countries without a trade that explains it stands in the lists of FATF/APG
    2018 and FINTRAC 2021.
    """
    return """
WITH told AS (
  SELECT period, account, CASE WHEN came THEN country_from END AS had,
    CASE WHEN came THEN NULL ELSE country_to END AS gave
  FROM sides WHERE far GROUP BY ALL
)
SELECT period, account, count(had) AS abroad_in_countries, count(gave) AS abroad_out_countries
FROM told GROUP BY period, account"""


@steps.step({"places": Fact("branches, machines and shops used"),
             "places_a_day": Fact("most of them on one day")}, needs="place")  # fmt: skip
def places(_ground: thresholds.Ground) -> str:
    """How many branches, machines and shops, and the most on one day.

    Use in several cities within days is a mark of people being moved (FINTRAC 2021-OA001; FinCEN
    FIN-2020-A008).
    """
    return """
WITH days AS (
  SELECT period, account, CAST("at" AS DATE) AS told, list(DISTINCT place) AS used
  FROM sides WHERE place IS NOT NULL GROUP BY period, account, told
)
SELECT period, account, len(list_distinct(flatten(list(used)))) AS places,
  max(len(used)) AS places_a_day
FROM days GROUP BY period, account"""


@steps.step({"devices": Fact("devices used", cites="device IS NOT NULL"),
             "device_accounts": Fact("accounts that gave by the same device",
                                     cites="device IS NOT NULL")},
            needs="device")  # fmt: skip
def device(_ground: thresholds.Ground) -> str:
    """Devices an account gives by, and the most accounts that one of them gives for.

    Several accounts under one controller, seen by one device (FinCEN FIN-2020-A008). The holder whose
    account somebody else runs may be exploited.
    """
    return """
WITH used AS (
  SELECT DISTINCT period, account, device FROM sides WHERE device IS NOT NULL AND NOT came
),
shared AS (SELECT period, device, count(*) AS several FROM used GROUP BY period, device)
SELECT u.period, u.account, count(*) AS devices, max(several) AS device_accounts
FROM used u JOIN shared s ON s.period = u.period AND s.device = u.device
GROUP BY u.period, u.account"""
