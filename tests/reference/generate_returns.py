"""Random returns: of lines, of an amount, of what is no purchase, and purchases as they now stand."""
import copy

from generate_conditions import AMOUNTS, Chance


class Returns(Chance):
    """`bought` holds what each member's events were, to be given back later."""

    def remember(self, subject, name, kind, data):
        if kind == "purchase":
            self.bought.setdefault(subject, []).append((data.get("transaction", name), data))
        elif kind in ("visit", "ping"):
            self.bought.setdefault(subject, []).append((name, None))

    def back(self, subject):
        """A return or an amendment of something that the member did; None where there is nothing."""
        if self.chance(6):
            return "return", {"of": "nowhere", "total": self.pick(AMOUNTS[1:])}
        if not self.bought.get(subject):
            return None
        name, data = self.pick(self.bought[subject][-3:])
        if data is None:
            return "return", {"of": name, "total": "1.00"}
        if self.on("amended", 35):
            return "purchase.amended", dict(self.amended(data), transaction=name)
        made = {"of": name}
        if data.get("items") and self.chance(70):
            made["items"] = [self.piece(item) for item in self.random.sample(data["items"], self.random.randint(1, len(data["items"])))]
        if "items" not in made or self.chance(15):
            made["total"] = self.pick([data["total"], "0.01", "5.00", self.pick(AMOUNTS)])
        return "return", made

    def piece(self, item):
        """One line that comes back: all of it, a part, or more than there was."""
        made = self.pick([{"of_line": item["line"], "line": "9"}, {"sku": item["sku"], "line": "7"}, {"line": item["line"]}])
        whole = item.get("quantity", "1")
        if self.chance(60):
            made["quantity"] = self.pick([whole, whole, "0.5", "1", "2"])
        if self.chance(35):
            made["amount"] = self.pick([item["amount"], item["amount"], "0.01", "5.00"])
        return made

    def amended(self, data):
        """The receipt with other lines, amounts or tenders."""
        made = copy.deepcopy(data)
        made.pop("transaction", None)
        for item in list(made.get("items", [])):
            if self.chance(20) and len(made["items"]) > 1:
                made["items"].remove(item)
            elif self.chance(40):
                item["amount"] = self.pick(AMOUNTS)
            elif self.chance(30):
                item["quantity"] = self.pick(["1", "2", "5"])
        if self.chance(60):
            made["total"] = self.pick(AMOUNTS)
        if self.chance(15):
            made.pop("payments", None)
        return made
