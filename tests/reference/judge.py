"""Is a rule's tree true for this member at this moment, and which lines of the receipt count for its outcomes?"""
from bisect import bisect_right
from fractions import Fraction
from math import prod

from clock import Moment, pieces, times, window
from exact import number, total
from history import History
from profile import MEMBER
import words
from event import CURRENCY_PLACES
from words import View, compare, listed

TIMES_MAX = 100  # that the outcomes of a rule with `every` are given at once


class Judge:
    """Judges against one snapshot: nothing here changes a member."""

    def __init__(self, program, member, fact, retro=False):
        self.program, self.member, self.fact = program, member, fact
        self.asking, self.reaching = None, {}
        self.seen = {}      # id of a condition -> (truth, what the piece with the fact measured, pieces): kept for returns
        self.as_if = False  # the fact is judged as if it had happened
        self.shares = {}  # of a rule's true conditions over the purchase that prorate the largest share, which its outcomes see
        self.base = None  # what base earning gives, for outcomes
        now = member.standing(program.family)
        self.standing = now.as_of(fact.time) if retro else now
        self.moment = Moment(fact.time, member.zone or program.zone, member.joined, self.standing.since)
        self.moment.last_maintenance = now.reviewed or self.standing.since

    # ---- what counts of a fact

    def whole_amount(self, fact, basis=None):
        """By basis: net = the item amounts, else subtotal, else total; subtotal and total fall back the other way."""
        net = fact.net()
        order = {"net": (net, fact.subtotal, fact.total), "subtotal": (fact.subtotal, net, fact.total),
                 "total": (fact.total, fact.subtotal, net)}[basis or self.program.amount_basis]
        return next(amount for amount in order if amount is not None)

    def whole(self, fact):
        """Everything that counts under this program; worked out once, as facts never change."""
        if self.program.name not in fact.views:
            lines = [line for line in fact.items if self.program.zero_priced_lines or line.amount != 0]
            fact.views[self.program.name] = View(fact, lines, self.whole_amount(fact) if fact.kind == "purchase" else Fraction(0))
        return fact.views[self.program.name]

    def narrowed(self, fact, narrows, lines=None, share=1):
        """The fact through constraints: None when they do not let it through. `lines` start from those already chosen."""
        plugins, view = self.program.plugins, self.whole(fact)
        for name, vars_ in narrows:
            if name in plugins.whole and not plugins.whole[name](view, vars_, self.program):
                return None
        by_line = [(plugins.by_line[name], vars_) for name, vars_ in narrows if name in plugins.by_line]
        portion = self.portion(narrows, fact) * share
        if portion == 0:
            return None
        if not by_line and lines is None:
            return view if portion == 1 else View(fact, view.lines, self.share(view.amount, portion))
        kept = [line for line in (view.lines if lines is None else lines) if all(test(line, vars_) for test, vars_ in by_line)]
        if not kept:
            return None
        return View(fact, kept, self.share(total(line.amount for line in kept), portion))

    def portion(self, narrows, fact):
        """The part of a purchase that its constraints leave."""
        return prod(words.tender_share(self.whole(fact), vars_) for name, vars_ in narrows if name == "payment_type")

    def share(self, amount, portion):
        """A part of an amount, rounded down once to the smallest coin."""
        coins = 10 ** CURRENCY_PLACES.get(self.program.currency, 2)
        return amount if portion == 1 else Fraction(int(amount * portion * coins), coins)

    # ---- conditions

    def condition(self, condition, behavior, held):
        """Truth of one condition; a true one over the purchase leaves its lines in `held`."""
        if condition.type in ("purchase", "event"):
            return self.current(condition, held)
        self.held_piece = (None, 1)
        truth = self.over_the_past(condition, behavior)
        self.seen[id(condition)] = (truth, *self.held_piece)
        return truth

    def over_the_past(self, condition, behavior):
        if condition.type == "profile":
            return MEMBER[condition.name](self, condition.vars, condition.sign)
        if condition.type == "total_points":
            accounts = self.program.counted_accounts(condition.narrows)
            return self.compared(condition, total(self.member.points(self.program, name) for name in accounts))
        if condition.type == "sequence":
            return self.sequence(condition)
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
        if true and any(name == "payment_type" and vars_.get("match") == "prorate" for name, vars_ in condition.narrows):
            share = self.portion(condition.narrows, self.fact)
            self.shares[self.asking.identity] = max(share, self.shares.get(self.asking.identity, share))
        return true

    def in_all_pieces(self, condition, history, without=None):
        """Does what the condition measures over its windows, less one fact, hold in all their pieces?"""
        count = next((number for number in map(times, condition.frames) if number), None)
        plain = [frame for frame in condition.frames if times(frame) is None]
        if self.asking.behavior == "maintenance" and not condition.frames:
            plain = [{"since": "last_maintenance"}]  # domain M7
        spans = [pieces(frame, self.moment) for frame in plain] or [pieces(None, self.moment)]
        low, high = max(span[-1][0] for span in spans), min(span[0][1] for span in spans)
        each = next((span for span in spans if len(span) > 1), [(low, high)])
        summed = condition.phrase.combine is total
        for start, end in each:
            if count is None and summed:
                value = history.sum(max(start, low), min(end, high), without)
            else:
                values = history.between(max(start, low), min(end, high), without)
                if count is not None:
                    if len(values) < count:
                        return False
                    values = values[-count:]
                if not values and not summed:
                    return False
                value = condition.phrase.combine(values)
            if start <= self.fact.time < end and condition.include_current and summed and not self.kept_out(condition, history):
                self.held_piece = (value, len(each))
            if not self.compared(condition, value):
                return False
        return True

    def kept_out(self, condition, history):
        """Did max_rate let others in, and not the fact at hand?"""
        if condition.type == "past_points" or not condition.rates:
            return False
        return self.worth(condition, self.fact) is not None and history.place(self.fact) is None

    def past_facts(self, condition, behavior):
        same = condition.own_same_facts and condition.include_current and self.is_of(condition, self.fact)
        if same and behavior in ("purchase", "event"):
            if (self.as_if or self.happened()) and self.narrowed(self.fact, condition.narrows) is None:
                return False
        history = self.history(condition, self.member.facts, self.worth)
        if condition.every:
            return self.multiples(condition, history)
        without = None if condition.include_current else self.fact
        if not self.in_all_pieces(condition, history, without):
            return False
        if condition.crossing:  # true only at the event that makes it true
            held = self.held_piece
            first = not self.in_all_pieces(condition, history, self.fact)
            self.held_piece = held
            return first
        return True

    def happened(self):
        """Is the fact at hand in the log?"""
        facts, order = self.member.facts, self.fact.order
        return order < len(facts) and facts[order] is self.fact

    def is_of(self, condition, fact):
        if condition.type == "past_purchases":
            return fact.kind == "purchase"
        return fact.kind == "event" and fact.symbol == condition.vars.get("event", fact.symbol)

    def history(self, condition, log, worth):
        """What the condition counts of a log, and what each is worth to it, which never changes."""
        history = self.member.histories.get(id(condition))
        if history is None:
            history = self.member.histories[id(condition)] = History(condition.rates, self.program.zone)
        history.grow(log, lambda one: worth(condition, one))
        return history

    def worth(self, condition, fact):
        view = self.narrowed(fact, condition.narrows) if self.is_of(condition, fact) else None
        return None if view is None else condition.phrase.value(view, condition.vars)

    def multiples(self, condition, history):
        """`every`: true when a multiple is reached that was never reached under this rule. What was reached before the rule first
        met the member counts as reached; a window that begins anew begins at zero."""
        spans = [window(frame, self.moment) for frame in condition.frames] or [window(None, self.moment)]
        low, high = max(span[0] for span in spans), min(span[1] for span in spans)

        def reached(without):
            return int(history.sum(low, high, without) / number(condition.every))
        now = reached(None if condition.include_current else self.fact)
        known = self.member.reached.setdefault((self.asking.identity, id(condition)), {})
        if low not in known:
            anew = condition.from_start or any(start < low for start in known)
            known[low] = 0 if anew else reached(self.fact)
        if now <= known[low]:
            return False
        self.reaching[self.asking.identity] = (known, low, now)
        return True

    def times(self, rule):
        """How often a rule that is met gives its outcomes; what its condition reached is reached for good."""
        if rule.identity not in self.reaching:
            return 1
        known, low, now = self.reaching.pop(rule.identity)
        count, known[low] = now - known[low], now
        return min(count, TIMES_MAX)

    def sequence(self, condition):
        """Numbers and totals in the order of the log, true at the very event."""
        vars_ = condition.vars
        symbol = vars_.get("event", "purchase")
        mine = [one for one in self.member.facts if one.symbol == symbol]
        if self.fact not in mine:
            return False
        if condition.name == "nth_event":
            return len(mine) == int(vars_["count"])
        if condition.name == "every_nth_event":
            return len(mine) % int(vars_["count"]) == 0
        if "unit" in vars_ or symbol == "purchase":
            values = [words.past_total(self.whole(one), {"unit": vars_.get("unit", "transactions")}) for one in mine]
        else:
            values = [one.quantity for one in mine]
        after = total(values)
        return after - values[-1] < number(vars_["total"]) <= after

    def past_points(self, condition):
        return self.in_all_pieces(condition, self.history(condition, self.member.movements, self.worth_of_points))

    def worth_of_points(self, condition, movement):
        program, narrows = self.program, condition.narrows
        if movement.place[0] != program.family or movement.place[1] not in program.counted_accounts(narrows):
            return None
        for name, vars_ in narrows:
            if name == "point_source" and movement.source not in listed(vars_, "sources"):
                return None
            if name in ("day_of_week", "time_of_day") and not words.WHOLE[name](View(movement, [], movement.points), vars_, program):
                return None
        return condition.phrase.value(movement, condition.vars)

    # ---- trees

    def tree(self, tree, behavior, held):
        if tree.condition:
            return self.condition(tree.condition, behavior, held)
        values = [self.tree(child, behavior, held) for child in tree.children]
        return {"all": all(values), "any": any(values), "none": not any(values)}[tree.kind]

    def rule(self, rule, behavior):
        """(holds, lines): the lines that some true, narrowing condition over the purchase lets through; None = all."""
        held, self.asking = [], rule
        self.shares.pop(rule.identity, None)
        met = self.member.met.get(rule.identity, [])
        before = bisect_right(met, self.fact.time)
        self.moment.last_fired = met[before - 1] if before else None
        holds = rule.tree is None or self.tree(rule.tree, behavior, held)
        if not held:
            return holds, None
        chosen = {id(line) for lines in held for line in lines}
        return holds, [line for line in self.fact.items if id(line) in chosen]

    def outcome_view(self, rule, outcome, narrows, lines):
        """What an outcome sees; None when its own constraints let nothing through."""
        if outcome.get("basis") == "purchase":
            view = self.narrowed(self.fact, narrows)
        else:
            view = self.narrowed(self.fact, narrows, lines, self.shares.get(rule.identity, 1))
        if view is not None:
            view.base = self.base
        return view
