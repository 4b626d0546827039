"""What is known of a member: all of it follows from the member's events."""
from fractions import Fraction

from clock import NEVER


class Entry:
    """One posting to an account of a member, and why: (behavior, level, rule, outcome)."""

    def __init__(self, time, place, source, points, balance, cause):
        self.time, self.place, self.source, self.points, self.balance, self.cause = time, place, source, points, balance, cause


class Movement:
    """Points that moved, as the phrases over past points see them: `reason` is award, adjust, import, deduct, spend, hold, transfer,
    expire or reversal."""

    def __init__(self, time, place, zone, source, points, reason):
        self.time, self.place, self.zone, self.source, self.points, self.reason = time, place, zone, source, points, reason
        self.store = None  # points move at none


class Lot:
    """What one deposit still has, in smallest units; `number` counts deposits, `expires` is None = never."""

    def __init__(self, number, place, source, units, earned, expires):
        self.number, self.place, self.source, self.units, self.earned, self.expires = number, place, source, units, earned, expires


class Fate:
    """What of a lot has expired, and what rolled over: [units, account, number of the lot there]; less what returns asked for."""

    def __init__(self):
        self.expired, self.moves = 0, []


class Share:
    """What one posting of an award gave, less what was taken back of it; `lot` is its lot's number, None where a debt took all."""

    def __init__(self, lot, account, source, left, time):
        self.lot, self.account, self.source, self.left, self.time = lot, account, source, left, time


class Standing:
    """Where a member stands in one family of programs: an index into the levels, -1 = in none."""

    def __init__(self):
        self.placed, self.level, self.since = False, -1, None
        self.reviewed = None  # when maintenance was last judged in this level
        self.last_review = -NEVER  # ... or in any
        self.failed, self.grace = None, None  # of a review that the level was not kept by: when it was, and until when it may be
        self.stays = []  # (level, since) of every move, in order

    def as_of(self, time):
        """Where the member stood then; before its first stay, in that (domain V2, retro_tier)."""
        if self.since is None or self.since <= time or not self.stays:
            return self
        before = [stay for stay in self.stays if stay[1] <= time]
        level, since = before[-1] if before else self.stays[0]
        then = Standing()
        then.placed, then.level, then.since = True, level, min(since, time)
        return then


class Issue:
    """An offer that a member holds, from `time` through the instant before `until` (None = without end)."""

    def __init__(self, offer, time, start, until):
        self.offer, self.time, self.start, self.until, self.state = offer, time, start, until, "open"

    def state_at(self, now):
        if self.state == "redeemed":
            return self.state
        return "expired" if self.until is not None and self.until <= now else "issued"


class Member:
    def __init__(self, name, joined, number):
        self.name, self.joined, self.number = name, joined, number
        self.zone, self.birthday = None, None
        self.attributes, self.links = {}, {}
        self.standings, self.balances = {}, {}
        self.entries, self.movements, self.facts = [], [], []
        self.lots, self.lot_count, self.fates = [], 0, {}
        self.audiences = set()
        self.tags = {}     # name -> (count, expires or None)
        self.fired = {}    # rule identity -> times of its firings in order, met or not: what limits count
        self.met = {}      # of those the ones where it was met: what "last_fired" means
        self.reached = {}  # (rule identity, condition) -> {start of the window: the highest multiple reached}
        self.offers, self.stores = [], set()
        self.holds, self.closed_holds, self.locked = {}, set(), False  # holds by reference
        self.activities = {}  # by account; see idle.py
        self.later, self.next_due = [], None  # a heap of (time, count, what was asked for later); see due.py
        self.histories = {}  # id of a condition -> what it counts of the past

    def standing(self, family):
        return self.standings.setdefault(family, Standing())

    def balance(self, program, name):
        return self.balances.get((program.family, name), 0)

    def fate(self, lot):
        return self.fates.setdefault(lot.number, Fate())

    def points(self, program, name):
        return Fraction(self.balance(program, name), 10 ** program.accounts[name]["decimals"])

    def tag(self, name, now):
        count, expires = self.tags.get(name, (0, None))
        return count if expires is None or now < expires else 0
