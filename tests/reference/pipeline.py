"""One event after another: due work, fact, placement, snapshot, rules, outcomes, entrance, derived events."""
import copy
from collections import Counter, deque
from datetime import date
from heapq import heappush

from clock import day_start, shift, NEVER
from due import Agenda, Piece
from effects import Effects
from event import check, read_custom
from exact import Refusal, format_points, parse_line
from idle import happened
from limits import Budgets, in_period, period
from purse import EVENTS, Purse
from returns import Returns
from state import Member
from turn import Turn

DEPTH_MAX = 8
NO_FACTS = (*EVENTS, "points.adjust", "offer.redeem", "offer.purchase")  # their points are facts
QUIET = ("member.lock", "member.unlock", "points.hold", "points.capture", "points.release", "points.spend_cancelled")
REFUSED = ("points_short", "member_locked", "already_returned", "hold_closed")


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
        self.budgets, self.time, self.count = Budgets(), -NEVER, 0
        self.agenda, self.purse = Agenda(self), Purse(self)
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
        if event["kind"] in ("return", "purchase.amended"):
            return self.come_back(key, content, event, fact)
        if event["kind"] == "purchase":
            transaction = (event["source"], event["data"].get("transaction", event["id"]))
            if transaction in self.transactions:
                self.seen[key] = content
                return self.refuse(key, "transaction_exists")
            self.transactions[transaction] = key
        self.seen[key] = content
        self.time = max(self.time, event["at"])
        self.agenda.run(self.time)
        if event["kind"] == "points.adjust" and self.short(event):
            return self.refuse(key, "points_short")
        if event["kind"].startswith("offer."):
            code = self.offer_refused(event, fact)
            if code:
                return self.refuse(key, code)
        if event["kind"] in EVENTS:
            return self.points_event(key, event, fact)
        if fact is not None:
            self.apply(event["subject"], event["kind"], fact)
            self.returns.remember(event, self.members[event["subject"]], fact)
        return "applied", None

    def points_event(self, key, event, fact):
        """A spend, a hold, an import ...: at once and whole, or not at all."""
        known, emitted = event["subject"] in self.members, []
        member = self.member_of(event["subject"], fact.time)
        try:
            self.purse.take(event, fact, member, emitted)
        except Refusal as refusal:
            if not known:
                del self.members[event["subject"]]
            if refusal.code in REFUSED:
                return self.refuse(key, refusal.code)
            del self.seen[key]
            return "rejected", refusal.code
        self.settle(member, fact, emitted)
        return "applied", None

    def settle(self, member, fact, emitted):
        """What an event's own doing leads to; some kinds are none that rules or levels look at (domain T6)."""
        if fact.symbol in QUIET:
            self.follow(member, deque(emitted))
        else:
            self.chain(member, fact, emitted)
        self.deliver()
        self.agenda.note(member)

    def come_back(self, key, content, event, fact):
        self.time = max(self.time, event["at"])
        self.agenda.run(self.time)
        try:
            self.returns.take(event, fact)
        except Refusal as refusal:
            if refusal.code != "already_returned":
                return "rejected", refusal.code
            self.seen[key] = content
            return self.refuse(key, refusal.code)
        self.seen[key] = content
        self.agenda.note(self.members[event["subject"]])
        return "applied", None

    def refuse(self, key, code):
        self.refused[key] = code
        return "refused", code

    def short(self, event):
        """Does a manual deduction ask for more than is there?"""
        member = self.members.get(event["subject"])
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
        self.settle(member, fact, emitted)

    def chain(self, member, fact, emitted):
        """A fact and, first in first out, the events that it raises."""
        if fact.depth > DEPTH_MAX:
            return
        self.evaluate(member, fact, emitted)
        if fact.kind == "purchase":
            effects = Effects(self, self.program, member, fact, emitted)
            effects.tell("purchase.completed", {name: fact.data[name] for name in ("total", "store", "channel") if name in fact.data})
        self.follow(member, deque(emitted))

    def follow(self, member, queue, entrance=True):
        while queue:
            fact, raised = queue.popleft(), []
            if fact.depth <= DEPTH_MAX:
                self.evaluate(member, fact, raised, entrance)
                queue.extend(raised)

    def deliver(self):
        """What was sent over links, each after what is due at its member."""
        while self.sent:
            member, fact = self.sent.popleft()
            self.chain(member, fact, [])
            self.agenda.note(member)

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


        elif kind in ("member.lock", "member.unlock"):
            member.locked = kind == "member.lock"
        elif kind == "offer.redeem":
            self.usable(member, data["offer"], fact.time).state = "redeemed"
        elif kind == "offer.purchase":
            program, offer = self.program, self.program.offers[data["offer"]]
            price = program.units(offer["account"], offer["price"])
            Effects(self, program, member, fact, emitted).buy(data["offer"], offer["account"], price)

    def offer_refused(self, event, fact):
        """Why an offer cannot be redeemed or bought, in this order; None = it can."""
        program, name = self.program, event["data"]["offer"]
        member = self.members.get(event["subject"]) or Member(event["subject"], fact.time, 0)
        if member.locked:
            return "member_locked"
        if event["kind"] == "offer.redeem":
            return None if self.usable(member, name, fact.time) else "offer_used_up"
        if not self.store_open(program, member, name):
            return "store_closed"
        if Effects(self, program, member, fact, []).term_of(name) is None or not self.may_issue(program, member, name, fact.time):
            return "offer_used_up"
        spec = program.offers[name]
        short = member.balance(program, spec["account"]) < program.units(spec["account"], spec["price"])
        return "points_short" if short else None

    def usable(self, member, name, now):
        """Of what the member holds the one that ends first."""
        held = [one for one in member.offers if one.offer == (self.program.family, name) and one.state_at(now) == "issued"
                and one.start <= now]
        return min(held, key=lambda one: NEVER if one.until is None else one.until, default=None)

    def store_open(self, program, member, offer):
        """An offer that no store has is for sale to everybody."""
        stores = {name: store for name, store in program.reward_stores.items() if offer in store["offers"]}
        at = member.standing(program.family).level
        level = program.levels[at].name if at >= 0 else None
        return not stores or any(level in store.get("levels", []) or (program.family, name) in member.stores
                                 for name, store in stores.items())

    def evaluate(self, member, fact, emitted, entrance=True):
        """Judges one fact under every program in force, all of them on the same snapshot."""
        fact.zone = member.zone
        happened(self, member, fact.symbol, fact.time)
        if fact.symbol not in NO_FACTS:
            fact.order = len(member.facts)
            member.facts.append(fact)
        turns = [Turn(self, program, member, fact, emitted) for program in self.programs if fact.time >= program.from_instant]
        steps = (Turn.begin, Turn.decide, Turn.earn, Turn.outcomes, Turn.again, Turn.climb)
        for step in steps if entrance else steps[1:-2]:  # domain T6: nobody is placed, nobody climbs
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
            heappush(member.later, (time, self.count, Piece(time, self.count, derived, link)))
        else:
            self.send(member, link, derived)

    def send(self, member, link, fact):
        """To whom a link leads; nobody where that is the member itself or not known."""
        for name in member.links.get(link, []):
            if name != member.name and name in self.members:
                self.sent.append((self.members[name], copy.copy(fact)))

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
