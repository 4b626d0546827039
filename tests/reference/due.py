"""Work that comes due by the clock alone: what ends, expires or was asked for later, in the order of time, then of domain M11."""
from collections import deque
from heapq import heappop, heappush

from clock import NEVER
from effects import Effects
from event import Fact
from idle import next_of, run_of
from review import next_review, review


class Piece:
    """An event that an outcome asked for later, or of another member."""

    def __init__(self, at, count, fact, link):
        self.at, self.count, self.fact, self.link = at, count, fact, link


def next_hold(reference, member):
    return min((hold.until for hold in member.holds.values()), default=NEVER)


def next_lots(reference, member):
    return min((lot.expires for lot in member.lots if lot.expires is not None), default=NEVER)


def next_piece(reference, member):
    return member.later[0][0] if member.later else NEVER


def end_holds(work, program):
    for reference, hold in sorted(work.member.holds.items(), key=lambda pair: pair[1].number):
        if hold.until <= work.boundary and hold.family == program.family:
            work.effects(program).release(reference, work.boundary)


def expire(work, program):
    work.effects(program).expire_lots(work.boundary)


class Work:
    """What one boundary brings one member, judged as of the last instant before it (domain W4)."""

    def __init__(self, reference, member, boundary):
        self.reference, self.member, self.boundary, self.raised = reference, member, boundary, []
        self.done = False
        self.fact = Fact("due", "due", boundary - 1, {})
        self.fact.posted = boundary

    def effects(self, program):
        return Effects(self.reference, program, self.member, self.fact, self.raised)


ROWS = [(next_review, review), (next_hold, end_holds), (next_lots, expire), (next_of("inactivity"), run_of("inactivity")),
        (next_of("yearly"), run_of("yearly")), (next_piece, None)]


class Agenda:
    """Everybody's next piece of work. What a member's own events have moved meanwhile still stands in the heap."""

    def __init__(self, reference):
        self.reference, self.heap = reference, []

    def note(self, member):
        """To be called when anything has happened to a member."""
        soonest = min((at(self.reference, member), row) for row, (at, _) in enumerate(ROWS))
        if soonest != member.next_due:
            member.next_due = soonest
            if soonest[0] < NEVER:
                order = member.later[0][1] if ROWS[soonest[1]][1] is None else member.number
                heappush(self.heap, (*soonest, order, member.number, member))

    def run(self, upto):
        while self.heap and self.heap[0][0] <= upto:
            at, row, _, _, member = heappop(self.heap)
            if member.next_due != (at, row):
                continue
            member.next_due = None
            run = ROWS[row][1]
            if run is None:
                self.run_piece(member)
            else:
                work = Work(self.reference, member, at)
                for program in self.reference.programs:
                    run(work, program)
                self.reference.follow(member, deque(work.raised), entrance=False)  # domain T6, M6
                self.reference.deliver()
            self.note(member)

    def run_piece(self, member):
        piece = heappop(member.later)[2]
        if piece.link is None:
            self.reference.chain(member, piece.fact, [])
        else:
            self.reference.send(member, piece.link, piece.fact)
        self.reference.deliver()
