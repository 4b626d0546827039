"""The gift shop's own components, written again by hand."""
from fractions import Fraction

from exact import total
from words import Phrase, names_match

FIELDS = {"purchase": {"country?": ("text",)}, "item": {"name?": ("text",)}}
FITS = {"country": ("purchase", "past_purchases")}
PHRASES = {
    "average_order": Phrase(["past_purchases"], "amount", lambda view, vars_: view.amount,
                            combine=lambda values: total(values) / len(values)),
    "basket_variety": Phrase(["purchase"], "count", lambda view, vars_: Fraction(len({line.sku for line in view.lines if line.sku}))),
}
WHOLE = {"country": lambda view, vars_, program: names_match(vars_, view.fact.context.get("country"))}
