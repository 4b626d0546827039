"""Events at the door: envelope, type, data, in this order; what passes is a fact."""
from datetime import date
from fractions import Fraction

from clock import parse_instant
from exact import Number, Refusal, decimal, total

ALIASES = {"order": "purchase", "transaction": "purchase"}
CORE = ("purchase", "return", "purchase.amended", "member.join", "member.update", "audience.enter", "audience.leave", "points.adjust",
        "points.spend", "points.spend_cancelled", "points.hold", "points.capture", "points.release", "points.import", "member.lock",
        "member.unlock", "offer.redeem", "offer.purchase", "clock")
CURRENCY_PLACES = {"JPY": 0, "KRW": 0, "ISK": 0, "KWD": 3, "BHD": 3, "TND": 3}
QUANTITY_PLACES = 3
PURCHASE_FIELDS = ("transaction", "store", "channel", "currency", "total", "subtotal", "tax", "shipping", "items", "payments",
                   "discounts", "context")
ITEM_FIELDS = ("line", "sku", "category", "categories", "quantity", "amount", "context")


def typed(value, kind):
    """A declared field's value; kinds are ("integer",), ("decimal", places), ("money", places), ("text",), ("boolean",), ("date",),
    ("choice", one, other ...)."""
    name = kind[0]
    if name == "integer":
        return decimal(value, 0)
    if name in ("decimal", "money"):
        return decimal(value, kind[1])
    if name == "boolean":
        if isinstance(value, bool):
            return value
    elif name == "date":
        try:
            return date.fromisoformat(value)
        except (ValueError, TypeError):
            pass
    elif isinstance(value, str) and not isinstance(value, Number) and (name == "text" or value in kind[1:]):
        return value
    raise Refusal("field", f"{value!r} is no {name}")


def fields_of(data, core, declared):
    """context.KEY, else KEY of no core field; declared ones typed. A declaration ending in `?` is optional."""
    inner = data.get("context") or {}
    found = {key: value for key, value in data.items() if key not in core}
    found.update(inner)
    for name, kind in declared.items():
        bare = name.rstrip("?")
        if bare in found:
            found[bare] = typed(found[bare], kind)
        elif not name.endswith("?"):
            raise Refusal("field", f"{bare} is missing")
    return found


class Line:
    """One line of a receipt."""

    def __init__(self, item, places, rounded, declared):
        self.sku, self.line, self.of_line = item.get("sku"), item.get("line"), item.get("of_line")
        self.priced = "amount" in item
        self.categories = list(item.get("categories") or [])
        if "category" in item:
            self.categories.append(item["category"])
        self.quantity = decimal(item["quantity"], QUANTITY_PLACES, rounded) if "quantity" in item else Fraction(1)
        self.amount = decimal(item["amount"], places, rounded) if "amount" in item else Fraction(0)
        self.context = fields_of(item, ITEM_FIELDS, declared)


class Fact:
    """What happened to a member. `kind` is "purchase" or "event"; `order` its place in the member's log."""

    def __init__(self, kind, symbol, time, data):
        self.kind, self.symbol, self.time, self.data = kind, symbol, time, data
        self.order, self.items, self.raised_by, self.depth = 0, [], frozenset(), 0
        self.zone = None  # the member's when it arrived
        self.posted = time  # what the ledger says of when it was
        self.quantity = Fraction(1)
        self.context = {}
        self.gives = []  # of a purchase: what its rules gave
        self.views, self.net_sum = {}, None

    def net(self):
        """The sum of the item amounts, None without items."""
        if self.items and self.net_sum is None:
            self.net_sum = total(line.amount for line in self.items)
        return self.net_sum


def read_purchase(event, program, declared):
    data = event["data"]
    places = CURRENCY_PLACES.get(program.currency, 2)
    fact = Fact("purchase", "purchase", event["at"], data)
    for name in ("total", "subtotal", "tax", "shipping"):
        setattr(fact, name, decimal(data[name], places, program.round_decimals) if name in data else None)
    if "total" not in data:
        raise Refusal("field", "a purchase says at least its total")
    fact.items = [Line(item, places, program.round_decimals, declared.get("item", {})) for item in data.get("items") or []]
    fact.payments = [(one.get("type"), decimal(one.get("amount", "0"), places, program.round_decimals))
                     for one in data.get("payments") or []]
    fact.store, fact.channel = data.get("store"), data.get("channel")
    fact.context = fields_of(data, PURCHASE_FIELDS, declared.get("purchase", {}))
    if data.get("currency", program.currency) != program.currency:
        raise Refusal("currency", f"the program counts {program.currency}, not {data['currency']}")
    return fact


def read_return(event, program, declared):
    data = event["data"]
    if not data.get("items") and "total" not in data:
        raise Refusal("field_missing", "neither lines nor a total")
    fact = read_purchase(dict(event, data=dict(data, total=data.get("total", "0"))), program, declared)
    fact.kind = fact.symbol = "return"
    if "total" not in data:
        fact.total = None
    for line in fact.items:
        if not (line.of_line or line.sku or line.line):
            raise Refusal("field_missing", "a line that cannot be found")
    if any(line.quantity < 0 or line.amount < 0 for line in fact.items) or (fact.total or 0) < 0:
        raise Refusal("field", "less than nothing comes back")
    return fact


def read_custom(symbol, at, data, declared):
    fact = Fact("event", symbol, at, data)
    if "quantity" in data:
        fact.quantity = decimal(data["quantity"], QUANTITY_PLACES)
    fact.store, fact.channel = data.get("store"), data.get("channel")
    fact.context = fields_of(data, ("quantity", "context"), declared.get(symbol, {}))
    return fact


def check_envelope(event):
    if event.get("specversion") != "1.0":
        raise Refusal("envelope", "specversion is 1.0")
    for name in ("id", "source", "type"):
        if not isinstance(event.get(name), str) or isinstance(event[name], Number) or not event[name]:
            raise Refusal("envelope", f"{name} is missing or no text")
    event["at"] = parse_instant(event.get("time"))
    if event["type"] != "clock" and not event.get("subject"):
        raise Refusal("member_missing", "an event without subject")
    event["kind"] = ALIASES.get(event["type"], event["type"])


def check(event, reference, declared):
    """Raises Refusal, or gives the event's fact (None for a clock)."""
    program = reference.program
    check_envelope(event)
    kind = event["kind"]
    if kind not in CORE and kind not in program.event_types:
        raise Refusal("type_unknown", f"{event['type']} is no known type")
    data = event.setdefault("data", {})
    if not isinstance(data, dict):
        raise Refusal("field", "data is an object")
    if kind == "clock":
        return None
    if kind in ("purchase", "purchase.amended"):
        return read_purchase(event, program, declared)
    if kind == "return":
        return read_return(event, reference.program, declared)
    if kind == "points.adjust":
        owner, name = reference.account_of(data.get("account"))
        decimal(data.get("points"), owner.accounts[name]["decimals"])
    reference.purse.check(event)
    return read_custom(kind, event["at"], data, declared)
