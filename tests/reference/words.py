"""The standard components by name: constraints, key phrases, outcomes. Values are Fractions in natural units (pounds, points, pieces)."""
import json
import operator
from fractions import Fraction

from clock import local
from exact import number, points_per, total

# A history condition with one of these fires only when the current fact passes it too (purchase and event behaviors).
SAME_FACTS = ("catalog", "store", "channel", "payment_type", "check_size", "context")

# Constraint -> the condition types it may narrow; a group's constraints reach the conditions inside that they fit.
FITS = {
    "check_size": ("purchase", "past_purchases"), "payment_type": ("purchase", "past_purchases"),
    "catalog": ("purchase", "past_purchases"), "store": ("purchase", "past_purchases", "event", "past_events"),
    "channel": ("purchase", "past_purchases", "event", "past_events"),
    "time": ("purchase", "past_purchases", "event", "past_events", "past_points"),
    "context": ("purchase", "past_purchases", "event", "past_events"),
    "day_of_week": ("purchase", "past_purchases", "event", "past_events", "past_points"),
    "time_of_day": ("purchase", "past_purchases", "event", "past_events", "past_points"),
    "point_account": ("past_points", "total_points"), "point_source": ("past_points",),
    "max_rate": ("past_purchases", "past_events", "past_points"),
}


def listed(vars_, name):
    value = vars_.get(name, []) if isinstance(vars_, dict) else vars_
    return value if isinstance(value, list) else [value]


COMPARES = {">=": operator.ge, ">": operator.gt, "=": operator.eq, "<=": operator.le, "<": operator.lt}


def compare(actual, sign, wanted):
    return COMPARES[sign](actual, wanted)


class View:
    """A fact as a condition or an outcome sees it: `lines` are the lines that count, `amount` is what counts."""

    def __init__(self, fact, lines, amount):
        self.fact, self.lines, self.amount = fact, lines, amount
        self.pieces = None
        self.base = None  # what base earning gives for the purchase: units by account

    def quantity(self):
        if self.pieces is None:
            self.pieces = total(line.quantity for line in self.lines)
        return self.pieces

    def path(self, path):
        """A number at "total", "amount", "items.context.cups", "context.cups", "hours"; None when nothing is there."""
        parts = path.split(".")
        if parts[0] == "items":
            found = [line.context.get(parts[2]) if parts[1] == "context" else getattr(line, parts[1]) for line in self.lines]
            return total(Fraction(one) for one in found if one is not None)
        if path in ("amount", "quantity"):
            return self.amount if path == "amount" else self.fact.quantity
        if path in ("total", "subtotal", "tax", "shipping"):
            return getattr(self.fact, path)
        value = self.fact.context.get(parts[-1])
        return None if value is None else Fraction(value)


# ---- Constraints: (whole fact?, function)

def names_match(vars_, value, groups=()):
    """include and exclude lists of names, or {"groups": [], "stores": []}; what is missing fails include and passes exclude."""
    def inside(entry):
        if isinstance(entry, dict):
            return value in entry.get("stores", []) or any(group in groups for group in entry.get("groups", []))
        return value in entry
    if "include" in vars_ and (value is None or not inside(vars_["include"])):
        return False
    return not ("exclude" in vars_ and value is not None and inside(vars_["exclude"]))


def check_size(view, vars_, program):
    low, high = vars_.get("min"), vars_.get("max")
    return (low is None or view.amount >= number(low)) and (high is None or view.amount <= number(high))


def payment_type(view, vars_, program):
    tenders = [kind for kind, _ in view.fact.payments]
    if not tenders:
        return "include" not in vars_
    good = [("include" not in vars_ or kind in vars_["include"]) and kind not in vars_.get("exclude", []) for kind in tenders]
    return all(good) if vars_.get("match", "any") == "all" else any(good)


def tender_share(view, vars_):
    """The part of a split tender that qualifies; 1 unless the constraint prorates."""
    paid = total(amount for _, amount in view.fact.payments)
    if vars_.get("match") != "prorate" or paid == 0:
        return Fraction(1)
    good = [amount for kind, amount in view.fact.payments
            if ("include" not in vars_ or kind in vars_["include"]) and kind not in vars_.get("exclude", [])]
    return total(good) / paid


def where(fact, program):
    """Local time at the store where it is known, else the program's (domain C13)."""
    return local(program.stores.get(fact.store, {}).get("timezone", program.zone), fact.time)


def day_of_week(view, vars_, program):
    return where(view.fact, program).strftime("%A").lower() in listed(vars_, "days")


