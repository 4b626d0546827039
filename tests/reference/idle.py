"""Accounts that expire because nothing happens: by inactivity, and the two modes that are judged at the anniversary (domain 16.11)."""
from clock import NEVER, add_months, day_start, local, parse_duration, shift_date
from exact import number

MODES = ("inactivity", "activity_based", "points_aging")


class Activity:
    """Of one account: the last points earned, the last activity, and through when each kind of work has run."""

    def __init__(self):
        self.earned, self.active, self.past = None, None, {}


def activity(member, place):
    return member.activities.setdefault(place, Activity())


def earned(member, place, time):
    one = activity(member, place)
    one.earned = time if one.earned is None else max(one.earned, time)


def active(member, place, time):
    one = activity(member, place)
    one.active = time if one.active is None else max(one.active, time)


def happened(reference, member, symbol, time):
    """Events that keep an account's points safe."""
    for program in reference.programs:
        for name, account in program.accounts.items():
            expiry = account.get("expiry", {})
            if time >= program.from_instant and expiry.get("mode") == "inactivity" and symbol in expiry.get("events", []):
                active(member, (program.family, name), time)


def redeemed(program, member, account, time):
    expiry = program.accounts[account].get("expiry", {})
    if expiry.get("mode") == "inactivity" and "events" not in expiry:
        active(member, (program.family, account), time)


def lots_of(member, place):
    return [lot for lot in member.lots if lot.place == place and lot.units]


def share_of(expiry, lots):
    """What is not whole stays (domain P10)."""
    return int(sum(lot.units for lot in lots) * number(expiry.get("percent", 100)) / 100)


def inactive_until(program, member, name, expiry):
    place = (program.family, name)
    one, lots = activity(member, place), lots_of(member, place)
    if share_of(expiry, lots) == 0:
        return NEVER
    if "events" in expiry:
        last = min(lot.earned for lot in lots) if one.active is None else one.active
    else:
        last = max((time for time in (one.earned, one.active) if time is not None), default=None)
    if last is None:
        return NEVER

    def end(time):
        return day_start(program.zone, shift_date(shift_date(local(program.zone, time).date(), *parse_duration(expiry["after"])), 1, "day"))
    at = end(last)
    while at <= one.past.get("inactivity", -NEVER):
        at = end(at - 1)
    return at


def limit_of(zone, day, expiry):
    count, unit = parse_duration(expiry["after"])
    return day_start(zone, shift_date(day, -count, unit))


def judged_at(program, member, name, expiry):
    """When the anniversary's day ends, by what was earned before it less the period."""
    place, zone = (program.family, name), member.zone or program.zone
    one, lots = activity(member, place), lots_of(member, place)
    if not lots:
        return NEVER
    first = min(lot.earned for lot in lots)
    if expiry["mode"] == "activity_based" and one.earned is not None:
        first = one.earned
    past, joined = one.past.get("yearly", -NEVER), local(zone, member.joined).date()
    years = local(zone, max(first, past)).year - joined.year
    for count in range(max(years, 1), years + 9):
        day = add_months(joined, 12 * count)
        at = day_start(zone, shift_date(day, 1, "day"))
        if at > past and first < limit_of(zone, day, expiry):
            return at
    return NEVER


def accounts_of(program, kind):
    for name, account in program.accounts.items():
        expiry = account.get("expiry", {"mode": "none"})
        if expiry["mode"] in MODES and (expiry["mode"] == "inactivity") == (kind == "inactivity"):
            yield name, expiry


def next_of(kind):
    when = inactive_until if kind == "inactivity" else judged_at
    return lambda reference, member: min((when(program, member, name, expiry) for program in reference.programs
                                          for name, expiry in accounts_of(program, kind)), default=NEVER)


def run_of(kind):
    when = inactive_until if kind == "inactivity" else judged_at

    def run(work, program):
        """The first account whose time it is: each is work of its own."""
        for name, expiry in accounts_of(program, kind):
            if not work.done and when(program, work.member, name, expiry) == work.boundary:
                work.done = True
                expire(work, program, name, expiry)
                activity(work.member, (program.family, name)).past[kind] = work.boundary
    return run


def expire(work, program, name, expiry):
    member, place = work.member, (program.family, name)
    effects = work.effects(program)
    if expiry["mode"] == "inactivity":
        effects.post(name, "expire", -share_of(expiry, lots_of(member, place)), "expire")
        return
    zone = member.zone or program.zone
    limit = limit_of(zone, local(zone, work.boundary - 1).date(), expiry)
    gone = [lot for lot in lots_of(member, place) if expiry["mode"] == "activity_based" or lot.earned < limit]
    member.lots = [lot for lot in member.lots if lot not in gone]
    for lot in gone:
        member.fate(lot).expired += lot.units
    effects.post_taken(name, sum(lot.units for lot in gone), "expire")
