#!/usr/bin/env python3
"""The daemon on its socket: framing, order, limits, slow and rude peers, start and stop."""
import json
import os
import resource
import signal
import socket
import stat
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness
from harness import Client, purchase, request


# ---- answers

def test_one_event(site):
    site.start(publish=True)
    with site.client() as client:
        reply = client.ask(purchase(1, total="12.00"))
        assert reply["status"] == "applied" and reply["id"] == "r-1" and reply["source"] == "pos", reply
        assert reply["balances"] == {"points": 12} and reply["levels"] == {"shop": "Member"}, reply
        again = client.ask(purchase(1, total="12.00"))
        assert again["status"] == "duplicate" and again["seq"] == reply["seq"], again
        other = client.ask(purchase(1, total="13.00"))
        assert other["status"] == "conflict", other
        assert client.ask(request("member.get", member="m-1"))["result"]["balances"] == {"points": 12}
    assert site.stop() == 0, site.errors()


def test_replies_in_order_of_a_long_pipeline(site):
    site.start(publish=True)
    count = 20000
    with site.client() as client:
        lines = [harness.line_of(purchase(n, member="m-%d" % (n % 50))) for n in range(count)]
        sender = threading.Thread(target=client.send, args=lines)
        sender.start()
        ids = [client.receive()["id"] for _ in range(count)]
        sender.join()
    assert ids == ["r-%d" % n for n in range(count)]


