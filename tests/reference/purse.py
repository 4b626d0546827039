"""What members do with their points: spends and their cancelling, holds, opening lots."""
import copy
from datetime import date

from clock import day_start, parse_instant, shift_date
from effects import Effects
from exact import Refusal, decimal

EVENTS = ("points.spend", "points.spend_cancelled", "points.hold", "points.capture", "points.release", "points.import")
HOLD_TIME = 7 * 86_400_000_000


class Hold:
    """Points set aside out of certain lots: [(lot as it was, units)], in the order in which they are spent."""

    def __init__(self, number, family, taken, until):
        self.number, self.family, self.taken, self.until = number, family, taken, until


class Spent:
    """What one spend or capture took, and how much of it has been given back."""

    def __init__(self, program, member, taken, time):
        self.program, self.member, self.taken, self.time, self.back = program, member, taken, time, 0


class Purse:
    """The points.* events of one reference; each raises Refusal before anything moves."""

    def __init__(self, reference):
        self.reference = reference
        self.spent, self.count = {}, 0

    def check(self, event):
        """What is wrong with an event whoever its member is."""
        data, kind = event["data"], event["kind"]
        if kind in ("points.spend", "points.hold"):
            program, names = self.accounts(data)
            decimal(data.get("points"), program.accounts[names[0]]["decimals"])

    def accounts(self, data):
        """(program, accounts) that a spend comes from: the one named, else the default ones."""
        if "account" in data:
            program, name = self.reference.account_of(data["account"])
            account = program.accounts[name]
            if account.get("escrow") or not account.get("spendable", True):
                raise Refusal("account_not_spendable", "moved by rules only")
            return program, [name]
        if len(self.reference.programs) > 1:
            raise Refusal("account_ambiguous", "name the account")
        program = self.reference.program
        names = [name for name, account in program.accounts.items() if account.get("default")]
        if not names:
            raise Refusal("account_missing", "there is no default account")
        return program, names

    def take(self, event, fact, member, emitted):
        """Refusal leaves everything as it was."""
        step = {"points.spend": self.spend, "points.hold": self.hold, "points.capture": self.settle, "points.release": self.settle,
                "points.spend_cancelled": self.cancel, "points.import": self.import_lots}[event["kind"]]
        step(event, fact, member, emitted)

    def whole(self, event, member):
        if member.locked:
            raise Refusal("member_locked", "nothing can be spent")
        program, names = self.accounts(event["data"])
        units = program.units(names[0], event["data"]["points"])
        if sum(max(member.balance(program, name), 0) for name in names) < units:
            raise Refusal("points_short", "less is there")
        return program, names, units

    def spend(self, event, fact, member, emitted):
        program, names, units = self.whole(event, member)
        taken = Effects(self.reference, program, member, fact, emitted).spend_event(names, units, "spend")
        self.spent[event["source"], event["id"]] = Spent(program, member, taken, fact.time)

    def hold(self, event, fact, member, emitted):
        program, names, units = self.whole(event, member)
        taken = Effects(self.reference, program, member, fact, emitted).spend_event(names, units, "hold")
        until = parse_instant(event["data"]["until"]) if "until" in event["data"] else fact.time + HOLD_TIME
        self.count += 1
        member.holds[event["data"].get("reference", event["id"])] = Hold(self.count, program.family, taken, until)

    def settle(self, event, fact, member, emitted):
        """A capture takes all of a hold or a part; the rest is released."""
        name, data = event["data"]["reference"], event["data"]
        hold = member.holds.get(name)
        if hold is None:
            raise Refusal("hold_closed" if name in member.closed_holds else "hold_unknown", "no such hold")
        program = self.reference.program_of(hold.family)
        held = sum(units for _, units in hold.taken)
        points = program.units(hold.taken[0][0].place[1], data["points"]) if "points" in data else held
        effects = Effects(self.reference, program, member, fact, emitted)
        if event["kind"] == "points.release":
            if points != held:
                raise Refusal("field", "a hold is released whole")
            points = 0
        elif points > held:
            raise Refusal("points_short", "less is held")
        else:
            taken = effects.capture(hold.taken, points)
            self.spent[event["source"], event["id"]] = Spent(program, member, taken, fact.time)
            hold.taken = rest(hold.taken, points)
        effects.release(name, self.reference.time)

    def cancel(self, event, fact, member, emitted):
        """The last points taken come back first, into the very lots (domain R10)."""
        spent = self.spent.get((event["source"], event["data"]["of"]))
        if spent is None or spent.member is not member:
            raise Refusal("of_unknown", "nothing was spent there")
        left = sum(units for _, units in spent.taken) - spent.back
        points = spent.program.units(spent.taken[0][0].place[1], event["data"]["points"]) if "points" in event["data"] else left
        if points > left or left == 0:
            raise Refusal("already_returned", "less is left")
        back = first(rest(spent.taken[::-1], spent.back), points)
        spent.back += points
        effects = Effects(self.reference, spent.program, member, fact, emitted)
        effects.give_back(back, "spend", spent.time)
        effects.expire_lots(self.reference.time)

    def import_lots(self, event, fact, member, emitted):
        for lot in event["data"]["lots"]:
            self.check_lot(lot, fact.time)
        for lot in event["data"]["lots"]:
            program, name, units, earned, expires = self.check_lot(lot, fact.time)
            effects = Effects(self.reference, program, member, copy.copy(fact), emitted)
            effects.fact.time = earned
            effects.post(name, lot.get("source", "import"), units, "import", expires)
        for program in self.reference.programs:  # what is over already goes in the order of due work, not in that of the lots
            Effects(self.reference, program, member, fact, emitted).expire_lots(self.reference.time)

    def check_lot(self, lot, now):
        """A date is a day of the program's zone; what expires on it can be spent through it."""
        program, name = self.reference.account_of(lot.get("account"))
        units = int(decimal(lot["points"], program.accounts[name]["decimals"]) * 10 ** program.accounts[name]["decimals"])
        if "source" in lot and lot["source"] not in program.sources:
            raise Refusal("source_unknown", "no such source")
        earned = self.moment(program, lot["earned"], 0) if "earned" in lot else now
        if earned > now:
            raise Refusal("field", "earned after its import")
        expires = program.lot_end(name, earned)
        if "expires" in lot:
            expires = None if lot["expires"] is None else self.moment(program, lot["expires"], 1)
        if expires is not None and expires <= earned:
            raise Refusal("field", "expires before it is earned")
        return program, name, units, earned, expires

    def moment(self, program, text, days):
        if "T" in text:
            return parse_instant(text)
        return day_start(program.zone, shift_date(date.fromisoformat(text), days, "day"))


def first(taken, units):
    """The first so many of what was taken."""
    found = []
    for lot, part in taken:
        part = min(part, units)
        units -= part
        found.append((lot, part))
    return [one for one in found if one[1]]


def rest(taken, units):
    """What was taken, less the first so many."""
    found = []
    for lot, part in taken:
        gone = min(part, units)
        units -= gone
        found.append((lot, part - gone))
    return [one for one in found if one[1]]
