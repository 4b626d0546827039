"""One event after another: due work, fact, placement, snapshot, rules, outcomes, entrance, derived events."""
from collections import Counter, deque
from datetime import date

from clock import day_start, shift, NEVER
from effects import Effects
from event import check, read_custom
from exact import Refusal, format_points, number, parse_line, points_per
from judge import Judge
from limits import Budgets, in_force, in_period, may_fire, period
from program import constraint_list
from state import Member

DEPTH_MAX = 8


class Due:
    """An event that an outcome asked for later, or of another member."""

    def __init__(self, at, order, member, fact, depth):
        self.at, self.order, self.member, self.fact, self.depth = at, order, member, fact, depth


class Reference:
    def __init__(self, *programs):
        self.programs, self.members = list(programs), {}
        self.program = programs[0]
        self.seen, self.transactions = {}, {}
        self.refused = {}  # key of seen -> code
        self.statuses, self.codes = Counter(), Counter()
        self.budgets, self.due, self.time, self.count = Budgets(), [], -NEVER, 0
        self.declared = {}
        for program in programs:
            self.declared.update(program.plugins.fields)

    # ---- the door

    def take(self, line):
        """The status and code of one line."""
        status, code = self.judge_line(line)
        self.statuses[status] += 1
        if code:
            self.codes[code] += 1
        return status, code

    def judge_line(self, line):
        try:
            event = parse_line(line)
            fact = check(event, self.program, self.declared)
        except Refusal as refusal:
            return "rejected", refusal.code
        key = (event["source"], event["id"])
        content = (event["type"], event.get("subject"), event["time"], event["data"])
        if key in self.seen:
            if self.seen[key] != content:
                return "conflict", None
            return ("refused", self.refused[key]) if key in self.refused else ("duplicate", None)
        if event["kind"] == "purchase":
            transaction = (event["source"], event["data"].get("transaction", event["id"]))
            if transaction in self.transactions:
                self.seen[key] = content
                return self.refuse(key, "transaction_exists")
            self.transactions[transaction] = key
        self.seen[key] = content
        if event["kind"] == "points.adjust" and self.short(event):
            return self.refuse(key, "points_short")
        self.time = max(self.time, event["at"])
        self.run_due()
        if fact is not None:
            self.apply(event["subject"], event["kind"], fact)
        return "applied", None

    def refuse(self, key, code):
        self.refused[key] = code
        return "refused", code

    def short(self, event):
        """Does a manual deduction ask for more than is there?"""
        name = event["data"]["account"]
        program = next(one for one in self.programs if name in one.accounts)
        member = self.members.get(event["subject"])
        units = program.units(name, event["data"]["points"])
        held = member.balance(program, name) if member else 0
        return units < 0 and held + units < 0 and not program.accounts[name].get("allow_negative")

    # ---- one event

    def member_of(self, subject, time):
        if subject not in self.members:
            self.members[subject] = Member(subject, time, len(self.members))
        return self.members[subject]

    def apply(self, subject, kind, fact):
        joined = fact.time
        if kind == "member.join" and "joined" in fact.data:
            joined = day_start(self.program.zone, date.fromisoformat(fact.data["joined"]))
        member = self.member_of(subject, joined)
        self.core(member, kind, fact)
        self.chain(member, fact, 0)

    def chain(self, member, fact, depth):
        """A fact and, first in first out, the events that its rules raise."""
        queue = deque([(fact, depth)])
        while queue:
            fact, depth = queue.popleft()
            emitted = []
            self.evaluate(member, fact, emitted, depth)
            if depth < DEPTH_MAX:
                queue.extend((one, depth + 1) for one in emitted)

    def core(self, member, kind, fact):
        """What the known types do by themselves, before anything is judged."""
        data = fact.data
        if kind in ("member.join", "member.update"):
            member.zone = data.get("timezone", member.zone)
            member.attributes.update(data.get("attributes", {}))
            member.links.update(data.get("links", {}))
            if "birthday" in data:
                member.birthday = date.fromisoformat(data["birthday"])
        elif kind == "audience.enter":
            member.audiences.add(data["audience"])
        elif kind == "audience.leave":
            member.audiences.discard(data["audience"])
        elif kind == "points.adjust":
            program = next(one for one in self.programs if data["account"] in one.accounts)
            effects = Effects(self, program, member, fact, [])
            units = program.units(data["account"], data["points"])
            if units > 0:
                effects.award(data["account"], data.get("source"), units, "adjust")
            else:
                effects.deduct(data["account"], "adjust", -units, "adjust")

    def evaluate(self, member, fact, emitted, depth):
        """Judges one fact under every program in force."""
        fact.depth = depth
        if fact.symbol != "points.adjust":
            fact.order = len(member.facts)
            member.facts.append(fact)
        for program in self.programs:
            if fact.time >= program.from_instant:
                Turn(self, program, member, fact, emitted).run()

    # ---- later, and elsewhere

    def emit(self, effects, rule, name, data, after, link):
        """An event of this member now, of this member later, or of the member that a link names."""
        member, fact = effects.member, effects.fact
        time = fact.time
        if after:
            time = shift(member.zone or effects.program.zone, fact.time, after)
        derived = read_custom(name, time, data, self.declared)
        derived.raised_by = fact.raised_by | {rule.identity}
        if link is None and not after:
            effects.emitted.append(derived)
            return
        target = member
        if link is not None:
            target = self.members.get(member.links.get(link))
            if target is None or target is member:
                return
        self.count += 1
        self.due.append(Due(time, self.count, target, derived, fact.depth + 1))
        if not after:
            self.run_due()

    def run_due(self):
        """Everything that is due up to now, in the order of time."""
        while True:
            ready = sorted((one for one in self.due if one.at <= self.time), key=lambda one: (one.at, one.order))
            if not ready:
                return
            self.due.remove(ready[0])
            if ready[0].depth <= DEPTH_MAX:
                self.chain(ready[0].member, ready[0].fact, ready[0].depth)

    def may_issue(self, program, member, offer, now):
        limit = program.offers[offer].get("limit")
        if limit is None:
            return True
        bounds = period(program.zone, now, limit.get("per", "forever"))
        return sum(one.offer == (program.family, offer) and in_period(bounds, one.time) for one in member.offers) < int(limit["times"])

    def program_of(self, name):
        return next(one for one in self.programs if name in (one.name, one.family))

    # ---- the result

    def label(self, place):
        """The bare name of an account where one family has it, else family.account."""
        owners = [one for one in self.programs if place[1] in one.accounts]
        return place[1] if len(owners) == 1 else ".".join(place)

    def result(self):
        for subject in sorted(self.members):
            member = self.members[subject]
            balances, levels = {}, {}
            for program in self.programs:
                for name, account in program.accounts.items():
                    points = member.balance(program, name)
                    balances[self.label((program.family, name))] = format_points(points, account["decimals"])
                at = member.standing(program.family).level
                if at >= 0:
                    levels[program.family] = program.levels[at].name
            yield {"member": subject, "balances": balances, "levels": levels, "entries": len(member.entries)}


