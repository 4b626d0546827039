#!/usr/bin/env python3
"""What editors and readers get: JSON Schemas (validated by ajv where npm has a network), the manual, the types; none may drift."""
import copy
import functools
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness

VALIDATE = """
const Ajv = require("ajv/dist/2020"), fs = require("fs");
const ajv = new Ajv({ strict: false, allErrors: true });
const read = path => JSON.parse(fs.readFileSync(path));
for (const [schema, good, bad] of read(process.argv[2])) {
  if (!ajv.validateSchema(read(schema))) { console.log(schema, ajv.errorsText(ajv.errors)); continue; }
  const validate = ajv.compile(read(schema));
  for (const path of good) if (!validate(read(path))) console.log(path, "is refused:", ajv.errorsText(validate.errors).slice(0, 600));
  for (const path of bad) if (validate(read(path))) console.log(path, "is taken");
}
console.log("done");
"""


@functools.lru_cache(None)
def ajv():
    """The folder in which node finds ajv; None where it cannot be had."""
    folder = os.path.join(harness.BUILD, "npm")
    if os.path.isdir(folder):
        return folder
    if not shutil.which("npm") or not shutil.which("node"):
        return None
    place = tempfile.mkdtemp(prefix="npm-", dir=harness.BUILD)  # half of an installation is none
    command = ["npm", "install", "--no-audit", "--no-fund", "--silent", "--fetch-retries=0", "--fetch-timeout=20000", "ajv@8"]
    try:
        done = subprocess.run(command, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        if done.returncode == 0 and os.path.isdir(os.path.join(place, "node_modules", "ajv")):
            os.rename(place, folder)
            return folder
    except (subprocess.TimeoutExpired, OSError):
        pass
    shutil.rmtree(place, ignore_errors=True)
    return None


def validate(site, plan):
    """`plan`: schema, files that are right, files that are wrong. False where there is no validator."""
    folder = None if harness.SANITIZED else ajv()  # the same text comes of both builds
    if not folder:
        print("skipped: npm cannot install ajv here, or the build is the sanitized one")
        return False
    harness.write(os.path.join(folder, "validate.js"), VALIDATE)
    path = harness.write(site.path("plan.json"), json.dumps(plan))
    done = subprocess.run(["node", "validate.js", path], cwd=folder, capture_output=True, text=True, timeout=3 * harness.PATIENCE)
    assert (done.stdout, done.stderr) == ("done\n", ""), done.stdout + done.stderr
    return True


def schema(site, template, name, *options):
    done = site.accrue("schema", template, *options, ask=False)
    assert done.returncode == 0, done.stderr
    return harness.write(site.path(name + ".json"), done.stdout)


def templates():
    found = [os.path.dirname(path) for path in glob.glob(os.path.join(harness.ROOT, "examples", "**", "template.lua"), recursive=True)]
    assert len(found) >= 15, found
    return sorted(found)


# ---- schemas

def test_every_example_is_valid(site):
    plan = []
    for number, template in enumerate(templates()):
        rules = glob.glob(template + "/rules/*.json")
        plan.append([schema(site, template, "program%d" % number), glob.glob(template + "/programs/*.json"), []])
        if rules:
            plan.append([schema(site, template, "rules%d" % number, "--rules"), rules, []])
    assert len(plan) > len(templates())
    validate(site, plan)


FAULTS = {
    "misspelt field": lambda p: p.update(purchas=[]),
    "unknown key phrase": lambda p: when(p).update(key_phrase="litre"),
    "missing variable": lambda p: when(p).pop("litres"),
    "wrong type": lambda p: when(p).update(litres=True),
    "no number": lambda p: when(p).update(litres="thirty"),
    "unknown variable": lambda p: when(p).update(liters="1"),
    "unknown operator": lambda p: when(p).update(operator="about"),
    "constraint of another fact": lambda p: when(p).update(constraints={"point_account": "points"}),
    "unknown constraint": lambda p: when(p).update(constraints={"grade": ["x"]}),
    "variable of a constraint": lambda p: when(p).update(constraints={"pump_grade": {"grade": ["x"]}}),
    "unknown outcome": lambda p: outcome(p).update(outcome="litre_point"),
    "outcome's variable": lambda p: outcome(p).pop("litres"),
    "outcome of another behavior": lambda p: p["levels"][0]["entrance"].append(rule("litre_points")),
    "timeframe": lambda p: when(p).update(timeframe={"last": "a while"}),
    "rule's file": lambda p: p["levels"][0]["purchase"].append("diesel-bonu"),
    "account": lambda p: p["accounts"]["points"].update(decimals=9),
    "expiry": lambda p: p["accounts"]["points"].update(expiry={"mode": "rolling"}),
    "setting": lambda p: p.update(settings={"promote": "both"}),
    "no rules": lambda p: p["levels"][0]["purchase"].append({"rule": "r", "when": "no rules", "outcomes": []}),
}
RIGHT = {
    "more than one constraint": lambda p: when(p).update(constraints={"pump_grade": [{"grades": ["a"]}, {"grades": "b"}],
        "store": {"include": "S1"}}),
    "a group": lambda p: p["levels"][0]["purchase"].append(dict(rule("litre_points"), rule="two", when={"any": [
        {"key_phrase": "make_a_purchase"}, {"none": [{"key_phrase": "litres", "litres": 3, "operator": "At Least"}]}]})),
    "multiples": lambda p: p["levels"][0]["purchase"].append(dict(rule("litre_points"), rule="two", when=[
        {"key_phrase": "make_a_purchase"}, {"key_phrase": "litres", "condition": "past_purchases", "every": "100"}])),
    "a use with a limit": lambda p: p["levels"][0]["purchase"].append({"use": "diesel-bonus", "rule": "Again", "limit": 3}),
    "no levels": lambda p: p.pop("levels"),
}


def rule(name):
    return {"rule": "own", "when": {"key_phrase": "litres", "litres": "1.00"},
            "outcomes": [{"outcome": name, "points": 1, "litres": "10.00", "account": "points", "source": "promo"}]}


def when(program):
    return program["levels"][0]["purchase"][1]["when"]


def outcome(program):
    return program["levels"][0]["purchase"][1]["outcomes"][0]


def test_what_a_schema_refuses(site):
    site.accrue("new", "fuel-club", ask=False)
    with open(site.path("fuel-club", "programs", "fuel-club.json")) as file:
        program = json.load(file)
    program["levels"][0]["purchase"].append(rule("litre_points"))
    written = {}
    for right, changes in ((True, RIGHT), (False, FAULTS)):
        written[right] = []
        for name, change in changes.items():
            changed = copy.deepcopy(program)
            change(changed)
            written[right].append(harness.write(site.path("made", name + ".json"), json.dumps(changed)))
    template = site.path("fuel-club")
    validate(site, [[schema(site, template, "program"), written[True], written[False]]])
    folder = os.path.join(template, "programs")
    shutil.rmtree(folder)
    for right, paths in written.items():  # the core is of the same opinion
        for path in paths:
            shutil.copytree(os.path.dirname(path), folder, ignore=lambda _, names: [n for n in names if n != os.path.basename(path)])
            done = site.accrue("check", template, ask=False)
            assert (done.returncode == 0) == right, (path, done.stderr)
            shutil.rmtree(folder)


def test_key_phrases_are_choices_with_their_sentences(site):
    with open(schema(site, os.path.join(harness.ROOT, "plugins", "standard"), "standard")) as file:
        made = json.load(file)
    choices = made["$defs"]["condition"]["properties"]["key_phrase"]["anyOf"]
    spend = [choice for choice in choices if choice["const"] == "total_spend"]
    assert spend == [{"const": "total_spend", "title": "Total spend in purchase is {operator} {amount}"}], spend
    assert list(made["$defs"]["key_phrase.current_point_balance"]["properties"]["constraints"]["properties"]) == ["point_account"]
    assert made["$defs"]["key_phrase.total_spend"]["required"] == ["amount"]


def test_events_have_a_schema(site):
    site.accrue("new", "fuel-club", ask=False)
    event = harness.purchase(1, data={"total": "10.00", "items": [{"amount": "10.00", "context": {"litres": "3.50"}}]})
    visit = dict(event, type="service_visit", data={"work": "tyres"})
    def files(name, *events):
        return [harness.write(site.path(name + str(number) + ".json"), json.dumps(one)) for number, one in enumerate(events)]
    good = files("good", event, visit, dict(event, type="rain", data={}))
    bad = files("bad", dict(event, data={}), dict(visit, data={"work": "sleep"}), dict(visit, data={}), {"type": "purchase"},
                dict(event, data={"total": "10.00", "items": [{"amount": "1.00", "context": {"litres": "much"}}]}))
    validate(site, [[schema(site, site.path("fuel-club"), "events", "--events"), good, bad]])


# ---- the manual and the types

def test_the_manual_of_the_standard_template_is_up_to_date(site):
    done = site.accrue("docs", os.path.join(harness.ROOT, "plugins", "standard"), ask=False)
    with open(os.path.join(harness.ROOT, "plugins", "standard", "MANUAL.md")) as file:
        assert done.stdout == file.read(), "write it again: accrue docs plugins/standard > plugins/standard/MANUAL.md"


def test_the_manual_of_a_template(site):
    site.accrue("new", "fuel-club", ask=False)
    own = site.accrue("docs", "fuel-club", ask=False).stdout
    assert "### litres\n\n> Litres of fuel bought {timeframe} is {operator} {litres}\n" in own and "total_spend" not in own, own
    assert '{"key_phrase": "litres", "litres": "30.00"}\n```\nLitres of fuel bought is at least 30.00\n' in own, own
    assert "### total_spend" in site.accrue("docs", "fuel-club", "--all", ask=False).stdout


def names_in_core(site):
    """The names of accrue, accrue.var and so on, as a component sees them."""
    names = """local function names(of) local list = {} for name in pairs(of) do list[#list + 1] = name end
return table.concat(list, ' ') end
return accrue.outcome { title = 'x', variables = {}, effects = function() return {} end, check = function()
  error('NAMES ' .. names(accrue) .. '|' .. names(accrue.var) .. '|' .. names(accrue.effect) .. '|' .. names(accrue.read) .. '|'
    .. names(accrue.text) .. ' END', 0) end }"""
    harness.write(os.path.join(site.template, "outcomes", "names.lua"), names)
    rules = {"program": "p", "purchase": [{"rule": "r", "when": {"key_phrase": "make_a_purchase"}, "outcomes": [{"outcome": "names"}]}]}
    harness.write(site.program, json.dumps(rules))
    said = site.accrue("check", site.template, ask=False).stderr
    return [set(part.split()) for part in re.search("NAMES (.*) END", said).group(1).split("|")]


def fields_in_source(path, pattern):
    with open(os.path.join(harness.ROOT, "src", "script", path)) as file:
        return re.findall(pattern, file.read(), re.S)


def test_the_description_of_the_api_is_that_of_the_core(site):
    script = """local api, core = require "accrue.api", require "accrue.core"
local function names(list) local made = {} for i, one in ipairs(list) do made[i] = type(one) == "table"
    and one.name or one end return made end
local function fields(list) local made = {} for _, one in ipairs(list) do
  made[one.name] = one.fields and names(one.fields) or one.options or {} end return made end
local facts = {}
for _, class in ipairs(api.classes) do facts[class.name] = class.fields and names(class.fields) end
describe("api", function() it("is told", function()
  local file = io.open("api.json", "w")
  file:write(core.json_encode { constructors = fields(api.constructors), var = fields(api.variables), effect = fields(api.effects),
    read = api.reads, functions = names(api.functions), text = names(api.text), facts = facts })
  file:close() end) end)"""
    harness.write(os.path.join(site.template, "spec", "api_spec.lua"), script)
    done = site.accrue("test", site.template, ask=False)
    assert done.returncode == 0, done.stdout
    with open(os.path.join(site.template, "api.json")) as file:
        api = json.load(file)
    accrue, var, effect, read, text = names_in_core(site)
    assert set(api["var"]) == var and set(api["effect"]) == effect and set(api["read"]) == read and set(api["text"]) == text, api
    assert set(api["constructors"]) | set(api["functions"]) | {"var", "effect", "read", "text"} == accrue, accrue
    bare = lambda names: {name.rstrip("?") for name in names}
    common = {"title", "examples", "deprecated", "description"}
    for name, body in fields_in_source("construct.c", r"static const struct acr__spec (\w+)\[\] = \{(.*?)LAST\}"):
        known = set(re.findall(r'\{"(\w+)"', body)) | (common if "COMMON" in body else set())
        assert bare(api["constructors"][name]) == known, (name, known)
    facts = {"purchase": "accrue.Purchase", "custom": "accrue.Event", "points": "accrue.Points", "balance": "accrue.Balance",
             "member": "accrue.Member", "item": "accrue.Item", "payment": "accrue.Payment"}
    for name, body in fields_in_source("facts.c", r"static const struct named (\w+)_fields\[\] = \{(.*?)\{NULL, 0\}"):
        known = set(re.findall(r'\{"(\w+)"', body)) | ({"type", "id", "time", "context"} if "COMMON" in body else set())
        assert set(api["facts"][facts[name]]) == known, (name, known)


def test_types_are_lua(site):
    site.accrue("new", "fuel-club", ask=False)
    for name in ("accrue", "events", "test"):
        path = site.path("fuel-club", ".accrue", name + ".lua")
        done = subprocess.run(["lua5.4", "-e", "assert(loadfile(%r))" % path], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    with open(site.path("fuel-club", ".accrue", "events.lua")) as file:
        text = file.read()
    assert '---@class accrue.event.service_visit: accrue.Event\n---@field price integer? money\n---@field work "inspection"|' in text, text


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
