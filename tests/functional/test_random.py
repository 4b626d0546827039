#!/usr/bin/env python3
"""A few people's lives drawn at random against a real daemon: what they do, programs that come, change and stop, answers asked for
twice, restarts in the middle of it. Whatever came of it, the ledger holds, says the same again, and explains itself.

LIVES lives of fixed seeds, times $ACCRUE_TEST_SCALE (a tenth with the sanitized build); $ACCRUE_SEED draws others. One that fails
prints how to run it alone. Last line: `N passed, N failed`.

    test_random.py [--seed TEXT] [--only NUMBER] [--lives N] [--steps N]
"""
import argparse
import json
import os
import random
import signal
import sys
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness
import random_checks
import random_program
from harness import request
from random_events import Events, stamp

LIVES, STEPS = 24, 90
OPTIONS = ("--max-future", "none", "--clock", "off")


class Life:
    """One ledger. A steady life has one release from the beginning and nobody who is merged or erased."""

    def __init__(self, site, seed, steps):
        self.site, self.steps = site, steps
        self.draw = random.Random(seed)
        self.steady = self.draw.random() < .3
        self.events = Events(self.draw, self.steady)
        self.accounts = random_program.accounts(self.draw)
        self.replies = {}  # by the event's id: the event and the newest reply to it
        harness.write(site.path("shop", "outcomes", "boom.lua"), random_program.BOOM)

    def live(self):
        self.site.start(*OPTIONS)
        self.client = self.site.client()
        self.publish("shop", "2025-12-01", "active", all_levels=True)
        for _ in range(self.steps):
            self.step()
        self.client.close()

    def step(self):
        kinds = [(86, self.send), (3, self.burst), (2, self.again), (2, self.restart), (2, self.retry)]
        if not self.steady:
            kinds += [(3, self.release), (2, self.set_program), (1, self.set_level)]
        self.draw.choices([one for _, one in kinds], [weight for weight, _ in kinds])[0]()

    # ---- what people do

    def send(self):
        event = self.events.next()
        self.replies[event["id"]] = (event, self.client.ask(event))

    def burst(self):
        """Killed before it answered; whoever sent the events sends them again."""
        events = [self.events.next() for _ in range(self.draw.randint(2, 8))]
        self.client.send(*events)
        self.start_again(signal.SIGKILL)
        for event in events:
            self.replies[event["id"]] = (event, self.client.ask(event))

    def again(self):
        random_checks.said_again(self, 5)

    def retry(self):
        for event, reply in list(self.replies.values()):
            if reply["status"] == "parked":
                self.client.ask(request("parked.retry", source=event["source"], id=event["id"]))
                self.replies[event["id"]] = (event, self.client.ask(event))

    # ---- what programs do

    def publish(self, name, effective_from, status, all_levels):
        content = random_program.program(self.draw, name, "shop" if name == "two" else name, self.accounts, effective_from)
        path = harness.write(self.site.path("shop", "programs", name + ".json"), json.dumps(content, indent=1))
        answer = self.client.ask(request("program.publish", path=path, status=status, all_levels=all_levels))
        assert "result" in answer, answer

    def release(self):
        draw = self.draw
        if draw.random() < .25:
            self.accounts = random_program.accounts(draw)
        self.publish(draw.choice(["shop", "two", "other"]), draw.choice(["2025-12-01", stamp(self.events.now)[:10]]),
                     draw.choice(["active", "active", "test", "configure"]), draw.random() < .9)

    def set_program(self):
        """May be refused: there is no such program, or it cannot become that."""
        statuses = ["archived"] if self.draw.random() < .1 else ["paused", "active", "active", "inactive"]
        self.client.ask(request("program.set", program=self.draw.choice(["shop", "two", "other"]), status=self.draw.choice(statuses),
                                reason="why", actor="ann"))

    def set_level(self):
        self.client.ask(request("program.set", program="shop", level=self.draw.choice(random_program.LEVELS),
                                level_status=self.draw.choice(["paused", "live", "live"]), reason="why", actor="ann"))

    # ---- what machines do

    def start_again(self, number):
        self.client.close()
        self.site.stop(number)
        self.site.start(*OPTIONS)
        self.client = self.site.client()

    def restart(self):
        before = random_checks.members(self.client, self.events.members)
        self.start_again(self.draw.choice([signal.SIGTERM, signal.SIGKILL]))
        random_checks.same(before, random_checks.members(self.client, self.events.members), "before and after a restart")


def run(seed, number, steps):
    """True = all of it holds."""
    with harness.Site() as site:
        life = Life(site, "%s:%d" % (seed, number), steps)
        try:
            life.live()
            random_checks.ledger(life, OPTIONS)
            return True
        except Exception:
            print("FAILED life %d of seed %s\n%s" % (number, seed, traceback.format_exc()))
            if os.path.exists(site.log):
                print("the daemon said: " + site.errors()[-2000:])
            print("run it alone: test_random.py --seed %s --only %d --steps %d" % (seed, number, steps), flush=True)
            return False


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seed", default=os.environ.get("ACCRUE_SEED", "1"))
    options.add_argument("--only", type=int)
    options.add_argument("--lives", type=int)
    options.add_argument("--steps", type=int, default=STEPS)
    chosen = options.parse_args()
    scale = float(os.environ.get("ACCRUE_TEST_SCALE", "0.1" if harness.SANITIZED else "1"))
    numbers = range(chosen.lives or max(1, round(LIVES * scale))) if chosen.only is None else [chosen.only]
    results = [run(chosen.seed, number, chosen.steps) for number in numbers]
    print("%d passed, %d failed" % (sum(results), len(results) - sum(results)))
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
