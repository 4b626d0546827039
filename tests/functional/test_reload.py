#!/usr/bin/env python3
"""Programs in test follow their files: by accrue reload, and by accrued --watch."""
import json
import os
import shutil
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness

PHRASE = """return accrue.key_phrase {
  title = "The receipt is above {least}",
  conditions = "purchase",
  variables = { least = accrue.var.money() },
  test = function(purchase, vars) return purchase.total > vars.least, purchase.total end,
}
"""


def program_with(points, name="shop"):
    program = json.loads(json.dumps(harness.PROGRAM))
    program["program"] = name
    program["levels"][1]["threshold"] = {"spend": "9000000.00"}
    program["levels"][0]["purchase"][0]["when"] = {"all": [{"key_phrase": "above", "least": "5.00"}]}
    program["levels"][0]["purchase"][0]["outcomes"][0]["points"] = points
    return json.dumps(program, indent=1) + "\n"


def begin(site, *options, status="test", points=5):
    harness.write(os.path.join(site.template, "key_phrases", "above.lua"), PHRASE)
    harness.write(site.program, program_with(points))
    site.start(*options)
    done = site.accrue("publish", site.program, "--status", status, "--all-levels")
    assert done.returncode == 0, done.stderr


def programs(site):
    """(release, status) of all."""
    with site.client() as client:
        return [(one["release"], one["status"]) for one in client.ask(harness.request("program.list"))["result"]["programs"]]


def newest(site):
    return [label for label, status in programs(site) if status != "archived"][-1]


def large(reply):
    return sum(one["points"] for one in reply["outcomes"] if one.get("rule") == "Large" and "points" in one)


def simulated(site, client, number=1):
    """Points of the rule as the newest program in test has them."""
    answer = client.ask(harness.request("event.simulate", event=harness.purchase("s-%s" % number), program=newest(site)))
    assert "result" in answer, answer
    return large(answer["result"]["events"][0]["reply"])


def wait_for(site, what):
    harness.until(what, site.errors)


def edit(site, path, text):
    """At once, as many editors do: whoever looks in the middle of a write sees half a file, and says so."""
    os.rename(harness.write(site.path("edited"), text), path)


def test_a_good_edit_is_taken_over(site):
    begin(site)
    with site.client() as client:
        assert simulated(site, client) == 5
        harness.write(site.program, program_with(7))
        assert simulated(site, client) == 5
        done = site.accrue("reload", "--author", "ann", "--note", "seven")
        assert done.returncode == 0 and done.stdout == "shop@2 is test, in place of shop@1\n", (done.stdout, done.stderr)
        assert simulated(site, client) == 7
        assert programs(site) == [("shop@1", "archived"), ("shop@2", "test")], programs(site)
        shown = client.ask(harness.request("program.describe", program="shop"))["result"]["programs"]
        assert [(one["author"], one["note"]) for one in shown if one["release"] == "shop@2"] == [("ann", "seven")], shown
        assert shown[0]["changes"][-1]["status"] == "archived" and shown[0]["changes"][-1]["by"] == "ann", shown[0]["changes"]
        done = site.accrue("reload")
        assert done.returncode == 0 and done.stdout == "shop@2 is test and as its files are\n", done.stdout
    assert site.stop() == 0
    site.start()
    assert programs(site) == [("shop@1", "archived"), ("shop@2", "test")], programs(site)
    with site.client() as client:
        assert simulated(site, client) == 7


def test_a_broken_edit_leaves_the_old_one(site):
    begin(site)
    path = harness.write(os.path.join(site.template, "key_phrases", "above.lua"), PHRASE.replace("purchase.total, ", "purchase.total, (, "))
    harness.write(os.path.join(site.template, "key_phrases", "more.lua"), "return 5\n")
    harness.write(site.program, program_with(9))
    checked = site.accrue("check", os.path.realpath(site.template), ask=False)
    harness.write(path, PHRASE.replace("purchase.total > vars.least, purchase.total", "purchase.totl > vars.least, purchase.total"))
    tried = site.accrue("check", os.path.realpath(site.template), ask=False)
    done = site.accrue("reload")
    assert checked.returncode == tried.returncode == done.returncode == 1
    faults = done.stderr.splitlines()
    assert faults[:-1] == tried.stderr.splitlines(), (done.stderr, tried.stderr)
    assert faults[-1].startswith("accrue reload: ") and "key_phrases/more.lua" in done.stderr, faults
    data = json.loads(site.accrue("reload", "--json").stdout)["error"]["data"]
    assert data["code"] == "faults" and len(data["faults"]) >= 1, data
    assert programs(site) == [("shop@1", "test")]
    with site.client() as client:
        assert simulated(site, client) == 5


