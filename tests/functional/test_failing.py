#!/usr/bin/env python3
"""A component that keeps failing is told loudly, its events park, and accrue retry judges them once it is mended."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness

PHRASE = """return accrue.key_phrase {
  title = "The pump is {pump}",
  conditions = "purchase",
  variables = { pump = accrue.var.integer() },
  test = function(purchase, vars)
    return purchase.context.pump + 0 == vars.pump
  end,
}
"""


def begin(site, *options):
    program = json.loads(json.dumps(harness.PROGRAM))
    program["levels"][0]["purchase"][0]["when"] = {"key_phrase": "pump_is", "pump": 4}
    harness.write(os.path.join(site.template, "key_phrases", "pump_is.lua"), PHRASE)
    harness.write(site.program, json.dumps(program))
    site.start(*options, publish=True)


def test_it_is_told_counted_and_mended(site):
    begin(site)
    with site.client() as client:
        # All at once: what keeps failing for a minute is told again, and a slow disk takes long for one after another.
        client.send(*[harness.purchase(number, member="m-%d" % (number % 7)) for number in range(120)])
        assert {client.receive()["status"] for _ in range(120)} == {"parked"}
        assert client.ask(harness.purchase("other", type="member.join", data={}))["status"] == "applied"
        lines = [line for line in site.errors().splitlines() if "warning" in line]
        assert len(lines) == 3, lines  # the first, the tenth, the hundredth
        assert 'rule "Large": key phrase pump_is: ' in lines[0] and "key_phrases/pump_is.lua:6: " in lines[0], lines[0]
        assert "event pos/r-0 is parked" in lines[0], lines[0]
        assert "accrue retry pos/r-0" in lines[0], lines[0]
        assert "key phrase pump_is keeps failing: 10 events parked, 9 since it was last said; the last is pos/r-9: " in lines[1], lines[1]
        assert "100 events parked, 90 since" in lines[2], lines[2]
        failing = client.ask(harness.request("server.stats"))["result"]["failing"]
        assert [(one["what"], one["events"], one["last_event"]) for one in failing] == [("key phrase pump_is", 120, "pos/r-119")], failing
        assert "key_phrases/pump_is.lua:6: " in failing[0]["message"]
        worst = client.ask(harness.request("plugins.stats"))["result"]["components"][0]
        assert (worst["component"], worst["failures"]) == ("pump_is", 120) and "pump_is.lua:6" in worst["last_failure"], worst
    shown = site.accrue("stats").stdout
    assert "key phrase pump_is" in shown and "pos/r-119" in shown, shown
    assert "pump_is.lua:6" in site.accrue("stats", "plugins").stdout
    retried = site.accrue("retry", "pos/r-3")
    assert retried.returncode == 1 and retried.stdout == "parked\n", retried
    mended = PHRASE.replace("purchase.context.pump + 0", "(purchase.context.pump or 4)")
    harness.write(os.path.join(site.template, "key_phrases", "pump_is.lua"), mended)
    assert site.accrue("reload", "--active").returncode == 0
    retried = site.accrue("retry", "--all")
    assert retried.returncode == 0 and retried.stdout == "120 applied, 0 parked still\n", retried
    assert site.accrue("retry", "--list").stdout == "no event is parked\n"
    assert site.stop() == 0
    assert site.accrue("verify", site.ledger, "--replay", ask=False).returncode == 0


def test_many_that_fail_fill_no_log(site):
    rules = []
    for number in range(100):
        name = "bad_%02d" % number
        harness.write(os.path.join(site.template, "events", name + ".lua"), "return accrue.event { title = 'x', fields = {} }\n")
        harness.write(os.path.join(site.template, "condition_types", "on_%s.lua" % name),
                      "return accrue.condition_type { title = 'x', over = 'current', facts = '%s' }\n" % name)
        harness.write(os.path.join(site.template, "key_phrases", name + ".lua"),
                      "return accrue.key_phrase { title = 'x', conditions = 'on_%s', variables = {},\n"
                      "  test = function(fact) error('ü' .. ('é'):rep(900)) end }\n" % name)
        rules.append({"rule": name, "when": {"key_phrase": name}, "outcomes": []})
    harness.write(site.program, json.dumps(dict(harness.PROGRAM, event=rules)))
    site.start(publish=True)
    with site.client() as client:
        for turn in range(9):
            client.send(*[harness.purchase("%d-%d" % (turn, number), type="bad_%02d" % number, data={}) for number in range(100)])
            assert {client.receive()["status"] for _ in range(100)} == {"parked"}
        assert len([line for line in site.errors().splitlines() if "warning" in line]) <= 70, site.errors()
        failing = client.ask(harness.request("server.stats"))["result"]["failing"]
        assert len(failing) == 65 and failing[-1]["what"] == "others" and sum(one["events"] for one in failing) == 900, failing[-1]


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
