"""The airline's own components, written again by hand."""
from fractions import Fraction

from clock import local
from exact import number, points_per
from words import Phrase

FIELDS = {
    "flight": {"km": ("decimal", 1), "cabin": ("choice", "economy", "premium", "business"), "route?": ("text",)},
    "item": {"km?": ("decimal", 1)},
}
PEAKS = ((615, 915), (1220, 1231), (101, 106))


def seasonal_miles(view, vars_, program):
    fact, account = view.fact, vars_["account"]
    today = local(program.zone, fact.time)
    peak = any(first <= today.month * 100 + today.day <= last for first, last in PEAKS)
    rate = number(vars_["miles"]) * number(vars_.get("peak" if peak else "quiet", 100)) / 100
    km = view.path("items.context.km" if fact.kind == "purchase" else "km")
    points = points_per(km, rate, Fraction(1), 1, "down", program.accounts[account]["decimals"])
    return [("award", account, vars_["source"], points, None)]


PHRASES = {"km_flown": Phrase(["past_events"], "km", lambda view, vars_: view.path("km"))}
OUTCOMES = {"seasonal_miles": seasonal_miles}
