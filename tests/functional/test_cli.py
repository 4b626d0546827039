#!/usr/bin/env python3
"""The command: each of its commands against a daemon and on the ledger itself, its exit codes, and what bad input gets."""
import gzip
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness
from harness import purchase

COMMANDS = ("serve", "check", "publish", "programs", "send", "member", "ledger", "event", "report", "export", "verify",
            "stats")


def events(site, count, name="events.ndjson", **more):
    lines = "".join(json.dumps(purchase(n, member="m-%d" % (n % 5), **more)) + "\n" for n in range(count))
    return harness.write(site.path(name), lines)


def good(done):
    assert done.returncode == 0, (done.args, done.returncode, done.stdout, done.stderr)
    return done.stdout


def bad(done, code, *words):
    assert done.returncode == code, (done.args, done.returncode, done.stdout, done.stderr)
    for word in words:
        assert word in done.stderr, (word, done.stderr)
    return done.stderr


def published(site, **more):
    site.start(**more)
    good(site.accrue("publish", site.program, "--status", "active", "--all-levels"))
    return site


# ---- all of them

def test_help_of_every_command(site):
    shown = good(site.accrue("help"))
    for command in COMMANDS:
        assert command in shown
        text = good(site.accrue(command, "--help"))
        assert text.startswith("usage: accrue") and "example" in text, command
        assert good(site.accrue("help", command)) == text
    assert good(site.accrue("--help")) == shown
    assert site.accrue().returncode == 2


def test_version(site):
    assert good(site.accrue("version")).startswith("accrue ")
    assert "version" in json.loads(good(site.accrue("version", "--json")))


def test_unknown_names_have_the_nearest(site):
    bad(site.accrue("memebr", "x"), 2, "member")
    bad(site.accrue("send", "--alow", "x", "-"), 2, "--allow")
    bad(site.accrue("nothing-like-it"), 2, "accrue help")


def test_usage_errors(site):
    for arguments in (["member"], ["member", "a", "b"], ["ledger"], ["ledger", "m", "--limit", "x"], ["ledger", "m", "--limit", "0"],
                      ["check"], ["publish"], ["send"], ["send", "--window", "-3", "-"], ["programs", "set", "p"], ["programs", "show"],
                      ["programs", "nonsense", "p"], ["event", "not-a-number"], ["stats", "x"], ["member", "--socket"],
                      ["member", "--json=1", "m"], ["member", "m", "--socket", "s", "--ledger", "l"]):
        said = bad(site.accrue(*arguments, ask=False), 2)
        assert said.startswith("accrue ") and said.count("\n") == 1, (arguments, said)


def test_nobody_to_ask(site):
    bad(site.accrue("member", "m-1", ask=False), 2, "--socket", "--ledger")
    bad(site.accrue("member", "m-1"), 2, site.socket)
    bad(site.accrue("member", "m-1", "--socket", site.path("x" * 200), ask=False), 2, "107")
    bad(site.accrue("member", "m-1", "--ledger", site.path("nothing"), ask=False), 2, site.path("nothing"))
    assert not os.path.exists(site.path("nothing"))


# ---- check

def test_check_of_a_good_template(site):
    assert "0 faults" in good(site.accrue("check", site.template, ask=False))
    report = json.loads(good(site.accrue("check", site.template, "--json", ask=False)))
    assert report["faults"] == [] and report["programs"][0]["program"] == "shop", report


def test_check_shows_every_fault_with_its_place(site):
    phrase = harness.write(os.path.join(site.template, "key_phrases", "bad.lua"), "\nreturn accrue.key_phrase { titel = 'x' }\n")
    said = bad(site.accrue("check", site.template, ask=False), 1, "key_phrases/bad.lua:2", "titel", "title")
    assert len(said.splitlines()) >= 2, said
    os.remove(phrase)
    harness.write(os.path.join(site.template, "programs", "broken.json"), '{\n "program": "x",,\n}\n')
    harness.write(os.path.join(site.template, "programs", "other.json"), '{\n "program": "y", "titel": "x"\n}\n')
    bad(site.accrue("check", site.template, ask=False), 1, "programs/broken.json:2:17", "programs/other.json:2:", "title")
    assert len(json.loads(site.accrue("check", site.template, "--json", ask=False).stdout)["faults"]) >= 2


