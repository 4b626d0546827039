#!/usr/bin/env python3
"""What plugin authors use: accrue new, accrue test, and plain busted on the same specs."""
import json
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness

KINDS = ("condition_type", "key_phrase", "constraint", "outcome", "event")


def new(site, name="fuel-club"):
    done = site.accrue("new", name, ask=False)
    assert done.returncode == 0, done.stderr
    return site.path(name)


def said(done, code, *parts):
    """Exit code, and what standard output or standard error has in it."""
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    for part in parts:
        assert part in done.stdout + done.stderr, "no %r in:\n%s%s" % (part, done.stdout, done.stderr)


def spec(folder, text):
    for name in os.listdir(os.path.join(folder, "spec")):
        os.remove(os.path.join(folder, "spec", name))
    harness.write(os.path.join(folder, "spec", "own_spec.lua"), 'local test = require "accrue.test"\n' + text)


def busted(folder):
    variables = harness.environment(LUA_PATH="%s/lua/?.lua;%s/lua/?/init.lua;;" % (harness.ROOT, harness.ROOT),
                                    LUA_CPATH=harness.BUILD + "/lua/?.so;;")
    return subprocess.run(["lua5.4", "/usr/bin/busted", "-o", "plainTerminal"], cwd=folder, env=variables, capture_output=True, text=True,
                          timeout=3 * harness.PATIENCE)


# ---- new