def test_active_programs_are_published_or_left(site):
    begin(site, status="active")
    with site.client() as client:
        assert client.ask(harness.purchase(1))["outcomes"][-1]["points"] == 5
        harness.write(site.program, program_with(7))
        done = site.accrue("reload")
        assert done.returncode == 0 and "shop@1 is active and left alone" in done.stdout, done.stdout
        assert client.ask(harness.purchase(2))["outcomes"][-1]["points"] == 5
        done = site.accrue("reload", "--active", "--author", "ann", "--note", "seven points")
        assert done.returncode == 0 and done.stdout == "shop@2 is active, in place of shop@1\n", (done.stdout, done.stderr)
        reply = client.ask(harness.purchase(3))
        assert reply["outcomes"][-1]["points"] == 7 and reply["release"] == "shop@2", reply
        shown = client.ask(harness.request("program.describe", program="shop"))["result"]["programs"]
        assert (shown[-1]["author"], shown[-1]["note"]) == ("ann", "seven points"), shown[-1]
        assert client.ask(harness.purchase(3))["status"] == "duplicate"
    assert site.stop() == 0
    for arguments in (["verify", site.ledger, "--replay"], ["explain", "pos/r-3", "--ledger", site.ledger]):
        done = site.accrue(*arguments, ask=False)
        assert done.returncode == 0, (arguments, done.stdout, done.stderr)


def test_all_programs_or_none(site):
    begin(site)
    other = harness.write(os.path.join(site.template, "programs", "cafe.json"), program_with(1, "cafe"))
    done = site.accrue("reload")
    assert done.returncode == 0 and "cafe is not published" in done.stdout, done.stdout
    assert site.accrue("publish", other, "--status", "test", "--all-levels").returncode == 0
    harness.write(other, program_with(2, "cafe"))
    harness.write(site.program, program_with(2).replace('"default": true', '"default": true, "decimals": 2'))
    done = site.accrue("reload")
    assert done.returncode == 1 and "decimals" in done.stderr, (done.stdout, done.stderr)
    assert [status for _label, status in programs(site)] == ["test", "test"]
    harness.write(site.program, program_with(2))
    done = site.accrue("reload", "--program", "cafe")
    assert done.returncode == 0 and "cafe@2 is test, in place of cafe@1\n" in done.stdout and "shop@1 is test and left alone" in done.stdout
    done = site.accrue("reload")
    assert "shop@2 is test" in done.stdout and "cafe@2 is test and as its files are" in done.stdout, done.stdout


def test_reload_under_load(site):
    begin(site, status="active")
    stopped = threading.Event()
    replies = []

    def sender(number):
        with site.client() as client:
            at = 0
            while not stopped.is_set():
                client.send(*[harness.purchase("%d-%d" % (number, at + i), member="m-%d-%d" % (number, i % 20)) for i in range(50)])
                replies.extend(client.receive() for _ in range(50))
                at += 50

    senders = [threading.Thread(target=sender, args=(number,)) for number in range(3)]
    for one in senders:
        one.start()
    for version in range(2, 8):
        harness.write(site.program, program_with(version * 10))
        done = site.accrue("reload", "--active")
        assert done.returncode == 0 and "shop@%d is active" % version in done.stdout, (done.stdout, done.stderr)
        seen = len(replies)
        wait_for(site, lambda: len(replies) > seen + 3 * 50)  # more than were under way
    stopped.set()
    for one in senders:
        one.join()
    for reply in replies:  # each was judged by one of them, and wholly
        version = int(reply["release"].split("@")[1])
        assert reply["status"] == "applied" and large(reply) == (5 if version == 1 else version * 10), reply
    assert len({reply["release"] for reply in replies}) >= 6
    assert site.stop() == 0
    assert site.accrue("verify", site.ledger, "--replay", ask=False).returncode == 0


