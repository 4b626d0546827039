"""Programs drawn at random, for test_random.py: accounts that expire in one way or another, levels with reviews and ends, rules that look
back, limits, offers, links, audiences, and a rule that fails when an event says so."""

BOOM = """return accrue.outcome { title = "Fails on {word}", variables = { word = accrue.var.text() },
  effects = function(event, vars)
    if event.context.boom == vars.word then error("went off") end
    return {}
  end }
"""
EXPIRY = [
    None,
    {"mode": "rolling", "after": "20 days"},
    {"mode": "rolling", "after": "2 months"},
    {"mode": "fixed_date", "every": "month"},
    {"mode": "inactivity", "after": "30 days", "percent": 50},
    {"mode": "inactivity", "after": "30 days", "percent": 100},
    {"mode": "points_aging", "after": "1 year"},
    {"mode": "activity_based", "after": "12 months"},
]
LEVELS = ["A", "B", "C"]


def on(key_phrase, **variables):
    return dict({"key_phrase": key_phrase}, **variables)


def fixed(points, account="points", source="base"):
    return {"outcome": "points_fixed", "points": points, "account": account, "source": source}


def rule(name, when, *outcomes, **more):
    return dict({"rule": name, "when": when, "outcomes": list(outcomes)}, **more)


PURCHASE = on("make_a_purchase")
UPDATE = on("trigger_an_event", event="member.update")


def accounts(draw):
    """Names and decimals are the same in all versions; the rest may change from one to the next."""
    points = {"default": True, "allow_negative": draw.random() < .5}
    expiry = draw.choice(EXPIRY)
    if expiry:
        points["expiry"] = expiry
        if expiry["mode"] in ("rolling", "fixed_date"):
            points["warn"] = "5 days"
    if draw.random() < .3:
        points["max_balance"] = 500
    escrow = {"escrow": True, "expiry": {"mode": "rolling", "after": "7 days", "into": "points"}}
    return {"points": points, "status": {"spendable": False, "decimals": 2}, "escrow": escrow}


def basic(draw):
    visits = rule("visits", UPDATE, {"outcome": "issue_offer", "offer": "wash"},
                  {"outcome": "add_tags", "tags": ["visited"], "expires": "10 days"})
    doubles = rule("doubles", [PURCHASE, on("total_spend", operator=">=", amount="20.00")],
                   {"outcome": "points_variable", "points": 1, "per": "1.00", "account": "points", "source": "promo"},
                   limit={"times": 3, "per": "month"})
    third = rule("third", [PURCHASE, on("every_nth_event", event="purchase", count=3)], fixed(9, "escrow"))
    bang = rule("bang", PURCHASE, {"outcome": "boom", "word": draw.choice(["now", "never"])})
    return {"level": "A", "entrance": [rule("everyone", "no rules")], "purchase": [doubles, third, bang], "event": [visits]}


def reviewed(draw):
    schedule = {"every": draw.choice(["1 month", "2 weeks", "10 days"]),
                "demote_to": draw.choice(["previous", "lowest", "highest_qualifying"])}
    if draw.random() < .4:
        schedule["grace"] = "5 days"
    if draw.random() < .3:
        schedule["relative_to"] = "calendar"
    status = {"outcome": "points_variable", "points": "0.5", "per": "1.00", "account": "status", "source": "base"}
    twice = rule("twice", [PURCHASE, on("complete_transactions", operator=">=", count=2, timeframe={"last": "10 days"})],
                 fixed(6, source="promo"), status)
    friend = {"outcome": "trigger_event", "event": "member.update", "to": "referrer", "after": "3 days"}
    referred = rule("referred", [UPDATE, on("has_link", link="referrer")], draw.choice([friend, fixed(1)]))
    return {"level": "B", "threshold": {"spend": "150.00"}, "maintenance_schedule": schedule,
            "maintenance": [rule("keeps", on("spend_currency", operator=">=", amount="60.00"), fixed(4))], "purchase": [twice],
            "event": [rule("promoted", on("trigger_an_event", event="level.promoted"), fixed(11)),
                      rule("earned", on("trigger_an_event", event="points.earned"), {"outcome": "add_tags", "tags": ["rich"]}),
                      referred]}


def top(draw):
    rich = rule("rich", on("current_point_balance", operator=">=", points=250), fixed(13), limit={"times": 1, "per": "year"})
    level = {"level": "C", "entrance": [rich], "maintenance": []}
    if draw.random() < .4:
        level["expiry"] = {"mode": "inactivity_spend", "after": "20 days"}
    return level


def program(draw, name, family, own_accounts, effective_from):
    promo = {"inventory": draw.choice([300, 100000]),
             "limit": {"points": draw.choice([15, 60]), "per": draw.choice(["day", "month"]), "for": draw.choice(["member", "all"])}}
    rules = []
    if draw.random() < .4:
        rules.append(rule("invited", [PURCHASE, on("in_audience", audience="invited")], fixed(2)))
    if draw.random() < .3:
        rules.append(rule("auto", PURCHASE, {"outcome": "auto_purchase", "offer": "wash", "threshold": 100, "account": "points"}))
    return {"program": name, "family": family, "title": name, "effective_from": effective_from, "currency": "USD",
            "timezone": draw.choice(["UTC", "America/New_York", "Australia/Lord_Howe"]), "accounts": own_accounts,
            "sources": {"base": {}, "promo": promo},
            "base_earn": [{"points": 1, "per": "1.00", "account": "points", "source": "base"}],
            "levels": [basic(draw), reviewed(draw), top(draw)], "purchase": rules, "audiences": ["invited"],
            "links": {"referrer": {"max": 1}},
            "offers": {"wash": {"title": "Wash", "price": 20, "account": "points", "valid": "10 days", "warn": "2 days",
                                "limit": {"times": 2, "per": "month"}}},
            "settings": {"entrance_timing": draw.choice(["after", "before"]), "promote": draw.choice(["all", "one"]),
                         "spend_order": draw.choice(["fifo", "earliest_expiry"]),
                         "unmatched_returns": draw.choice(["reject", "deduct"]), "return_affects_tier": draw.random() < .3,
                         "on_cap": draw.choice(["clip", "reject"])}}