def time_of_day(view, vars_, program):
    now = where(view.fact, program).strftime("%H:%M")
    slots = [slot.split("-") for slot in listed(vars_, "slots")]
    return any(start <= now < end if start < end else now >= start or now < end for start, end in slots)


def store(view, vars_, program):
    groups = program.stores.get(view.fact.store, {}).get("groups", [])
    return names_match(vars_, view.fact.store, groups)


def channel(view, vars_, program):
    return names_match(vars_, view.fact.channel)


def attribute(context, vars_):
    """An attribute compared with a written value: as numbers when both are, else as texts for equality."""
    key = vars_["key"].removeprefix("context.")
    value = context.get(key)
    if value is None or value == "":
        return False
    sign, wanted = vars_.get("operator", "="), vars_["value"]
    if isinstance(value, Fraction):
        return compare(value, sign, number(wanted))
    if isinstance(value, bool) or not isinstance(value, str):
        return compare(value, sign, wanted)
    try:
        return compare(number(value), sign, number(wanted))
    except ValueError:
        return sign == "=" and str(value) == str(wanted)


def context(view, vars_, program):
    return attribute(view.fact.context, vars_)


def depth_of(line, entry):
    """How closely a catalog entry names a line: an item beats every category, a deeper category beats a higher one; 0 = not at all."""
    if line.sku in entry.get("items", []):
        return 1000
    best = 0
    for category in entry.get("categories", []):
        for own in line.categories:
            if own == category or own.startswith(category + "/"):
                best = max(best, category.count("/") + 1)
    return best


def catalog(line, vars_):
    included = depth_of(line, vars_["include"]) if "include" in vars_ else None
    excluded = depth_of(line, vars_["exclude"]) if "exclude" in vars_ else 0
    if included is None:
        return excluded == 0
    return included > 0 and included > excluded


WHOLE = {"check_size": check_size, "payment_type": payment_type, "store": store, "channel": channel, "context": context,
         "day_of_week": day_of_week, "time_of_day": time_of_day}
BY_LINE = {"catalog": catalog}


# ---- Key phrases

class Phrase:
    """`value(view, vars)` is measured and compared with the variable `number`; `test(view, vars)` is true or false. Over history
    `combine` makes one of the values that count: there is at least one, unless it is the sum."""

    def __init__(self, types, number=None, value=None, test=None, combine=total):
        self.types, self.number, self.value, self.test, self.combine = types, number, value, test, combine


def includes(view, vars_):
    """any: lines of what is included, less what is excluded, make up `count` pieces; all: of every name so many."""
    include, exclude = vars_.get("include"), vars_.get("exclude")
    if vars_.get("match", "any") == "all":
        single = [{kind: [name]} for kind in ("categories", "items") for name in include.get(kind, [])]
        return all(pieces_of(view, one, exclude, vars_) for one in single)
    return pieces_of(view, include, exclude, vars_)


def pieces_of(view, include, exclude, vars_):
    rule = {name: entry for name, entry in (("include", include), ("exclude", exclude)) if entry}
    return total(line.quantity for line in view.lines if catalog(line, rule)) >= number(vars_.get("count", 1))


def past_total(view, vars_):
    unit = vars_["unit"]
    if unit == "transactions":
        return Fraction(1)
    if unit in ("currency", "items"):
        return view.amount if unit == "currency" else view.quantity()
    return measured(view, unit)


def measured(view, unit):
    """A context field: summed over the lines that count when any line of the receipt carries it, else the fact's own."""
    if any(unit in line.context for line in view.fact.items):
        return view.path("items.context." + unit)
    return view.path(unit) or Fraction(0)


def one(view, vars_):
    return Fraction(1)


def earned(movement, vars_):
    if movement.reason == "reversal":
        return movement.points
    return movement.points if movement.reason in ("award", "adjust") and movement.points > 0 else Fraction(0)


def deposited(movement, vars_):
    """What comes back of a hold or a spend was there before."""
    if movement.reason in ("hold", "spend"):
        return Fraction(0)
    return movement.points if movement.reason == "reversal" else max(movement.points, Fraction(0))


def spent(movement, vars_):
    return -movement.points if movement.reason == "spend" else Fraction(0)