class Turn:
    """One fact of one member, judged under one program."""

    def __init__(self, reference, program, member, fact, emitted):
        self.reference, self.program, self.member, self.fact = reference, program, member, fact
        self.standing = member.standing(program.family)
        self.effects = Effects(reference, program, member, fact, emitted)

    def judge(self):
        return Judge(self.program, self.member, self.fact)

    def level(self):
        return self.program.levels[self.standing.level] if self.standing.level >= 0 else None

    def run(self):
        program, fact = self.program, self.fact
        if not self.standing.placed:
            self.standing.placed = True
            self.place()
        if program.entrance_before:
            self.climb()
        level = self.level()
        if fact.kind == "purchase":
            self.behavior("purchase", program.purchase + (level.purchase if level else []), level)
        elif fact.symbol != "points.adjust":
            rules = [rule for rule in program.event + (level.event if level else []) if fact.symbol in rule.wakes]
            self.behavior("event", rules, level)
        self.climb()

    def behavior(self, behavior, rules, level):
        """Base earning and rules, all judged against one snapshot before the first outcome."""
        judge, fired = self.judge(), []
        for rule in rules:
            if rule.identity in self.fact.raised_by:
                continue  # no rule is woken again by what it raised
            if not in_force(rule, self.member.zone or self.program.zone, self.fact.time):
                continue
            holds, lines = judge.rule(rule, behavior)
            if holds or any(one.get("on") == "unmet" for one in rule.outcomes):
                fired.append((rule, lines, holds))
        if behavior == "purchase":
            self.earn(judge, level)
        self.give(judge, fired)

    def earn(self, judge, level):
        """Base earning: the transaction's total unless it carries a basis or its constraints narrow the lines."""
        own = level is not None and level.base_earn is not None
        for earn in level.base_earn if own else self.program.base_earn:
            narrows = constraint_list(earn.get("constraints"))
            view = judge.narrowed(judge.fact, narrows)
            if view is None:
                continue
            by_line = any(name in self.program.plugins.by_line for name, _ in narrows)
            amount = view.amount if by_line else judge.whole_amount(judge.fact, earn.get("basis", "total"))
            account = earn["account"]
            points = points_per(amount, number(earn["points"]), number(earn["per"]), 2, earn.get("rounding", "down"),
                                self.program.accounts[account]["decimals"])
            self.effects.cause = ("base", level.name if own else None, None, None)
            if points > 0:
                self.effects.award(account, earn["source"], points)

    def give(self, judge, fired):
        """Outcomes of the rules that were decided, in order, within their limits."""
        for rule, lines, holds in fired:
            given = [one for one in rule.outcomes if (one.get("on", "met") == "met") == holds]
            if not given or not may_fire(self.program, self.member, rule, self.fact.time):
                continue
            self.member.fired.setdefault(rule.identity, []).append(self.fact.time)
            for outcome in given:
                view = judge.outcome_view(outcome, constraint_list(outcome.get("constraints")), lines)
                if view is None:
                    continue
                self.effects.cause = (rule.behavior, rule.level, rule.name, outcome["outcome"])
                for effect in self.program.plugins.outcomes[outcome["outcome"]](view, outcome, self.program):
                    self.effects.apply(rule, effect)

    # ---- levels

    def entered(self, at):
        """The entrance rules of level `at` that hold now."""
        judge = self.judge()
        return [(rule, lines, True) for rule in self.program.levels[at].entrance
                if in_force(rule, self.member.zone or self.program.zone, self.fact.time)
                for holds, lines in [judge.rule(rule, "entrance")] if holds], judge

    def enter(self, at, held, judge):
        self.standing.level, self.standing.since = at, self.fact.time
        self.give(judge, held)

    def place(self):
        """A member new to the program stands at the lowest level whose entrance holds, or at none."""
        for at in range(len(self.program.levels)):
            held, judge = self.entered(at)
            if held:
                return self.enter(at, held, judge)
        return None

    def climb(self):
        """Up to the next level whose entrance holds, its outcomes given, and again from there."""
        moved = True
        while moved:
            moved = False
            for at in range(self.standing.level + 1, len(self.program.levels)):
                held, judge = self.entered(at)
                if held:
                    self.enter(at, held, judge)
                    moved = not self.program.promote_one
                    break
