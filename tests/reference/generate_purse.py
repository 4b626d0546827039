"""Random holds, captures, cancelled spends and opening lots."""
from datetime import timedelta

from generate_conditions import Chance

DAY = "%Y-%m-%d"
INSTANT = "%Y-%m-%dT%H:%M:%SZ"


class Purse(Chance):
    """`spends` and `held` hold the ids of each member's spends and holds."""

    def note_purse(self, subject, name, kind, data):
        if kind in ("points.spend", "points.capture"):
            self.spends.setdefault(subject, []).append(name)
        elif kind == "points.hold":
            self.held.setdefault(subject, []).append(data.get("reference", name))

    def purse_event(self, subject):
        kind = self.pick(["import", "import", "hold", "hold", "settle", "settle", "cancel", "cancel", "spend", "lock"])
        if kind == "settle" and self.held.get(subject):
            return self.settle(self.pick(self.held[subject]))
        if kind == "cancel" and (self.spends.get(subject) or self.chance(10)):
            data = {"of": self.pick(self.spends.get(subject, ["nowhere"]))}
            if self.chance(50):
                data["points"] = self.pick([1, 2, 5])
            return "points.spend_cancelled", data
        if kind == "import":
            return "points.import", {"lots": [self.lot() for _ in range(self.pick([1, 1, 2, 3]))]}
        if kind == "lock" and self.chance(50):
            return self.pick(["member.lock", "member.unlock"]), {}
        if kind == "hold":
            data = self.amount()
            if self.chance(50):
                data["until"] = (self.at + timedelta(hours=self.pick([1, 24, 100, 1000]))).strftime(INSTANT)
            if self.chance(20):
                data["reference"] = f"h{sum(map(len, self.held.values()))}"
            return "points.hold", data
        return "points.spend", self.amount()

    def settle(self, reference):
        kind = self.pick(["points.capture", "points.capture", "points.release"])
        data = {"reference": reference}
        if kind == "points.capture" and self.chance(60):
            data["points"] = self.pick([1, 2, 5, 10])
        return kind, data

    def lot(self):
        made = {"points": self.pick([1, 10, 40]), "account": self.pick(list(self.accounts))}
        if self.chance(60):
            earned = self.at - timedelta(days=self.pick([0, 1, 3, 10, 40]), hours=self.pick([0, 13]))
            made["earned"] = earned.strftime(self.pick([DAY, INSTANT]))
        if self.chance(40):
            ends = self.at + timedelta(days=self.pick([-2, 0, 1, 7, 40]))
            made["expires"] = self.pick([ends.strftime(DAY), ends.strftime(INSTANT), None])
        if self.chance(30):
            made["source"] = self.pick(["base", "promo", "nowhere"])
        return made