def test_two_connections_each_in_order(site):
    site.start(publish=True)
    wrong = []

    def one(name):
        with site.client() as client:
            client.send(*[purchase("%s-%d" % (name, n), member=name) for n in range(2000)])
            for n in range(2000):
                reply = client.receive()
                if reply["id"] != "r-%s-%d" % (name, n) or reply["status"] != "applied":
                    wrong.append(reply)
    threads = [threading.Thread(target=one, args=("m%d" % n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[:3]


def test_requests_and_events_mixed_keep_their_order(site):
    site.start(publish=True)
    with site.client() as client:
        sent = []
        for n in range(300):
            sent += [purchase(n), request("member.get", n, member="m-1")]
        client.send(*sent)
        for n in range(300):
            assert client.receive()["id"] == "r-%d" % n
            answer = client.receive()
            assert answer["id"] == n and answer["result"]["balances"]["points"] == 10 * (n + 1), answer


def test_lines_in_pieces(site):
    site.start(publish=True)
    with site.client() as client:
        for piece in harness.line_of(purchase(1)):
            client.send(bytes([piece]))
        assert client.receive()["status"] == "applied"
        both = harness.line_of(purchase(2)) + harness.line_of(purchase(3))
        client.send(both[:300])
        time.sleep(0.05)
        client.send(both[300:])
        assert [client.receive()["id"], client.receive()["id"]] == ["r-2", "r-3"]


def test_blank_lines_and_carriage_returns(site):
    site.start(publish=True)
    with site.client() as client:
        client.send(b"\n\r\n  \t \n", harness.line_of(purchase(1)).replace(b"\n", b"\r\n"), b"\n", purchase(2))
        assert [client.receive()["id"], client.receive()["id"]] == ["r-1", "r-2"]


def test_last_line_without_its_end(site):
    site.start(publish=True)
    with site.client() as client:
        client.send(purchase(1), harness.line_of(purchase(2))[:-1])
        client.half_close()
        assert [reply["id"] for reply in client.rest()] == ["r-1", "r-2"]


def test_half_close_is_answered_to_the_end(site):
    site.start(publish=True)
    with site.client() as client:
        client.send(*[purchase(n) for n in range(1000)])
        client.half_close()
        assert len(client.rest()) == 1000


def test_a_peer_that_leaves_at_once_harms_nobody(site):
    site.start(publish=True)
    for part in range(20):
        with site.client() as client:
            client.send(*[purchase("%d-%d" % (part, n)) for n in range(500)], b"half a line")
    with site.client() as client:
        assert client.ask(purchase(1, member="m-2"))["status"] == "applied"
        points = client.ask(request("member.get", member="m-1")).get("result", {}).get("balances", {}).get("points", 0)
        assert points % 10 == 0 and points <= 100000, points
    assert site.stop() == 0, site.errors()


# ---- bad input

BROKEN = [
    b"nonsense\n", b"{\n", b"}\n", b"[]\n", b"null\n", b'"text"\n', b"{}\n", b'{"specversion":"1.0"}\n', b'{"a":1,"a":2}\n',
    b'{"specversion":"1.0","id":"x"\n', b"\xff\xfe\n", b'{"a":"\xc3\x28"}\n', b"\x00\n", b'{"a":"\\ud800"}\n', b'{"a":01}\n',
    b'{"a":NaN}\n', b"\xef\xbb\xbf{}\n", b'{"a":9007199254740993}\n', b'{} {}\n',
    b"[" * 5000 + b"\n", b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"\n",
]


def test_broken_lines_get_an_error_and_the_connection_lives(site):
    site.start(publish=True)
    with site.client() as client:
        for line in BROKEN:
            reply = client.ask(line)
            assert reply.get("status") == "rejected" and reply["error"]["code"] and reply["error"]["message"], (line[:40], reply)
        assert client.ask(purchase(1))["status"] == "applied"


def test_the_place_of_a_syntax_error_is_named(site):
    site.start()
    with site.client() as client:
        error = client.ask(b'{"specversion":"1.0","id":nope}\n')["error"]
        assert (error["line"], error["column"]) == (1, 27), error


def test_bad_events_are_rejected_and_not_recorded(site):
    site.start(publish=True)
    with site.client() as client:
        cases = [(purchase(1, total="x"), "$.data.total"), (purchase(1, time="yesterday"), "$.time"),
                 (purchase(1, subject=7), "$.subject")]
        for event, path in cases:
            reply = client.ask(event)
            assert reply["status"] == "rejected" and reply["error"]["path"] == path, reply
        guest = purchase(1)
        del guest["subject"]
        assert client.ask(guest)["error"]["code"] == "member_missing"
        assert client.ask(purchase(1, type="refund"))["error"]["code"] == "type_unknown"
        assert client.ask(purchase(1))["status"] == "applied"


def test_bad_requests_get_errors(site):
    site.start(publish=True)
    with site.client() as client:
        cases = [request("member.gte", member="m"), request("member.get"), request("member.get", member="nobody"),
                 request("event.get", source="a", id="b"), request("program.publish", path="relative.json"),
                 request("program.publish", path="/nowhere/programs/x.json"), {"jsonrpc": "2.0", "id": 5, "method": 7},
                 {"jsonrpc": "2.0", "id": 5, "method": "server.verify.not"}, {"jsonrpc": "2.0", "id": None, "method": "x", "params": []}]
        for value in cases:
            reply = client.ask(value)
            assert "result" not in reply and reply["error"]["message"], (value, reply)
        assert client.ask(purchase(1))["status"] == "applied"


def test_a_line_above_the_limit_is_skipped(site):
    site.start("--line-max", "10K", publish=True)
    with site.client() as client:
        for filler in (20000, 300000, 3000000):
            client.send(b'{"x":"' + b"y" * filler + b'"}\n', purchase("after-%d" % filler))
            reply = client.receive()
            assert reply["status"] == "rejected" and reply["error"]["code"] == "json_size" and reply["error"]["column"] == 10241, reply
            assert client.receive()["id"] == "r-after-%d" % filler


def test_a_line_above_the_limit_is_answered_before_its_end(site):
    site.start("--line-max", "10K")
    with site.client() as client:
        client.send(b"x" * 20000)
        assert client.receive()["error"]["code"] == "json_size"
        client.send(b"x" * 200000 + b"\n\n", b"broken\n")
        assert client.receive()["error"]["code"] == "json_syntax"


def test_a_line_of_almost_the_limit(site):
    site.start(publish=True)
    with site.client() as client:
        event = purchase(1)
        event["data"]["note"] = ""
        event["data"]["note"] = "n" * ((1 << 20) - len(harness.line_of(event)) + 1)
        assert len(harness.line_of(event)) == (1 << 20) + 1
        client.send(event, purchase(2))
        first = client.receive()
        assert first["id"] == "r-1" and first.get("error", {}).get("code") != "json_size", first
        assert client.receive()["id"] == "r-2"
        event["data"]["note"] += "n"
        assert client.ask(event)["error"]["code"] == "json_size"


# ---- limits

def sent_at_once(site, part):
    """The answers to eight connections' 300 events each, which wait in their sockets before any is read."""
    clients = {"m%d" % n: site.client() for n in range(8)}
    statuses = {}
    os.kill(site.process.pid, signal.SIGSTOP)
    for name, client in clients.items():
        client.send(*[purchase("%s-%s-%d" % (name, part, n), member=name) for n in range(300)])
    os.kill(site.process.pid, signal.SIGCONT)
    for name, client in clients.items():
        for n in range(300):
            reply = client.receive()
            assert reply["id"] == "r-%s-%s-%d" % (name, part, n) and reply["source"] == "pos", reply
            statuses[reply["id"]] = reply
        client.close()
    assert len(statuses) == 2400
    return statuses


def test_overloaded_before_any_work(site):
    site.start("--queue", "100K", publish=True)
    over = []
    for part in range(20):  # who is slow in reading finds room again each time
        statuses = sent_at_once(site, part)
        over = [name for name, reply in statuses.items() if reply["status"] == "overloaded"]
        if over:
            break
    assert over and all(statuses[name]["error"]["code"] == "queue_full" for name in over), len(over)
    with site.client() as client:
        assert client.ask(request("server.stats"))["result"]["overloaded"] >= len(over)
        member = over[0].split("-")[1]
        again = client.ask(purchase(over[0][2:], member=member))
        assert again["status"] == "applied", again  # it was not looked at the first time


def memory_kb(pid):
    with open("/proc/%d/status" % pid) as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))


def test_peers_that_never_read_cost_little_and_harm_nobody(site):
    site.start(publish=True)
    before = memory_kb(site.process.pid)
    rude = []
    lines = b"".join(harness.line_of(purchase("rude-%d" % n)) for n in range(2000))
    for _ in range(100):
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        peer.connect(site.socket)
        peer.setblocking(False)
        rude.append(peer)
    for _ in range(20):  # 300 MiB and more, were everything taken
        for peer in rude:
            try:
                peer.send(lines)
            except BlockingIOError:
                pass
        time.sleep(0.05)
    with site.client() as client:
        for n in range(200):
            assert client.ask(purchase("good-%d" % n, member="good"))["status"] == "applied"
        stats = client.ask(request("server.stats"))["result"]
    for peer in rude:
        peer.close()
    assert stats["queued_lines"] < 100 * 2000, stats
    # A peer whose answers the kernel took before it stopped reading may hold a chunk of input, as much waiting as it seemed to have
    # read, and twice the soft bound of answers (src/daemon/limits.h); the engine's own share of this load is some 15 MiB.
    most_kb = 100 * (256 + 256 + 32 + 2 * 256) + (32 << 10)
    assert harness.SANITIZED or memory_kb(site.process.pid) - before < most_kb, memory_kb(site.process.pid) - before


def test_a_peer_that_never_reads_is_cut(site):
    site.start(publish=True)
    with site.client(timeout=5 * harness.PATIENCE) as client:
        many = b"".join(harness.line_of(request("member.get", n, member="m-%d" % n, filler="x" * 300)) for n in range(200))
        try:
            begun = time.monotonic()
            while time.monotonic() - begun < 5 * harness.PATIENCE:
                client.socket.sendall(many)
            raise AssertionError("still connected")
        except (BrokenPipeError, ConnectionResetError):
            pass
    with site.client() as client:
        assert client.ask(request("server.stats"))["result"]["connections_cut"] == 1


def test_more_peers_than_files_wait_and_do_not_spin(site):
    site.start("--connections", "1000", publish=True, before=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64)))
    peers = [site.client() for _ in range(80)]
    comes_to_rest(site.process.pid)
    assert peers[0].ask(purchase(1))["status"] == "applied"
    waiting = peers[-1]
    waiting.send(purchase(2))
    for peer in peers[:-1]:
        peer.close()
    assert waiting.receive()["status"] == "applied"
    waiting.close()


