"""What must hold of a ledger whatever was done to it, for test_random.py."""
import json
import os
import signal

from harness import request


def members(client, names):
    return {name: client.ask(request("member.get", member=name)).get("result") for name in names}


def same(before, after, when):
    for name, one in before.items():
        other = after[name]
        if one == other:
            continue
        keys = sorted(set(one or {}) | set(other or {}))
        first = next((key for key in keys if (one or {}).get(key) != (other or {}).get(key)), None)
        raise AssertionError("%s is not the same %s: %s was %s, is %s" % (name, when, first, (one or {}).get(first),
                                                                         (other or {}).get(first)))


def recorded(life):
    """Events and their replies; what was rejected is in no ledger, and what is parked waits."""
    return [(event, reply) for event, reply in life.replies.values() if reply["status"] in ("applied", "duplicate", "refused")]


def said_again(life, most):
    """What was recorded is answered as it was."""
    events = recorded(life)
    for event, first in life.draw.sample(events, min(most, len(events))):
        second = life.client.ask(event)
        assert second["status"] == ("refused" if first["status"] == "refused" else "duplicate"), (event, first, second)
        for key in ("seq", "outcomes", "offers", "balances", "levels"):
            assert first.get(key) == second.get(key), (key, event, first, second)


def explained(life):
    """Judging it again gives the entries that there are."""
    events = recorded(life)
    for event, reply in life.draw.sample(events, min(15, len(events))):
        answer = life.client.ask(request("event.explain", source=event["source"], id=event["id"]))
        exact = answer.get("result", {}).get("exact")
        assert exact in (True, None), (event, reply, answer)


def backed_up(life, now):
    copy = life.site.path("copy")
    done = life.site.accrue("backup", copy)
    assert done.returncode == 0, done.stdout + done.stderr
    shown = life.site.accrue("export", copy, "--what", "members", ask=False)
    assert shown.returncode == 0, shown.stderr
    there = {one["member"]: one for one in map(json.loads, shown.stdout.splitlines())}
    for one in now.values():
        if one:
            same({one["member"]: one}, there, "in the backup")


def differences(node, path=""):
    found = []
    if isinstance(node, dict):
        if node.get("difference") not in (None, 0) and float(node["difference"]) != 0:
            found.append("%s: %s" % (path, node))
        node = list(node.items())
    elif isinstance(node, list):
        node = list(enumerate(node))
    else:
        return found
    for key, value in node:
        found += differences(value, "%s.%s" % (path, key))
    return found


def backtested(site):
    """The programs that were there from the beginning would have done what they did."""
    shown = site.accrue("backtest", site.template, "--ledger", site.ledger, "--all-levels", "--json", ask=False)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    found = differences(json.loads(shown.stdout))
    assert not found, found


def verified(site):
    """From the view, and from the log alone."""
    for remove in (False, True):
        if remove:
            os.remove(site.ledger + "-view")
        shown = site.accrue("verify", site.ledger, "--replay", "--json", ask=False)
        assert shown.returncode == 0, shown.stdout + shown.stderr


def ledger(life, options):
    """The daemon ran when this is called; it ends here, twice."""
    site = life.site
    life.client = site.client()
    now = members(life.client, life.events.members)
    said_again(life, len(life.replies))
    same(now, members(life.client, life.events.members), "when all is sent again")
    explained(life)
    backed_up(life, now)
    life.client.close()
    assert site.stop() == 0, site.errors()
    verified(site)
    if life.steady:
        backtested(site)
    site.start(*options)
    with site.client() as client:
        same(now, members(client, life.events.members), "without its view")
    assert site.stop(signal.SIGTERM) == 0, site.errors()
