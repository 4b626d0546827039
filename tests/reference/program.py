"""A program's JSON as plain objects: rules with their trees, conditions with their constraints."""
import json
import os
from datetime import date

import words
from clock import NEVER, add_months, day_start, local, parse_duration, shift_date
from exact import number

OPERATORS = {"at least": ">=", "more than": ">", "exactly": "=", "at most": "<=", "less than": "<"}
DEFAULT_LEVELS = [{"level": "Tier Level 1", "entrance": [{"rule": "Everyone", "when": "no rules"}]}]
RESERVED = ("key_phrase", "constraints", "timeframe", "include_current", "every", "from", "fire")


def as_list(value):
    return value if isinstance(value, list) else [value]


MEMBER_PHRASE = words.Phrase(["profile"])


class Condition:
    """One key phrase with its variables; `type` is the condition type it stands for here."""

    def __init__(self, spec, inherited, plugins):
        self.name = spec["key_phrase"]
        self.phrase = plugins.phrases[self.name] if self.name in plugins.phrases else MEMBER_PHRASE
        types = self.phrase.types
        self.type = types[0] if len(types) == 1 or "timeframe" not in spec else types[1]
        self.history = self.type.startswith("past_")
        self.vars = {key: value for key, value in spec.items() if key not in RESERVED}
        self.sign = OPERATORS.get(spec.get("operator"), spec.get("operator"))
        self.operator = self.sign or ">="
        self.frames = [spec["timeframe"]] if "timeframe" in spec else []
        self.crossing = spec.get("fire") == "crossing"
        self.every, self.from_start = spec.get("every"), spec.get("from") == "start"
        self.include_current = spec.get("include_current", True)
        self.rates = []  # (times, per)
        self.narrows = []
        self.own_same_facts = False
        for name, vars_ in inherited + constraint_list(spec.get("constraints")):
            if self.type not in plugins.fits(name):
                continue
            if name == "time":
                self.frames.append(vars_)
            elif name == "max_rate":
                self.rates.append((int(vars_["times"]), vars_["per"]))
            else:
                self.narrows.append((name, vars_))
                self.own_same_facts |= name in words.SAME_FACTS


def constraint_list(spec):
    """[(name, variables)]: a name maps to its variables, to the bare value of its only one, or to a list of those."""
    found = []
    for name, value in (spec or {}).items():
        several = isinstance(value, list) and all(isinstance(one, (dict, list)) for one in value)
        found.extend((name, one) for one in (value if several else [value]))
    return found


class Tree:
    """all, any, none over conditions and groups; a bare condition or a list means all."""

    def __init__(self, spec, inherited, plugins):
        self.condition, self.children = None, []
        if isinstance(spec, list):
            spec = {"all": spec}
        if "key_phrase" in spec:
            self.condition = Condition(spec, inherited, plugins)
            return
        self.kind = next(kind for kind in ("all", "any", "none") if kind in spec)
        inherited = inherited + constraint_list(spec.get("constraints"))
        self.children = [Tree(child, inherited, plugins) for child in spec[self.kind]]

    def conditions(self):
        if self.condition:
            return [self.condition]
        return [one for child in self.children for one in child.conditions()]


class Rule:
    def __init__(self, spec, family, level, behavior, plugins):
        self.name, self.level, self.behavior = spec["rule"], level, behavior
        self.identity = (family, level, behavior, spec.get("id", spec["rule"]))
        self.limit = spec.get("limit")
        self.first, self.last = (date.fromisoformat(spec[name]) if name in spec else None for name in ("from", "until"))
        self.tree = None if spec["when"] == "no rules" else Tree(spec["when"], [], plugins)
        outcomes = list(enumerate(spec.get("outcomes", [])))
        self.outcomes = [one for _, one in sorted(outcomes, key=lambda pair: (pair[1].get("rank", 0), pair[0]))]
        conditions = self.tree.conditions() if self.tree else []
        self.wakes = {one.vars["event"] for one in conditions if one.type == "event"}
        self.names = {one.vars["event"] for one in conditions if "event" in one.vars}


class Level:
    def __init__(self, spec, load):
        self.name = spec["level"]
        self.base_earn = as_list(spec["base_earn"]) if "base_earn" in spec else None
        self.entrance = load(spec, self.name, "entrance")
        self.purchase = load(spec, self.name, "purchase")
        self.event = load(spec, self.name, "event")
        self.maintenance = load(spec, self.name, "maintenance")
        self.schedule = spec.get("maintenance_schedule")