def cpu_seconds(pid):
    with open("/proc/%d/stat" % pid) as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def comes_to_rest(pid):
    """What it does behind an answer may take a while on a slow machine; what spins never ends."""
    quiet, begun = 0, time.monotonic()
    while quiet < 2:
        assert time.monotonic() < begun + harness.PATIENCE, "it never comes to rest"
        used = cpu_seconds(pid)
        time.sleep(1)
        quiet = quiet + 1 if cpu_seconds(pid) - used < 0.05 else 0


def test_connections_come_and_go(site):
    site.start(publish=True)
    files = len(os.listdir("/proc/%d/fd" % site.process.pid))
    for n in range(500):
        with site.client() as client:
            if n % 3 == 0:
                client.send(b"half a line")
            if n % 3 == 1:
                client.ask(purchase(n))
    harness.until(lambda: len(os.listdir("/proc/%d/fd" % site.process.pid)) <= files + 2, lambda: "files are left open")


# ---- server.verify and server.stats

def test_verify_over_the_socket(site):
    site.start(publish=True)
    with site.client() as client:
        client.send(*[purchase(n) for n in range(50)], request("server.verify", 77), purchase(50))
        replies = [client.receive() for _ in range(52)]
        assert replies[50]["id"] == 77 and replies[50]["result"]["ok"] is True, replies[50]
        assert replies[50]["result"]["entries"] >= 50 and "I1" in replies[50]["result"]["checked"], replies[50]
        assert replies[51]["status"] == "applied"


