"""The slow, obvious twin of the facts: plain loops over plain rows."""

from collections import defaultdict
from datetime import timedelta
from statistics import median

from manumit.flows import slices

NEAR = 0.7


def sides(rows, one):
    """Every row once for each of its accounts and each period of a slice."""
    found = defaultdict(list)
    for row in rows:
        if row["source"] == row["target"]:
            continue
        for period in one.periods:
            begins, ends = slices.period_span(period)
            if begins.replace(tzinfo=None) <= row["at"] < ends.replace(tzinfo=None):
                for came, own, other in (
                    (True, row["target"], row["source"]),
                    (False, row["source"], row["target"]),
                ):
                    if own is not None:
                        minor = row["base_minor"]
                        minor = row["amount_minor"] if minor is None else minor
                        found[own, period].append(
                            row | {"came": came, "other": other, "minor": minor}
                        )
    return found


def facts(mine, everybody, period, on):
    """Everything measured about one account in one period, from its rows."""
    came = [each for each in mine if each["came"]]
    gave = [each for each in mine if not each["came"]]
    v_in, v_out = sum(e["minor"] for e in came), sum(e["minor"] for e in gave)
    told = {
        "in_count": len(came),
        "out_count": len(gave),
        "in_minor": v_in,
        "out_minor": v_out,
        "in_max_minor": max((e["minor"] for e in came), default=0),
        "out_max_minor": max((e["minor"] for e in gave), default=0),
        "active_days": len({e["at"].date() for e in mine}),
        "round_share": sum(e["minor"] % 10000 == 0 and e["minor"] > 0 for e in mine) / len(mine),
        "through_share": min(v_in, v_out) / max(v_in, v_out) if v_in and v_out else None,
    }
    return (
        told
        | _others(mine)
        | _dwell(came, gave)
        | _cash(mine, on)
        | _clock(mine)
        | _channels(mine)
        | _far(mine, on)
        | _places(mine)
        | _devices(gave, everybody, period)
        | _spending(gave, came)
        | _purposes(came, gave, mine)
    )


def _others(mine):
    v_in, v_out, n_in, n_out = (defaultdict(int) for _ in range(4))
    for each in mine:
        if each["other"] is not None:
            (v_in if each["came"] else v_out)[each["other"]] += each["minor"]
            (n_in if each["came"] else n_out)[each["other"]] += 1
    both = set(n_in) & set(n_out)
    whole = sum(v_in.values()) + sum(v_out.values())
    return {
        "payers": len(n_in),
        "payees": len(n_out),
        "top_payer_share": max(v_in.values()) / sum(v_in.values()) if sum(v_in.values()) else None,
        "top_payee_share": max(v_out.values()) / sum(v_out.values())
        if sum(v_out.values())
        else None,
        "both_ways": len(both),
        "both_ways_share": 2 * sum(min(v_in[o], v_out[o]) for o in both) / whole if whole else None,
        "steady_payers": sum(n > 1 for n in n_in.values()),
        "steady_payees": sum(n > 1 for n in n_out.values()),
    }


def _dwell(came, gave):
    if not came or not gave:
        return {"dwell_median_hours": None, "quick_share": None}
    waits = []
    for each in came:
        after = [g["at"] for g in gave if g["at"] >= each["at"]]
        wait = (min(after) - each["at"]).total_seconds() / 3600 if after else None
        waits.append((wait, each["minor"]))
    known = [wait for wait, _ in waits if wait is not None]
    value = sum(minor for _, minor in waits)
    quick = sum(minor for wait, minor in waits if wait is not None and wait <= 48)
    return {
        "dwell_median_hours": median(known) if known else None,
        "quick_share": quick / value if value else None,
    }


def _cash(mine, on):
    cash = [e for e in mine if e["kind"] in ("cash_in", "cash_out")]
    into = [e for e in cash if e["kind"] == "cash_in"]
    out = [e for e in cash if e["kind"] == "cash_out"]
    a_day = defaultdict(set)
    for each in cash:
        if each["place"] is not None:
            a_day[each["at"].date()].add(each["place"])
    below = defaultdict(list)
    near = [
        e for e in cash if e["base_minor"] is not None
        and NEAR * on.cash_minor <= e["base_minor"] < on.cash_minor
    ]  # fmt: skip
    for each in cash:
        if each["base_minor"] is not None and each["base_minor"] < on.cash_minor:
            below[each["at"].date(), each["came"]].append(each["base_minor"])
    split = {day for (day, _), v in below.items() if len(v) > 1 and sum(v) >= on.cash_minor}
    return {
        "cash_in_count": len(into),
        "cash_out_count": len(out),
        "cash_in_minor": sum(e["minor"] for e in into),
        "cash_out_minor": sum(e["minor"] for e in out),
        "cash_in_places": len({e["place"] for e in into} - {None}),
        "cash_out_places": len({e["place"] for e in out} - {None}),
        "cash_places_a_day": max(map(len, a_day.values()), default=0),
        "cash_in_days": len({e["at"].date() for e in into}),
        "below_count": len(near),
        "below_days": len({e["at"].date() for e in near}),
        "split_days": len(split),
    }


def _clock(mine):
    timed = [e for e in mine if e["local_minute"] is not None]
    late = [e for e in timed if e["local_minute"] >= 1320 or e["local_minute"] < 360]
    weekend = 0
    for each in mine:
        local = each["at"]
        if each["local_minute"] is not None:
            minute = local.hour * 60 + local.minute
            shift = (each["local_minute"] - minute + 720) % 1440 - 720
            local += timedelta(minutes=shift)
        weekend += local.isoweekday() >= 6
    return {
        "night_share": len(late) / len(timed) if timed else None,
        "night_count": len(late),
        "night_cash_in": sum(e["kind"] == "cash_in" for e in late),
        "weekend_share": weekend / len(mine),
    }