class Program:
    """A program at PATH, whose template is the folder above programs/."""

    def __init__(self, path, plugins):
        self.template = os.path.dirname(os.path.dirname(os.path.abspath(path)))
        self.plugins = plugins
        spec = read_json(path)
        settings = spec.get("settings", {})
        self.name = spec["program"]
        self.family = spec.get("family", self.name)
        self.currency, self.zone = spec["currency"], spec["timezone"]
        self.amount_basis = spec.get("amount_basis", "net")
        self.round_decimals = settings.get("excess_decimals") == "round"
        self.zero_priced_lines = settings.get("zero_priced_lines", False)
        self.entrance_before = settings.get("entrance_timing") == "before"
        self.spend_earliest = settings.get("spend_order") == "earliest_expiry"
        self.promote_one = settings.get("promote") == "one"
        self.accounts = {name: dict(account, decimals=int(account.get("decimals", 0))) for name, account in spec["accounts"].items()}
        self.retro_tier = settings.get("retro_tier", False)
        self.deduct_unmatched = settings.get("unmatched_returns") == "deduct"
        self.clip_reject = settings.get("on_cap") == "reject"
        self.reward_stores = spec.get("reward_stores", {})
        self.stores, self.offers = spec.get("stores", {}), spec.get("offers", {})
        self.sources = {name: dict(source, limit=as_list(source.get("limit", []))) for name, source in spec["sources"].items()}
        self.base_earn = as_list(spec.get("base_earn", []))
        self.listens = set()  # events that some condition names: only those does the core raise
        self.purchase = self.rules(spec, None, "purchase")
        self.event = self.rules(spec, None, "event")
        self.levels = [Level(level, self.rules) for level in spec.get("levels", DEFAULT_LEVELS)]
        self.from_instant = day_start(self.zone, date.fromisoformat(spec["effective_from"]))
        folder = os.path.join(self.template, "events")
        self.event_types = {name[:-4] for name in os.listdir(folder) if name.endswith(".lua")} if os.path.isdir(folder) else set()

    def rules(self, spec, level, behavior):
        found = []
        for rule in spec.get(behavior, []):
            if isinstance(rule, str):
                rule = {"use": rule}
            if "use" in rule:  # a rules file, with a name and a limit of its own where the use gives them
                shared = read_json(os.path.join(self.template, "rules", rule["use"] + ".json"))
                rule = {**shared, **{key: value for key, value in rule.items() if key != "use"}}
            found.append(Rule(rule, self.family, level, behavior, self.plugins))
            self.listens |= found[-1].names
        return found

    def dates(self, span):
        """Half-open instants of {"from": date, "to": date}, inclusive dates of the program's zone."""
        start = day_start(self.zone, date.fromisoformat(span["from"])) if "from" in span else None
        return start, day_start(self.zone, shift_date(date.fromisoformat(span["to"]), 1, "day")) if "to" in span else None

    def lot_end(self, account, earned):
        """The instant at which a lot earned then expires by the account's policy: the end of a local day; None = never."""
        expiry = self.accounts[account].get("expiry", {"mode": "none"})
        day = local(self.zone, earned).date()
        if expiry["mode"] == "rolling":
            end = shift_date(day, *parse_duration(expiry["after"]))
        elif expiry["mode"] == "fixed_date":  # the last day of the period, or the day that it names
            end = self.fixed_end(expiry, day)
        else:
            return None
        return day_start(self.zone, shift_date(end, 1, "day"))

    def fixed_end(self, expiry, day):
        """The first such day that is not before `day`; a day that a month lacks is its last."""
        for ahead in range(14):
            first = add_months(day.replace(day=1), ahead)
            last = shift_date(add_months(first, 1), -1, "day")
            if expiry["every"] == "year":
                month, wanted = (int(part) for part in expiry.get("on", "12-31").split("-"))
                if first.month != month:
                    continue
            else:
                wanted = int(expiry.get("on", 31))
            end = first.replace(day=min(wanted, last.day))
            if end >= day:
                return end
        raise ValueError("no such day")

    def spend_key(self, lot):
        """The order in which lots are spent (domain G1)."""
        return (lot.expires or NEVER, lot.earned, lot.number) if self.spend_earliest else (lot.earned, lot.number)

    def counted_accounts(self, narrows):
        """The accounts a points condition looks at: those named, else all but escrow and what members cannot spend."""
        chosen = {name for name, account in self.accounts.items() if not account.get("escrow") and account.get("spendable", True)}
        named = [set(words.listed(vars_, "accounts")) for name, vars_ in narrows if name == "point_account"]
        return set.intersection(*named) if named else chosen

    def units(self, account, points):
        """Fraction of points -> smallest units of the account."""
        scaled = number(points) * 10 ** self.accounts[account]["decimals"]
        if scaled.denominator != 1:
            raise ValueError(f"{points} points are finer than account {account}")
        return scaled.numerator


def read_json(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file, parse_float=str)
