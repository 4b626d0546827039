#!/usr/bin/env python3
"""Every day of 2019 to 2032 in sixty zones: where days, weeks, months, years and anniversaries begin, against Python's zoneinfo."""
import array
import datetime
import os
import subprocess
import sys
import zoneinfo

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness

UTC = datetime.timezone.utc
EPOCH = datetime.date(1970, 1, 1)
FIRST, LAST = datetime.date(2019, 1, 1), datetime.date(2033, 1, 1)
ZONES = """UTC Pacific/Apia Pacific/Kiritimati Pacific/Chatham Pacific/Auckland Pacific/Tongatapu Pacific/Fiji Pacific/Norfolk
Australia/Lord_Howe Australia/Sydney Australia/Adelaide Australia/Darwin Australia/Eucla Asia/Tokyo Asia/Pyongyang Asia/Shanghai
Asia/Kathmandu Asia/Kolkata Asia/Colombo Asia/Yangon Asia/Dhaka Asia/Karachi Asia/Kabul Asia/Tashkent Asia/Tehran Asia/Dubai Asia/Baku
Asia/Riyadh Asia/Amman Asia/Beirut Asia/Gaza Asia/Jerusalem Europe/Moscow Europe/Volgograd Europe/Istanbul Europe/Athens Europe/Berlin
Europe/London Europe/Dublin Europe/Lisbon Atlantic/Azores Africa/Cairo Africa/Casablanca Africa/Juba Africa/Sao_Tome Africa/Khartoum
Africa/Johannesburg America/Sao_Paulo America/Argentina/Buenos_Aires America/Asuncion America/Santiago America/Punta_Arenas
America/Caracas America/Havana America/St_Johns America/Halifax America/New_York America/Chicago America/Scoresbysund
America/Los_Angeles""".split()
OLD = {"Pacific/Apia": (datetime.date(2011, 12, 1), datetime.date(2012, 1, 31))}


def number(date):
    return (date - EPOCH).days


def drive(first, last, zones):
    done = subprocess.run([os.path.join(harness.BUILD, "calendar_drive"), str(number(first)), str(number(last)), *zones],
                          capture_output=True, timeout=1200)
    assert done.returncode == 0, done.stderr
    values = array.array("q")
    values.frombytes(done.stdout)
    return values


def anniversary(date, k, mar1):
    if (date.month, date.day) != (2, 29):
        return date.replace(year=date.year + k)
    try:
        return date.replace(year=date.year + k)
    except ValueError:
        return datetime.date(date.year + k, 3, 1) if mar1 else datetime.date(date.year + k, 2, 28)


def local(zone, us):
    """The local wall clock at an instant, without its zone."""
    return (datetime.datetime(1970, 1, 1, tzinfo=UTC) + datetime.timedelta(microseconds=us)).astimezone(zone).replace(tzinfo=None, fold=0)


def start(zone, date):
    """The first instant from which on the local date is this one or a later one, in microseconds."""
    midnight = datetime.datetime(date.year, date.month, date.day)
    utc = midnight.replace(tzinfo=zone, fold=0).astimezone(UTC)
    us = (utc - datetime.datetime(1970, 1, 1, tzinfo=UTC)) // datetime.timedelta(microseconds=1)
    if local(zone, us) == midnight and local(zone, us - 1) < midnight:
        return us
    low, high = us - 30 * 3600 * 10**6, us + 30 * 3600 * 10**6  # midnight is skipped, or comes twice around the end of the day
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if local(zone, middle) >= midnight else (middle, high)
    return high


def days(first, last):
    return [first + datetime.timedelta(days=n) for n in range((last - first).days)]


def test_weeks_months_years_anniversaries(site):
    values = drive(FIRST, LAST, ["UTC"])
    wanted = array.array("q")
    for date in days(FIRST, LAST):
        wanted.extend((number(date - datetime.timedelta(days=date.weekday())), number(date.replace(day=1)),
                       number(date.replace(month=1, day=1))))
        wanted.extend(number(anniversary(date, k, mar1)) for mar1 in (False, True) for k in range(1, 5))
    assert values[:len(wanted)] == wanted
    leap = number(datetime.date(2020, 2, 29)) - number(FIRST)
    assert list(values[11 * leap + 3:11 * leap + 7]) == [number(datetime.date(y, 2, d)) for y, d in
                                                         ((2021, 28), (2022, 28), (2023, 28), (2024, 29))]


def compare(zones, first, last, some):
    values, at, checked = drive(first, last, zones), 11 * (last - first).days, 0
    for name in zones:
        zone = zoneinfo.ZoneInfo(name)
        for date in days(first, last):
            begun = start(zone, date)
            here, noon = local(zone, begun), local(zone, begun + 12 * 3600 * 10**6)
            wanted = [begun, number(here.date()), number(local(zone, begun - 1).date()), number(noon.date()),
                      here.hour * 3600 + here.minute * 60 + here.second, noon.hour * 3600 + noon.minute * 60 + noon.second]
            assert list(values[at:at + 6]) == wanted, (name, date, list(values[at:at + 6]), wanted)
            at += 6
            checked += 1
    assert at == len(values) and checked >= some, (at, len(values), checked)


def test_days_of_sixty_zones(site):
    assert len(set(ZONES)) == 60
    scale = float(os.environ.get("ACCRUE_TEST_SCALE", "1"))
    zones = ZONES if scale >= 1 else ZONES[::max(1, round(1 / scale))] + ["Australia/Lord_Howe", "Asia/Kathmandu"]
    compare(zones, FIRST, LAST, len(zones) * 5114)


def test_a_day_that_never_was(site):
    compare(["Pacific/Apia"], *OLD["Pacific/Apia"], 61)
    zone = zoneinfo.ZoneInfo("Pacific/Apia")
    assert start(zone, datetime.date(2011, 12, 30)) == start(zone, datetime.date(2011, 12, 31))


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
