"""Civil time: instants in microseconds, local days, and the windows that timeframes mean."""
import calendar
import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from exact import Refusal

SECOND = 1_000_000
NEVER = 1 << 62
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
INSTANT = re.compile(r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)\Z")
UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
FIXED = {"second": 1, "minute": 60, "hour": 3600}


def parse_instant(text):
    """RFC 3339 to microseconds since 1970 UTC; digits past the sixth are dropped."""
    match = INSTANT.match(text) if isinstance(text, str) else None
    if not match:
        raise Refusal("envelope", f"{text!r} is no time")
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError as error:
        raise Refusal("envelope", f"{text!r} is no time") from error
    offset = match.group(8)
    shift = 0
    if offset not in "Zz":
        shift = (int(offset[1:3]) * 60 + int(offset[4:6])) * (-60 if offset[0] == "-" else 60)
    micro = int((match.group(7) or ".0")[1:7].ljust(6, "0"))
    return (int((moment - EPOCH).total_seconds()) - shift) * SECOND + micro


def parse_duration(text):
    """"30 days", "1 year", "year" as (number, unit)."""
    match = re.match(r"(?:(\d+) )?([a-z]+?)s?\Z", text)
    if not match or match.group(2) not in UNITS:
        raise ValueError(f"no duration: {text!r}")
    return int(match.group(1) or 1), match.group(2)


def add_months(day, months):
    """Months later, the day clamped to the end of the month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def shift_date(day, number, unit):
    if unit == "day":
        return day + timedelta(days=number)
    if unit == "week":
        return day + timedelta(days=7 * number)
    if unit == "month":
        return add_months(day, number)
    if unit == "year":
        return add_months(day, 12 * number)
    raise ValueError(f"{unit} is no unit of the calendar")


def period_start(day, unit):
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    if unit == "year":
        return day.replace(month=1, day=1)
    return day


@lru_cache(maxsize=None)
def day_start(zone, day):
    moment = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return int((moment - EPOCH).total_seconds()) * SECOND


@lru_cache(maxsize=1 << 16)
def local(zone, instant):
    return (EPOCH + timedelta(microseconds=instant)).astimezone(ZoneInfo(zone))


def shift(zone, instant, duration):
    """An instant so much later: calendar units keep the local time of day."""
    number, unit = parse_duration(duration)
    if unit in FIXED:
        return instant + number * FIXED[unit] * SECOND
    there = local(zone, instant)
    day = shift_date(there.date(), number, unit)
    moment = there.replace(year=day.year, month=day.month, day=day.day, fold=0)
    return (int((moment - EPOCH).total_seconds())) * SECOND + there.microsecond


class Moment:
    """What a window is seen from: now, the zone, and the member's own dates."""

    def __init__(self, now, zone, joined, level_entry):
        self.now, self.zone, self.joined, self.level_entry = now, zone, joined, level_entry
        self.last_fired, self.last_maintenance = None, None
        self.today = local(zone, now).date()

    def start(self, day):
        return day_start(self.zone, day)


def rolling_start(moment, number, unit):
    """Exact durations: the window ends with now and is exactly so long."""
    if unit in FIXED:
        return moment.now - number * FIXED[unit] * SECOND + 1
    if unit in ("day", "week"):
        return moment.now - number * (7 if unit == "week" else 1) * 86400 * SECOND + 1
    there = local(moment.zone, moment.now)
    back = shift_date(there.date(), -number, unit)
    naive = there.replace(year=back.year, month=back.month, day=back.day, fold=0)
    return int((naive - EPOCH) / timedelta(microseconds=1)) + 1


def last_window(moment, number, unit, rolling):
    """`number` units up to today: calendar days, or exact durations."""
    if rolling or unit in FIXED:
        return rolling_start(moment, number, unit)
    return moment.start(shift_date(moment.today, -number, unit) + timedelta(days=1))


def since_start(moment, since):
    if since == "joining":
        return NEVER if moment.joined is None else moment.joined
    if since == "level_entry":
        return NEVER if moment.level_entry is None else moment.level_entry
    if since == "last_maintenance":
        return NEVER if moment.last_maintenance is None else moment.last_maintenance
    if since == "anniversary":  # the day itself opens the new period (domain V10)
        joined = local(moment.zone, moment.joined).date()
        years = moment.today.year - joined.year
        day = add_months(joined, 12 * years)
        return moment.start(day if day <= moment.today else add_months(joined, 12 * (years - 1)))
    if since == "last_fired":  # what the last firing counted counts no more
        return -NEVER if moment.last_fired is None else moment.last_fired + 1
    return moment.start(date.fromisoformat(since))


def window(frame, moment):
    """Half-open bounds of a timeframe; they never reach past now. `N times` bounds nothing by itself."""
    start, end = -NEVER, moment.now + 1
    if frame is None or frame == "lifetime":
        return start, end
    if "last" in frame and not str(frame["last"]).endswith("times"):
        start = max(start, last_window(moment, *parse_duration(frame["last"]), frame.get("rolling", False)))
    if "this" in frame:
        start = max(start, moment.start(period_start(moment.today, parse_duration(frame["this"])[1])))
    if "previous" in frame:
        number, unit = parse_duration(frame["previous"])
        first = period_start(moment.today, unit)
        start = max(start, moment.start(shift_date(first, -number, unit)))
        end = min(end, moment.start(first))
    if "from" in frame:
        start = max(start, moment.start(date.fromisoformat(frame["from"])))
    if "to" in frame:
        end = min(end, moment.start(date.fromisoformat(frame["to"]) + timedelta(days=1)))
    if "since" in frame:
        start = max(start, since_start(moment, frame["since"]))
    return start, end


def pieces(frame, moment):
    """The windows that must each hold: one, or with `each` one a unit: `last` backwards from today, the others by the calendar."""
    start, end = window(frame, moment)
    if frame is None or frame == "lifetime" or "each" not in frame:
        return [(start, end)]
    unit = parse_duration(frame["each"])[1]
    found, step = [], 0
    while end > start and start > -NEVER:
        if "last" in frame:
            low = moment.start(shift_date(moment.today, -(step + 1), unit) + timedelta(days=1))
        else:
            base = period_start(moment.today, unit)
            low = moment.start(shift_date(base, -step, unit))
        step += 1
        if low >= end:
            continue
        found.append((max(low, start), end))
        end = max(low, start)
    return found or [(start, end)]


def times(frame):
    """5 of {"last": "5 times"}, else None."""
    if isinstance(frame, dict) and str(frame.get("last", "")).endswith("times"):
        return int(frame["last"].split()[0])
    return None