def test_verify_on_many_connections_and_leaving_in_between(site):
    site.start(publish=True)
    with site.client() as client:
        client.send(*[purchase(n) for n in range(200)])
        [client.receive() for _ in range(200)]
    clients = [site.client() for _ in range(6)]
    for client in clients:
        client.send(request("server.verify", 1), request("server.verify", 2))
    for client in clients[:3]:
        client.close()
    for client in clients[3:]:
        assert [client.receive()["id"], client.receive()["id"]] == [1, 2]
        client.close()
    assert site.stop() == 0


def test_the_words_server_verify_elsewhere(site):
    site.start(publish=True)
    with site.client() as client:
        event = purchase(1, data={"total": "1.00", "note": "server.verify \"method\""})
        assert client.ask(event)["status"] == "applied"
        assert "error" in client.ask(request("nothing", about="server.verify"))


def test_stats(site):
    site.start(publish=True)
    with site.client() as client:
        client.ask(purchase(1))
        stats = client.ask(request("server.stats"))["result"]
        assert stats["connections"] in (1, 2) and stats["connections_accepted"] == 2 and stats["overloaded"] == 0, stats
        assert stats["queued_lines"] >= 1, stats


# ---- start and stop

def test_everything_taken_is_answered_at_sigterm(site):
    site.start(publish=True)
    with site.client() as client:
        client.send(*[purchase(n) for n in range(1500)])
        first = client.receive()
        site.process.send_signal(signal.SIGTERM)
        replies = [first] + client.rest()
    answered = site.ended_in_time(site.process.wait(timeout=harness.PATIENCE))
    assert [reply["id"] for reply in replies] == ["r-%d" % n for n in range(len(replies))]
    assert not answered or not os.path.exists(site.socket)
    site.start()
    with site.client() as client:
        balance = client.ask(request("member.get", member="m-1"))["result"]["balances"]["points"]
        wanted = 10 * len(replies)  # what was answered, and nothing else
        assert balance == wanted or (balance > wanted and not answered), (balance, wanted)


def test_sigterm_with_idle_half_and_deaf_peers(site):
    site.start(publish=True)
    idle, half, deaf = site.client(), site.client(), site.client()
    half.send(b'{"specversion"')
    deaf.socket.setblocking(False)
    try:
        deaf.socket.send(b"".join(harness.line_of(purchase(n)) for n in range(3000)))
    except BlockingIOError:
        pass
    time.sleep(0.3)
    site.ended_in_time(site.stop())  # after 4 s they are cut; without, it would wait for them for ever
    assert idle.rest() == [] and half.rest() == []
    deaf.close()


def small_files():
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, 2 << 20))


