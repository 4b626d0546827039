"""Random conditions: what the rules of generate.py ask."""
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


class Chance:
    """Random choices of one case; `features` says what is generated at all."""

    def pick(self, options):
        return self.random.choice(options)

    def some(self, options, most=2):
        return sorted(self.random.sample(options, self.random.randint(1, min(most, len(options)))))

    def chance(self, percent):
        return self.random.random() * 100 < percent

    def on(self, feature, percent):
        return self.features[feature] and self.chance(percent)


class Conditions(Chance):
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
            prorate = "purchase" in kind and self.on("prorate", 40)
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
        constraints = {}
        for _ in range(self.pick([0, 0, 1, 1, 2])):
            name, vars_ = self.constraint(kind)
            if name in constraints and isinstance(vars_, dict):
                constraints[name] = [constraints[name], vars_]
            else:
                constraints[name] = vars_
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
        elif kind != "earn" and behavior != "maintenance" and self.on("fire", 12):
            made["fire"] = "crossing"
        number = next(key for key in ("amount", "count", "number", "points") if key in made)
        if kind != "earn" and not self.entrance and not self.every and not self.returning and self.on("every", 12):
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
        return {"key_phrase": "has_offer", "offer": self.pick(list(self.offers)), "state": self.pick(["issued", "expired", "redeemed"])}

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
            if any(self.takes_store(child) for child in children):
                made["constraints"] = {name: vars_}
        return made

    def takes_store(self, child):
        phrase = child.get("key_phrase", "")
        return phrase in ("make_a_purchase", "total_spend", "complete_transactions", "spend_currency", "items_bought")

    def tree(self, behavior):
        if behavior in ("entrance", "maintenance"):
            return self.group(behavior, 1)
        trigger = self.current(behavior)
        if self.chance(20):
            return trigger
        if self.chance(15):
            return {self.pick(["any", "none"]): [trigger, self.leaf(behavior)]}
        rest = [self.group(behavior, 1) if self.chance(25) else self.leaf(behavior) for _ in range(self.random.randint(1, 2))]
        return {"all": [trigger] + rest}
