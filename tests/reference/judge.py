"""Is a rule's tree true for this member at this moment, and which lines of the receipt count for its outcomes?"""
from fractions import Fraction

from clock import Moment, pieces, times, window
from exact import number, total
from profile import MEMBER
import words
from event import CURRENCY_PLACES
from words import View, compare, listed


class Judge:
    """Judges against one snapshot: nothing here changes a member."""

    def __init__(self, program, member, fact):
        self.program, self.member, self.fact = program, member, fact
        self.moment = Moment(fact.time, member.zone or program.zone, member.joined, member.standing(program.family).since)

    # ---- what counts of a fact

    def whole_amount(self, fact, basis=None):
        """By basis: net = the item amounts, else subtotal, else total; subtotal and total fall back the other way."""
        net = fact.net()
        order = {"net": (net, fact.subtotal, fact.total), "subtotal": (fact.subtotal, net, fact.total),
                 "total": (fact.total, fact.subtotal, net)}[basis or self.program.amount_basis]
        return next(amount for amount in order if amount is not None)

    def whole(self, fact):
        """Everything that counts; worked out once, as facts never change."""
        if fact.view is None:
            lines = [line for line in fact.items if self.program.zero_priced_lines or line.amount != 0]
            fact.view = View(fact, lines, self.whole_amount(fact) if fact.kind == "purchase" else Fraction(0))
        return fact.view

    def narrowed(self, fact, narrows, lines=None):
        """The fact through constraints: None when they do not let it through. `lines` start from those already chosen."""
        plugins, view = self.program.plugins, self.whole(fact)
        for name, vars_ in narrows:
            if name in plugins.whole and not plugins.whole[name](view, vars_, self.program):
                return None
        by_line = [(plugins.by_line[name], vars_) for name, vars_ in narrows if name in plugins.by_line]
        portion = Fraction(1)
        for name, vars_ in narrows:
            portion *= words.tender_share(view, vars_) if name == "payment_type" else 1
        if portion == 0:
            return None
        if not by_line and lines is None:
            return view if portion == 1 else View(fact, view.lines, self.share(view.amount, portion))
        kept = [line for line in (view.lines if lines is None else lines) if all(test(line, vars_) for test, vars_ in by_line)]
        if not kept:
            return None
        return View(fact, kept, self.share(total(line.amount for line in kept), portion))

    def share(self, amount, portion):
        """A part of an amount, rounded down once to the smallest coin."""
        coins = 10 ** CURRENCY_PLACES.get(self.program.currency, 2)
        return amount if portion == 1 else Fraction(int(amount * portion * coins), coins)

    # ---- conditions

    def condition(self, condition, behavior, held):
        """Truth of one condition; a true one over the purchase leaves its lines in `held`."""
        if condition.type in ("purchase", "event"):
            return self.current(condition, held)
        if condition.type == "profile":
            return MEMBER[condition.name](self, condition.vars, condition.sign)
        if condition.type == "total_points":
            accounts = self.program.counted_accounts(condition.narrows)
            return self.compared(condition, total(self.member.points(self.program, name) for name in accounts))
        if condition.type == "past_points":
            return self.past_points(condition)
        return self.past_facts(condition, behavior)

    def compared(self, condition, value):
        return compare(value, condition.operator, number(condition.vars[condition.phrase.number]))

    def in_frames(self, frames):
        return all(low <= self.fact.time < high for low, high in (window(frame, self.moment) for frame in frames))

    def current(self, condition, held):
        if self.fact.kind != condition.type or not self.in_frames(condition.frames):
            return False
        if condition.type == "event" and condition.vars["event"] != self.fact.symbol:
            return False
        view = self.narrowed(self.fact, condition.narrows)
        if view is None:
            return False
        phrase = condition.phrase
        true = phrase.test(view, condition.vars) if phrase.test else self.compared(condition, phrase.value(view, condition.vars))
        if true and any(name in self.program.plugins.by_line for name, _ in condition.narrows):
            held.append(view.lines)
        return true

    def in_all_pieces(self, condition, dated):
        """`dated` is [(time, value)] in the order of time, then of the log."""
        count = next((number for number in map(times, condition.frames) if number), None)
        plain = [frame for frame in condition.frames if times(frame) is None]
        spans = [pieces(frame, self.moment) for frame in plain] or [pieces(None, self.moment)]
        low, high = max(span[-1][0] for span in spans), min(span[0][1] for span in spans)
        each = next((span for span in spans if len(span) > 1), [(low, high)])
        for start, end in each:
            values = [value for time, value in dated if max(start, low) <= time < min(end, high)]
            if count is not None:
                if len(values) < count:
                    return False
                values = values[-count:]
            if not self.compared(condition, total(values)):
                return False
        return True

    def past_facts(self, condition, behavior):
        kind = "purchase" if condition.type == "past_purchases" else "event"
        mine = [fact for fact in self.member.facts if fact.kind == kind
                and (kind == "purchase" or fact.symbol == condition.vars.get("event", fact.symbol))]
        if behavior != "entrance" and condition.own_same_facts and condition.include_current and self.fact in mine:
            if self.narrowed(self.fact, condition.narrows) is None:
                return False
        dated = []
        for fact in sorted(mine, key=lambda one: (one.time, one.order)):
            if fact is self.fact and not condition.include_current:
                continue
            if fact.time > self.fact.time:
                break
            value = self.remembered(condition, fact)
            if value is not None:
                dated.append((fact, value))
        if not self.in_all_pieces(condition, [(fact.time, value) for fact, value in dated]):
            return False
        if condition.crossing:  # true only at the event that makes it true
            before = [(fact.time, value) for fact, value in dated if fact is not self.fact]
            return not self.in_all_pieces(condition, before)
        return True

    def remembered(self, condition, fact):
        """What a past fact is worth to a condition: it never changes, so it is worked out once."""
        key = (id(condition), fact.order)
        if key not in self.member.values:
            view = self.narrowed(fact, condition.narrows)
            self.member.values[key] = None if view is None else condition.phrase.value(view, condition.vars)
        return self.member.values[key]

    def past_points(self, condition):
        accounts = self.program.counted_accounts(condition.narrows)
        sources = [listed(vars_, "sources") for name, vars_ in condition.narrows if name == "point_source"]
        dated = []
        for one in sorted(self.member.movements, key=lambda one: one.time):
            if one.account in accounts and all(one.source in some for some in sources) and one.time <= self.fact.time:
                dated.append((one.time, condition.phrase.value(one, condition.vars)))
        return self.in_all_pieces(condition, dated)

    # ---- trees

    def tree(self, tree, behavior, held):
        if tree.condition:
            return self.condition(tree.condition, behavior, held)
        values = [self.tree(child, behavior, held) for child in tree.children]
        return {"all": all(values), "any": any(values), "none": not any(values)}[tree.kind]

    def rule(self, rule, behavior):
        """(holds, lines): the lines that some true, narrowing condition over the purchase lets through; None = all."""
        held = []
        fired = [time for time in self.member.fired.get(rule.identity, ()) if time <= self.fact.time]
        self.moment.last_fired = max(fired, default=None)
        holds = rule.tree is None or self.tree(rule.tree, behavior, held)
        if not held:
            return holds, None
        chosen = {id(line) for lines in held for line in lines}
        return holds, [line for line in self.fact.items if id(line) in chosen]

    def outcome_view(self, outcome, narrows, lines):
        """What an outcome sees; None when its own constraints let nothing through."""
        if outcome.get("basis") == "purchase":
            lines = None
        return self.narrowed(self.fact, narrows, lines)
