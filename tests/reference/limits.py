"""How often a rule may still give, and how much a source may still give out."""
from bisect import bisect_left
from functools import lru_cache

from clock import day_start, local, period_start, shift_date

FOREVER = ("forever", "lifetime", "ever")


@lru_cache(maxsize=1 << 16)
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
    fired = member.fired.get(rule.identity, [])
    count = len(fired) if bounds is None else bisect_left(fired, bounds[1]) - bisect_left(fired, bounds[0])
    return count < int(rule.limit["times"])


def in_force(rule, zone, now):
    """from and until, inclusive dates of the program."""
    today = local(zone, now).date()
    return (rule.first is None or today >= rule.first) and (rule.last is None or today <= rule.last)


class Budgets:
    """What sources have given out, over all members: inventory and limits, in points."""

    def __init__(self):
        self.given = {}  # (family, source, which limit, calendar period, member or None for all) -> points; no limit = the inventory

    def bounds(self, program, source, member, now):
        """(key of what is given out, most) of everything that bounds a source."""
        spec, place = program.sources[source], (program.family, source)
        if "inventory" in spec:
            yield (*place, None, None, None), spec["inventory"]
        for at, limit in enumerate(spec.get("limit", [])):
            span = period(program.zone, now, limit.get("per", "forever"))
            yield (*place, at, span, None if limit.get("for", "member") == "all" else member.name), limit["points"]

    def room(self, program, source, member, now):
        """Points that the source may still give to this member now; None = no bound."""
        rooms = [most - self.given.get(key, 0) for key, most in self.bounds(program, source, member, now)]
        return max(min(rooms), 0) if rooms else None

    def take(self, program, source, member, now, points):
        for key, _ in self.bounds(program, source, member, now):
            self.given[key] = self.given.get(key, 0) + points
