"""How often a rule may still give, and how much a source may still give out."""
from clock import day_start, local, period_start, shift_date

FOREVER = ("forever", "lifetime", "ever")


def period(zone, instant, unit):
    """The calendar period of the program's zone around an instant; None = for ever."""
    if unit in FOREVER:
        return None
    first = period_start(local(zone, instant).date(), unit)
    return day_start(zone, first), day_start(zone, shift_date(first, 1, unit))


def in_period(bounds, instant):
    return bounds is None or bounds[0] <= instant < bounds[1]


def may_fire(program, member, rule, now):
    """Within its limit, counted over its firings of the calendar period around the event."""
    if rule.limit is None:
        return True
    bounds = period(program.zone, now, rule.limit["per"])
    return sum(in_period(bounds, time) for time in member.fired.get(rule.identity, ())) < int(rule.limit["times"])


def in_force(rule, zone, now):
    """from and until, inclusive dates of the program."""
    today = local(zone, now).date()
    return (rule.first is None or today >= rule.first) and (rule.last is None or today <= rule.last)


class Budgets:
    """What sources have given out, over all members: inventory and limits, in points."""

    def __init__(self):
        self.given = {}  # (family, source) -> [(time, member, points)]

    def room(self, program, source, member, now):
        """Points that the source may still give to this member now; None = no bound."""
        spec = program.sources[source]
        given = self.given.get((program.family, source), [])
        rooms = []
        if "inventory" in spec:
            rooms.append(spec["inventory"] - sum(points for _, _, points in given))
        for limit in spec.get("limit", []):
            bounds = period(program.zone, now, limit.get("per", "forever"))
            whole = limit.get("for", "member") == "all"
            used = sum(points for time, who, points in given if in_period(bounds, time) and (whole or who == member.name))
            rooms.append(limit["points"] - used)
        return max(min(rooms), 0) if rooms else None

    def take(self, program, source, member, now, points):
        self.given.setdefault((program.family, source), []).append((now, member.name, points))
