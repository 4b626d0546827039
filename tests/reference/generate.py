"""Random programs and event streams. A case is JSON: {"programs": {name: program}, "events": [event, ...]}; equal seeds give equal
cases. Numbers come from small sets, so that thresholds are met exactly, missed by a cent and passed; times lie at the edges of
days, weeks, months and years of the program's zone."""
import random
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

# Parts of the rule language that cases use. What is off is not generated.
FEATURES = {
    "limit": True, "dates": True, "unmet": True, "budgets": True, "fire": True, "every": True, "max_rate": True,
    "profile": True, "prorate": True, "clock_of_day": True, "store_groups": True, "offers": True, "expire": True, "spend": True,
    "core_events": True, "after": True, "links": True, "families": True, "sequence": True, "shared_rules": True,
    "expiry": True, "spend_events": True, "since_more": True, "group_constraints": True, "basis": True, "settings": True,
}
ZONES = ["UTC", "America/New_York", "Europe/Vienna", "Asia/Kolkata", "Pacific/Auckland", "America/St_Johns"]
AMOUNTS = ["0.00", "0.01", "4.99", "5.00", "5.01", "9.99", "10.00", "12.50", "19.99", "20.00", "25.00", "33.33", "50.00", "100.00"]
LIMITS = ["0.01", "5.00", "10.00", "20.00", "25.00", "40.00", "60.00", "100.00"]
OPERATORS = [">=", ">=", ">=", ">", "=", "<=", "<", "at least", "exactly", "more than"]
STORES, CHANNELS = ["S1", "S2", "S3"], ["web", "till"]
TENDERS = ["cash", "card", "gift_card"]
SKUS = [("milk", ["dairy"]), ("butter", ["dairy/butter"]), ("coat", ["women/coats"]), ("shoe", ["women/shoes"]), ("gas", ["fuel"]),
        ("soap", [])]
CATALOGS = [{"categories": ["dairy"]}, {"categories": ["women"]}, {"categories": ["women/coats", "fuel"]}, {"items": ["milk"]},
            {"categories": ["dairy"], "items": ["coat"]}, {"items": ["soap", "gas"]}]
EVENT_TYPES = ["visit", "ping", "pong"]
RAISED = ["points.earned", "points.earned", "level.promoted", "level.demoted", "purchase.completed", "points.spent", "points.expired"]
UNITS = ["day", "week", "month", "year"]
MEMBERS = ["ann", "bob", "cid"]


