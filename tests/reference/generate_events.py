"""Random event streams: times at the edges of days, weeks, months and years of the program's zone."""
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from generate_conditions import AMOUNTS, CHANNELS, MEMBERS, SKUS, STORES, TENDERS, ZONES
from generate_purse import Purse
from generate_returns import Returns


class Events(Returns, Purse):
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
        if kind == "adjust" and self.offers and not self.families and self.chance(40):
            return self.pick(["offer.redeem", "offer.redeem", "offer.purchase"]), {"offer": self.pick(list(self.offers))}
        if kind == "adjust" and self.spending and self.chance(50):
            return "points.spend", self.amount()
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

    def amount(self):
        data = {"points": self.pick([1, 5, 10])}
        if self.families or self.chance(50):
            data["account"] = self.pick([one for one in self.accounts if not one.endswith("status")])
        return data

    def event(self, number, at, members):
        subject = self.pick(members)
        self.at = at
        back = self.back(subject) if self.returning and self.chance(25) else None
        if self.purse and back is None and self.chance(35):
            back = self.purse_event(subject)
        kind, data = back or (self.purchase() if self.chance(60) else self.other(subject))
        self.remember(subject, f"e{number}", kind, data)
        self.note_purse(subject, f"e{number}", kind, data)
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
