"""One event after another: due work, fact, placement, snapshot, rules, outcomes, entrance, derived events."""
import copy
from collections import Counter, deque
from datetime import date

from clock import day_start, shift, NEVER
from effects import Effects
from event import Fact, check, read_custom
from exact import Refusal, format_points, number, parse_line, points_per
from judge import Judge
from limits import Budgets, in_force, in_period, may_fire, period
from program import constraint_list
from returns import Given, Kept, Returns
from state import Member

DEPTH_MAX = 8
NO_FACTS = ("points.adjust", "points.spend")  # their points are facts


class Due:
    """An event that an outcome asked for later, or of another member."""

    def __init__(self, at, order, member, fact, link):
        self.at, self.order, self.member, self.fact, self.link = at, order, member, fact, link


TEXT = ("text",)
RAISED = {  # the events that the core raises, with the fields that rules may read
    "points.earned": {"points?": ("decimal", 6), "account?": TEXT, "source?": TEXT, "behavior?": TEXT, "rule?": TEXT},
    "points.spent": {"points?": ("decimal", 6), "account?": TEXT, "source?": TEXT, "behavior?": TEXT, "rule?": TEXT},
    "points.expired": {"points?": ("decimal", 6), "account?": TEXT},
    "level.promoted": {"program?": TEXT, "from?": TEXT, "to?": TEXT},
    "level.demoted": {"program?": TEXT, "from?": TEXT, "to?": TEXT},
    "purchase.completed": {"total?": ("money", 3), "store?": TEXT, "channel?": TEXT},
}


