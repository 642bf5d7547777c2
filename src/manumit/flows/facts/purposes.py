"""What value was for, where the file says so by a purpose or a merchant's category."""

# ruff: noqa: S608 (every name and number in this SQL is ours)

from manumit.flows import thresholds
from manumit.flows.facts import steps
from manumit.flows.facts.steps import Fact

# Merchant category codes (ISO 18245) and the purposes that say the same.
_LODGING = "(mcc = 7011 OR mcc BETWEEN 3501 AND 3999 OR purpose = 'lodging')"
_RIDES = "(mcc IN (4111, 4121, 4131, 4789))"
_TRAVEL = (
    "(mcc IN (4112, 4411, 4511, 4722, 7512) OR mcc BETWEEN 3000 AND 3441 OR purpose = 'travel')"
)
_PERSONAL = "(mcc IN (7273, 7297, 7298, 7299))"
_PHARMACY = "(mcc IN (5912, 5122))"
_ADVERTS = "(mcc IN (7311, 5968, 7399) OR purpose = 'advertising')"
_MEDICAL = "(mcc BETWEEN 8011 AND 8099 OR purpose = 'medical')"


def _gave(test: str, says: str) -> Fact:
    return Fact(says, cites=f"NOT came AND {test}")


@steps.step(
    {
        "lodging_count": _gave(_LODGING, "payments for lodging"),
        "lodging_places": _gave(_LODGING, "different lodgings paid"),
        "rides_count": _gave(_RIDES, "payments for rides"),
        "travel_count": _gave(_TRAVEL, "payments for travel"),
        "personal_count": _gave(_PERSONAL, "payments to massage, dating and escort services"),
        "pharmacy_count": _gave(_PHARMACY, "payments at pharmacies"),
        "adverts_count": _gave(_ADVERTS, "payments for advertisements"),
        "medical_count": _gave(_MEDICAL, "payments for medical care"),
        "medical_minor": Fact("value given for medical care", "minor",
                              cites=f"NOT came AND {_MEDICAL}"),
        "medical_payers": Fact("payers for medical care", cites=f"came AND {_MEDICAL}"),
        "spending_kinds": Fact("different ones of lodging, rides, travel, adverts, pharmacy, personal",
                               cites="NOT came AND mcc IS NOT NULL"),
    },
    needs="spending",
)  # fmt: skip
def spending(_ground: thresholds.Ground) -> str:
    """Lodging, rides, travel, advertisements, pharmacies, personal services, medical care.

    The mix of merchants in FINTRAC's alerts (2016-OA003, 2021-OA001: lodging, rides, travel,
    advertisements, pharmacies) and FinCEN's (FIN-2020-A008); codes by ISO 18245.
    """
    kinds = {
        "lodging_count": _LODGING,
        "rides_count": _RIDES,
        "travel_count": _TRAVEL,
        "personal_count": _PERSONAL,
        "pharmacy_count": _PHARMACY,
        "adverts_count": _ADVERTS,
        "medical_count": _MEDICAL,
    }
    counted = ",\n  ".join(
        f"count(*) FILTER (WHERE NOT came AND {test}) AS {name}" for name, test in kinds.items()
    )
    several = " + ".join(f"least({name}, 1)" for name in kinds if name != "medical_count")
    return f"""
SELECT *, {several} AS spending_kinds FROM (
SELECT period, account,
  {counted},
  count(DISTINCT coalesce(place, other)) FILTER (WHERE NOT came AND {_LODGING}) AS lodging_places,
  CAST(coalesce(sum(minor) FILTER (WHERE NOT came AND {_MEDICAL}), 0) AS BIGINT) AS medical_minor,
  count(DISTINCT other) FILTER (WHERE came AND {_MEDICAL}) AS medical_payers
FROM sides WHERE mcc IS NOT NULL OR purpose <> '' GROUP BY period, account)"""


def _for(purpose: str, side: str) -> str:
    return f"{side} AND purpose = '{purpose}'"