class Generator:
    def __init__(self, seed, features=None):
        self.random = random.Random(seed)
        self.features = features or FEATURES
        self.zone = self.pick(ZONES)
        self.names, self.emits = 0, 0
        self.every, self.shared = False, {}
        self.later = self.on("after", 15)  # outcomes that raise events for later
        self.linked = self.on("links", 15)
        self.aging = self.on("expiry", 25)  # points that expire
        self.later = self.later or self.aging
        self.spending = self.on("spend_events", 40)
        self.families = self.on("families", 12)  # two programs side by side

    def pick(self, options):
        return self.random.choice(options)

    def some(self, options, most=2):
        return sorted(self.random.sample(options, self.random.randint(1, min(most, len(options)))))

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def on(self, feature, percent):
        return self.features[feature] and self.chance(percent)

    # ---- conditions

    def compared(self, name, number, phrase, **more):
        made = dict({"key_phrase": phrase, "operator": self.pick(OPERATORS), name: number}, **more)
        if made["operator"] in ("<", "<=") and float(number) == 0:
            made["operator"] = ">="
        if self.chance(10):
            del made["operator"]
        return made

    def timeframe(self):
        number = self.pick([1, 1, 2, 3, 7, 30])
        unit = self.pick(UNITS)
        kind = self.pick(["last", "last", "last", "this", "previous", "range", "since", "times", "rolling", "each", "both"])
        if kind == "last":
            return {"last": f"{number} {unit}s"}
        if kind == "this":
            return {"this": unit}
        if kind == "previous":
            return {"previous": f"{min(number, 3)} {unit}s"}
        if kind == "range":
            return dict(self.some([("from", "2025-02-10"), ("from", "2025-03-01"), ("to", "2025-03-31"), ("to", "2025-06-30")]))
        if kind == "since":
            more = ["anniversary", "last_fired"] if self.features["since_more"] else []
            return {"since": self.pick(["joining", "level_entry", "2025-03-01"] + more)}
        if kind == "times":
            return {"last": f"{self.pick([1, 2, 3, 5])} times"}
        if kind == "rolling":
            return {"last": f"{number} {self.pick(['hour', 'day', 'week', 'month'])}s", "rolling": True}
        if kind == "each":
            return {self.pick(["last", "previous"]): f"{self.pick([2, 3])} {unit}s", "each": unit}
        return {"last": f"{number} {unit}s", "this": self.pick(["month", "year"])}

    def names_of(self, names):
        return {mode: self.some(names) for mode in self.some(["include", "exclude"], 2)}

    def constraint(self, kind):
        """One constraint that goes with conditions of a kind: purchase, past_purchases, event or past_events."""
        bought = "purchase" in kind
        name = self.pick(["store", "channel", "context"] + ["check_size", "payment_type", "catalog", "catalog"] * bought)
        if self.on("clock_of_day", 12):
            return self.pick([("day_of_week", self.some(["monday", "tuesday", "saturday", "sunday"], 3)),
                              ("time_of_day", self.some(["09:00-12:00", "12:00-12:30", "22:00-02:00"]))])
        if name == "store" and self.on("store_groups", 30):
            return name, {self.pick(["include", "exclude"]): {"groups": ["big"], "stores": self.some(STORES, 1)}}
        if name == "store":
            return name, self.names_of(STORES)
        if name == "channel":
            return name, self.names_of(CHANNELS)
        if name == "check_size":
            return name, dict(self.some([("min", self.pick(LIMITS[:4])), ("max", self.pick(LIMITS[4:]))]))
        if name == "payment_type":
            prorate = kind == "past_purchases" and self.on("prorate", 40)
            return name, dict(self.names_of(TENDERS), match="prorate" if prorate else self.pick(["any", "all"]))
        if name == "context":
            key, value = self.pick([("pump", self.pick("123")), ("mood", "good")]) if bought else ("mood", self.pick(["good", "bad"]))
            return name, {"key": key, "operator": self.pick(["=", ">="]) if key == "pump" else "=", "value": value}
        return name, self.catalog()

    def catalog(self):
        made = {"include": self.pick(CATALOGS)} if self.chance(80) else {}
        if not made or self.chance(40):
            made["exclude"] = self.pick(CATALOGS)
        return made

    def narrowed(self, condition, kind):
        constraints = dict(self.constraint(kind) for _ in range(self.pick([0, 0, 1, 1, 2])))
        if constraints:
            condition["constraints"] = constraints
        return condition

    def current(self, behavior):
        if behavior == "event":
            name = self.pick(self.wakers)
            if name == "visit" and self.chance(40):
                made = {"key_phrase": "event_attribute", "event": "visit", **self.pick([
                    {"key": "stars", "operator": ">=", "value": "3"}, {"key": "mood", "operator": "=", "value": "good"}])}
            else:
                made = {"key_phrase": "trigger_an_event", "event": name}
            if name.startswith("points.") and self.chance(40):
                made = {"key_phrase": "event_attribute", "event": name, **self.pick([
                    {"key": "points", "operator": ">=", "value": "5"}, {"key": "account", "operator": "=", "value": "points"},
                    {"key": "behavior", "operator": "=", "value": "base"}])}
            return self.narrowed(made, "event") if name in EVENT_TYPES else made
        kind = self.pick(["make", "make", "spend", "items", "includes", "attribute"])
        if kind == "spend":
            made = self.compared("amount", self.pick(LIMITS), "total_spend")
        elif kind == "items":
            made = self.compared("count", self.pick([1, 2, 3, 5]), "items_purchased")
        elif kind == "includes":
            made = {"key_phrase": "purchase_includes", **self.catalog()}
            if self.chance(40):
                made["count"] = self.pick([1, 2, 3])
            if "include" in made and self.chance(40):
                made["match"] = self.pick(["any", "all"])
        elif kind == "attribute":
            made = {"key_phrase": "purchase_attribute", "key": "pump", "operator": self.pick(["=", ">=", "<"]), "value": self.pick("123")}
        else:
            made = {"key_phrase": "make_a_purchase"}
        return self.narrowed(made, "purchase")

    def sequence(self, behavior):
        """One about the kind of event that wakes the rule, mostly: others are never true there."""
        events = ["purchase"] if behavior == "purchase" and self.chance(80) else EVENT_TYPES + ["purchase"]
        kind = self.pick(["nth_event", "every_nth_event", "crosses_total", "crosses_total"])
        if kind != "crosses_total":
            return {"key_phrase": kind, "event": self.pick(events), "count": self.pick([1, 2, 3])}
        if behavior == "purchase" and self.chance(70):
            return {"key_phrase": kind, "unit": self.pick(["currency", "items", "transactions", "litres"]),
                    "total": self.pick(["1", "3", "20", "50.01"])}
        return {"key_phrase": kind, "event": self.pick(events), "total": self.pick(["1", "2", "3.5"])}

    def past(self, behavior):
        if not self.entrance and not self.every and self.on("sequence", 10):
            self.every = True
            return self.sequence(behavior)
        return self.rated(self.history(behavior))

    def rated(self, made):
        if self.on("max_rate", 8):
            made.setdefault("constraints", {})["max_rate"] = {"times": self.pick([1, 2]), "per": self.pick(UNITS)}
        return made

    def multiples(self, made, name):
        """`every` in place of the comparison, at most once a rule, over windows that do not slide."""
        self.every = True
        number = made.pop(name)
        for key in ("operator", "timeframe", "include_current", "fire"):
            made.pop(key, None)
        made.get("constraints", {}).pop("time", None)
        made["every"] = number
        if self.chance(30):
            made["from"] = "start"
        if self.chance(40):
            made["timeframe"] = self.pick([{"this": self.pick(UNITS)}, {"from": "2025-02-10"}, {"since": "level_entry"}, "lifetime"])
        return made

    def history(self, behavior):
        kind = self.pick(["transactions", "spend", "items", "total", "events", "events", "earn"])
        if kind == "transactions":
            made = self.narrowed(self.compared("count", self.pick([1, 2, 3, 5]), "complete_transactions"), "past_purchases")
        elif kind == "spend":
            made = self.narrowed(self.compared("amount", self.pick(LIMITS), "spend_currency"), "past_purchases")
        elif kind == "items":
            made = self.narrowed(self.compared("count", self.pick([1, 2, 3, 6]), "items_bought"), "past_purchases")
        elif kind == "total":
            unit = self.pick(["currency", "items", "transactions", "litres"])
            made = self.narrowed(self.compared("number", self.pick(["1", "2", "20", "60.5"]), "past_total", unit=unit), "past_purchases")
        elif kind == "events":
            made = self.compared("count", self.pick([1, 2, 3]), "complete_events", event=self.pick(EVENT_TYPES))
            self.narrowed(made, "past_events")
        else:
            made = self.compared("points", self.pick([1, 5, 10, 20, 50]),
                                 self.pick(["earn_points", "points_deposited"] + ["spend_points"] * self.features["spend"]))
            constraints = {}
            if self.chance(50):
                constraints["point_account"] = [self.pick(list(self.accounts))]
            if self.chance(30):
                constraints["point_source"] = self.some(["base", "promo"])
            if constraints:
                made["constraints"] = constraints
        if self.chance(60):
            made["timeframe"] = self.timeframe()
        if kind != "earn" and self.chance(10):
            frame = self.timeframe()
            if "timeframe" not in made or ("each" not in frame and "each" not in made["timeframe"]
                                           and "times" not in str(frame) + str(made["timeframe"])):
                made.setdefault("constraints", {})["time"] = frame
        if kind != "earn" and self.chance(10):
            made["include_current"] = False
        elif kind != "earn" and self.on("fire", 12):
            made["fire"] = "crossing"
        number = next(key for key in ("amount", "count", "number", "points") if key in made)
        if kind != "earn" and not self.entrance and not self.every and self.on("every", 12):
            return self.multiples(made, number)
        return made

    def member(self, behavior):
        kind = self.pick(["audience", "balance"])
        if self.on("profile", 50):
            return self.profile()
        if kind == "audience":
            made = {"key_phrase": "in_audience", "audience": self.pick(["staff", "flyers"])}
            if self.chance(40):
                made["is"] = self.pick([True, False])
            return made
        made = self.compared("points", self.pick([0, 1, 10, 20, 50]), "current_point_balance")
        if self.chance(50):
            made["constraints"] = {"point_account": [self.pick(list(self.accounts))]}
        return made

    def profile(self):
        """A condition over the member: tags, level, dates, attributes, offers."""
        kind = self.pick(["tag", "level", "time", "years", "anniversary", "birthday", "attribute"] + ["offer"] * bool(self.offers)
                         + ["link"] * self.linked)
        if kind == "tag":
            return self.compared("count", self.pick([1, 2]), "has_tag", tag=self.pick(["red", "blue", "seasonal"]))
        if kind == "level":
            return {"key_phrase": "level_is", "level": self.pick(self.level_names), "operator": self.pick([">=", "=", "<", "<="])}
        if kind == "time":
            return {"key_phrase": "time_in_level", "operator": self.pick([">=", "<", "="]),
                    "duration": self.pick(["1 day", "7 days", "1 month"])}
        if kind == "years":
            return self.compared("years", 1, "years_since_joining")
        if kind in ("anniversary", "birthday"):
            return {"key_phrase": "is_" + kind, "within": self.pick(["day", "week", "month"])}
        if kind == "link":
            return {"key_phrase": "has_link", "link": "friend", "is": self.pick([True, False])}
        if kind == "attribute":
            return {"key_phrase": "attribute_is", "key": "city", "value": self.pick(["Leeds", "Graz"])}
        return {"key_phrase": "has_offer", "offer": self.pick(list(self.offers)), "state": self.pick(["issued", "expired"])}

    def leaf(self, behavior):
        kinds = [self.past, self.past, self.past, self.member]
        if behavior in ("purchase", "event", "entrance"):
            kinds.append(self.current)
        return self.pick(kinds)("purchase" if behavior == "entrance" else behavior)

    def group(self, behavior, depth):
        kind = self.pick(["all", "all", "any", "none"])
        children = [self.group(behavior, depth - 1) if depth and self.chance(20) else self.leaf(behavior)
                    for _ in range(self.random.randint(1, 3))]
        made = {kind: children}
        if self.on("group_constraints", 10):
            name, vars_ = self.constraint("purchase")
            if name in ("store", "channel") and any(self.takes_store(child) for child in children):
                made["constraints"] = {name: vars_}
        return made

    def takes_store(self, child):
        phrase = child.get("key_phrase", "")
        return phrase in ("make_a_purchase", "total_spend", "complete_transactions", "spend_currency", "items_bought")

    def tree(self, behavior):
        if behavior == "entrance":
            return self.group(behavior, 1)
        trigger = self.current(behavior)
        if self.chance(20):
            return trigger
        if self.chance(15):
            return {self.pick(["any", "none"]): [trigger, self.leaf(behavior)]}
        rest = [self.group(behavior, 1) if self.chance(25) else self.leaf(behavior) for _ in range(self.random.randint(1, 2))]
        return {"all": [trigger] + rest}

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
        elif kind == "tier" and behavior != "entrance" and len(self.level_names) > 1 and self.chance(50):
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
        if self.chance(60):
            return {"outcome": "issue_offer", "offer": self.pick(list(self.offers)), "quantity": self.pick([1, 1, 2])}
        return {"outcome": "auto_purchase", "offer": self.pick(list(self.offers)), "threshold": self.pick([5, 20]), "account": "points"}

    def rule(self, behavior):
        self.names += 1
        self.every, self.entrance = False, behavior == "entrance"
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
                    account["expiry"] = self.pick([
                        {"mode": "rolling", "after": self.pick(["1 day", "7 days", "1 month"])},
                        {"mode": "fixed_date", "every": "month", **self.pick([{}, {"on": 15}, {"on": 31}])},
                        {"mode": "fixed_date", "every": "year", "on": self.pick(["02-29", "03-15", "12-31"])}])
            if "owing" in self.accounts and self.chance(40):
                self.accounts["points"]["expiry"] = {"mode": "rolling", "after": "7 days", "into": "owing"}
                self.accounts["owing"].pop("expiry", None)
            if "owing" in self.accounts and self.chance(40):
                self.accounts["owing"]["default"] = True
        self.offers = {}
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
        if self.features["store_groups"]:
            made["stores"] = {"S1": {"timezone": "Europe/Lisbon", "groups": ["big"]}, "S2": {"groups": ["big"]}, "S3": {}}
        if self.chance(60):
            made["base_earn"] = self.pick([self.earn, lambda: [self.earn(), self.earn()]])()
        if self.chance(30):
            made["amount_basis"] = self.pick(["net", "subtotal", "total"])
        if self.on("settings", 30):
            made["settings"] = dict(self.some([("entrance_timing", "before"), ("promote", "one"), ("zero_priced_lines", True),
                                               ("on_cap", "reject"), ("spend_order", "earliest_expiry")]))
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
        return made

    # ---- events

    def moments(self, count):
        """Ascending times, often at the edge of a local day, some of them equal."""
        day, found = date(2025, self.pick([1, 2, 3]), self.pick([1, 5, 28])), []
        while len(found) < count:
            zone = ZoneInfo(self.zone)
            clock = self.pick([(0, 0, 0), (12, 0, 0), (12, 30, 0), (23, 59, 59), (9, 15, 0)])
            at = datetime(day.year, day.month, day.day, *clock, tzinfo=zone).astimezone(timezone.utc)
            if found and at < found[-1]:
                at = found[-1] + timedelta(minutes=self.pick([0, 5]))
            found.append(at)
            day += timedelta(days=self.pick([0, 0, 0, 1, 1, 1, 2, 6, 7, 15, 29, 30, 31]))
        return found

    def purchase(self):
        data = {}
        if self.chance(70):
            data["items"] = []
            for line in range(self.random.randint(1, 3)):
                sku, categories = self.pick(SKUS)
                item = {"line": str(line + 1), "sku": sku, "categories": categories, "amount": self.pick(AMOUNTS)}
                if self.chance(50):
                    item["quantity"] = self.pick(["1", "2", "3", "0.5"])
                if self.chance(30):
                    item["litres"] = self.pick(["1.5", "20", "30.25"])
                data["items"].append(item)
        data["total"] = self.pick(AMOUNTS)
        if self.chance(30):
            data["subtotal"] = self.pick(AMOUNTS)
        if self.chance(70):
            data["store"] = self.pick(STORES)
        if self.chance(50):
            data["channel"] = self.pick(CHANNELS)
        if self.chance(50):
            data["payments"] = [{"type": kind, "amount": self.pick(["1.00", "5.00", "7.50"])} for kind in self.some(TENDERS)]
        if self.chance(40):
            data["context"] = {"pump": self.pick("123"), **({"mood": "good"} if self.chance(30) else {})}
        return "purchase", data

    def other(self, subject):
        kind = self.pick(["visit", "visit", "ping", "pong", "audience", "audience", "adjust", "join", "update"])
        if kind == "visit":
            data = dict(self.some([("stars", self.pick([1, 3, 5])), ("mood", self.pick(["good", "bad"])), ("store", self.pick(STORES)),
                                   ("channel", self.pick(CHANNELS)), ("quantity", self.pick([1, 2, "0.5"]))], 4))
            return "visit", data
        if kind == "audience":
            return self.pick(["audience.enter", "audience.enter", "audience.leave"]), {"audience": self.pick(["staff", "flyers"])}
        if kind == "adjust" and self.spending and self.chance(50):
            data = {"points": self.pick([1, 5, 10])}
            if self.families or self.chance(50):
                data["account"] = self.pick([one for one in self.accounts if not one.endswith("status")])
            return "points.spend", data
        if kind == "adjust":
            account = self.pick(list(self.accounts))
            return "points.adjust", {"points": self.pick([10, 25, -5, -30]), "account": account, "source": "promo", "reason": "r",
                                     "actor": "a"}
        if kind in ("join", "update"):
            data = {"timezone": self.pick(ZONES)} if self.chance(40) else {}
            if self.chance(50):
                data["attributes"] = {"city": self.pick(["Leeds", "Graz"])}
            if self.linked and self.chance(70):
                data["links"] = {"friend": self.pick([[name] for name in MEMBERS if name != subject] + [MEMBERS[-2:]])
                                 if subject == MEMBERS[0] else [MEMBERS[0]]}
            if self.chance(50):
                data["birthday"] = self.pick(["1990-03-01", "2000-02-29", "1985-02-10"])
            return "member." + kind, data
        return kind, {}

    def event(self, number, at, members):
        subject = self.pick(members)
        kind, data = self.purchase() if self.chance(60) else self.other(subject)
        return {"specversion": "1.0", "id": f"e{number}", "source": "s", "type": kind, "subject": subject,
                "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "data": data}

    def events(self):
        times = self.moments(self.random.randint(4, 16))
        for at in range(1, len(times)):
            if self.chance(7):  # an event that comes late
                other = self.random.randint(0, at - 1)
                times[at] = times[other]
        members = MEMBERS[:self.pick([1, 1, 2]) + self.linked]
        made = [self.event(number, at, members) for number, at in enumerate(times)]
        if self.later:  # a clock before each event runs what is due at everybody
            made = [one for event in made for one in (self.clock("c" + event["id"], event["time"]), event)]
        last = max(times) + timedelta(days=self.pick([0, 1, 40]))
        made.append(self.clock("clock", last.strftime("%Y-%m-%dT%H:%M:%SZ")))
        return made

    def clock(self, name, time):
        return {"specversion": "1.0", "id": name, "source": "s", "type": "clock", "time": time}


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
