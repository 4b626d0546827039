"""Random programs and event streams. A case is JSON: {"programs": {name: program}, "events": [event, ...]}; equal seeds give equal
cases. Numbers come from small sets, so that thresholds are met exactly, missed by a cent and passed; times lie at the edges of
days, weeks, months and years of the program's zone."""
import random

from generate_conditions import EVENT_TYPES, RAISED, UNITS, ZONES, Conditions
from generate_events import Events

# Parts of the rule language that cases use. What is off is not generated.
FEATURES = {
    "limit": True, "dates": True, "unmet": True, "budgets": True, "fire": True, "every": True, "max_rate": True,
    "profile": True, "prorate": True, "clock_of_day": True, "store_groups": True, "offers": True, "expire": True, "spend": True,
    "core_events": True, "after": True, "links": True, "families": True, "sequence": True, "shared_rules": True,
    "expiry": True, "stores": True, "spend_events": True, "since_more": True, "group_constraints": True, "basis": True, "settings": True,
    "returns": True, "amended": True, "purse": True, "maintenance": True, "base_points": True, "retro_tier": True, "grace": True,
    "inactivity": True,
}


class Generator(Conditions, Events):
    def __init__(self, seed, features=None):
        self.random = random.Random(seed)
        self.features = features or FEATURES
        self.zone = self.pick(ZONES)
        self.names, self.emits = 0, 0
        self.every, self.shared = False, {}
        self.later = self.on("after", 15)  # outcomes that raise events for later
        self.linked = self.on("links", 15)
        self.aging = self.on("expiry", 25)  # points that expire
        self.spending = self.on("spend_events", 40)
        self.families = self.on("families", 12)  # two programs side by side
        self.returning, self.bought = self.on("returns", 35), {}
        self.purse, self.spends, self.held = self.on("purse", 35), {}, {}
        self.kept = self.on("maintenance", 30)
        self.later = self.later or self.aging or self.purse or self.kept

    # ---- outcomes and rules

    def outcome(self, behavior):
        kind = self.pick(["fixed", "fixed", "variable", "variable", "tags", "emit", "tier"])
        account = self.pick(list(self.accounts))
        where = {"account": account, "source": self.pick(["base", "promo"])}
        more = [name for name in ("offers", "expire", "spend") if self.on(name, 12)]
        if more:
            made = self.effect(more[0], account)
        elif kind == "fixed":
            points = self.pick([1, 5, 7, 10, 100, -3, -20])
            made = {"outcome": "points_fixed", "points": "2.25" if account == "fine" else points, **where}
        elif kind == "variable":
            made = {"outcome": "points_variable", "points": self.pick([1, 2, 3, -1, "0.5", "1.25"]),
                    "per": self.pick(["1.00", "2", "3", "10"]), **where}
            if self.chance(30):
                made["unit"] = self.pick(["spend", "items"])
            elif behavior == "purchase" and self.on("base_points", 20):
                made["unit"] = "base_points"
                if self.chance(30):
                    made["base_account"] = self.pick(list(self.accounts))
            elif self.chance(20):
                made["unit"] = "litres"
            for name, values in (("hurdle", ["5.00", "20"]), ("precision", [0, 1, 2]), ("rounding", ["down", "half_up", "up"]),
                                 ("max", [3, 10])):
                if self.chance(25):
                    made[name] = self.pick(values)
        elif kind == "tags":
            made = {"outcome": "add_tags", "tags": self.some(["red", "blue"])}
            if self.chance(30):  # tags of another name: the kind of a tag never changes
                made.update(tags=["seasonal"], expires=self.pick(["1 day", "7 days", "1 month"]))
        elif kind == "emit" and self.emits < 2:
            self.emits += 1
            made = {"outcome": "trigger_event", "event": self.pick(["ping", "pong"])}
            if self.later and self.features["after"] and self.chance(60):
                made["after"] = self.pick(["1 hour", "1 day", "1 week", "1 month", "30 days"])
            if self.linked and self.chance(60):
                made["to"] = "friend"
        elif kind == "tier" and behavior in ("purchase", "event") and len(self.level_names) > 1 and self.chance(50):
            made = {"outcome": "tier_change", "level": self.pick(self.level_names)}
        else:
            made = {"outcome": "points_fixed", "points": 4, **where}
        if self.aging and "source" in made and not str(made["points"]).startswith("-") and self.chance(20):
            made["expires"] = self.pick(["1 day", "1 week", "1 month"])
        if self.chance(20):
            made["rank"] = self.pick([-1, 1, 2])
        if self.chance(15) and behavior == "purchase":
            made["constraints"] = dict([self.constraint("purchase")])
        if behavior != "entrance" and self.on("unmet", 10):
            made["on"] = "unmet"
        if self.on("basis", 10):
            made["basis"] = "purchase"
        return made

    def effect(self, name, account):
        if name == "expire":
            return {"outcome": "points_expiration", "percent": self.pick([100, 50, "33.33"]), "account": account, "on": "met"}
        if name == "spend":
            return {"outcome": "spend_points", "points": self.pick([1, 5, 20]), "account": account}
        if self.store and self.chance(40):
            return {"outcome": "reward_store", "store": "shop", "access": self.pick(["grant", "grant", "revoke"])}
        if self.chance(60):
            return {"outcome": "issue_offer", "offer": self.pick(list(self.offers)), "quantity": self.pick([1, 1, 2])}
        return {"outcome": "auto_purchase", "offer": self.pick(list(self.offers)), "threshold": self.pick([5, 20]), "account": "points"}

    def rule(self, behavior):
        self.names += 1
        self.every, self.entrance = False, behavior in ("entrance", "maintenance")
        made = {"rule": f"R{self.names}", "when": self.tree(behavior),
                "outcomes": [self.outcome(behavior) for _ in range(self.pick([1, 1, 1, 2, 3]))]}
        if self.on("limit", 25):
            made["limit"] = {"times": self.pick([1, 1, 2]), "per": self.pick(UNITS + ["forever"])}
        if self.on("dates", 10):
            made.update(self.some([("from", "2025-03-01"), ("until", "2025-03-31")]))
        return made

    def rules(self, behavior, most=2):
        return [self.shareable(self.rule(behavior)) for _ in range(self.random.randint(0, most))]

    def shareable(self, rule):
        """Sometimes a file of its own, used by name, with a name and a limit of its own or without."""
        if not self.on("shared_rules", 6):
            return rule
        name = rule["rule"].lower()
        self.shared[name] = rule
        if self.chance(50):
            return name
        made = {"use": name}
        if self.chance(50):
            made["rule"] = "My " + name
        if self.chance(50):
            made["limit"] = {"times": 1, "per": self.pick(UNITS)}
        return made

    # ---- a program

    def idle(self):
        """Points that expire because nothing happens."""
        mode = self.pick(["inactivity", "inactivity", "activity_based", "points_aging"])
        made = {"mode": mode, "after": self.pick(["7 days", "30 days", "1 month"] if mode == "inactivity" else ["1 year"])}
        if mode == "inactivity":
            made.update(self.some([("percent", self.pick([100, 50, "33.33"])), ("events", self.pick([["purchase"], ["visit", "ping"]]))]))
        return made

    def earn(self):
        made = {"points": self.pick([1, 2, "0.5"]), "per": self.pick(["1.00", "10"]), "account": "points", "source": "base"}
        if self.chance(20):
            made["rounding"] = self.pick(["down", "half_up", "up"])
        if self.chance(20):
            made["basis"] = self.pick(["net", "subtotal", "total"])
        if self.chance(20):
            made["constraints"] = dict([self.constraint("purchase")])
        return made

    def program(self, name="p"):
        self.wakers = EVENT_TYPES + ["member.join", "member.update", "audience.enter"]
        if self.on("core_events", 40):
            self.wakers = self.wakers + self.some(RAISED, 4)
        self.accounts = {"points": {"default": True}}
        for account, settings in (("fine", {"decimals": 2}), ("capped", {"max_balance": 20}), ("owing", {"allow_negative": True}),
                                  ("status", {"spendable": False})):
            # What the core raises of points finer than a program's own is no event there: families are kept to whole points.
            if self.chance(30) and not (self.families and account == "fine"):
                self.accounts[account] = dict(settings)
        if self.aging:
            for account in self.accounts.values():
                if self.chance(60):
                    account["expiry"] = self.idle() if self.on("inactivity", 30) else self.pick([
                        {"mode": "rolling", "after": self.pick(["1 day", "7 days", "1 month"])},
                        {"mode": "fixed_date", "every": "month", **self.pick([{}, {"on": 15}, {"on": 31}])},
                        {"mode": "fixed_date", "every": "year", "on": self.pick(["02-29", "03-15", "12-31"])}])
            if "owing" in self.accounts and self.chance(40):
                self.accounts["points"]["expiry"] = {"mode": "rolling", "after": "7 days", "into": "owing"}
                self.accounts["owing"].pop("expiry", None)
            if "owing" in self.accounts and self.chance(40):
                self.accounts["owing"]["default"] = True
        self.offers, self.store = {}, False
        if self.features["offers"]:
            self.offers = {"ten": {"title": "Ten off", "price": self.pick([5, 10]), "account": "points"},
                           "gift": {"title": "A gift", "price": 3, "account": "points", "valid": self.pick([
                               "1 day", "1 month", {"from": "2025-02-01", "to": "2025-03-31"}])}}
            if self.chance(50):
                self.offers["ten"]["limit"] = {"times": self.pick([1, 2]), "per": self.pick(UNITS)}
        self.level_names = ["One", "Two", "Three"][:self.pick([1, 2, 2, 3])]
        made = {"program": name, "effective_from": "2020-01-01", "currency": "USD",
                "timezone": self.zone, "accounts": self.accounts,
                "sources": {source: {"accounts": list(self.accounts)} for source in ("base", "promo")},
                "audiences": ["staff", "flyers"]}
        if self.linked:
            made["links"] = {"friend": {"max": 2}}
        for source in made["sources"].values():
            whole = not self.later  # what is due runs before its member's next event: what others share would tell
            if whole and self.on("budgets", 25):
                source["inventory"] = self.pick([5, 20, 60])
            if self.on("budgets", 25):
                source["limit"] = {"points": self.pick([3, 10, 30]), "per": self.pick(UNITS),
                                   "for": self.pick(["member", "all"]) if whole else "member"}
        if self.offers:
            made["offers"] = self.offers
            if self.on("stores", 30):
                made["reward_stores"] = {"shop": {"offers": self.some(list(self.offers)), "levels": self.level_names[-1:]}}
                self.store = True
        if self.features["store_groups"]:
            made["stores"] = {"S1": {"timezone": "Europe/Lisbon", "groups": ["big"]}, "S2": {"groups": ["big"]}, "S3": {}}
        if self.chance(60):
            made["base_earn"] = self.pick([self.earn, lambda: [self.earn(), self.earn()]])()
        if self.chance(30):
            made["amount_basis"] = self.pick(["net", "subtotal", "total"])
        if self.on("settings", 30):
            made["settings"] = dict(self.some([("entrance_timing", "before"), ("promote", "one"), ("zero_priced_lines", True),
                                               ("on_cap", "reject"), ("spend_order", "earliest_expiry")]))
            if self.on("retro_tier", 40):
                made["settings"]["retro_tier"] = True
        if self.returning and not self.families and self.chance(40):
            made.setdefault("settings", {})["unmatched_returns"] = self.pick(["deduct", "reject"])
        for behavior in ("purchase", "event"):
            if self.chance(50):
                made[behavior] = self.rules(behavior, 3)
        made["levels"] = [self.level(at, level) for at, level in enumerate(self.level_names)]
        return made

    def level(self, at, name):
        made = {"level": name, "entrance": [{"rule": "Everyone", "when": "no rules", "outcomes": []}]}
        if at > 0 or self.chance(10):
            made["entrance"] = [self.rule("entrance") for _ in range(self.pick([1, 1, 2]))]
        for behavior in ("purchase", "event"):
            if self.chance(50):
                made[behavior] = self.rules(behavior)
        if self.chance(10):
            made["base_earn"] = self.earn()
        if at > 0 and self.on("maintenance", 100 * self.kept):
            self.maintain(made)
        return made

    def maintain(self, level):
        """A schedule, and rules by which the level is kept."""
        schedule = level["maintenance_schedule"] = {"every": self.pick(["1 week", "2 weeks", "1 month", "1 month", "1 year"])}
        if self.chance(60):
            schedule["relative_to"] = self.pick(["level_entry", "joining", "calendar"])
        if schedule["every"] == "2 weeks" and schedule.get("relative_to") == "calendar":
            schedule["every"] = "1 week"
        if self.chance(30):
            schedule["stay_at_least"] = self.pick(["3 days", "10 days", "1 month"])
        if self.on("grace", 40):
            schedule["grace"] = self.pick(["1 day", "1 week", "1 month"])
        if self.chance(50):
            schedule["demote_to"] = self.pick(["previous", "highest_qualifying", "lowest"])
        level["maintenance"] = [self.rule("maintenance") for _ in range(self.pick([1, 1, 2]))]
        for rule in level["maintenance"]:
            for outcome in rule["outcomes"]:
                if outcome["outcome"] != "points_expiration":
                    outcome.pop("on", None)
                elif self.chance(50):
                    outcome["on"] = self.pick(["met", "unmet"])
                else:
                    outcome.pop("on", None)


def case(seed, features=None):
    generator = Generator(seed, features)
    programs = {"p": generator.program()}
    accounts = list(generator.accounts)
    if generator.families:
        programs["q"] = generator.program("q")
        both = set(accounts) & set(generator.accounts)
        generator.accounts = [family + "." * bool(family) + name for family, names in (("p", accounts), ("q", list(generator.accounts)))
                              for name in names for family in [family if name in both else ""]]
    return {"programs": programs, "rules": generator.shared, "events": generator.events()}