def test_check_of_nothing(site):
    bad(site.accrue("check", site.path("nowhere"), ask=False), 2, site.path("nowhere"))
    bad(site.accrue("check", harness.write(site.path("file"), "x"), ask=False), 2, site.path("file"))


def test_check_strict(site):
    report = json.loads(good(site.accrue("check", site.template, "--json", ask=False)))
    done = site.accrue("check", site.template, "--strict", ask=False)
    assert done.returncode == (1 if report["warnings"] else 0), done


# ---- publish and programs

def test_publish_and_programs(site):
    site.start()
    said = good(site.accrue("publish", site.program, "--status", "active", "--all-levels", "--author", "ann", "--note", "first"))
    assert "shop@1" in said and "active" in said, said
    shown = good(site.accrue("programs"))
    assert "shop@1" in shown and "Member (live)" in shown and "Gold (live)" in shown, shown
    program = json.loads(good(site.accrue("programs", "--json")))["programs"][0]
    assert program["release"] == "shop@1" and program["author"] == "ann" and program["note"] == "first", program
    assert "Member" in good(site.accrue("programs", "show", "shop"))
    bad(site.accrue("programs", "show", "shoop"), 1, "shoop", "did you mean 'shop'?")
    bad(site.accrue("programs", "set", "shpo", "--status", "active", "--reason", "x"), 1, "shpo", 'the nearest is "shop"')
    again = json.loads(good(site.accrue("publish", site.program, "--status", "active", "--json")))
    assert again["release"] == "shop@2", again


def test_publish_level_by_level(site):
    site.start()
    done = site.accrue("publish", site.program, "--level", "Member")
    assert "warning: still draft" in done.stderr and "`Gold`" in done.stderr and "`Member`" not in good(done), done.stderr
    program = json.loads(good(site.accrue("programs", "--json")))["programs"][0]
    assert program["status"] == "configure" and [level["status"] for level in program["levels"]] == ["live", "draft"], program
    good(site.accrue("programs", "set", "shop", "--level", "Gold", "--status", "live", "--reason", "launch"))
    good(site.accrue("programs", "set", "shop", "--status", "active", "--reason", "launch"))
    program = json.loads(good(site.accrue("programs", "--json")))["programs"][0]
    assert program["status"] == "active" and [level["status"] for level in program["levels"]] == ["live", "live"], program
    bad(site.accrue("publish", site.program, "--level", "Platinum"), 1, "Platinum")
    bad(site.accrue("publish", site.program, "--level", "Golf"), 1, "Golf", "the nearest is Gold")
    bad(site.accrue("programs", "set", "nothing", "--status", "active", "--reason", "x"), 1, "nothing")
    bad(site.accrue("programs", "set", "shop", "--level", "Lead", "--status", "live", "--reason", "x"), 1, "Lead")


def test_publish_shows_faults_and_changes_nothing(site):
    published(site)
    program = json.loads(json.dumps(harness.PROGRAM))
    program["levels"][0]["purchase"][0]["when"]["all"][0]["key_phrase"] = "total_spent"
    program["accounts"]["points"]["defualt"] = True
    harness.write(site.program, json.dumps(program, indent=1) + "\n")
    said = bad(site.accrue("publish", site.program, "--all-levels"), 1, "programs/shop.json:", "total_spend", "default")
    assert len(said.splitlines()) >= 3, said
    done = site.accrue("publish", site.program, "--json")
    assert done.returncode == 1 and len(json.loads(done.stdout)["error"]["data"]["faults"]) >= 2, done
    assert len(json.loads(good(site.accrue("programs", "--json")))["programs"]) == 1
    good(site.accrue("send", events(site, 3)))