def test_a_failed_commit_ends_without_a_reply(site):
    site.start(publish=True)
    assert site.stop() == 0
    site.start(before=small_files)
    acknowledged = []
    with site.client() as client:
        try:
            for begin in range(0, 20000, 100):
                client.send(*[purchase(n) for n in range(begin, begin + 100)])
                for _ in range(100):
                    reply = client.receive()
                    assert reply["status"] == "applied", reply
                    acknowledged.append(reply["seq"])
            raise AssertionError("the journal grew beyond the limit")
        except (EOFError, BrokenPipeError, ConnectionResetError):
            pass
    assert site.process.wait(timeout=harness.PATIENCE) == 74, site.process.returncode
    assert "unknown" in site.errors(), site.errors()
    site.start()
    with site.client() as client:
        assert acknowledged
        again = [client.ask(purchase(n)) for n in range(len(acknowledged))]
        assert [reply["seq"] for reply in again] == acknowledged and {reply["status"] for reply in again} == {"duplicate"}
        assert client.ask(request("server.verify"))["result"]["ok"] is True


def test_a_full_disk_is_overloaded_and_reads_go_on(site):
    site.start(publish=True)
    with site.client() as client:
        assert client.ask(purchase(1))["status"] == "applied"
    assert site.stop() == 0
    site.start("--disk-free-min", "1000000G")
    with site.client() as client:
        replies = [client.ask(purchase("more-%d" % n, member="m-2")) for n in range(3)]
        reply = replies[-1]
        assert reply["status"] == "overloaded" and reply["error"]["code"] == "disk_low", reply
        assert client.ask(request("member.get", member="m-1"))["result"]["balances"] == {"points": 10}


def test_sigint_stops_and_sighup_does_not(site):
    site.start(publish=True)
    site.process.send_signal(signal.SIGHUP)
    with site.client() as client:
        assert client.ask(purchase(1))["status"] == "applied"
    assert site.stop(signal.SIGINT) == 0


def test_restart_keeps_everything(site):
    site.start(publish=True)
    with site.client() as client:
        first = client.ask(purchase(1))
    assert site.stop() == 0
    site.start()
    with site.client() as client:
        again = client.ask(purchase(1))
        assert again["status"] == "duplicate" and again["seq"] == first["seq"], again
        assert client.ask(purchase(2))["balances"] == {"points": 20}


def test_a_killed_daemon_leaves_a_socket_that_the_next_one_replaces(site):
    site.start(publish=True)
    with site.client() as client:
        client.ask(purchase(1))
    site.process.kill()
    site.process.wait()
    assert os.path.exists(site.socket)
    site.start()
    with site.client() as client:
        assert client.ask(purchase(1))["status"] == "duplicate"


def test_the_mode_of_the_socket(site):
    site.start(before=lambda: os.umask(0o077))
    assert stat.S_IMODE(os.stat(site.socket).st_mode) == 0o660
    assert site.stop() == 0
    site.start("--socket-mode", "0600", before=lambda: os.umask(0))
    assert stat.S_IMODE(os.stat(site.socket).st_mode) == 0o600


def one_line(text, *words):
    assert text.count("\n") == 1, text
    for word in words:
        assert word in text, (word, text)


def test_a_second_daemon_on_the_socket_is_refused(site):
    site.start()
    second = subprocess.run([harness.ACCRUED, site.template, "--ledger", site.path("other"), "--socket", site.socket], capture_output=True,
                            text=True, timeout=harness.PATIENCE, env=harness.environment())
    assert second.returncode == 2
    one_line(second.stderr, site.socket)
    with site.client() as client:
        assert "result" in client.ask(request("server.stats"))


def test_a_second_daemon_on_the_ledger_is_refused(site):
    site.start()
    other = site.path("other.sock")
    second = subprocess.run([harness.ACCRUED, site.template, "--ledger", site.ledger, "--socket", other], capture_output=True, text=True,
                            timeout=harness.PATIENCE, env=harness.environment())
    assert second.returncode == 2
    one_line(second.stderr, site.ledger)
    assert not os.path.exists(other)
    with site.client() as client:
        assert "result" in client.ask(request("server.stats"))


def test_a_file_in_the_place_of_the_socket_stays(site):
    harness.write(site.socket, "precious")
    code, said = site.refused()
    assert code == 2
    one_line(said, site.socket, "not a socket")
    with open(site.socket) as file:
        assert file.read() == "precious"


