"""What outcomes do to a member: points, levels, tags, offers, events."""
from datetime import timedelta
from fractions import Fraction

from clock import day_start, local, parse_duration, shift_date
from exact import format_points
from idle import earned, redeemed
from state import Entry, Issue, Lot, Movement, Share


def round_down(points, decimals):
    scaled = points * 10 ** decimals
    return scaled.numerator // scaled.denominator


class Effects:
    """Carries out what one fact gives one member under one program."""

    def __init__(self, reference, program, member, fact, emitted):
        self.reference, self.program, self.member, self.fact, self.emitted = reference, program, member, fact, emitted
        self.cause, self.rule = None, None
        self.given = None  # of the rule at hand: where awards are noted for returns

    # ---- points, in smallest units

    def post(self, account, source, units, reason, expires=None):
        """Into a lot, the hole of a negative balance first (domain G9), or out of lots in the order in which they are spent (G1)."""
        if units == 0:
            return 0
        member, place = self.member, (self.program.family, account)
        before = member.balances.get(place, 0)
        member.balances[place] = before + units
        into = min(units, before + units)
        if into > 0:
            member.lot_count += 1
            if expires is None and reason != "import":
                expires = self.program.lot_end(account, self.fact.time)
            member.lots.append(Lot(member.lot_count, place, source, into, self.fact.time, expires))
        elif units < 0:
            self.take([place], -units, reason == "expire")
        if reason == "award" and self.given is not None:
            self.given.shares.append(Share(member.lot_count if into > 0 else None, account, source, units, self.fact.time))
        member.entries.append(Entry(self.fact.posted, place, source, units, member.balances[place], self.cause))
        points = Fraction(units, 10 ** self.program.accounts[account]["decimals"])
        member.movements.append(Movement(self.fact.time, place, member.zone, source, points, reason))
        if reason in ("award", "adjust", "import") and units > 0:
            earned(member, place, self.fact.time)
        elif reason == "spend" and units < 0:
            redeemed(self.program, member, account, self.fact.time)
        if reason in ("award", "adjust") and units > 0:
            self.tell_points("points.earned", account, source, units)
        elif reason == "spend" and units < 0:
            self.tell_points("points.spent", account, source, -units)
        elif reason == "expire":
            self.tell_points("points.expired", account, source, -units)
        return units

    def take(self, places, units, expires=False):
        """Empties lots of these accounts as far as they go: [(lot, units)]."""
        taken = []
        for lot in sorted((one for one in self.member.lots if one.place in places), key=self.program.spend_key):
            part = min(lot.units, units)
            lot.units -= part
            units -= part
            if expires:
                self.member.fate(lot).expired += part
            if part:
                taken.append((lot, part))
        self.member.lots = [lot for lot in self.member.lots if lot.units]
        return taken

    def spend_event(self, names, units, reason):
        """points.spend and points.hold: the oldest lots of all these accounts, a posting an account."""
        taken = self.take([(self.program.family, name) for name in names], units)
        for name in self.program.accounts:
            self.post_taken(name, sum(part for lot, part in taken if lot.place[1] == name), reason)
        return taken

    def capture(self, taken, units):
        """Of what is held the first so many are spent."""
        spent = []
        for lot, part in taken:
            part = min(part, units)
            units -= part
            if part:
                spent.append((lot, part))
        for name in dict.fromkeys(lot.place[1] for lot, _ in spent):
            gone = sum(part for lot, part in spent if lot.place[1] == name)
            points = Fraction(-gone, 10 ** self.program.accounts[name]["decimals"])
            self.member.movements.append(Movement(self.fact.time, (self.program.family, name), self.member.zone, "spend", points, "spend"))
            self.member.entries.append(Entry(self.fact.posted, (self.program.family, name), "spend", -gone, None, self.cause))
            redeemed(self.program, self.member, name, self.fact.time)
            self.tell_points("points.spent", name, "spend", gone)
        return spent

    def give_back(self, taken, reason, time):
        """Into the very lots, the hole of a negative balance first; counted at `time`."""
        for name in dict.fromkeys(lot.place[1] for lot, _ in taken):
            place, mine = (self.program.family, name), [one for one in taken if one[0].place[1] == name]
            before, units = self.member.balances.get(place, 0), sum(part for _, part in mine)
            self.member.balances[place] = before + units
            into = min(units, before + units)
            for lot, part in mine:
                part = min(part, max(into, 0))
                into -= part
                if part and lot not in self.member.lots:
                    lot.units = 0
                    self.member.lots.append(lot)
                lot.units += part
            self.member.entries.append(Entry(self.fact.posted, place, reason, units, self.member.balances[place], self.cause))
            points = Fraction(units, 10 ** self.program.accounts[name]["decimals"])
            self.member.movements.append(Movement(time, place, self.member.zone, reason, points, reason))

    def release(self, reference, now):
        """A hold is over: its points come back, the newest lots first, and what has expired meanwhile expires."""
        hold = self.member.holds.pop(reference)
        self.member.closed_holds.add(reference)
        self.give_back(hold.taken[::-1], "hold", self.fact.time)
        self.expire_lots(now)

    def expire_lots(self, boundary):
        """What has expired at a boundary goes, a posting an account, or moves on lot by lot (domain G6)."""
        for name, account in self.program.accounts.items():
            place = (self.program.family, name)
            gone = sorted((lot for lot in self.member.lots if lot.place == place and lot.expires is not None and lot.expires <= boundary),
                          key=lambda lot: (lot.earned, lot.number))
            into = account.get("expiry", {}).get("into")
            self.member.lots = [lot for lot in self.member.lots if lot not in gone]
            if into is None:
                for lot in gone:
                    self.member.fate(lot).expired += lot.units
                self.post_taken(name, sum(lot.units for lot in gone), "expire")
                continue
            for lot in gone:
                self.post_taken(name, lot.units, "transfer")
                units = lot.units * 10 ** (self.program.accounts[into]["decimals"] - account["decimals"])
                if "max_balance" in self.program.accounts[into]:
                    most = self.program.units(into, self.program.accounts[into]["max_balance"])
                    units = min(units, max(most - self.member.balance(self.program, into), 0))
                count = self.member.lot_count
                end = self.program.lot_end(into, self.fact.time)
                if end == boundary and self.fact.time == boundary - 1:  # both end there: it belongs to the period that begins
                    end = self.program.lot_end(into, boundary)
                self.post(into, lot.source, units, "transfer", end)
                fate = self.member.fate(lot)
                fate.expired += lot.units - units
                if units:
                    fate.moves.append([units, into, self.member.lot_count if self.member.lot_count > count else None])

    def post_taken(self, account, units, reason):
        """A posting whose lots are gone already."""
        kept, self.member.lots = self.member.lots, []
        self.post(account, reason, -units, reason)
        self.member.lots = kept

    def tell_points(self, symbol, account, source, units):
        data = {"points": str(format_points(units, self.program.accounts[account]["decimals"])),
                "account": self.reference.label((self.program.family, account)), "source": source}
        if self.cause:
            data["behavior"] = self.cause[0]
        if self.rule:
            data["rule"] = self.rule.name
        self.tell(symbol, data)

    def tell(self, symbol, data):
        """An event that the core raises by itself, where some rule asks for it."""
        if any(symbol in program.listens for program in self.reference.programs):
            self.emitted.append(self.reference.derived(self, symbol, self.fact.time, data))

    def award(self, account, source, units, reason="award", expires=None):
        """Domain L6: what fits under the account's maximum and the source's bounds; a manual adjustment knows only the former."""
        program, settings, fits = self.program, self.program.accounts[account], units
        if "max_balance" in settings:
            room = program.units(account, settings["max_balance"]) - self.member.balance(program, account)
            fits = min(fits, max(room, 0))
        bounded = reason == "award"
        room = self.reference.budgets.room(program, source, self.member, self.fact.time) if bounded else None
        if room is not None:
            fits = min(fits, round_down(Fraction(room), settings["decimals"]))
        if fits < units and program.clip_reject:
            fits = 0
        # A term of its own ends as a plugin sees days: in the member's zone (contract 3.1), unlike the account's policy (domain G5).
        self.post(account, source, fits, reason, self.term(expires, self.member.zone or program.zone))
        if fits and bounded:
            points = Fraction(fits, 10 ** settings["decimals"])
            self.reference.budgets.take(program, source, self.member, self.fact.time, points)

    def deduct(self, account, source, units, reason="deduct"):
        """Domain P8: down to zero unless the account may go below."""
        if not self.program.accounts[account].get("allow_negative"):
            units = min(units, max(self.member.balance(self.program, account), 0))
        self.post(account, source, -units, reason)

    def spend(self, account, units):
        """Whole or not at all."""
        if 0 < units <= self.member.balance(self.program, account):
            self.post(account, "spend", -units, "spend")
            return True
        return False

    def expire(self, account, percent):
        """Domain P10: rounded down, 100 percent takes all."""
        units = int(max(self.member.balance(self.program, account), 0) * Fraction(percent) / 100)
        self.post(account, "expire", -units, "expire")

    # ---- the rest

    def term(self, duration, zone):
        """The end of the local day that lies so far ahead (domain G5); None without a duration."""
        if duration is None:
            return None
        day = shift_date(local(zone, self.fact.time).date(), *parse_duration(duration))
        return day_start(zone, day + timedelta(days=1))

    def tag(self, name, expires):
        if expires is None:
            self.member.tags[name] = (self.member.tag(name, self.fact.time) + 1, None)
        else:
            end, held = self.term(expires, self.member.zone or self.program.zone), self.member.tags.get(name)
            # A term that began elsewhere is never shortened.
            self.member.tags[name] = (1, max(end, held[1]) if held and self.member.tag(name, self.fact.time) else end)

    def level(self, program, name):
        standing = self.member.standing(program.family)
        wanted = -1 if name is None else next(at for at, level in enumerate(program.levels) if level.name == name)
        if wanted != standing.level:
            self.move(program, wanted)

    def move(self, program, wanted):
        standing = self.member.standing(program.family)
        if standing.placed:  # being placed is no promotion
            names = {key: program.levels[at].name for key, at in (("from", standing.level), ("to", wanted)) if at >= 0}
            self.tell("level.promoted" if wanted > standing.level else "level.demoted", dict(names, program=program.family))
        since = self.fact.time if standing.since is None else max(self.fact.time, standing.since)  # stays follow each other
        standing.level, standing.since, standing.reviewed, standing.grace = wanted, since, None, None
        standing.stays.append((wanted, since))

    def issue(self, offer):
        """One offer, unless its own limits are used up."""
        span = self.term_of(offer)
        if span is None or not self.reference.may_issue(self.program, self.member, offer, self.fact.time):
            return False
        self.member.offers.append(Issue((self.program.family, offer), self.fact.time, *span))
        return True

    def term_of(self, offer):
        """(start, end) of an offer issued now; None when its time is over."""
        spec = self.program.offers[offer]
        start, until = self.fact.time, None
        valid = spec.get("valid")
        if isinstance(valid, str):
            until = self.term(valid, self.program.zone)
        elif valid:
            first, until = self.program.dates(valid)
            start = max(start, first or start)
        return None if until is not None and until <= self.fact.time else (start, until)

    def buy(self, offer, account, price):
        if not self.issue(offer):
            return False
        self.post(account, "spend", -price, "spend")
        return True

    def auto_purchase(self, offer, threshold, account):
        """Domain P12."""
        price = self.program.units(account, self.program.offers[offer]["price"])
        threshold = self.program.units(account, threshold)
        while self.member.balance(self.program, account) >= max(threshold, price) and self.buy(offer, account, price):
            pass

    def apply(self, effect):
        kind = effect[0]
        if kind == "award":
            _, account, source, units, expires = effect
            if units < 0:
                self.deduct(account, "deduct", -units)
            else:
                self.award(account, source, units, expires=expires)
        elif kind == "tag":
            self.tag(effect[1], effect[2])
        elif kind == "level":
            self.level(self.reference.program_of(effect[1]) if effect[1] else self.program, effect[2])
        elif kind == "emit":
            self.reference.emit(self, *effect[1:])
        elif kind == "spend":
            self.spend(effect[1], effect[2])
        elif kind == "expire":
            self.expire(effect[1], effect[2])
        elif kind == "issue":
            for _ in range(effect[2]):
                self.issue(effect[1])
        elif kind == "auto_purchase":
            self.auto_purchase(*effect[1:])
        elif kind == "store":
            (self.member.stores.add if effect[2] else self.member.stores.discard)((self.program.family, effect[1]))