def test_publish_of_nothing(site):
    site.start()
    bad(site.accrue("publish", site.path("nothing.json")), 2, "nothing.json")
    bad(site.accrue("publish", harness.write(site.path("lonely.json"), "{}")), 1, "lonely.json")


# ---- send

def test_send_and_its_summary(site):
    published(site)
    done = site.accrue("send", events(site, 100))
    shown = good(done)
    assert "applied" in shown and "100" in shown and done.stderr == "", done
    report = json.loads(good(site.accrue("send", events(site, 120), "--json")))
    assert report["events"] == 120 and report["statuses"]["applied"] == 20 and report["statuses"]["duplicate"] == 100, report


def test_send_gzip_and_standard_input_and_several(site):
    published(site)
    path = events(site, 50)
    packed = site.path("packed.gz")
    with open(path, "rb") as file, gzip.open(packed, "wb") as out:
        out.write(file.read())
    assert json.loads(good(site.accrue("send", packed, "--json")))["statuses"]["applied"] == 50
    with open(path) as file:
        text = file.read()
    assert json.loads(good(site.accrue("send", "-", "--json", stdin=text)))["statuses"]["duplicate"] == 50
    with open(packed, "rb") as file:
        twice = file.read() * 2
    done = site.accrue("send", "-", "--json", stdin=twice, binary=True)
    assert json.loads(done.stdout)["statuses"]["duplicate"] == 100, done
    more = events(site, 60, "more.ndjson")
    report = json.loads(good(site.accrue("send", path, more, "--json")))
    assert report["events"] == 110 and report["statuses"]["applied"] == 10, report


def timed(name, *times):
    return [json.dumps(purchase("%s%d" % (name, n), time=time)) if time[:1] != "{" else time for n, time in enumerate(times)]


