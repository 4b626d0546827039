"""What comes back: which lines, what the purchase is then, and what its rules would have given."""
import copy
from collections import deque
from fractions import Fraction

from effects import Effects
from exact import Refusal, number, points_per, total
from judge import Judge
from program import constraint_list
from state import Entry, Movement
from words import compare

CENT = Fraction(1, 100)


class Given:
    """What one rule (None: base earning) gave for a fact: which conditions were how, and what was awarded."""

    def __init__(self, program, rule, holds, kept, level):
        self.program, self.rule, self.holds, self.kept, self.level = program, rule, holds, kept, level
        self.shares, self.cause = [], None


class Row:
    """What a rule gives to one account out of one source."""

    def __init__(self, units, expires):
        self.units, self.expires = units, expires


NONE = Row(0, None)


class Claim:
    """What is to be taken back of one lot."""

    def __init__(self, given, share, account, lot, points):
        self.given, self.share, self.account, self.lot, self.points, self.own = given, share, account, lot, points, 0


class Kept:
    """One condition as it was: `measured` of the window that held the fact, None where none did."""

    def __init__(self, truth, measured, pieces):
        self.truth, self.measured, self.pieces = truth, measured, pieces


class Stand:
    """A purchase and what is left of it, line by line."""

    def __init__(self, fact):
        self.fact, self.now, self.gone = fact, fact, False
        self.left = [[line.quantity, line.amount] for line in fact.items]
        self.total = fact.total if fact.kind == "purchase" else None
        self.subtotal = fact.subtotal if fact.kind == "purchase" else None

    def replace(self, amended):
        """The transaction as it now stands, at the time of the purchase."""
        now = copy.copy(self.fact)
        for name in ("data", "items", "payments", "store", "channel", "context", "total", "subtotal", "tax", "shipping"):
            setattr(now, name, getattr(amended, name))
        now.views, now.net_sum = {}, None
        Stand.__init__(self, now)
        self.settle()

    # ---- lines

    def candidates(self, item):
        lines = list(enumerate(self.fact.items))
        if item.of_line:
            named = [(at, line) for at, line in lines if line.line == item.of_line]
        elif item.sku:
            named = [(at, line) for at, line in lines if line.sku == item.sku]
        else:
            named = [(at, line) for at, line in lines if line.line == item.line]
        priced = [at for at, line in named if item.priced and line.amount * item.quantity == item.amount * line.quantity]
        return priced + [at for at, _ in named if at not in priced]

    def take_item(self, item, left):
        lines = self.candidates(item)
        if not lines:
            raise Refusal("item_unknown", "the purchase has no such line")
        if item.quantity > sum(max(left[at][0], 0) for at in lines):
            raise Refusal("already_returned", "less is left")
        need, money, fell = item.quantity, item.amount, Fraction(0)
        for at in lines if need else lines[:1]:
            quantity, amount = left[at]
            piece = min(quantity, need)
            if need == 0 and item.quantity or (piece <= 0 and item.quantity):
                continue
            if item.priced:
                part = money if piece == need else cut(item.amount * piece / item.quantity)
                part = min(part, amount)
                money -= part
            else:
                part = (amount if piece == quantity else cut(amount * piece / quantity)) if piece else Fraction(0)
            left[at] = [quantity - piece, amount - part]
            need -= piece
            fell += part
        return fell

    def spread(self, given, left):
        """A total without lines: in proportion, missing pennies to the largest remainders."""
        whole = sum(max(amount, 0) for _, amount in left)
        if whole == 0:
            return Fraction(0)
        wanted = whole if given == self.total else min(given, whole)
        shares = [(at, amount * wanted / whole) for at, (_, amount) in enumerate(left) if amount > 0]
        missing = int((wanted - sum(cut(share) for _, share in shares)) / CENT)
        order = sorted(shares, key=lambda one: (-(one[1] - cut(one[1])), one[0]))
        extra = {at for at, _ in order[:missing]}
        for at, share in shares:
            left[at] = [left[at][0], left[at][1] - cut(share) - (CENT if at in extra else 0)]
        return wanted

    def take(self, back):
        """Moves on to what is left after a return; Refusal leaves everything as it was."""
        if self.fact.kind != "purchase":
            if self.gone:
                raise Refusal("already_returned", "taken back before")
            self.now, self.gone = None, True
            return
        left = [list(one) for one in self.left]
        if not back.items:
            if back.total > self.total or self.total <= 0:
                raise Refusal("already_returned", "less is left")
            fell = self.spread(back.total, left)
        else:
            fell = sum((self.take_item(item, left) for item in back.items), Fraction(0))
        self.left = left
        self.total = max(self.total - (back.total if back.total is not None else fell), Fraction(0))
        if self.subtotal is not None:
            self.subtotal = max(self.subtotal - fell, Fraction(0))
        self.settle()

    def settle(self):
        fact = self.fact
        remain = [at for at, line in enumerate(fact.items)
                  if not (line.quantity and not self.left[at][0]) and not (line.amount and not self.left[at][1])]
        if not fact.items:
            self.gone = self.total <= 0
        elif any(line.amount > 0 for line in fact.items):
            self.gone = not any(self.left[at][1] > 0 for at in remain)
        else:
            self.gone = not remain
        self.now = None if self.gone else self.as_fact(remain)

    def as_fact(self, remain):
        now = copy.copy(self.fact)
        now.views, now.net_sum = {}, None
        now.items = []
        for at in remain:
            line = copy.copy(self.fact.items[at])
            line.quantity, line.amount = self.left[at]
            now.items.append(line)
        now.total, now.subtotal = self.total, self.subtotal
        return now