@steps.step(
    {
        "wage_in_count": Fact("wages received", cites=_for("wages", "came")),
        "wage_in_payers": Fact("accounts that paid wages in", cites=_for("wages", "came")),
        "wage_together": Fact("most wages from one employer on one day",
                              cites=_for("wages", "came")),
        "wage_in_minor": Fact("wages received", "minor", cites=_for("wages", "came")),
        "wage_out_payees": Fact("accounts that were paid wages", cites=_for("wages", "NOT came")),
        "fee_in_payers": Fact("people who paid a recruitment fee",
                              cites=_for("recruitment_fee", "came")),
        "debt_in_payers": Fact("people who paid back a debt", cites=_for("debt", "came")),
        "rent_in_payers": Fact("people who paid rent", cites=_for("rent", "came")),
        "donation_in_payers": Fact("donors", cites=_for("donation", "came")),
        "remittance_out_payees": Fact("people sent money home",
                                      cites=_for("remittance", "NOT came")),
        "remittance_out_count": Fact("remittances sent", cites=_for("remittance", "NOT came")),
        "ransom_in_payers": Fact("accounts that paid for a release", cites=_for("ransom", "came")),
        "ransom_in_count": Fact("payments received for a release", cites=_for("ransom", "came")),
        "ransom_out_count": Fact("payments made for a release", cites=_for("ransom", "NOT came")),
        "ransom_out_minor": Fact("value given for a release", "minor",
                                 cites=_for("ransom", "NOT came")),
    },
    needs="purpose",
)  # fmt: skip
def purposes(_ground: thresholds.Ground) -> str:
    """Wages, fees, debts, rent, donations, money sent home, and payments for somebody's release.

    Wages of 10 to 14 people into one account, then sent on: a published pattern of forced labour
    (FATF/APG 2018, read through others). Who pays for a release may be family of somebody held.
    """
    return """
WITH told AS (SELECT * FROM sides WHERE purpose <> ''),
together AS (
  SELECT period, account, other, CAST("at" AS DATE) AS day, count(*) AS several
  FROM told WHERE came AND purpose = 'wages' AND other IS NOT NULL
  GROUP BY period, account, other, day
),
most AS (SELECT period, account, max(several) AS several FROM together GROUP BY period, account)
SELECT t.period, t.account,
  count(*) FILTER (WHERE came AND purpose = 'wages') AS wage_in_count,
  count(DISTINCT other) FILTER (WHERE came AND purpose = 'wages') AS wage_in_payers,
  coalesce(any_value(m.several), 0) AS wage_together,
  CAST(coalesce(sum(minor) FILTER (WHERE came AND purpose = 'wages'), 0) AS BIGINT) AS wage_in_minor,
  count(DISTINCT other) FILTER (WHERE NOT came AND purpose = 'wages') AS wage_out_payees,
  count(DISTINCT other) FILTER (WHERE came AND purpose = 'recruitment_fee') AS fee_in_payers,
  count(DISTINCT other) FILTER (WHERE came AND purpose = 'debt') AS debt_in_payers,
  count(DISTINCT other) FILTER (WHERE came AND purpose = 'rent') AS rent_in_payers,
  count(DISTINCT other) FILTER (WHERE came AND purpose = 'donation') AS donation_in_payers,
  count(DISTINCT other) FILTER (WHERE NOT came AND purpose = 'remittance') AS remittance_out_payees,
  count(*) FILTER (WHERE NOT came AND purpose = 'remittance') AS remittance_out_count,
  count(DISTINCT other) FILTER (WHERE came AND purpose = 'ransom') AS ransom_in_payers,
  count(*) FILTER (WHERE came AND purpose = 'ransom') AS ransom_in_count,
  count(*) FILTER (WHERE NOT came AND purpose = 'ransom') AS ransom_out_count,
  CAST(coalesce(sum(minor) FILTER (WHERE NOT came AND purpose = 'ransom'), 0) AS BIGINT)
    AS ransom_out_minor
FROM told t LEFT JOIN most m ON m.period = t.period AND m.account = t.account
GROUP BY t.period, t.account"""


_KIND = "kind = 'in_kind'"


@steps.step(
    {
        "in_kind_count": Fact("benefits in kind received", cites=f"came AND {_KIND}"),
        "persons_given": Fact("times a person was sold or given as reward",
                              cites="purpose IN ('sale_of_person', 'person_as_reward')"),
        "labour_taken": Fact("times labour or services were extracted",
                             cites="purpose IN ('labour_extracted', 'services_extracted')"),
    },
)  # fmt: skip
def in_kind(_ground: thresholds.Ground) -> str:
    """Benefits in kind: labour and services extracted, persons sold or given as reward.

    What people are to an armed group is often not money (FATF/APG 2018; Counter-Terrorism Executive
    Directorate). Such entries are recorded by hand.
    """
    return f"""
SELECT period, account,
  count(*) FILTER (WHERE came AND {_KIND}) AS in_kind_count,
  count(*) FILTER (WHERE purpose IN ('sale_of_person', 'person_as_reward')) AS persons_given,
  count(*) FILTER (WHERE came AND purpose IN ('labour_extracted', 'services_extracted'))
    AS labour_taken
FROM sides WHERE {_KIND} OR purpose IN ('sale_of_person', 'person_as_reward', 'labour_extracted',
  'services_extracted')
GROUP BY period, account"""
