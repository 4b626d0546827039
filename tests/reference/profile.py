"""Key phrases over the member: tags, levels, dates that come round, attributes, offers, links."""
from fractions import Fraction

from clock import add_months, local, parse_duration, period_start, shift_date
from exact import number
from words import COMPARES, attribute, compare


def has_tag(judge, vars_, sign):
    return compare(Fraction(judge.member.tag(vars_["tag"], judge.fact.time)), sign or ">=", number(vars_.get("count", 1)))


def level_is(judge, vars_, sign):
    """Levels in the order of the program; a member in none is below the lowest."""
    wanted = next(at for at, level in enumerate(judge.program.levels) if level.name == vars_["level"])
    return COMPARES[sign or "="](judge.standing.level, wanted)


def time_in_level(judge, vars_, sign):
    """Calendar units by local dates: n months after entry is that day, clamped."""
    since = judge.standing.since
    if since is None:
        return False
    entered = local(judge.moment.zone, since).date()
    return COMPARES[sign or ">="](judge.moment.today, shift_date(entered, *parse_duration(vars_["duration"])))


def years(first, today):
    """Whole years; 29 February comes round on 28 February in common years (domain V9)."""
    count = today.year - first.year
    return count - 1 if add_months(first, 12 * count) > today else count


def years_since_joining(judge, vars_, sign):
    joined = local(judge.moment.zone, judge.member.joined).date()
    return compare(Fraction(years(joined, judge.moment.today)), sign or ">=", number(vars_["years"]))


def comes_round(first, today, within):
    """Does an anniversary of `first`, not the day itself, fall into the day, week or month of today?"""
    start = period_start(today, within)
    end = shift_date(start, 1, within)
    days = [add_months(first, 12 * (year - first.year)) for year in range(first.year + 1, today.year + 2)]
    return any(start <= day < end for day in days)


def is_anniversary(judge, vars_, sign):
    return comes_round(local(judge.moment.zone, judge.member.joined).date(), judge.moment.today, vars_.get("within", "day"))


def is_birthday(judge, vars_, sign):
    born = judge.member.birthday
    return born is not None and comes_round(born, judge.moment.today, vars_.get("within", "day"))


def attribute_is(judge, vars_, sign):
    return attribute(judge.member.attributes, vars_)


def has_offer(judge, vars_, sign):
    wanted, now = vars_.get("state", "issued"), judge.fact.time
    held = [one for one in judge.member.offers if one.offer == (judge.program.family, vars_["offer"])]
    return any(one.state_at(now) == wanted for one in held)


def has_link(judge, vars_, sign):
    return bool(judge.member.links.get(vars_["link"])) == vars_.get("is", True)


def in_audience(judge, vars_, sign):
    return (vars_["audience"] in judge.member.audiences) == vars_.get("is", True)


MEMBER = {one.__name__: one for one in (has_tag, level_is, time_in_level, years_since_joining, is_anniversary, is_birthday,
                                        attribute_is, has_offer, has_link, in_audience)}