def _channels(mine):
    kind = [e["kind"] for e in mine]
    hawala = [e for e in mine if e["kind"] == "hawala"]
    others = defaultdict(set)
    for each in hawala:
        if each["other"] is not None:
            others[each["other"]].add(each["came"])
    ways = {"cash" if k in ("cash_in", "cash_out") else k for k in kind}
    return {
        "value_transfer_count": kind.count("value_transfer"),
        "prepaid_count": kind.count("prepaid"),
        "virtual_count": kind.count("virtual_asset"),
        "virtual_minor": sum(e["minor"] for e in mine if e["kind"] == "virtual_asset"),
        "channels": len(ways),
        "hawala_count": len(hawala),
        "hawala_others": len(others),
        "hawala_both": sum(len(each) == 2 for each in others.values()),
    }


def _far(mine, on):
    far = [
        e for e in mine
        if e["country_from"] and e["country_to"] and e["country_from"] != e["country_to"]
    ]  # fmt: skip
    came, gave = [e for e in far if e["came"]], [e for e in far if not e["came"]]
    near_in = [e for e in came if e["country_from"] in on.corridor]
    near_out = [e for e in gave if e["country_to"] in on.corridor]

    def others(some):
        return len({e["other"] for e in some} - {None})

    return {
        "abroad_in_payers": others(came),
        "abroad_in_count": len(came),
        "abroad_out_payees": others(gave),
        "abroad_out_count": len(gave),
        "corridor_in_count": len(near_in),
        "corridor_in_payers": others(near_in),
        "corridor_out_count": len(near_out),
        "corridor_out_payees": others(near_out),
        "abroad_in_countries": len({e["country_from"] for e in came}),
        "abroad_out_countries": len({e["country_to"] for e in gave}),
    }


def _places(mine):
    days = defaultdict(set)
    for each in mine:
        if each["place"] is not None:
            days[each["at"].date()].add(each["place"])
    return {
        "places": len(set().union(*days.values())),
        "places_a_day": max(map(len, days.values()), default=0),
    }


def _devices(gave, everybody, period):
    mine = {e["device"] for e in gave} - {None}
    users = defaultdict(set)
    for (account, when), rows in everybody.items():
        for each in rows:
            if when == period and not each["came"] and each["device"] is not None:
                users[each["device"]].add(account)
    return {
        "devices": len(mine),
        "device_accounts": max((len(users[device]) for device in mine), default=0),
    }


def _spending(gave, came):
    tests = {
        "lodging_count": lambda m, p: m == 7011 or 3501 <= m <= 3999 or p == "lodging",
        "rides_count": lambda m, p: m in (4111, 4121, 4131, 4789),
        "travel_count": lambda m, p: m in (4112, 4411, 4511, 4722, 7512)
        or 3000 <= m <= 3441 or p == "travel",
        "personal_count": lambda m, p: m in (7273, 7297, 7298, 7299),
        "pharmacy_count": lambda m, p: m in (5912, 5122),
        "adverts_count": lambda m, p: m in (7311, 5968, 7399) or p == "advertising",
        "medical_count": lambda m, p: 8011 <= m <= 8099 or p == "medical",
    }  # fmt: skip

    def of(name, some):
        return [e for e in some if tests[name](e["mcc"] or 0, e["purpose"])]

    told = {name: len(of(name, gave)) for name in tests}
    lodging = of("lodging_count", gave)
    places = {e["other"] if e["place"] is None else e["place"] for e in lodging} - {None}
    return told | {
        "lodging_places": len(places),
        "medical_minor": sum(e["minor"] for e in of("medical_count", gave)),
        "medical_payers": len({e["other"] for e in of("medical_count", came)} - {None}),
        "spending_kinds": sum(told[name] > 0 for name in tests if name != "medical_count"),
    }


def _purposes(came, gave, mine):
    def others(some, purpose):
        return len({e["other"] for e in some if e["purpose"] == purpose} - {None})

    def several(some, purpose):
        return [e for e in some if e["purpose"] == purpose]

    together = defaultdict(int)
    for each in several(came, "wages"):
        if each["other"] is not None:
            together[each["other"], each["at"].date()] += 1
    given = ("sale_of_person", "person_as_reward")
    taken = ("labour_extracted", "services_extracted")
    return {
        "wage_in_count": len(several(came, "wages")),
        "wage_in_payers": others(came, "wages"),
        "wage_together": max(together.values(), default=0),
        "wage_in_minor": sum(e["minor"] for e in several(came, "wages")),
        "wage_out_payees": others(gave, "wages"),
        "fee_in_payers": others(came, "recruitment_fee"),
        "debt_in_payers": others(came, "debt"),
        "rent_in_payers": others(came, "rent"),
        "donation_in_payers": others(came, "donation"),
        "remittance_out_payees": others(gave, "remittance"),
        "remittance_out_count": len(several(gave, "remittance")),
        "ransom_in_payers": others(came, "ransom"),
        "ransom_in_count": len(several(came, "ransom")),
        "ransom_out_count": len(several(gave, "ransom")),
        "ransom_out_minor": sum(e["minor"] for e in several(gave, "ransom")),
        "in_kind_count": sum(e["kind"] == "in_kind" for e in came),
        "persons_given": sum(e["purpose"] in given for e in mine),
        "labour_taken": sum(e["purpose"] in taken for e in came),
    }