def cut(amount):
    return Fraction(int(amount / CENT)) * CENT


class Rejudge(Judge):
    """Judges a purchase as it stands: conditions over it anew, the others as they were kept."""

    def __init__(self, program, member, fact, original, kept):
        super().__init__(program, member, fact)
        self.original, self.kept = original, kept

    def part(self, condition, fact):
        view = self.narrowed(fact, condition.narrows)
        return None if view is None else condition.phrase.value(view, condition.vars)

    def condition(self, condition, behavior, held):
        if condition.type in ("purchase", "event"):
            return super().condition(condition, behavior, held)
        assert not condition.every  # the reference does not return multiples
        kept = self.kept[id(condition)]
        if condition.type != "past_purchases":
            return kept.truth
        old, new = self.part(condition, self.original), self.part(condition, self.fact)
        truth = kept.truth
        if kept.measured is not None:
            bound = number(condition.vars[condition.phrase.number])
            without = kept.measured - (old or 0)
            truth = compare(without + (new or 0), condition.operator, bound)
            if condition.crossing:
                truth = truth and not compare(without, condition.operator, bound)
            elif kept.pieces > 1:
                truth = truth and kept.truth
        if behavior == "purchase" and condition.own_same_facts and condition.include_current and new is None:
            return False
        return truth


class Tally(Effects):
    """Adds awards up instead of giving them."""

    def __init__(self, reference, program, member, fact):
        super().__init__(reference, program, member, fact, [])
        self.rows = {}

    def award(self, account, source, units, reason="award", expires=None):
        if units > 0:
            self.rows[account, source] = Row(self.rows.get((account, source), NONE).units + units, expires)

    def apply(self, effect):
        if effect[0] == "award":
            self.award(*effect[1:4], expires=effect[4])


