"""The grocer's own components, written again by hand."""
from fractions import Fraction

from words import Phrase

TYPES = ("choice", "Type A", "Type B", "Type C")
FIELDS = {
    "item": {"brand?": ("text",)},
    "campaign_joined": {"campaign": ("text",), "campaign_type": TYPES, "start": ("date",), "end": ("date",)},
    "coupon_redeemed": {"campaign": ("text",), "campaign_type": TYPES, "coupon": ("text",)},
}
FITS = {"brand": ("purchase", "past_purchases")}


def departments(view, vars_):
    return Fraction(len({category.split("/")[0] for line in view.lines for category in line.categories}))


PHRASES = {"departments": Phrase(["purchase"], "count", departments)}
BY_LINE = {"brand": lambda line, vars_: line.context.get("brand") in vars_["brands"]}
