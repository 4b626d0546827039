#!/usr/bin/env python3
"""`accrue check`: what it says of faulty and of doubtful templates, each message with its place."""
import glob
import json
import os
import re
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
    lines = [line.replace(site.template + "/", "") for line in done.stderr.splitlines() if not re.match(r" *\d* \| ", line)]
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
                "key_phrases/bad.lua:1: accrue.key_phrase: conditions is missing",
                "key_phrases/bad.lua:1: accrue.key_phrase: variables is missing",
                "key_phrases/bad.lua:1: a key phrase has either value or test; found neither",
                "programs/p.json:3:12: a program has no field `purchas`; did you mean `purchase`?"], 1)


def test_what_one_purchase_can_earn(site):
    earn = '"base_earn": {"points": 2, "per": "1.00", "account": "points", "source": "base"}'
    give = '{"rule": "%s", "when": ' + BUY + ', "outcomes": [%s]}'
    fixed = '{"outcome": "points_fixed", "points": %d, "account": "points", "source": "base"}'
    double = '{"outcome": "points_variable", "points": 1, "per": "1.00", "max": 30, "account": "points", "source": "base"}'
    everyone = '"entrance": [{"rule": "E", "when": "no rules", "outcomes": []}]'
    program(site, '%s,\n"purchase": [%s],\n"levels": [{"level": "One", %s},\n'
                  '{"level": "Two", "threshold": {"spend": "5"}, "maintenance": [], "purchase": [%s]}]'
            % (earn, give % ("a", fixed % 1000), everyone, give % ("b", double)))
    said(site, [], 0)
    said(site, ["programs/p.json: warning: one purchase of 100.00 can earn 1230 points at level `Two`, more than 1229 (--max-points)"], 0,
         "--max-points", "1229")
    said(site, [], 0, "--max-points", "1230", "--strict")


def test_examples_must_read_as_they_say(site):
    harness.write(os.path.join(site.template, "key_phrases", "own.lua"),
                  "return accrue.key_phrase {\n  title = 'Own {n|piece|pieces}', conditions = 'purchase',\n"
                  "  variables = { n = accrue.var.integer() }, test = function() return true end,\n"
                  "  examples = { { vars = { n = 1 }, sentence = 'Own 1 piece' }, { vars = { n = 2 }, sentence = 'Own 2 piece' } },\n}\n")
    lines = ['key_phrases/own.lua:4: warning: example 2 says "Own 2 piece", but reads "Own 2 pieces"']
    said(site, lines, 0)
    said(site, lines, 1, "--strict")


# ---- what loads, but cannot be meant

def rule(when, name="r", more=""):
    return '{"rule": "%s", "when": %s, %s%s}' % (name, when, GIVE, more)


def spends(operator, amount):
    return '{"key_phrase": "total_spend", "operator": "%s", "amount": "%s"}' % (operator, amount)


def event(name):
    return '{"key_phrase": "trigger_an_event", "event": "%s"}' % name


def test_rules_that_never_fire(site):
    program(site, '"purchase": [%s,\n%s,\n%s,\n%s],\n"event": [%s,\n%s]' % (
        rule('{"none": [%s]}' % BUY, "a"), rule('{"any": [%s, {"none": [%s]}]}' % (spends(">=", 5), BUY), "b"),
        rule('[%s, %s]' % (BUY, event("member.join")), "c"), rule('[%s]' % BUY, "d"),
        rule('[%s, %s]' % (event("member.join"), event("member.update")), "e"),
        rule('{"any": [%s, {"none": [%s]}]}' % (event("member.join"), event("member.update")), "f")))
    never = "can never fire: no event that wakes it makes its conditions true together; an event has one type only"
    said(site, ["programs/p.json:3:46: warning: a trigger without constraints under `none` is true at every event that wakes the rule: "
                "this group never holds, and the rule can never fire",
                "programs/p.json:4:106: warning: a trigger without constraints under `none` is true at every event that wakes the rule: "
                "this group never holds",
                "programs/p.json:5:1: warning: rule `c` " + never,
                "programs/p.json:7:11: warning: rule `e` " + never], 0)