class Returns:
    """Everything that a return does, for one reference."""

    def __init__(self, reference):
        self.reference = reference
        self.purchases, self.events, self.stands = {}, {}, {}

    def remember(self, event, member, fact):
        """Purchases and custom events as they are taken."""
        if fact.kind == "purchase":
            self.purchases[event["source"], event["data"].get("transaction", event["id"])] = (member, fact)
        elif event["type"] in self.reference.program.event_types:
            self.events[event["source"], event["id"]] = (member, fact)

    def find(self, event):
        of = event["data"].get("transaction" if event["kind"] == "purchase.amended" else "of")
        if not of:
            raise Refusal("of_unknown", "`of` is missing")
        found = self.purchases.get((event["source"], of)) or self.events.get((event["source"], of))
        if found is None:
            others = [one for (_, name), one in self.purchases.items() if name == of and one[0].name == event["subject"]]
            if len(others) > 1:
                raise Refusal("of_ambiguous", "several sources have one")
            found = others[0] if others else None
        if found is None or found[0].name != event["subject"]:
            raise Refusal("of_unknown", "no such purchase of this member")
        return found

    def take(self, event, back):
        """Refusal (rejected, or already_returned: refused) leaves everything as it was."""
        try:
            member, fact = self.find(event)
        except Refusal as refusal:
            if refusal.code != "of_unknown" or event["kind"] != "return" or not self.reference.program.deduct_unmatched:
                raise
            self.deduct(self.reference.member_of(event["subject"], back.time), back)
            return
        stand = self.stands.setdefault(id(fact), Stand(fact))
        before = stand.now
        (stand.replace if event["kind"] == "purchase.amended" else stand.take)(back)
        emitted = self.settle(member, fact, before, stand.now, back)
        self.exchange(member, fact, stand.now)
        self.reference.follow(member, deque(emitted))
        self.reference.deliver()

    # ---- what it would have given

    def computed(self, given, member, fact, now):
        program, tally = given.program, Tally(self.reference, given.program, member, now)
        judge = Rejudge(program, member, now, fact, given.kept)
        if given.rule is None:
            earn(program, judge, given.level, tally)
            return tally.rows
        if now.kind == "purchase":
            level = next(one.level for one in fact.gives if one.rule is None and one.program is program)
            judge.base = base_points(program, judge, level)
        behavior = given.rule.behavior
        holds, lines = judge.rule(given.rule, behavior)
        if holds == given.holds:
            outcomes(program, judge, given.rule, lines, holds, tally)
        return tally.rows

    def settle(self, member, fact, before, now, back):
        """Takes back what the fact as it stands no longer earns; what an amendment adds is given at its time."""
        claims, more = [], []
        for given in fact.gives:
            rows = self.computed(given, member, fact, now) if now is not None else {}
            if back.kind == "purchase":  # an amendment
                stood = self.computed(given, member, fact, before) if before is not None else {}
                more += [(given, place, row, stood.get(place, NONE).units) for place, row in rows.items()]
            for place in dict.fromkeys((share.account, share.source) for share in given.shares):
                shares = [share for share in given.shares if (share.account, share.source) == place]
                less = sum(share.left for share in shares) - rows.get(place, NONE).units
                for share in reversed(shares):
                    part = min(share.left, less)
                    if part > 0:
                        claims.append(Claim(given, share, share.account, share.lot, part))
                        share.left -= part
                        less -= part
        for claim in claims:  # every claim's own lot before any other; those that rolled over come behind
            claims.extend(self.claim_own(member, claim))
        for claim in claims:
            self.post(member, back, claim)
        member.lots = [lot for lot in member.lots if lot.units]
        emitted = []
        # What was given is brought up first, then what was not given at all.
        more.sort(key=lambda one: all((share.account, share.source) != one[1] for share in one[0].shares))
        for given, place, row, stood in more:
            left = sum(share.left for share in given.shares if (share.account, share.source) == place)
            if row.units > max(stood, left):
                effects = Effects(self.reference, given.program, member, back, emitted)
                effects.given, effects.cause, effects.rule = given, given.cause, given.rule
                effects.award(*place, row.units - max(stood, left), expires=row.expires)
        return emitted

    def claim_own(self, member, claim):
        """From the lot itself; what has expired of it is let go, what rolled over is claimed where it went (domain R5, G6)."""
        lot = next((one for one in member.lots if one.number == claim.lot), None)
        if lot is not None:
            claim.own = min(lot.units, claim.points)
            lot.units -= claim.own
        fate = member.fates.get(claim.lot)
        if fate is None:
            return []
        gone = min(fate.expired, claim.points - claim.own)
        fate.expired -= gone
        claim.points -= gone
        found = []
        for move in fate.moves:
            part = min(move[0], claim.points - claim.own)
            if part:
                move[0] -= part
                claim.points -= part
                found.append(Claim(claim.given, claim.share, move[1], move[2], part))
        return found

    def post(self, member, back, claim):
        """Back to the source, counted at the award's time; what neither lots nor a debt can bear is written off."""
        program, account = claim.given.program, claim.account
        place = (program.family, account)
        missing = claim.points - claim.own
        for lot in sorted((one for one in member.lots if one.place == place), key=program.spend_key):
            part = min(lot.units, missing)
            lot.units -= part
            missing -= part
        units = claim.points if program.accounts[account].get("allow_negative") else claim.points - missing
        if units:
            member.balances[place] = member.balances.get(place, 0) - units
            member.entries.append(Entry(back.time, place, claim.share.source, -units, member.balances[place], claim.given.cause))
            amount = Fraction(-units, 10 ** program.accounts[account]["decimals"])
            member.movements.append(Movement(claim.share.time, place, member.zone, claim.share.source, amount, "reversal"))

    def exchange(self, member, fact, now):
        """History sees the purchase as it stands."""
        member.histories.clear()
        if now is None:
            now = copy.copy(fact)
            now.kind = "gone"
        member.facts[fact.order] = now

    # ---- without a purchase

    def deduct(self, member, back):
        """As a purchase of those lines at the return's time: points only, taken from what there is."""
        fact = copy.copy(back)
        fact.kind = fact.symbol = "purchase"
        fact.views, fact.net_sum = {}, None
        if fact.total is None:
            fact.total = total(line.amount for line in fact.items)
        for program in self.reference.programs:
            if not program.deduct_unmatched or fact.time < program.from_instant:
                continue
            judge, rows = Judge(program, member, fact, retro=program.retro_tier), []
            level = program.levels[judge.standing.level] if judge.standing.level >= 0 else None
            judge.as_if, judge.base = True, base_points(program, judge, level)
            for rule in program.purchase + (level.purchase if level else []):
                tally = Tally(self.reference, program, member, fact)
                holds, lines = judge.rule(rule, "purchase")
                outcomes(program, judge, rule, lines, holds, tally)
                rows.append(((rule.behavior, rule.level, rule.name, None), tally.rows))
            tally = Tally(self.reference, program, member, fact)
            earn(program, judge, level, tally)
            effects = Effects(self.reference, program, member, fact, [])
            own = level.name if level is not None and level.base_earn is not None else None
            for effects.cause, some in [(("base", own, None, None), tally.rows)] + rows:
                for (account, _), row in some.items():
                    effects.deduct(account, "deduct", row.units)