def test_socket_paths_that_cannot_be(site):
    site.socket = site.path("x" * 120)
    code, said = site.refused()
    assert code == 2
    one_line(said, "107", site.socket)
    site.socket = site.path("nowhere", "socket")
    code, said = site.refused()
    assert code == 2
    one_line(said, site.path("nowhere"), "mkdir")
    site.socket = os.path.join(site.ledger, "socket")
    harness.write(site.ledger, "")
    code, said = site.refused()
    assert code == 2
    one_line(said, site.ledger)


def unprivileged():
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)


def test_directories_without_permission(site):
    os.chmod(site.folder, 0o755)
    os.makedirs(site.path("closed"))
    os.chmod(site.path("closed"), 0o555)
    site.socket = site.path("closed", "socket")
    code, said = site.refused(before=unprivileged)
    assert code == 2
    one_line(said, site.path("closed"), "permission")
    open_folder = site.path("open")
    os.makedirs(open_folder)
    os.chmod(open_folder, 0o777)
    site.socket, site.ledger = os.path.join(open_folder, "socket"), site.path("closed", "ledger")
    code, said = site.refused(before=unprivileged)
    assert code == 2
    one_line(said, site.ledger)
    assert not os.path.exists(site.socket)


def test_ledgers_that_cannot_be(site):
    harness.write(site.ledger, "this is a shopping list\n" * 400)
    code, said = site.refused()
    assert code == 2
    one_line(said, site.ledger)
    with open(site.ledger) as file:
        assert file.read() == "this is a shopping list\n" * 400
    site.ledger = site.path("missing")
    code, said = site.refused("--no-create")
    assert code == 2
    one_line(said, site.ledger)
    site.ledger = site.path("no", "such", "folder", "ledger")
    code, said = site.refused()
    assert code == 2
    one_line(said, site.ledger)
    assert not os.path.exists(site.socket)


def test_templates_that_cannot_be(site):
    bad = [harness.write(os.path.join(site.template, "key_phrases", name), "return accrue.key_phrase { titel = 1 }\n")
           for name in ("bad.lua", "worse.lua")]
    code, said = site.refused()
    assert code == 1
    assert "bad.lua:1" in said and "worse.lua:1" in said and "titel" in said, said
    for path in bad:
        os.remove(path)
    harness.write(os.path.join(site.template, "programs", "bad.json"), '{"program": }\n')
    code, said = site.refused()
    assert code == 1
    assert "programs/bad.json:1:13" in said, said
    assert not os.path.exists(site.ledger) and not os.path.exists(site.socket)
    site.template = site.path("no-template")
    code, said = site.refused()
    assert code == 2
    one_line(said, site.template)


def test_usage(site):
    def accrued(*arguments):
        return subprocess.run([harness.ACCRUED, *arguments], capture_output=True, text=True, timeout=harness.PATIENCE,
                              env=harness.environment())
    assert accrued("--version").stdout.startswith("accrued ")
    shown = accrued("--help")
    assert shown.returncode == 0 and "example" in shown.stdout and "--ledger" in shown.stdout
    whole = ["x", "--ledger", "l", "--socket", "s"]
    for arguments in ([], ["x"], ["x", "--ledger", "l"], whole + ["y"], ["--nonsense"], ["--ledger"], whole + ["--max-future", "soon"],
                      whole + ["--line-max", "1"], whole + ["--memory", "lots"], whole + ["--socket-mode", "9"]):
        done = accrued(*arguments)
        assert done.returncode == 2, arguments
        one_line(done.stderr)


def test_max_future(site):
    site.start(publish=True)
    with site.client() as client:
        reply = client.ask(purchase(1, time="2199-01-01T00:00:00Z"))
        assert reply["status"] == "rejected" and reply["error"]["code"] == "time_in_future", reply
    assert site.stop() == 0
    site.start("--max-future", "none")
    with site.client() as client:
        assert client.ask(purchase(1, time="2199-01-01T00:00:00Z"))["status"] == "applied"


def test_idle_costs_nothing(site):
    site.start(publish=True)
    with site.client() as client:
        client.ask(purchase(1))
        comes_to_rest(site.process.pid)


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
