"""Events drawn at random, for test_random.py. What is drawn never depends on what the ledger said, so that a seed is the same life
wherever it runs."""
import datetime

from random_program import LEVELS

BEGIN = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)


def stamp(time):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


class Events:
    """Draws one event after the other, of a few members who buy, return, spend, move, merge and are erased."""

    def __init__(self, draw, steady):
        self.draw, self.steady = draw, steady
        self.now, self.count = BEGIN, 0
        self.members = ["m%d" % number for number in range(6)]
        self.bought, self.spent, self.held = [], [], []
        kinds = [(42, self.purchase), (12, self.returned), (3, self.amended), (6, self.spend), (2, self.spend_cancelled), (3, self.hold),
                 (3, self.hold_ends), (4, self.adjust), (2, self.imports), (4, self.update), (2, self.audience), (3, self.offer),
                 (2, self.level), (2, self.status), (8, self.clock), (2, self.booms)]
        self.kinds = kinds + ([] if steady else [(1.5, self.merge), (.7, self.erase)])

    def next(self):
        """Most come in their order of time, some late."""
        draw = self.draw
        self.now += datetime.timedelta(hours=draw.choice([0, 1, 5, 12, 30, 60]))
        late = datetime.timedelta(hours=draw.choice([10, 100, 1000])) if draw.random() < .1 else datetime.timedelta()
        self.event = {"specversion": "1.0", "id": "x%d" % self.count, "source": draw.choice(["pos", "web"]), "type": "purchase",
                      "time": stamp(self.now - late), "subject": draw.choice(self.members), "data": {}}
        self.count += 1
        kind = draw.choices([one for _, one in self.kinds], [weight for weight, _ in self.kinds])[0]
        kind()
        return self.event

    def be(self, type_, **data):
        self.event.update(type=type_, data=data)

    def of(self, earlier):
        """An event about one of these, of the same member and till."""
        number, member, source, *rest = self.draw.choice(earlier)
        self.event.update(subject=member, source=source)
        return [number] + rest

    def note(self, where, *more):
        where.append((self.event["id"], self.event["subject"], self.event["source"]) + more)

    def purchase(self):
        draw = self.draw
        items = [{"line": str(line + 1), "sku": draw.choice("abc"), "quantity": str(draw.choice([1, 2, 3])),
                  "amount": "%d.%02d" % (draw.randint(0, 40), draw.randint(0, 99)), "category": draw.choice("cd")}
                 for line in range(draw.randint(0, 3))]
        cents = sum(round(float(item["amount"]) * 100) for item in items) if items else draw.randint(0, 12000)
        self.be("purchase", total="%d.%02d" % divmod(cents, 100), **({"items": items} if items else {}))
        self.note(self.bought, cents, [item["sku"] for item in items])

    def booms(self):
        """Parked under some of the programs."""
        self.purchase()
        self.event["data"]["context"] = {"boom": "now"}

    def returned(self):
        if not self.bought:
            return self.purchase()
        of, cents, skus = self.of(self.bought)
        if skus and self.draw.random() < .7:
            return self.be("return", of=of, items=[{"sku": self.draw.choice(skus), "quantity": "1"}])
        return self.be("return", of=of, total="%d.%02d" % divmod(int(cents * self.draw.choice([.3, .5, 1])), 100))

    def amended(self):
        if not self.bought:
            return self.purchase()
        of, cents, _skus = self.of(self.bought)
        return self.be("purchase.amended", transaction=of, total="%d.%02d" % divmod(int(cents * self.draw.choice([.5, 1, 1.5])), 100))

    def spend(self):
        self.be("points.spend", points=self.draw.choice([5, 20, 60]), account=self.draw.choice(["points", "shop.points"]))
        self.note(self.spent)

    def spend_cancelled(self):
        if not self.spent:
            return self.spend()
        return self.be("points.spend_cancelled", of=self.of(self.spent)[0])

    def hold(self):
        self.be("points.hold", points=self.draw.choice([5, 20]), account="points", reference="h-" + self.event["id"])
        self.note(self.held)

    def hold_ends(self):
        if not self.held:
            return self.hold()
        return self.be(self.draw.choice(["points.capture", "points.release"]), reference="h-" + self.of(self.held)[0])

    def adjust(self):
        self.be("points.adjust", points=self.draw.choice([30, -10, -100]), account=self.draw.choice(["points", "shop.points", "status"]),
                reason="why", actor="ann")

    def imports(self):
        self.be("points.import", lots=[{"points": 25, "account": "points", "earned": "2025-12-05",
                                        "expires": self.draw.choice(["2026-02-01", "2027-01-01"])}])

    def update(self):
        links = {"links": {"referrer": self.draw.choice(self.members)}} if self.draw.random() < .5 else {}
        self.be("member.update", attributes={"colour": self.draw.choice(["red", "green"])}, **links)

    def audience(self):
        self.be(self.draw.choice(["audience.enter", "audience.leave"]), audience="invited")

    def offer(self):
        self.be(self.draw.choice(["offer.redeem", "offer.purchase"]), offer="wash")

    def level(self):
        self.be("level.set", program="shop", level=self.draw.choice(LEVELS + [None]), reason="why", actor="ann",
                entrance_outcomes=self.draw.random() < .5)

    def status(self):
        self.be(self.draw.choice(["member.lock", "member.unlock", "member.leave", "member.join"]))

    def merge(self):
        self.be("member.merge", into=self.draw.choice(self.members))

    def erase(self):
        self.be("member.erase")

    def clock(self):
        self.be("clock")
        del self.event["subject"], self.event["data"]
