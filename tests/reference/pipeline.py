"""One event after another: fact, placement, snapshot, rules, outcomes, entrance, derived events."""
from collections import Counter, deque
from fractions import Fraction

from event import check, read_custom
from exact import Refusal, format_points, number, parse_line, points_per
from judge import Judge
from program import constraint_list

DEPTH_MAX = 8


class Award:
    """Points that a member was given."""

    def __init__(self, time, account, source, points):
        self.time, self.account, self.source, self.points = time, account, source, points


class Member:
    def __init__(self, joined, accounts):
        self.joined, self.zone = joined, None
        self.placed, self.level, self.level_entry = False, -1, None
        self.balances = {name: 0 for name in accounts}
        self.entries = 0
        self.audiences, self.tags = set(), Counter()
        self.facts, self.awards, self.values = [], [], {}


class Reference:
    def __init__(self, program):
        self.program, self.members = program, {}
        self.seen, self.transactions = {}, {}
        self.refused = set()  # keys of seen
        self.statuses, self.codes = Counter(), Counter()

    # ---- the door

    def take(self, line):
        status, code = self.judge_line(line)
        self.statuses[status] += 1
        if code:
            self.codes[code] += 1

    def judge_line(self, line):
        """(status, code) of one line."""
        try:
            event = parse_line(line)
            fact = check(event, self.program, self.program.plugins.fields)
        except Refusal as refusal:
            return "rejected", refusal.code
        key = (event["source"], event["id"])
        content = (event["type"], event.get("subject"), event["time"], event["data"])
        if key in self.seen:
            if self.seen[key] != content:
                return "conflict", None
            return ("refused", "transaction_exists") if key in self.refused else ("duplicate", None)
        if event["kind"] == "purchase":
            transaction = (event["source"], event["data"].get("transaction", event["id"]))
            if transaction in self.transactions:
                self.seen[key] = content
                self.refused.add(key)
                return "refused", "transaction_exists"
            self.transactions[transaction] = key
        self.seen[key] = content
        if fact is not None:
            self.apply(event["subject"], event["kind"], fact)
        return "applied", None

    # ---- one event

    def apply(self, subject, kind, fact):
        member = self.members.setdefault(subject, Member(fact.time, self.program.accounts))
        queue = deque([(fact, 0)])
        self.core(member, kind, fact)
        while queue:
            fact, depth = queue.popleft()
            emitted = self.evaluate(member, fact, kind if depth == 0 else fact.symbol)
            if depth < DEPTH_MAX:
                queue.extend((one, depth + 1) for one in emitted)

    def core(self, member, kind, fact):
        """What the known types do by themselves, before anything is judged."""
        data = fact.data
        if kind in ("member.join", "member.update"):
            member.zone = data.get("timezone", member.zone)
        elif kind == "audience.enter":
            member.audiences.add(data["audience"])
        elif kind == "audience.leave":
            member.audiences.discard(data["audience"])
        elif kind == "points.adjust":
            account = data["account"]
            units = self.program.units(account, data["points"])
            self.post(member, fact.time, account, data.get("source"), units)

    def evaluate(self, member, fact, kind):
        """Judges one fact; returns the events that its rules raised."""
        program, emitted = self.program, []
        if kind != "points.adjust":
            fact.order = len(member.facts)
            member.facts.append(fact)
        if fact.time < program.from_instant:
            return emitted
        if not member.placed:
            member.placed = True
            self.place(member, fact, emitted)
        if program.entrance_before:
            self.climb(member, fact, emitted)
        level = program.levels[member.level] if member.level >= 0 else None
        if fact.kind == "purchase":
            self.run(member, fact, "purchase", program.purchase + (level.purchase if level else []), level, emitted)
        elif kind != "points.adjust":
            rules = [rule for rule in program.event + (level.event if level else []) if fact.symbol in rule.wakes]
            self.run(member, fact, "event", rules, level, emitted)
        self.climb(member, fact, emitted)
        return emitted

    def run(self, member, fact, behavior, rules, level, emitted):
        """Base earning and rules, all judged against one snapshot before the first outcome."""
        judge = Judge(self.program, member, fact)
        fired = []
        for rule in rules:
            if rule.identity in fact.raised_by:
                continue  # no rule is woken again by what it raised
            holds, lines = judge.rule(rule, behavior)
            if holds:
                fired.append((rule, lines))
        if behavior == "purchase":
            self.earn(member, judge, level)
        self.give(member, judge, fired, emitted)

    def earn(self, member, judge, level):
        """Base earning: the transaction's total unless it carries a basis or its constraints narrow the lines."""
        earns = level.base_earn if level and level.base_earn is not None else self.program.base_earn
        for earn in earns:
            narrows = constraint_list(earn.get("constraints"))
            view = judge.narrowed(judge.fact, narrows)
            if view is None:
                continue
            by_line = any(name in self.program.plugins.by_line for name, _ in narrows)
            amount = view.amount if by_line else judge.whole_amount(judge.fact, earn.get("basis", "total"))
            account = earn["account"]
            points = points_per(amount, number(earn["points"]), number(earn["per"]), 2, earn.get("rounding", "down"),
                                self.program.accounts[account]["decimals"])
            self.post(member, judge.fact.time, account, earn["source"], points)

    def give(self, member, judge, fired, emitted):
        """Outcomes of the rules that hold, in order."""
        for rule, lines in fired:
            for outcome in rule.outcomes:
                view = judge.outcome_view(outcome, constraint_list(outcome.get("constraints")), lines)
                if view is None:
                    continue
                for effect in self.program.plugins.outcomes[outcome["outcome"]](view, outcome, self.program):
                    self.effect(member, judge.fact, rule, effect, emitted)

    def effect(self, member, fact, rule, effect, emitted):
        if effect[0] == "award":
            self.post(member, fact.time, *effect[1:])
        elif effect[0] == "tag":
            member.tags[effect[1]] += 1
        elif effect[0] == "level":
            wanted = next(at for at, level in enumerate(self.program.levels) if level.name == effect[1])
            if wanted != member.level:
                member.level, member.level_entry = wanted, fact.time
        else:
            derived = read_custom(effect[1], fact.time, {}, self.program.plugins.fields)
            derived.raised_by = fact.raised_by | {rule.identity}
            emitted.append(derived)

    def post(self, member, time, account, source, points):
        """Moves points: awards up to the account's maximum, deductions down to zero unless it may go below."""
        settings = self.program.accounts[account]
        if points > 0 and "max_balance" in settings:
            room = self.program.units(account, settings["max_balance"]) - member.balances[account]
            points = min(points, max(room, 0))
        if points < 0 and not settings.get("allow_negative"):
            points = -min(-points, max(member.balances[account], 0))
        if points == 0:
            return
        member.balances[account] += points
        member.entries += 1
        if points > 0:
            member.awards.append(Award(time, account, source, Fraction(points, 10 ** settings["decimals"])))

    # ---- levels

    def entered(self, member, fact, at):
        """The entrance rules of level `at` that hold now."""
        judge = Judge(self.program, member, fact)
        return [(rule, lines) for rule in self.program.levels[at].entrance
                for holds, lines in [judge.rule(rule, "entrance")] if holds], judge

    def enter(self, member, fact, at, held, judge, emitted):
        member.level, member.level_entry = at, fact.time
        self.give(member, judge, held, emitted)

    def place(self, member, fact, emitted):
        """A member new to the program stands at the lowest level whose entrance holds, or at none."""
        for at in range(len(self.program.levels)):
            held, judge = self.entered(member, fact, at)
            if held:
                return self.enter(member, fact, at, held, judge, emitted)
        return None

    def climb(self, member, fact, emitted):
        """Up to the next level whose entrance holds, its outcomes given, and again from there."""
        moved = True
        while moved:
            moved = False
            for at in range(member.level + 1, len(self.program.levels)):
                held, judge = self.entered(member, fact, at)
                if held:
                    self.enter(member, fact, at, held, judge, emitted)
                    moved = not self.program.promote_one
                    break

    # ---- the result

    def result(self):
        for subject in sorted(self.members):
            member = self.members[subject]
            balances = {name: format_points(points, self.program.accounts[name]["decimals"])
                        for name, points in member.balances.items()}
            levels = {self.program.family: self.program.levels[member.level].name} if member.level >= 0 else {}
            yield {"member": subject, "balances": balances, "levels": levels, "entries": member.entries}