def test_in_process(site):
    begin(site)
    assert site.stop() == 0
    harness.write(site.program, program_with(7))
    done = site.accrue("reload", site.template, "--ledger", site.ledger, ask=False)
    assert done.returncode == 0 and "shop@2 is test, in place of shop@1" in done.stdout, (done.stdout, done.stderr)
    done = site.accrue("reload", "--ledger", site.ledger, ask=False)
    assert done.returncode == 2 and "accrue reload DIR" in done.stderr, done.stderr


def test_watch_takes_up_edits(site):
    begin(site, "--watch")
    with site.client() as client:
        edit(site, site.program, program_with(7))
        wait_for(site, lambda: newest(site) == "shop@2")
        assert simulated(site, client) == 7
        wait_for(site, lambda: "was edited, shop@2 is test in place of shop@1" in site.errors())
        # as editors save: a new file in place of the old one, with a backup beside
        path = os.path.join(site.template, "key_phrases", "above.lua")
        harness.write(path + "~", PHRASE)
        harness.write(path + ".new", PHRASE.replace("above {least}", "over {least}"))
        os.rename(path + ".new", path)
        wait_for(site, lambda: newest(site) == "shop@3")
        # a fault: told with its place, nothing changes; and mended again
        edit(site, path, PHRASE.replace("conditions", "condition"))
        wait_for(site, lambda: "programs stay as they are" in site.errors())
        assert "key_phrases/above.lua:" in site.errors() and newest(site) == "shop@3"
        assert simulated(site, client) == 7
        edit(site, path, PHRASE)
        wait_for(site, lambda: newest(site) == "shop@4" and "was mended" in site.errors())
        # what appears and vanishes, in a folder that is new, too
        odd = os.path.join(site.template, "constraints", "odd.lua")
        os.makedirs(os.path.dirname(odd))
        edit(site, odd, "return nothing\n")
        wait_for(site, lambda: "constraints/odd.lua" in site.errors())
        os.remove(odd)
        wait_for(site, lambda: site.errors().count("was mended") == 2)
        assert newest(site) == "shop@4"
        # the whole directory is replaced, as by a checkout
        shutil.copytree(site.template, site.path("copy"))
        harness.write(site.path("copy", "programs", "shop.json"), program_with(8))
        os.rename(site.template, site.path("away"))
        time.sleep(0.3)
        os.rename(site.path("copy"), site.template)
        wait_for(site, lambda: newest(site) == "shop@5")
        edit(site, site.program, program_with(9))
        wait_for(site, lambda: newest(site) == "shop@6")
        # a file that is none of a template's
        harness.write(os.path.join(site.template, "README.md"), "words\n")
        time.sleep(0.5)
        assert newest(site) == "shop@6"
    assert site.stop() == 0


def test_watch_leaves_active_programs(site):
    begin(site, "--watch", status="active")
    edit(site, site.program, program_with(7))
    wait_for(site, lambda: "shop@1 is active and stays until it is published" in site.errors())
    assert newest(site) == "shop@1"
    assert site.stop() == 0
    site.start("--watch-active")  # edited while no daemon ran
    wait_for(site, lambda: newest(site) == "shop@2")
    with site.client() as client:
        assert client.ask(harness.purchase(1))["outcomes"][-1]["points"] == 7
        shown = client.ask(harness.request("program.describe", program="shop"))["result"]["programs"]
        assert shown[-1]["author"] == "accrued --watch", shown[-1]


def test_edits_while_it_loads(site):
    """Many edits, some while another is being loaded: what stands in the end is the last one."""
    for number in range(60):  # a load that takes a while
        harness.write(os.path.join(site.template, "key_phrases", "p%02d.lua" % number), PHRASE)
    begin(site, "--watch")
    other = harness.write(os.path.join(site.template, "programs", "cafe.json"), program_with(5, "cafe"))
    assert site.accrue("publish", other, "--status", "test", "--all-levels").returncode == 0
    with site.client() as client:
        for number in range(10, 40):
            harness.write(site.program, program_with(number))
            harness.write(other, program_with(number, "cafe"))
            time.sleep(0.005 * (number % 7) ** 2)

        def last():
            labels = [label for label, status in programs(site) if status == "test"]
            points = []
            for label in labels:
                answer = client.ask(harness.request("event.simulate", event=harness.purchase("s"), program=label))
                if "result" not in answer:
                    return False  # reloaded since they were listed
                points.append(large(answer["result"]["events"][0]["reply"]))
            assert set(points) <= {5, *range(10, 40)}, points
            return points == [39, 39]
        wait_for(site, last)
    assert site.stop() == 0


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