def test_send_merges_files_by_time(site):
    published(site)
    hour = "2026-03-01T%02d:00:00Z"
    # b: an hour of another offset, then its own order although time goes back, then lines without a time that can be read
    first = timed("a", hour % 1, hour % 5, hour % 9, hour % 9)
    refund = purchase("refund", type="refund")
    del refund["time"]
    second = timed("b", "2026-03-01T06:00:00+05:00", hour % 3, hour % 2, json.dumps(refund), hour % 9)
    third = timed("c", "{nothing", hour % 2, hour % 4, "2026-02-30T01:00:00Z", hour % 10)
    a = harness.write(site.path("a.ndjson"), "\n".join(first))
    c = harness.write(site.path("c.ndjson"), "\n\n" + "\n".join(third) + "\n")
    b = site.path("b.gz")
    with gzip.open(b, "wt") as out:
        out.write("\n".join(second) + "\n")
    replies = site.path("replies.ndjson")
    done = site.accrue("send", a, b, "-", "--replies", replies, stdin=open(c).read())
    assert done.returncode == 1, done
    for words in (b + " line 4: no published", "- line 3: ", "- line 6: "):
        assert words in done.stdout, (words, done.stdout)
    with open(replies) as file:
        ids = [json.loads(line)["id"] for line in file]
    assert ids == [None, "r-a0", "r-b0", "r-c1", "r-b1", "r-b2", "r-refund", "r-c2", "r-c3", "r-a1", "r-a2", "r-a3", "r-b4", "r-c4"], ids
    bad(site.accrue("send", "-", a, "-", stdin=""), 2, "- is named twice")
    whole = open(b, "rb").read()
    open(b, "wb").write(whole[:len(whole) // 2])
    bad(site.accrue("send", a, b), 2, b + ", after line", "cut off")
    assert site.stop() == 0
    again = site.path("again.ndjson")
    done = site.accrue("send", a, c, "--replies", again, "--ledger", site.ledger, "--allow", "json_syntax,field", ask=False)
    assert done.returncode == 0, done
    with open(again) as file:
        ids = [json.loads(line)["id"] for line in file]
    assert ids == [None, "r-a0", "r-c1", "r-c2", "r-c3", "r-a1", "r-a2", "r-a3", "r-c4"], ids


def test_send_damaged_gzip(site):
    published(site)
    path = site.path("packed.gz")
    with gzip.open(path, "wb") as out:
        out.write(open(events(site, 500), "rb").read())
    whole = open(path, "rb").read()
    open(path, "wb").write(whole[:len(whole) // 2])
    bad(site.accrue("send", path), 2, path, "cut off")
    open(path, "wb").write(whole[:60] + b"\x00" * 60 + whole[120:])
    bad(site.accrue("send", path), 2, path)


def test_send_with_rejected_lines(site):
    published(site)
    guest = purchase(1)
    del guest["subject"]
    lines = [json.dumps(purchase(0)), "", json.dumps(guest), "{broken", json.dumps(purchase(2, type="refund")), json.dumps(purchase(3))]
    path = harness.write(site.path("mixed.ndjson"), "\n".join(lines))
    done = site.accrue("send", path)
    assert done.returncode == 1, done
    for words in ("member_missing", "line 3", "json_syntax", "line 4", "type_unknown", "line 5"):
        assert words in done.stdout, (words, done.stdout)
    assert site.accrue("send", path, "--allow", "member_missing").returncode == 1
    good(site.accrue("send", path, "--allow", "member_missing,json_syntax", "--allow", "type_unknown"))
    report = json.loads(site.accrue("send", path, "--json").stdout)
    first = {code["code"]: code["line"] for code in report["codes"]}
    assert first == {"member_missing": 3, "json_syntax": 4, "type_unknown": 5}, report
    conflict = harness.write(site.path("conflict.ndjson"), json.dumps(purchase(0, total="99.00")) + "\n")
    assert site.accrue("send", conflict).returncode == 1
    good(site.accrue("send", conflict, "--allow", "conflict"))


def test_send_keeps_replies(site):
    published(site)
    replies = site.path("replies.ndjson")
    good(site.accrue("send", events(site, 3000), "--replies", replies, "--window", "100"))
    with open(replies) as file:
        kept = [json.loads(line) for line in file]
    assert [reply["id"] for reply in kept] == ["r-%d" % n for n in range(3000)]
    bad(site.accrue("send", events(site, 3), "--replies", site.path("no", "folder")), 2, site.path("no", "folder"))


def test_send_what_cannot_be_read(site):
    site.start()
    bad(site.accrue("send", site.path("nothing")), 2, site.path("nothing"))
    bad(site.accrue("send", site.folder), 2, "directory")
    report = json.loads(good(site.accrue("send", harness.write(site.path("empty"), ""), "--json")))
    assert report["events"] == 0


def test_send_again_what_was_overloaded(site):
    published(site)
    assert site.stop() == 0
    site.start("--queue", "60K")
    paths = [harness.write(site.path("part-%d" % part), "".join(
        json.dumps(purchase("%d-%d" % (part, n), member="m-%d" % part)) + "\n" for n in range(5000))) for part in range(4)]
    reports = {}

    def one(path):
        reports[path] = site.accrue("send", path, "--json")
    threads = [threading.Thread(target=one, args=(path,)) for path in paths]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for path in paths:
        assert json.loads(good(reports[path]))["statuses"]["applied"] == 5000, reports[path]
    with site.client() as client:
        assert client.ask(harness.request("server.stats"))["result"]["overloaded"] > 0
    for part in range(4):
        assert json.loads(good(site.accrue("member", "m-%d" % part, "--json")))["balances"] == {"points": 50000}


def test_send_from_a_slow_pipe_answers_at_once(site):
    published(site)
    process = subprocess.Popen([harness.ACCRUE, "send", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, env=harness.environment(ACCRUE_SOCKET=site.socket))
    process.stdin.write(harness.line_of(purchase(1)))
    process.stdin.flush()
    harness.until(lambda: '"points":10' in site.accrue("member", "m-1", "--json").stdout,
                  lambda: "the first line is not sent before the pipe ends")
    process.stdin.write(harness.line_of(purchase(2)))
    out, errors = process.communicate(timeout=harness.PATIENCE)
    assert process.returncode == 0 and b"2 lines" in out, (out, errors)


def test_send_loses_its_daemon(site):
    published(site)
    process = subprocess.Popen([harness.ACCRUE, "send", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               env=harness.environment(ACCRUE_SOCKET=site.socket))
    process.stdin.write(b"".join(harness.line_of(purchase(n)) for n in range(100)))
    process.stdin.flush()
    harness.until(lambda: '"points":1000' in site.accrue("member", "m-1", "--json").stdout)
    good(site.accrue("stats"))  # its answer leaves behind those of the hundred
    site.process.kill()
    process.wait(timeout=harness.PATIENCE)  # by itself: its input is still open
    out, errors = process.communicate(timeout=harness.PATIENCE)
    assert process.returncode == 2 and b"100 lines were answered" in errors, (out, errors)


def test_send_to_a_peer_that_is_no_daemon(site):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(site.socket)
    listener.listen()

    def answer():
        peer = listener.accept()[0]
        peer.recv(65536)
        peer.sendall(b"hello\nhow are you\n" * 5)
        time.sleep(0.3)
        peer.close()
    thread = threading.Thread(target=answer)
    thread.start()
    done = site.accrue("send", events(site, 1))
    thread.join()
    assert done.returncode == 2, done
    listener.close()


# ---- member, ledger, event, stats

def test_member_and_ledger(site):
    published(site)
    good(site.accrue("send", events(site, 25, total="120.00")))
    member = json.loads(good(site.accrue("member", "m-1", "--json")))
    assert member["member"] == "m-1" and member["balances"] == {"points": 625} and member["levels"] == {"shop": "Member"}, member
    shown = good(site.accrue("member", "m-1"))
    assert "m-1" in shown and "625" in shown and "Member" in shown, shown
    way = next(line for line in shown.splitlines() if "reach" in line).split()
    assert way[:3] == ["shop", "reach", "Gold"] and way[-4:] == ["600.00", "1000.00", "400.00", "no"], shown
    ledger = json.loads(good(site.accrue("ledger", "m-1", "--json")))["entries"]
    assert len(ledger) == 10 and ledger[-1]["balance"] == 625 and ledger[0]["balance"] in (5, 120), ledger
    assert [entry["seq"] for entry in ledger] == sorted(entry["seq"] for entry in ledger)
    rows = good(site.accrue("ledger", "m-1")).splitlines()
    assert len(rows) == 11 and "625" in rows[-1] and "Large" in "\n".join(rows), rows
    assert len(good(site.accrue("ledger", "m-1", "--limit", "3")).splitlines()) == 4
    bad(site.accrue("member", "nobody"), 1, "nobody")
    bad(site.accrue("ledger", "nobody"), 1, "nobody")
    good(site.accrue("--socket", site.socket, "member", "m-1", ask=False))


def test_a_ledger_of_many_pages(site):
    published(site)
    lines = "".join(json.dumps(purchase(n, member="m-1", total="1.00")) + "\n" for n in range(2500))
    good(site.accrue("send", harness.write(site.path("many"), lines)))
    entries = json.loads(good(site.accrue("ledger", "m-1", "--json")))["entries"]
    assert [entry["balance"] for entry in entries] == list(range(1, 2501))
    assert len(json.loads(good(site.accrue("ledger", "m-1", "--limit", "1500", "--json")))["entries"]) == 1500


def test_event(site):
    published(site)
    good(site.accrue("send", events(site, 3)))
    found = json.loads(good(site.accrue("event", "pos/r-1", "--json")))
    assert found["event"]["id"] == "r-1" and found["reply"]["status"] == "applied", found
    assert "r-1" in good(site.accrue("event", str(found["reply"]["seq"])))
    bad(site.accrue("event", "pos/r-99"), 1)
    bad(site.accrue("event", "999999"), 1)


def test_stats(site):
    published(site)
    assert json.loads(good(site.accrue("stats", "--json")))["connections"] in (1, 2)
    assert "connections" in good(site.accrue("stats"))


def test_control_characters_do_not_reach_the_terminal(site):
    published(site)
    line = json.dumps(purchase(1, member="m\u001b[31m\u009b1"))
    site.accrue("send", "-", stdin=line + "\n")
    for command in ("member", "ledger"):
        done = site.accrue(command, "m\u001b[31m\u009b1")
        assert "\u001b" not in done.stdout + done.stderr and "\u009b" not in done.stdout, (command, done)


# ---- on the file, with the daemon stopped

def test_everything_on_the_file(site):
    def accrue(*arguments):
        return good(site.accrue(*arguments, "--ledger", site.ledger, ask=False))
    accrue("publish", site.program, "--status", "active", "--all-levels")
    report = json.loads(accrue("send", events(site, 5000), "--json"))
    assert report["statuses"]["applied"] == 5000, report
    assert json.loads(accrue("member", "m-1", "--json"))["balances"] == {"points": 10000}
    assert len(json.loads(accrue("ledger", "m-1", "--json"))["entries"]) == 1000
    assert "shop@1" in accrue("programs")
    assert json.loads(accrue("event", "pos/r-7", "--json"))["event"]["id"] == "r-7"
    assert json.loads(accrue("stats", "--json"))["members"] == 5
    assert "all hold" in good(site.accrue("verify", site.ledger, ask=False))
    site.start()
    assert json.loads(good(site.accrue("send", events(site, 5000), "--json")))["statuses"]["duplicate"] == 5000


def test_the_file_while_a_daemon_has_it(site):
    published(site)
    bad(site.accrue("member", "m-1", "--ledger", site.ledger, ask=False), 2, site.ledger, "--socket")
    bad(site.accrue("verify", site.ledger, ask=False), 2, site.ledger)
    good(site.accrue("send", events(site, 10)))


# ---- verify

def test_verify(site):
    published(site)
    good(site.accrue("send", events(site, 200)))
    assert "all hold" in good(site.accrue("verify"))
    assert "all hold" in good(site.accrue("verify", site.ledger))  # in use: the daemon on ACCRUE_SOCKET is asked
    assert site.stop() == 0
    report = json.loads(good(site.accrue("verify", site.ledger, "--json", ask=False)))
    assert report["ok"] is True and report["members"] == 5 and report["records"] >= 200, report
    assert json.loads(good(site.accrue("verify", site.ledger, "--full", "--json", ask=False))) == report
    assert "all hold" in good(site.accrue("verify", site.ledger, "--full", "--replay", ask=False))
    bad(site.accrue("verify", "--full", site.path("nothing"), ask=False), 2, site.path("nothing"))
    bad(site.accrue("verify", site.path("nothing"), ask=False), 2, site.path("nothing"))
    bad(site.accrue("verify", harness.write(site.path("list"), "milk, bread\n"), ask=False), 2, site.path("list"))
    bad(site.accrue("verify", ask=False), 2)


# ---- serve

def test_serve_is_the_daemon(site):
    site.start(command=[harness.ACCRUE, "serve"])
    good(site.accrue("publish", site.program, "--status", "active", "--all-levels"))
    good(site.accrue("send", events(site, 10)))
    assert site.stop(signal.SIGTERM) == 0
    assert site.accrue("serve", ask=False).returncode == 2


def test_progress_on_a_terminal_only(site):
    published(site)
    path = events(site, 20000)
    leader, follower = os.openpty()
    process = subprocess.Popen([harness.ACCRUE, "send", path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=follower,
                               env=harness.environment(ACCRUE_SOCKET=site.socket, TERM="xterm"))
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
    assert process.wait(timeout=harness.PATIENCE) == 0
    os.close(leader)
    process.stdout.close()
    assert shown.endswith(b"\r\x1b[K"), shown[-80:]


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
