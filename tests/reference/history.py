"""A member's past as one condition counts it. It grows with the log and is never walked again as a whole."""
from bisect import bisect_left, bisect_right
from fractions import Fraction

from limits import period

MILLION = 1_000_000


class History:
    """What counts, in the order of time, then of the log, with running sums. `rates` let only the first so many of each calendar
    period in: those that came first in the log."""

    def __init__(self, rates, zone):
        self.rates, self.zone = rates, zone
        self.read = 0  # how far in the log
        self.times, self.ones, self.values = [], [], []
        self.sums = [0]  # in millionths: sums[n] of the first n values

    def grow(self, log, value_of):
        """Reads on in the log; `value_of` gives None for what does not count."""
        for one in log[self.read:]:
            value = value_of(one)
            if value is not None and self.let_in(one):
                self.add(one, value)
        self.read = len(log)

    def let_in(self, one):
        """By the clock of the fact's own time: the member may have moved since the others."""
        for most, unit in self.rates:
            bounds = period(one.zone or self.zone, one.time, unit)
            first, end = self.span(*bounds) if bounds else (0, len(self.times))
            if end - first >= most:
                return False
        return True

    def add(self, one, value):
        at = bisect_right(self.times, one.time)
        self.times.insert(at, one.time)
        self.ones.insert(at, one)
        self.values.insert(at, value)
        del self.sums[at + 1:]
        for later in self.values[at:]:
            self.sums.append(self.sums[-1] + later.numerator * (MILLION // later.denominator))

    def span(self, low, high):
        return bisect_left(self.times, low), bisect_left(self.times, high)

    def place(self, one):
        """Where one of them stands, None where it does not count."""
        first, end = self.span(one.time, one.time + 1)
        return next((at for at in range(first, end) if self.ones[at] is one), None)

    def between(self, low, high, without=None):
        """The values of low <= time < high."""
        first, end = self.span(low, high)
        gone = None if without is None else self.place(without)
        if gone is None or not first <= gone < end:
            return self.values[first:end]
        return self.values[first:gone] + self.values[gone + 1:end]

    def sum(self, low, high, without=None):
        """The sum of the values of low <= time < high."""
        first, end = self.span(low, high)
        whole = Fraction(self.sums[max(first, end)] - self.sums[first], MILLION)
        gone = None if without is None else self.place(without)
        return whole - self.values[gone] if gone is not None and first <= gone < end else whole
