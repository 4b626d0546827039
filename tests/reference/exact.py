"""Exact numbers and strict JSON: a number keeps the text that was sent, money is counted in minor units."""
import json
import re
from fractions import Fraction
from functools import lru_cache

NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?\Z")
DIGITS_MAX = 15


class Refusal(Exception):
    """Why an event is not taken: the code of its reply and a sentence."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


class Number(str):
    """A JSON number as it was written; equal to another only when written the same way, and never equal to a string."""

    def __eq__(self, other):
        return isinstance(other, Number) and str(self) == str(other)

    def __hash__(self):
        return hash(("number", str(self)))


def unique(pairs):
    seen = {}
    for name, value in pairs:
        if name in seen:
            raise Refusal("json_duplicate_key", f"the key {name!r} stands twice")
        seen[name] = value
    return seen


def no_constant(text):
    raise Refusal("json_syntax", f"{text} is no JSON")


def parse_line(line):
    """One strict JSON object out of a line of bytes."""
    try:
        value = json.loads(line.decode("utf-8"), object_pairs_hook=unique, parse_int=Number, parse_float=Number,
                           parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise Refusal("json_syntax", str(error)) from error
    if not isinstance(value, dict):
        raise Refusal("envelope", "a line is one object")
    return value


def decimal(value, places, rounded=False):
    """An amount as a Fraction with at most `places` decimals (trailing zeros are none); more are refused, or rounded half up."""
    if not isinstance(value, str):
        raise Refusal("field", f"{value!r} is no decimal number")
    return decimal_of(str(value), places, rounded)


@lru_cache(maxsize=1 << 16)
def decimal_of(text, places, rounded):
    if not NUMBER.match(text):
        raise Refusal("field", f"{text!r} is no decimal number")
    if len(text.lstrip("-").replace(".", "").lstrip("0")) > DIGITS_MAX:
        raise Refusal("field", f"{text!r} has more than {DIGITS_MAX} digits")
    exact = Fraction(text)
    scaled = exact * 10 ** places
    if scaled.denominator != 1:
        if not rounded:
            raise Refusal("decimals", f"{text} has more than {places} decimals")
        sign = -1 if scaled < 0 else 1
        exact = sign * Fraction(int(abs(scaled) + Fraction(1, 2)), 10 ** places)
    return exact


def total(values):
    """The sum of amounts or quantities, all of at most six decimals."""
    return Fraction(sum(value.numerator * (1_000_000 // value.denominator) for value in values), 1_000_000)


@lru_cache(maxsize=None)
def number(written):
    """A number of a program, however it is written."""
    return Fraction(str(written))


def round_points(points, decimals, rounding):
    """A positive Fraction of points in the account's smallest units."""
    scaled = points * 10 ** decimals
    whole = scaled.numerator // scaled.denominator
    if rounding == "up" and whole != scaled:
        return whole + 1
    if rounding == "half_up" and scaled - whole >= Fraction(1, 2):
        return whole + 1
    return whole


def points_per(amount, points, per, precision, rounding, decimals):
    """Points for an amount: whole units of `per`, cut to `precision` decimals, times `points`, rounded as asked; negative points
    always toward zero (domain P6). Smallest units of the account."""
    if amount <= 0:
        return 0
    step = 10 ** precision
    units = Fraction(int(amount / per * step), step)
    result = round_points(units * abs(points), decimals, "down" if points < 0 else rounding)
    return -result if points < 0 else result


def format_points(points, decimals):
    """As a reply writes them: an integer, or a string with exactly the account's decimals."""
    if decimals == 0:
        return points
    sign = "-" if points < 0 else ""
    whole, part = divmod(abs(points), 10 ** decimals)
    return f"{sign}{whole}.{part:0{decimals}d}"