def test_a_new_template_loads_and_passes_its_specs(site):
    folder = new(site)
    said(site.accrue("check", "fuel-club", "--strict", ask=False), 0, "0 faults, 0 warnings")
    said(site.accrue("test", "fuel-club", ask=False), 0, "0 failures / 0 errors", "that the specs reach: 4 of 4", "slowest specs")
    for name in (".luarc.json", ".luacheckrc", ".busted", ".gitignore", "README.md"):
        assert os.path.exists(os.path.join(folder, name)), name
    for place, _folders, files in os.walk(folder):
        for name in files:
            with open(os.path.join(place, name)) as file:
                assert "my-rules" not in name + file.read(), name
    done = subprocess.run(["luacheck", "--no-color", "-q", "."], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_new_template_runs(site):
    site.template = new(site)
    site.program = os.path.join(site.template, "programs", "fuel-club.json")
    site.start(publish=True)
    with site.client() as client:
        items = [{"line": "1", "amount": "60.00", "context": {"litres": "35.00", "grade": "diesel"}}]
        reply = client.ask(harness.purchase(1, total="60.00", data={"total": "60.00", "items": items}))
    assert [outcome.get("rule") for outcome in reply["outcomes"] if "rule" in outcome][-1] == "Diesel bonus", reply


def test_components_of_every_kind_come_with_specs_that_pass(site):
    folder = new(site)
    for kind in KINDS:
        said(site.accrue("new", kind, "my_" + kind, "--in", folder, ask=False), 0, "spec/my_%s_spec.lua" % kind)
    said(site.accrue("check", folder, "--strict", ask=False), 0)
    done = site.accrue("test", folder, ask=False)
    said(done, 0, "0 failures / 0 errors", "components that the specs reach: 7 of 7")
    if harness.SANITIZED:
        return  # a plain lua5.4 cannot load the sanitized core
    here = busted(folder)
    count = re.search(r"(\d+) successes", done.stdout).group(1)
    assert here.returncode == 0 and count + " successes / 0 failures / 0 errors" in here.stdout, here.stdout + here.stderr


def test_new_writes_over_nothing(site):
    folder = new(site)
    said(site.accrue("new", folder, ask=False), 2, "exists and is not empty")
    said(site.accrue("new", "key_phrase", "litres", "--in", folder, ask=False), 2, "key_phrases/litres.lua exists")
    said(site.accrue("new", "key_phras", "x", "--in", folder, ask=False), 2, "no kind 'key_phras'; did you mean key_phrase?")
    said(site.accrue("new", "key_phrase", "Bad-Name", "--in", folder, ask=False), 2, "small letters")
    said(site.accrue("new", "key_phrase", "x", ask=False), 2, "there is no template.lua here or above")
    said(site.accrue("new", "--im", ask=False), 2, "unknown option --im; did you mean --in?")
    said(site.accrue("new", "a b", ask=False), 2, "a template's name")


# ---- test

def test_busteds_options_and_exit_codes(site):
    folder = new(site)
    spec(folder, """describe("own", function()
  it("holds", function() assert.equal(1, 1) end)
  it("does not", function() assert.equal(1, 2) end)
end)""")
    said(site.accrue("test", folder, ask=False), 1, "1 success / 1 failure")
    said(site.accrue("test", folder, "--filter", "holds", ask=False), 0, "1 success / 0 failures")
    tap = site.accrue("test", folder, "-o", "TAP", ask=False)
    assert tap.returncode == 1 and "not ok 2 - own does not" in tap.stdout and "slowest" not in tap.stdout, tap.stdout
    said(site.accrue("test", folder, "--filtre", "x", ask=False), 1, "unknown/bad flag: --filtre")
    said(site.accrue("test", site.path("nowhere"), ask=False), 2, "there is no such directory")


def test_what_specs_did_not_reach(site):
    folder = new(site)
    spec(folder, """describe("own", function()
  it("goes one way", function()
    local litres = { key_phrase = "litres", litres = "1.00" }
    local shop = test.rules { purchase = { { when = litres } } }
    assert.not_fired("purchase 1", shop:purchase "m-1")
  end)
end)""")
    done = site.accrue("test", folder, "--missing", ask=False)
    said(done, 0, "components that the specs reach: 0 of 4", "! key phrase  litres")
    assert re.search(r"litres +true never +false 1\n", done.stdout), done.stdout
    said(site.accrue("test", folder, "--require-all", ask=False), 1)


def test_assertions_explain(site):
    folder = new(site)
    spec(folder, """describe("own", function()
  local shop
  before_each(function() shop = test.rules { purchase = { { when = { key_phrase = "total_spend", amount = "20.00" } } } } end)
  it("fired", function() assert.fired("purchase 1", shop:purchase("m-1", "19.99")) end)
  it("not_fired", function() assert.not_fired("purchase 1", shop:purchase("m-1", "20.00")) end)
  it("balance", function()
    shop:purchase("m-1", "20.00")
    assert.balance(2, shop, "m-1")
  end)
  it("level", function()
    shop:purchase "m-1"
    assert.level("Gold", shop, "m-1")
  end)
  it("entries", function()
    shop:purchase("m-1", "20.00")
    assert.entries({ { points = 1, source = "promo" }, { points = 5 } }, shop, "m-1")
  end)
  it("parks", function() assert.parks("loop", shop:purchase("m-1", "20.00")) end)
  it("good", function()
    assert.fired("purchase 1", shop:purchase("m-1", "20.00"))
    assert.balance(1, shop, "m-1")
    assert.not_balance(2, shop, "m-1")
    assert.level("Member", shop, "m-1")
    assert.entries({ { points = 1, source = "promo" } }, shop, "m-1")
    assert.rejected("total", shop:send(test.event("purchase", {}, { member = "m-1" })))
    shop:later "40 days"
    assert.applied(shop:purchase("m-1", "5.00"))
  end)
end)""")
    said(site.accrue("test", folder, ask=False), 1, "1 success / 6 failures", 'rule "purchase 1" did not fire; "Everyone" did',
         'rule "purchase 1" fired: ', "m-1 has 1 points; wanted 2", "the entries:", 'm-1 is in level "Member"; wanted "Gold"',
         "m-1 has 1 entries; wanted 2", '- missing: {"points":5}', "the event was applied; wanted parked with \"loop\"")


# ---- what components cost

def test_the_costs_of_components(site):
    site.template = new(site)
    site.program = os.path.join(site.template, "programs", "fuel-club.json")
    harness.write(os.path.join(site.template, "key_phrases", "broken.lua"), """return accrue.key_phrase {
  title = "Broken", conditions = "event", variables = {}, test = function(event) return event.quantity > nil end }""")
    with open(site.program) as file:
        text = file.read()
    broken = '{"rule": "Broken", "when": {"key_phrase": "broken"}, "outcomes": []},'
    harness.write(site.program, text.replace('"event": [', '"event": [' + broken))
    site.start(publish=True)
    assert "no component has been called yet" in site.accrue("stats", "plugins").stdout
    with site.client() as client:
        for number in range(3):
            reply = client.ask(harness.purchase(number, type="service_visit", data={"work": "tyres"}))
            assert reply["status"] == "parked" and "key_phrases/broken.lua:2:" in str(reply["error"]), reply
        items = [{"line": "1", "amount": "60.00", "context": {"litres": "35.00", "grade": "diesel"}}]
        client.ask(harness.purchase("p", data={"total": "60.00", "items": items}))
        costs = client.ask(harness.request("plugins.stats"))["result"]["components"]
    by = {cost["component"]: cost for cost in costs}
    assert (by["broken"]["calls"], by["broken"]["failures"]) == (3, 3), by
    assert by["litre_points"]["calls"] == 1 and by["litre_points"]["failures"] == 0 and by["litre_points"]["instructions"] > 0, by
    shown = site.accrue("stats", "plugins").stdout
    assert re.search(r"key phrase +broken +3 +\d+ +\d+ +\d+ +3 +rule \"Broken\": ", shown), shown
    said(site.accrue("stats", "plugin"), 2, "found 'plugin'; wanted plugins, or nothing")
    parked = json.loads(site.accrue("retry", "--list", "--json").stdout)
    assert [event["id"] for event in parked] == ["r-0", "r-1", "r-2"] and parked[0]["type"] == "service_visit", parked
    assert re.search(r"pos +r-1 +\d+ +service_visit +m-1 +2026-", site.accrue("retry", "--list").stdout)
    said(site.accrue("retry", "--all"), 1, "")
    harness.write(site.program, text)  # without the broken rule
    assert site.accrue("publish", site.program, "--status", "active", "--all-levels").returncode == 0
    assert site.accrue("retry", "r-1").stdout == "applied\n"
    assert site.accrue("retry", "--all").stdout == "2 applied, 0 parked still\n"
    assert site.accrue("retry", "--list").stdout == "no event is parked\n"
    said(site.accrue("retry"), 2, "wanted one of an event, --list and --all")
    said(site.accrue("retry", "r-1"), 1, "this event is not parked")


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