def earn(program, judge, level, effects):
    """Base earning under a level."""
    own = level is not None and level.base_earn is not None
    for one in level.base_earn if own else program.base_earn:
        narrows = constraint_list(one.get("constraints"))
        view = judge.narrowed(judge.fact, narrows)
        if view is None:
            continue
        by_line = any(name in program.plugins.by_line for name, _ in narrows)
        amount = view.amount
        if not by_line:
            amount = judge.share(judge.whole_amount(judge.fact, one.get("basis", "total")), judge.portion(narrows, judge.fact))
        account = one["account"]
        points = points_per(amount, number(one["points"]), number(one["per"]), 2, one.get("rounding", "down"),
                            program.accounts[account]["decimals"])
        if points > 0:
            effects.award(account, one["source"], points)


class Sum:
    """Awards by account, whatever their source: what base earning computes, before any cap."""

    def __init__(self):
        self.units = {}

    def award(self, account, source, units):
        self.units[account] = self.units.get(account, 0) + units


def base_points(program, judge, level):
    found = Sum()
    earn(program, judge, level, found)
    return found.units


def outcomes(program, judge, rule, lines, holds, effects):
    """What a rule's outcomes for that case come to."""
    for outcome in rule.outcomes:
        if (outcome.get("on", "met") == "met") != holds:
            continue
        view = judge.outcome_view(rule, outcome, constraint_list(outcome.get("constraints")), lines)
        if view is not None:
            for effect in program.plugins.outcomes[outcome["outcome"]](view, outcome, program):
                effects.apply(effect)