def test_conditions_that_exclude_each_other(site):
    staff = '{"key_phrase": "in_audience", "audience": "staff"}'
    program(site, '"purchase": [%s,\n%s,\n%s,\n%s]' % (
        rule('[%s,\n%s]' % (spends(">=", 100), spends("<", 50))), rule('[%s, %s,\n{"none": [%s]}]' % (BUY, staff, staff), "s"),
        rule('[%s, {"any": [%s, %s]}]' % (BUY, spends(">=", 100), spends("<", 50)), "t"),
        rule('[%s, %s]' % (spends(">=", 50), spends("<=", 50)), "u")))
    found = said(site, ['programs/p.json:4:1: warning: "Total spend in purchase is at least 100.00" and "Total spend in purchase is less '
                        'than 50.00" can never be true together; drop one of them',
                        'programs/p.json:6:11: warning: "Member is in audience staff" and not "Member is in audience staff" can never be '
                        'true together; drop one of them'], 0)
    assert "0 faults, 2 warnings" in found, found

def test_constraints_that_let_nothing_through(site):
    def buy(constraints):
        return '[{"key_phrase": "make_a_purchase", "constraints": {%s}}]' % constraints
    program(site, '"purchase": [%s,\n%s,\n%s,\n%s,\n%s]' % (
        rule(buy('"store": {"include": ["S1"], "exclude": ["S2", "S1"]}'), "a"),
        rule(buy('"catalog": {"include": {"items": ["i"]}, "exclude": {"items": ["i"]}}'), "b"),
        rule('{"constraints": {"channel": {"include": ["app"]}}, "all": %s}' % buy('"channel": {"include": ["pos", "web"]}'), "c"),
        rule(buy('"store": {"include": []}'), "d"),
        rule('[%s, {"key_phrase": "spend_currency", "amount": "5", "timeframe": {"from": "2026-02-01"},\n"constraints": '
             '{"time": {"timeframe": {"to": "2026-01-31"}}}}]' % BUY, "e")))
    excluded = "lets nothing through: all that it includes is excluded; take it from one of the lists"
    found = said(site, [
        "programs/p.json:3:96: warning: constraint `store` " + excluded,
        "programs/p.json:4:85: warning: constraint `catalog` " + excluded,
        "programs/p.json:5:51: warning: constraint `channel` lets nothing through: it stands here twice, with no name in both lists; a "
        "group's constraints hold inside it too",
        "programs/p.json:6:83: warning: constraint `store` lets nothing through: its list is empty; name what may pass, or leave the "
        "constraint out",
        'programs/p.json:7:59: warning: no day lies in the timeframe of "Total spend from 2026-02-01 is at least 5.00 up to 2026-01-31": '
        "it ends before it begins"], 0)
    assert "0 faults, 5 warnings" in found, found


def test_levels_that_cannot_be_what_is_meant(site):
    everyone = '"entrance": [{"rule": "E", "when": "no rules", "outcomes": []}]'
    program(site, '"levels": [{"level": "One", %s},\n{"level": "Two", "threshold": {"spend": "500"}},\n{"level": "Three",\n"threshold": '
                  '{"spend": "400"}},\n{"level": "Four"},\n{"level": "Five"},\n{"level": "Six", "entrance": [%s]}],\n"event": [%s]' % (
                      everyone, rule('"no rules"', "F"),
                      '{"rule": "up", "when": %s, "outcomes": [{"outcome": "tier_change", "level": "Five"}]}' % event("member.join")))
    said(site, ["programs/p.json:9:53: warning: everyone rises to level `Six`: its entrance has \"no rules\"",
                "programs/p.json:6:14: warning: the threshold of level `Three` (400.00) is not above that of the lower level `Two` (500.00)"
                "; levels stand lowest first",
                "programs/p.json:7:1: warning: level `Four` cannot be reached: it has neither `entrance` nor `threshold`, and no "
                "`tier_change` leads there; only `level.set` does",
                "programs/p.json:3:11: warning: nobody is ever demoted from `Two`, `Three`, `Four`, `Five`, `Six`: give them "
                "`maintenance` or `expiry`, or say \"maintenance\": [] if that is meant",
                "programs/p.json:9:31: warning: the outcomes of entrance rule `F` are given at every entry, also after a demotion; give it "
                "a `limit` such as {\"times\": 1}"], 0)


