"""How long an author waits: accrue check on a template of 200 components, and accrue test until the first spec runs."""
import json
import os
import shutil
import statistics
import subprocess
import time

PHRASE = """return accrue.key_phrase {
  title = "Litres of grade %(n)s bought {timeframe} is {operator} {litres}",
  conditions = { "purchase", "past_purchases" },
  variables = {
    operator = accrue.var.operator { of = "litres" },
    litres = accrue.var.decimal { scale = 2, min = "0.00" },
    timeframe = accrue.var.timeframe { optional = true },
  },
  aggregate = "sum",
  value = function(purchase) return purchase:sum(function(item) return item.context.grade == "%(n)s" and item.context.litres or 0 end) end,
  examples = { { vars = { litres = "30.00" }, sentence = "Litres of grade %(n)s bought is at least 30.00" } },
}
"""
CONSTRAINT = """return accrue.constraint {
  title = "Pump %(n)s is {mode} {grades}",
  conditions = { "purchase", "past_purchases" },
  variables = { mode = accrue.var.choice { of = { "include", "exclude" } }, grades = accrue.var.set { of = "text" } },
  accepts_item = function(item, vars) return vars.grades[item.context.grade] == (vars.mode == "include") end,
  examples = { { vars = { mode = "include", grades = { "95" } }, sentence = "Pump %(n)s is include 95" } },
}
"""
OUTCOME = """return accrue.outcome {
  title = "{points} points of kind %(n)s per {litres} litres",
  variables = {
    points = accrue.var.points { min = 1 },
    litres = accrue.var.decimal { scale = 2, min = "0.01" },
    account = accrue.var.account(),
    source = accrue.var.source(),
  },
  effects = function(event, vars)
    local points = accrue.scale(event:sum("context.litres"), vars.points, vars.litres, "down")
    return { accrue.effect.award { account = vars.account, source = vars.source, points = points } }
  end,
}
"""
CONDITION = """return accrue.condition_type {
  title = "Service %(n)s (current)", over = "current", facts = { "service_%(n)s" }, constraints = { "time", "context" },
}
"""
EVENT = """return accrue.event {
  title = "Service %(n)s",
  fields = { litres = accrue.var.decimal { scale = 2, optional = true }, grade = accrue.var.text { optional = true } },
}
"""
PURCHASE = """return accrue.event {
  title = "Purchase",
  fields = {},
  item_fields = { litres = accrue.var.decimal { scale = 2, optional = true }, grade = accrue.var.text { optional = true } },
}
"""
SPEC = """local test = require "accrue.test"
describe("a spec", function()
  it("runs", function()
    local out = assert(io.open(os.getenv("ACCRUE_BENCH_STARTED"), "w"))
    out:write(require("accrue.core") and "started")
    out:close()
    assert.is_table(test)
  end)
end)
"""


def write(folder, path, text):
    os.makedirs(os.path.dirname(os.path.join(folder, path)), exist_ok=True)
    with open(os.path.join(folder, path), "w") as file:
        file.write(text)


def program(count):
    rules = []
    for number in range(count):
        n = "%03d" % number
        rules.append({"rule": "Rule " + n,
                      "when": {"all": [{"key_phrase": "litres_" + n, "litres": "10.00",
                                        "constraints": {"pump_" + n: {"mode": "include", "grades": ["95"]}}},
                                       {"key_phrase": "litres_" + n, "litres": "100.00", "timeframe": {"last": "30 days"}}]},
                      "outcomes": [{"outcome": "points_" + n, "points": 1, "litres": "1.00", "account": "points", "source": "base"}]})
    return {"program": "bench", "effective_from": "2026-01-01", "currency": "USD", "timezone": "UTC",
            "accounts": {"points": {"default": True}}, "sources": {"base": {"accounts": ["points"]}},
            "base_earn": [{"points": 1, "per": "1.00", "account": "points", "source": "base"}], "purchase": rules}


def template(folder, components):
    """Own components, on top of the standard ones: 2 key phrases to 1 constraint, outcome, condition type with its event each."""
    write(folder, "template.lua", 'return { name = "bench-workshop", version = "1.0.0", api = 1 }\n')
    write(folder, "events/purchase.lua", PURCHASE)
    each = components // 5
    for number in range(each):
        n = "%03d" % number
        write(folder, "key_phrases/litres_%s.lua" % n, PHRASE % {"n": n})
        write(folder, "constraints/pump_%s.lua" % n, CONSTRAINT % {"n": n})
        write(folder, "outcomes/points_%s.lua" % n, OUTCOME % {"n": n})
        write(folder, "condition_types/service_%s.lua" % n, CONDITION % {"n": n})
        write(folder, "events/service_%s.lua" % n, EVENT % {"n": n})
    write(folder, "programs/bench.json", json.dumps(program(each), indent=1))
    write(folder, "spec/bench_spec.lua", SPEC)


def times_of(command, environment, rounds, started=None):
    """Milliseconds, in order; to the end, or until the file `started` was written."""
    took = []
    for _ in range(rounds):
        begun = time.time()
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        ended = time.time()
        if done.returncode != 0:
            raise SystemExit("%s: exit %d\n%s%s" % (" ".join(command), done.returncode, done.stdout, done.stderr))
        took.append(1000 * ((os.stat(started).st_mtime_ns / 1e9 if started else ended) - begun))
    return sorted(took)


def run(bench, figure, rounds=21):
    folder = os.path.join(bench.folder, "workshop")
    accrue = bench.tool("accrue")
    started = os.path.join(bench.folder, "started")
    environment = dict(os.environ, ACCRUE_BENCH_STARTED=started)
    template(folder, 200)
    for name, command, seen in (("accrue check, 200 components", [accrue, "check", folder], None),
                                ("accrue test, until the first spec runs", [accrue, "test", folder], started),
                                ("accrue test, 1 spec, whole", [accrue, "test", folder], None)):
        took = times_of(command, environment, rounds, seen)
        figure(name + ", median", statistics.median(took), "ms")
        figure(name + ", worst of %d" % rounds, took[-1], "ms")
    shutil.rmtree(folder)