class Reference:
    def __init__(self, *programs):
        self.programs, self.members = list(programs), {}
        self.program = programs[0]
        self.seen, self.transactions = {}, {}
        self.refused = {}  # key of seen -> code
        self.statuses, self.codes = Counter(), Counter()
        self.budgets, self.due, self.time, self.count = Budgets(), [], -NEVER, 0
        self.sent = deque()  # events over links
        self.declared = dict(RAISED)
        self.returns = Returns(self)
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
            fact = check(event, self, self.declared)
        except Refusal as refusal:
            return "rejected", refusal.code
        key = (event["source"], event["id"])
        content = (event["type"], event.get("subject"), event["time"], event["data"])
        if key in self.seen:
            if self.seen[key] != content:
                return "conflict", None
            return ("refused", self.refused[key]) if key in self.refused else ("duplicate", None)
        if event["kind"] == "return":
            return self.come_back(key, content, event, fact)
        if event["kind"] == "purchase":
            transaction = (event["source"], event["data"].get("transaction", event["id"]))
            if transaction in self.transactions:
                self.seen[key] = content
                return self.refuse(key, "transaction_exists")
            self.transactions[transaction] = key
        self.seen[key] = content
        self.time = max(self.time, event["at"])
        self.run_due()
        if event["kind"] in ("points.adjust", "points.spend") and self.short(event):
            return self.refuse(key, "points_short")
        if fact is not None:
            self.apply(event["subject"], event["kind"], fact)
            self.returns.remember(event, self.members[event["subject"]], fact)
        return "applied", None

    def come_back(self, key, content, event, fact):
        self.time = max(self.time, event["at"])
        self.run_due()
        try:
            self.returns.take(event, fact)
        except Refusal as refusal:
            if refusal.code != "already_returned":
                return "rejected", refusal.code
            self.seen[key] = content
            return self.refuse(key, refusal.code)
        self.seen[key] = content
        return "applied", None

    def refuse(self, key, code):
        self.refused[key] = code
        return "refused", code

    def short(self, event):
        """Does a manual deduction or a spend ask for more than is there?"""
        member = self.members.get(event["subject"])
        if event["kind"] == "points.spend":
            program, names = self.purse(event["data"])
            held = sum(max(member.balance(program, name), 0) for name in names) if member else 0
            return held < program.units(names[0], event["data"]["points"])
        program, name = self.account_of(event["data"].get("account"))
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
        emitted = []
        self.core(member, kind, fact, emitted)
        self.chain(member, fact, emitted)
        self.deliver()

    def chain(self, member, fact, emitted):
        """A fact and, first in first out, the events that it raises."""
        if fact.depth > DEPTH_MAX:
            return
        self.evaluate(member, fact, emitted)
        if fact.kind == "purchase":
            effects = Effects(self, self.program, member, fact, emitted)
            effects.tell("purchase.completed", {name: fact.data[name] for name in ("total", "store", "channel") if name in fact.data})
        self.follow(member, deque(emitted))

    def follow(self, member, queue):
        while queue:
            fact, raised = queue.popleft(), []
            if fact.depth <= DEPTH_MAX:
                self.evaluate(member, fact, raised)
                queue.extend(raised)

    def deliver(self):
        """What was sent over links, each after what is due at its member."""
        while self.sent:
            member, fact = self.sent.popleft()
            self.chain(member, fact, [])

    def core(self, member, kind, fact, emitted):
        """What the known types do by themselves, before anything is judged."""
        data = fact.data
        if kind in ("member.join", "member.update"):
            member.zone = data.get("timezone", member.zone)
            member.attributes.update(data.get("attributes", {}))
            for name, members in data.get("links", {}).items():
                member.links[name] = members if isinstance(members, list) else [members]
            if "birthday" in data:
                member.birthday = date.fromisoformat(data["birthday"])
        elif kind == "audience.enter":
            member.audiences.add(data["audience"])
        elif kind == "audience.leave":
            member.audiences.discard(data["audience"])
        elif kind == "points.adjust":
            program, account = self.account_of(data.get("account"))
            effects = Effects(self, program, member, fact, emitted)
            units = program.units(account, data["points"])
            if units > 0:
                effects.award(account, data.get("source"), units, "adjust")
            else:
                effects.deduct(account, "adjust", -units, "adjust")

        elif kind == "points.spend":
            program, names = self.purse(data)
            Effects(self, program, member, fact, emitted).spend_event(names, program.units(names[0], data["points"]))

    def purse(self, data):
        """(program, accounts) that a spend comes from: the one named, else the default ones."""
        if "account" in data:
            program, name = self.account_of(data["account"])
            return program, [name]
        if len(self.programs) > 1:
            raise Refusal("account_ambiguous", "name the account")
        names = [name for name, account in self.program.accounts.items() if account.get("default")]
        return self.program, names

    def evaluate(self, member, fact, emitted):
        """Judges one fact under every program in force, all of them on the same snapshot."""
        fact.zone = member.zone
        if fact.symbol not in NO_FACTS:
            fact.order = len(member.facts)
            member.facts.append(fact)
        turns = [Turn(self, program, member, fact, emitted) for program in self.programs if fact.time >= program.from_instant]
        for step in (Turn.begin, Turn.decide, Turn.earn, Turn.outcomes, Turn.climb):
            for turn in turns:
                step(turn)

    # ---- later, and elsewhere

    def derived(self, effects, symbol, time, data):
        """The next event of the chain; no rule is woken again by what it raised."""
        fact = read_custom(symbol, time, data, self.declared)
        fact.depth = effects.fact.depth + 1
        if time == effects.fact.time:
            fact.posted = effects.fact.posted
        fact.raised_by = effects.fact.raised_by | ({effects.rule.identity} if effects.rule else set())
        return fact

    def emit(self, effects, name, data, after, link):
        """An event of this member now, of this member later, or of the member that a link names."""
        member, fact = effects.member, effects.fact
        time = fact.time
        if after:
            time = shift(member.zone or effects.program.zone, fact.time, after)
        derived = self.derived(effects, name, time, data)
        if derived.depth > DEPTH_MAX or (link is None and not after):
            effects.emitted.append(derived)
            return
        derived.posted = time
        derived.raised_by = frozenset()  # later or elsewhere the depth alone counts
        if after:
            self.count += 1
            self.due.append(Due(time, self.count, member, derived, link))
        else:
            self.send(member, link, derived)

    def send(self, member, link, fact):
        """To whom a link leads; nobody where that is the member itself or not known."""
        for name in member.links.get(link, []):
            if name != member.name and name in self.members:
                self.sent.append((self.members[name], copy.copy(fact)))

    def run_due(self):
        """Everything that is due up to now, in the order of time."""
        while True:
            ends = [(lot.expires, member.number, member) for member in self.members.values() for lot in member.lots
                    if lot.expires is not None]
            ready = sorted((one for one in self.due if one.at <= self.time), key=lambda one: (one.at, one.order))
            end = min(ends, key=lambda one: one[:2], default=(NEVER,))
            if end[0] <= self.time and not (ready and ready[0].at < end[0]):  # at one boundary points go first (domain M11)
                self.run_expiry(end[2], end[0])
                continue
            if not ready:
                return
            due = ready[0]
            self.due.remove(due)
            if due.link is None:
                self.chain(due.member, due.fact, [])
            else:
                self.send(due.member, due.link, due.fact)
            self.deliver()

    def run_expiry(self, member, boundary):
        """Judged as of the last instant before the boundary (domain W4)."""
        fact, raised = Fact("due", "due", boundary - 1, {}), []
        fact.posted = boundary
        for program in self.programs:
            Effects(self, program, member, fact, raised).expire_lots(boundary)
        self.follow(member, deque(raised))
        self.deliver()

    def may_issue(self, program, member, offer, now):
        limit = program.offers[offer].get("limit")
        if limit is None:
            return True
        bounds = period(program.zone, now, limit.get("per", "forever"))
        return sum(one.offer == (program.family, offer) and in_period(bounds, one.time) for one in member.offers) < int(limit["times"])

    def account_of(self, name):
        """(program, account) of a bare name that one family has, or of family.account."""
        found = [(one, account) for one in self.programs for account in one.accounts if name in (account, f"{one.family}.{account}")]
        if len(found) != 1:
            raise Refusal("account_ambiguous" if found else "account_unknown", f"no account {name!r}")
        return found[0]

    def program_of(self, name):
        return next(one for one in self.programs if name in (one.name, one.family))

    # ---- the result

    def label(self, place):
        """The bare name of an account where one family has it, else family.account."""
        owners = [one for one in self.programs if place[1] in one.accounts]
        return place[1] if len(owners) == 1 else ".".join(place)

    def offer_label(self, offer):
        owners = [one for one in self.programs if offer[1] in one.offers]
        return offer[1] if len(owners) == 1 else ".".join(offer)

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
        self.snapshot, self.level_held, self.fired = None, None, []

    def judge(self):
        return Judge(self.program, self.member, self.fact)

    def level(self):
        return self.program.levels[self.standing.level] if self.standing.level >= 0 else None

    def begin(self):
        if not self.standing.placed:
            self.place()
            self.standing.placed = True
        if self.program.entrance_before:
            self.climb()

    def decide(self):
        """The rules of the behavior, all judged against one snapshot before the first outcome."""
        program, fact = self.program, self.fact
        self.snapshot, self.level_held = self.judge(), self.level()
        level, judge, fired = self.level_held, self.snapshot, self.fired
        behavior = "purchase" if fact.kind == "purchase" else "event"
        rules = getattr(program, behavior) + (getattr(level, behavior) if level else [])
        for rule in rules:
            if behavior == "event" and fact.symbol not in rule.wakes:
                continue
            if rule.identity in self.fact.raised_by:
                continue  # no rule is woken again by what it raised
            if not in_force(rule, self.program.zone, self.fact.time):
                continue
            holds, lines = judge.rule(rule, behavior)
            if holds or any(one.get("on") == "unmet" for one in rule.outcomes):
                fired.append((rule, lines, holds))

    def outcomes(self):
        self.give(self.snapshot, self.fired)

    def earn(self):
        """Base earning: the transaction's total unless it carries a basis or its constraints narrow the lines."""
        if self.fact.kind != "purchase":
            return
        judge, level = self.snapshot, self.level_held
        self.note(None, True, {}, level)
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
            self.effects.cause, self.effects.rule = ("base", level.name if own else None, None, None), None
            if points > 0:
                self.effects.award(account, earn["source"], points)

    def note(self, rule, holds, seen, level):
        """What a return of this fact will be judged by."""
        kept = {key: Kept(*one) for key, one in seen.items()}
        self.effects.given = Given(self.program, rule, holds, kept, level)
        self.fact.gives.append(self.effects.given)

    def give(self, judge, fired):
        """Outcomes of the rules that were decided, in order, within their limits."""
        for rule, lines, holds in fired:
            given = [one for one in rule.outcomes if (one.get("on", "met") == "met") == holds]
            for _ in range(judge.times(rule) if holds else 1):
                if given and may_fire(self.program, self.member, rule, self.fact.time):
                    if holds:
                        self.member.met.setdefault(rule.identity, []).append(self.fact.time)
                    self.give_once(judge, rule, given, lines)

    def give_once(self, judge, rule, given, lines):
        self.member.fired.setdefault(rule.identity, []).append(self.fact.time)
        self.effects.rule = rule
        self.note(rule, rule.outcomes and given[0].get("on", "met") == "met", judge.seen, None)
        for outcome in given:
            view = judge.outcome_view(outcome, constraint_list(outcome.get("constraints")), lines)
            if view is None:
                continue
            self.effects.cause = (rule.behavior, rule.level, rule.name, outcome["outcome"])
            for effect in self.program.plugins.outcomes[outcome["outcome"]](view, outcome, self.program):
                self.effects.apply(effect)

    # ---- levels

    def entered(self, at):
        """The entrance rules of level `at` that hold now."""
        judge = self.judge()
        return [(rule, lines, True) for rule in self.program.levels[at].entrance
                if in_force(rule, self.program.zone, self.fact.time)
                for holds, lines in [judge.rule(rule, "entrance")] if holds], judge

    def enter(self, at, held, judge):
        self.effects.rule = held[0][0]  # the first one that holds is said to have moved the member
        self.effects.move(self.program, at)
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
