"""The coffee club's own components, written again by hand."""
from words import Phrase, names_match

FIELDS = {
    "purchase": {"table?": ("integer",)},
    "item": {"cups?": ("integer",), "roast?": ("text",)},
    "brewing_class": {"topic": ("choice", "espresso", "latte_art", "tasting"), "hours": ("integer",)},
    "tasting_note": {"roast": ("text",), "stars?": ("integer",)},
}
FITS = {"roast": ("purchase", "past_purchases")}


def roasts_tasted(view, vars_):
    return len({line.context.get("roast") for line in view.lines} - {None}) >= vars_["count"]


def stamp_points(view, vars_, program):
    groups = view.path("items.context.cups") // vars_["cups"]
    return [("award", vars_["account"], vars_["source"], program.units(vars_["account"], groups * vars_["stamps"]), None)]


PHRASES = {
    "cups": Phrase(["purchase", "past_purchases"], "count", lambda view, vars_: view.path("items.context.cups")),
    "roasts_tasted": Phrase(["purchase"], test=roasts_tasted),
}
BY_LINE = {"roast": lambda line, vars_: names_match(vars_, line.context.get("roast"))}
OUTCOMES = {"stamp_points": stamp_points}
