#!/usr/bin/env python3
"""`accrue check`: what it says of faulty and of doubtful templates, each message with its place."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness

GIVE = '"outcomes": [{"outcome": "points_fixed", "points": 5, "account": "points", "source": "base"}]'
BUY = '{"key_phrase": "make_a_purchase"}'
HEAD = """{ "program": "%s", "effective_from": "2026-01-01", "currency": "USD",
  "accounts": {"points": {"default": true}}, "sources": {"base": {}}, "audiences": ["staff"],
"""


def said(site, wanted, code, *options):
    """What check says on standard error: the lines, file names below the template."""
    done = site.accrue("check", site.template, *options, ask=False)
    lines = [line.replace(site.template + "/", "") for line in done.stderr.splitlines()]
    assert lines == wanted, "\n".join(["found:", *lines, "wanted:", *wanted])
    assert done.returncode == code, (done.returncode, done.stderr)
    return done.stdout


def program(site, rest, name="p"):
    """The program's file, in which `rest` begins at line 3."""
    if os.path.exists(site.program):
        os.remove(site.program)
    return harness.write(os.path.join(site.template, "programs", name + ".json"), HEAD % name + rest + " }\n")


def rule_file(site, name, text):
    return harness.write(os.path.join(site.template, "rules", name + ".json"), text)


# ---- files of rules/

def test_rules_are_used_by_name_with_a_name_and_a_limit_of_their_own(site):
    rule_file(site, "welcome", '{"rule": "Welcome", "when": %s, %s}' % (BUY, GIVE))
    program(site, '"purchase": ["welcome", {"use": "welcome", "rule": "Again", "limit": {"times": 1, "per": "day"}}]')
    entrance = '"entrance": [{"rule": "E", "when": "no rules", "outcomes": []}]'
    program(site, '"levels": [{"level": "One", %s,\n "purchase": ["welcome"]}]' % entrance, "q")
    said(site, [], 0)
    report = json.loads(site.accrue("check", site.template, "--json", ask=False).stdout)
    uses = [(use["program"], use["level"], use["behavior"], use["rule"]) for use in report["rule_files"][0]["uses"]]
    assert uses == [("p", "", "purchase", "Welcome"), ("p", "", "purchase", "Again"), ("q", "One", "purchase", "Welcome")], uses
    rules = report["programs"][0]["sentences"]["purchase"]
    assert [(rule["rule"], rule.get("limit")) for rule in rules] == [("Welcome", None), ("Again", "at most once a day")], rules


def test_a_renamed_rules_file_breaks_loudly(site):
    rule_file(site, "welcome", '{"rule": "Welcome", "when": %s, %s}' % (BUY, GIVE))
    program(site, '"purchase": ["welcom",\n{"use": "welcome", "when": %s}]' % BUY)
    said(site, ["programs/p.json:3:14: unknown rule `welcom`: there is no file rules/welcom.json; did you mean `welcome`?",
                "programs/p.json:4:28: a use of a rules file has `use`, `rule` (a name of its own) and `limit`; `when` is the file's",
                'rules/welcome.json: warning: no program uses this rule; write "welcome" in a list of rules, or remove the file'], 1)


def test_a_fault_of_a_rules_file_is_told_once_for_all_programs(site):
    rule_file(site, "bad", '{"rule": "Bad",\n "when": {"key_phrase": "make_a_purchas"}, %s}' % GIVE)
    program(site, '"purchase": ["bad"], "event": ["bad"]')
    program(site, '"purchase": ["bad"]', "q")
    out = said(site, ["rules/bad.json:2:25: unknown key phrase `make_a_purchas`; did you mean `make_a_purchase`?"], 1)
    assert "1 fault, 0 warnings" in out, out


# ---- components and programs together

def test_programs_are_read_beside_a_faulty_component(site):
    harness.write(os.path.join(site.template, "key_phrases", "bad.lua"), "return accrue.key_phrase {\n  titel = 'x' }\n")
    program(site, '"purchas": [],\n"purchase": [{"rule": "r", "when": {"key_phrase": "bad"}, %s}]' % GIVE)
    said(site, ["key_phrases/bad.lua:2: accrue.key_phrase has no field 'titel'; the nearest is 'title'",
                "key_phrases/bad.lua:1: accrue.key_phrase: title is missing",
                "key_phrases/bad.lua:1: accrue.key_phrase: conditions is missing",
                "key_phrases/bad.lua:1: accrue.key_phrase: variables is missing",
                "key_phrases/bad.lua:1: a key phrase has either value or test; found neither",
                "programs/p.json:3:12: a program has no field `purchas`; did you mean `purchase`?"], 1)


def test_examples_must_read_as_they_say(site):
    harness.write(os.path.join(site.template, "key_phrases", "own.lua"),
                  "return accrue.key_phrase {\n  title = 'Own {n|piece|pieces}', conditions = 'purchase',\n"
                  "  variables = { n = accrue.var.integer() }, test = function() return true end,\n"
                  "  examples = { { vars = { n = 1 }, sentence = 'Own 1 piece' }, { vars = { n = 2 }, sentence = 'Own 2 piece' } },\n}\n")
    lines = ['key_phrases/own.lua:4: warning: example 2 says "Own 2 piece", but reads "Own 2 pieces"']
    said(site, lines, 0)
    said(site, lines, 1, "--strict")


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