def test_programs_that_name_each_other(site):
    def move(name, target, level):
        return ('{"rule": "%s", "when": %s, "outcomes": [{"outcome": "tier_change", "program": "%s", "level": "%s"}]}'
                % (name, event("member.join"), target, level))
    everyone = '"entrance": [{"rule": "E", "when": "no rules", "outcomes": []}]'
    program(site, '"event": [%s,\n%s,\n%s]' % (move("a", "club", "Gold"), move("b", "club", "Glod"), move("c", "clob", "Gold")))
    program(site, '"family": "clubs", "levels": [{"level": "One", %s}, {"level": "Gold", "maintenance": []}]' % everyone, "club")
    said(site, ["programs/p.json:4:96: program `club` has no level `Glod`; did you mean `Gold`?",
                "programs/p.json:5:96: warning: there is no program or family `clob` beside this one; did you mean `club`?"], 1)


def test_what_is_to_go_is_told_at_each_use(site):
    for path, text in {
        "events/old_visit.lua": 'event { title = "Old visit", fields = {}, deprecated = "use visit" }',
        "condition_types/old_visits.lua": 'condition_type { title = "Old visits", over = "current", facts = "old_visit", '
                                          'deprecated = "use event" }',
        "key_phrases/old_phrase.lua": 'key_phrase { title = "An old visit", conditions = "old_visits", variables = {}, '
                                      'test = function() return true end, deprecated = "use trigger_an_event" }',
        "constraints/old_one.lua": 'constraint { title = "Old", conditions = "old_visits", variables = {}, '
                                   'accepts = function() return true end, deprecated = "leave it out" }',
        "outcomes/old_points.lua": 'outcome { title = "Old points", variables = {}, effects = function() return {} end, '
                                   'deprecated = "use points_fixed" }',
    }.items():
        harness.write(os.path.join(site.template, path), "return accrue." + text + "\n")
    program(site, '"event": [\n{"rule": "a", "when": {"key_phrase": "old_phrase",\n"constraints": {"old_one": {}}},\n'
                  '"outcomes": [{"outcome": "old_points"}]},\n{"rule": "b", "when": {"key_phrase": "trigger_an_event",\n'
                  '"event": "old_visit"}, %s}]' % GIVE)
    said(site, ["programs/p.json:4:38: warning: key phrase `old_phrase` is deprecated: use trigger_an_event",
                "programs/p.json:4:23: warning: condition type `old_visits` is deprecated: use event",
                "programs/p.json:5:28: warning: constraint `old_one` is deprecated: leave it out",
                "programs/p.json:6:26: warning: outcome `old_points` is deprecated: use points_fixed",
                "programs/p.json:8:10: warning: event type `old_visit` is deprecated: use visit"], 0)
    manual = site.accrue("docs", site.template, ask=False).stdout
    assert manual.count("**Deprecated**") == 5, manual


def test_events_in_a_circle(site):
    for name in ("ping", "pong", "end"):
        harness.write(os.path.join(site.template, "events", name + ".lua"), 'return accrue.event { title = "X", fields = {} }\n')

    def raises(one, other):
        return '{"rule": "%s", "when": %s, "outcomes": [{"outcome": "trigger_event", "event": "%s"}]}' % (one, event(one), other)
    program(site, '"event": [%s,\n%s,\n%s]' % (raises("ping", "pong"), raises("pong", "ping"), raises("member.join", "end")))
    said(site, ["programs/p.json:3:11: warning: rules raise events in a circle: event `ping` wakes rule `ping`, which raises event `pong` "
                "wakes rule `pong`, which raises event `ping`; a rule fires once in such a chain"], 0)


def test_the_examples_leave_no_doubt(site):
    manifests = glob.glob(os.path.join(harness.ROOT, "examples", "**", "template.lua"), recursive=True)
    assert len(manifests) >= 18, manifests
    for template in map(os.path.dirname, sorted(manifests)):
        done = site.accrue("check", template, "--strict", ask=False)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