PHRASES = {
    "make_a_purchase": Phrase(["purchase"], test=lambda view, vars_: True),
    "total_spend": Phrase(["purchase"], "amount", lambda view, vars_: view.amount),
    "items_purchased": Phrase(["purchase"], "count", lambda view, vars_: view.quantity()),
    "purchase_includes": Phrase(["purchase"], test=includes),
    "purchase_attribute": Phrase(["purchase"], test=lambda view, vars_: attribute(view.fact.context, vars_)),
    "complete_transactions": Phrase(["past_purchases"], "count", one),
    "spend_currency": Phrase(["past_purchases"], "amount", lambda view, vars_: view.amount),
    "items_bought": Phrase(["past_purchases"], "count", lambda view, vars_: view.quantity()),
    "past_total": Phrase(["past_purchases"], "number", past_total),
    "trigger_an_event": Phrase(["event"], test=lambda view, vars_: True),
    "event_attribute": Phrase(["event"], test=lambda view, vars_: attribute(view.fact.context, vars_)),
    "complete_events": Phrase(["past_events"], "count", lambda view, vars_: view.fact.quantity),
    "earn_points": Phrase(["past_points"], "points", earned),
    "points_deposited": Phrase(["past_points"], "points", deposited),
    "spend_points": Phrase(["past_points"], "points", spent),
    "current_point_balance": Phrase(["total_points"], "points"),
    "nth_event": Phrase(["sequence"]),
    "every_nth_event": Phrase(["sequence"]),
    "crosses_total": Phrase(["sequence"]),
}


# ---- Outcomes: lists of effects

def points_fixed(view, vars_, program):
    units = program.units(vars_["account"], vars_["points"])
    return [("award", vars_["account"], vars_["source"], units, vars_.get("expires"))]


def points_variable(view, vars_, program):
    unit, account = vars_.get("unit", "spend"), vars_["account"]
    if unit == "spend":
        amount, precision = view.amount, 2
    elif unit == "items":
        amount, precision = view.quantity(), 0
    elif unit == "base_points":
        if view.base is None:
            return []
        of = vars_.get("base_account", account)
        amount, precision = Fraction(view.base.get(of, 0), 10 ** program.accounts[of]["decimals"]), 6
    else:
        amount, precision = measured(view, unit), 0
    if "hurdle" in vars_ and amount < number(vars_["hurdle"]):
        return []
    points = points_per(amount, number(vars_["points"]), number(vars_["per"]), int(vars_.get("precision", precision)),
                        vars_.get("rounding", "down"), program.accounts[account]["decimals"])
    if "max" in vars_:
        most = program.units(account, vars_["max"])
        points = max(min(points, most), -most)
    return [("award", account, vars_["source"], points, vars_.get("expires"))]


def add_tags(view, vars_, program):
    return [("tag", tag, vars_.get("expires")) for tag in sorted(listed(vars_, "tags"))]


def trigger_event(view, vars_, program):
    return [("emit", vars_["event"], json.loads(vars_.get("data", "{}")), vars_.get("after"), vars_.get("to"))]


def tier_change(view, vars_, program):
    return [("level", vars_.get("program"), None if vars_.get("leave") else vars_["level"])]


def spend_points(view, vars_, program):
    return [("spend", vars_["account"], program.units(vars_["account"], vars_["points"]))]


def points_expiration(view, vars_, program):
    return [("expire", vars_["account"], number(vars_["percent"]))]


def issue_offer(view, vars_, program):
    return [("issue", vars_["offer"], int(vars_.get("quantity", 1)))]


def auto_purchase(view, vars_, program):
    return [("auto_purchase", vars_["offer"], vars_["threshold"], vars_["account"])]


def reward_store(view, vars_, program):
    return [("store", vars_["store"], vars_.get("access", "grant") == "grant")]


OUTCOMES = {"points_fixed": points_fixed, "points_variable": points_variable, "add_tags": add_tags, "trigger_event": trigger_event,
            "tier_change": tier_change, "spend_points": spend_points, "points_expiration": points_expiration,
            "issue_offer": issue_offer, "auto_purchase": auto_purchase, "reward_store": reward_store}


class Plugins:
    """The standard components and those of one template, which stands beside as custom/NAME.py."""

    def __init__(self, custom=None):
        self.phrases = {**PHRASES, **getattr(custom, "PHRASES", {})}
        self.whole = {**WHOLE, **getattr(custom, "WHOLE", {})}
        self.by_line = {**BY_LINE, **getattr(custom, "BY_LINE", {})}
        self.outcomes = {**OUTCOMES, **getattr(custom, "OUTCOMES", {})}
        self.custom_fits = getattr(custom, "FITS", {})
        self.fields = getattr(custom, "FIELDS", {})

    def fits(self, name):
        return FITS[name] if name in FITS else self.custom_fits[name]
