"""Maintenance: when a level is reviewed, and what a review does (domain 16.9)."""
from clock import NEVER, day_start, local, parse_duration, period_start, shift_date
from turn import Turn

MOST_OF_A_DAY = 20 * 3_600_000_000


def next_review(reference, member):
    return min((review_of(program, member) for program in reference.programs), default=NEVER)


def review_of(program, member):
    """The next scheduled review that is not skipped; NEVER without a schedule."""
    standing = member.standing(program.family)
    schedule = program.levels[standing.level].schedule if standing.level >= 0 else None
    if schedule is None:
        return NEVER
    if standing.grace is not None:
        return standing.grace
    zone = program.zone if schedule.get("relative_to") == "calendar" else member.zone or program.zone  # domain V7
    entered = local(zone, standing.since).date()
    stay = shift_date(entered, *parse_duration(schedule["stay_at_least"])) if "stay_at_least" in schedule else entered
    # A member who moves to where the day of the last review is still to come is not reviewed once more.
    # Nor does what came late to the log bring a review of a time whose reviews were before it (domain V2).
    after = standing.since if standing.reviewed is None else standing.reviewed + MOST_OF_A_DAY
    after = local(zone, max(after, standing.last_review)).date()
    for day in days_of(schedule, local(zone, member.joined).date(), entered, after):
        if day >= stay and day > after:
            return day_start(zone, day)
    raise AssertionError


def days_of(schedule, joined, entered, after):
    number, unit = parse_duration(schedule["every"])
    if schedule.get("relative_to") == "calendar":  # weeks from Monday, months from the 1st, years from 1 January
        day = period_start(after, unit)
        while True:
            yield day
            day = shift_date(day, number, unit)
    anchor, step = joined if schedule.get("relative_to") == "joining" else entered, 1
    while True:
        yield shift_date(anchor, step * number, unit)
        step += 1


def review(work, program):
    """All maintenance rules on one snapshot; outcomes; one that fails moves the member down."""
    member, standing = work.member, work.member.standing(program.family)
    if review_of(program, member) != work.boundary:
        return
    turn = Turn(work.reference, program, member, work.fact, work.raised)
    judge, judged, kept = turn.maintenance()
    level, standing.last_review = turn.level(), work.boundary
    if not kept and standing.level > 0 and "grace" in level.schedule and standing.grace is None:
        zone = member.zone or program.zone
        until = shift_date(local(zone, work.boundary).date(), *parse_duration(level.schedule["grace"]))
        standing.failed, standing.grace = work.boundary, day_start(zone, until)
        return
    standing.reviewed, standing.grace = work.boundary, None
    turn.give(judge, [one for one in judged if one[2] or not kept])
    if not kept and standing.level > 0 and turn.level() is level:
        turn.effects.rule = None
        turn.effects.move(program, lower(program, turn, level.schedule.get("demote_to", "previous")))
        standing.since = work.boundary
        standing.stays[-1] = (standing.level, work.boundary)


def lower(program, turn, where):
    """Domain M4."""
    if where == "previous":
        return turn.standing.level - 1
    if where == "highest_qualifying":
        for at in reversed(range(turn.standing.level)):
            if turn.entered(at)[0]:
                return at
    return 0
