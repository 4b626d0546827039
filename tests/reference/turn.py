"""One fact of one member under one program: placement, rules, outcomes, levels."""
from bisect import insort

from effects import Effects
from judge import Judge
from limits import in_force, may_fire
from program import constraint_list
from returns import Given, Kept, base_points, earn


def when_given(rule, outcome):
    """Domain P9."""
    unmet = rule.behavior == "maintenance" and outcome["outcome"] == "points_expiration"
    return outcome.get("on", "unmet" if unmet else "met")


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
        self.snapshot = Judge(program, self.member, fact, retro=program.retro_tier)
        held = self.snapshot.standing.level
        self.level_held = program.levels[held] if held >= 0 else None
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
        own = level is not None and level.base_earn is not None
        self.effects.cause, self.effects.rule = ("base", level.name if own else None, None, None), None
        self.note(None, True, {}, level)
        judge.base = base_points(self.program, judge, level)
        earn(self.program, judge, level, self.effects)

    def note(self, rule, holds, seen, level):
        """What a return of this fact will be judged by."""
        kept = {key: Kept(*one) for key, one in seen.items()}
        self.effects.given = Given(self.program, rule, holds, kept, level)
        self.effects.given.cause = (rule.behavior, rule.level, rule.name, None) if rule else self.effects.cause
        self.fact.gives.append(self.effects.given)

    def give(self, judge, fired):
        """Outcomes of the rules that were decided, in order, within their limits."""
        for rule, lines, holds in fired:
            given = [one for one in rule.outcomes if (when_given(rule, one) == "met") == holds]
            for _ in range(judge.times(rule) if holds else 1):
                if given and may_fire(self.program, self.member, rule, self.fact.time):
                    if holds:
                        insort(self.member.met.setdefault(rule.identity, []), self.fact.time)
                    self.give_once(judge, rule, given, lines)

    def give_once(self, judge, rule, given, lines):
        insort(self.member.fired.setdefault(rule.identity, []), self.fact.time)
        self.effects.rule = rule
        self.note(rule, when_given(rule, given[0]) == "met", judge.seen, None)
        for outcome in given:
            view = judge.outcome_view(rule, outcome, constraint_list(outcome.get("constraints")), lines)
            if view is None:
                continue
            self.effects.cause = (rule.behavior, rule.level, rule.name, outcome["outcome"])
            for effect in self.program.plugins.outcomes[outcome["outcome"]](view, outcome, self.program):
                self.effects.apply(effect)

    # ---- levels

    def maintenance(self):
        """All maintenance rules of the level on one snapshot; is it kept?"""
        judge = self.judge()
        judged = [(rule, lines, holds) for rule in self.level().maintenance if in_force(rule, self.program.zone, self.fact.time)
                  for holds, lines in [judge.rule(rule, "maintenance")]]
        return judge, judged, any(holds for _, _, holds in judged)

    def again(self):
        """In its grace a level is kept by the first event with which its rules hold."""
        standing = self.standing
        if standing.grace is None:
            return
        judge, judged, kept = self.maintenance()
        if kept:
            # What has been counted is not counted again.
            standing.reviewed, standing.grace = max(self.fact.time + 1, standing.failed), None
            self.give(judge, [one for one in judged if one[2]])

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
