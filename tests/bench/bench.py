#!/usr/bin/env python3
"""Runs the load generator against a daemon and prints the figures; see run.sh. Standard library only."""
import argparse
import glob
import gzip
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "fault"))
from daemon import Daemon  # noqa: E402
import due  # noqa: E402
import hostile  # noqa: E402
import peers  # noqa: E402
import returns  # noqa: E402
import shadow  # noqa: E402
import workshop  # noqa: E402

TICK = os.sysconf("SC_CLK_TCK")


def figure(name, value, unit=""):
    print("  %-34s %12s %s" % (name, value if isinstance(value, str) else "{:,.1f}".format(value).removesuffix(".0"), unit), flush=True)


class Bench:
    def __init__(self, options):
        self.options = options
        self.folder = tempfile.mkdtemp(prefix="accrue-bench-", dir=options.folder)
        self.daemon = Daemon(os.path.join(HERE, "template"), self.folder)
        self.next = 0  # number of the next made-up event

    def tool(self, name):
        return os.path.join(os.environ["ACCRUE_BUILD"], name)

    def start(self):
        self.daemon.start()
        self.daemon.run("publish", os.path.join(self.daemon.template, "programs", "bench.json"), "--status", "active", "--all-levels")

    def fresh(self):
        """A daemon on an empty ledger."""
        if self.daemon.process and self.daemon.process.poll() is None:
            self.daemon.stop(60)
        for path in glob.glob(self.daemon.ledger + "*"):
            os.unlink(path)
        self.next = 0
        self.start()

    def stats(self):
        return self.daemon.ask(['{"jsonrpc":"2.0","id":1,"method":"server.stats"}\n'])[0]["result"]

    def cpu(self):
        with open("/proc/%d/stat" % self.daemon.process.pid) as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory(self, key):
        with open("/proc/%d/status" % self.daemon.process.pid) as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith(key + ":"))

    @staticmethod
    def stolen():
        """Seconds of CPU that the host kept for others."""
        with open("/proc/stat") as file:
            return int(file.readline().split()[8]) / TICK

    def disk(self):
        return sum(os.stat(path).st_size for path in glob.glob(self.daemon.ledger + "*"))

    def load(self, *arguments, quiet=False):
        """One run of the load generator: its figures, and the daemon's CPU microseconds per event as cpu_us."""
        command = [self.tool("bench_load"), "--socket", self.daemon.socket, *map(str, arguments)]
        before, stolen, begin = self.cpu(), self.stolen(), time.monotonic()
        figures = {}
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout:
                if line.startswith("slice"):
                    if not quiet:
                        print("  " + line, end="", flush=True)
                else:
                    name, value = line.split()
                    figures[name] = float(value)
        if process.returncode != 0:
            raise SystemExit("the load ended with %d: %s" % (process.returncode, " ".join(command)))
        figures["stolen"] = (self.stolen() - stolen) * 100 / max(0.001, time.monotonic() - begin) / (os.cpu_count() or 1)
        figures["cpu_us"] = (self.cpu() - before) * 1e6 / max(1.0, figures["events"])
        return figures

    def generated(self, *arguments, **more):
        figures = self.load("--first", self.next, "--members", self.options.members, *arguments, **more)
        self.next += int(figures["events"])
        return figures


def lag(stats):
    """Events in the journal that the view has not taken up."""
    for holder in (stats, stats.get("ledger", {}), stats.get("store", {})):
        for key in ("view_lag_records", "view_lag"):
            if key in holder:
                return holder[key]
    raise SystemExit("server.stats has no view lag: %s" % json.dumps(stats))


def latency(figures):
    for name in ("p50", "p99", "p999", "max"):
        figure(name, figures[name + "_us"] / 1000, "ms")
    figure("kept by the machine's host (steal)", "%.2f" % figures["stolen"], "% of all cores")


def disk(bench):
    print("disk")
    out = subprocess.run([bench.tool("bench_fsync"), bench.folder], check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        name, value = line.split()
        figure(name[:-3], float(value), "us")


def sustained(bench):
    options = bench.options
    bench.fresh()
    print("fill: %d events over %d members" % (options.fill, options.members), flush=True)
    figures = bench.generated("--count", options.fill, "--window", options.window, quiet=True)
    figure("events", figures["events"])
    figure("events/s", figures["events_per_s"])
    figure("memory (RSS)", bench.memory("VmRSS"), "MiB")

    print("sustained: %d s, window %d" % (options.seconds, options.window), flush=True)
    size, middle = bench.disk(), []
    timer = threading.Timer(options.seconds / 2, lambda: middle.append(lag(bench.stats())))
    timer.start()
    figures = bench.generated("--seconds", options.seconds, "--window", options.window)
    end = lag(bench.stats())
    timer.join()
    rate = figures["events_per_s"]
    figure("events/s", rate)
    figure("CPU of the daemon per event", figures["cpu_us"], "us")
    latency(figures)
    figure("view lag at half-time", float(middle[0]), "events")
    figure("view lag at the end", float(end), "events")
    figure("peak memory (RSS)", bench.memory("VmHWM"), "MiB")
    figure("memory per member over 100 MiB", (bench.memory("VmRSS") - 100) * 1048576 / options.members, "bytes")

    print("at half that rate: %d events/s" % (rate / 2), flush=True)
    latency(bench.generated("--seconds", max(5, options.seconds // 2), "--rate", int(rate / 2), quiet=True))

    print("one event at a time", flush=True)
    figures = bench.generated("--seconds", 5, "--window", 1, quiet=True)
    figure("events/s", figures["events_per_s"])
    latency(figures)

    begin = time.monotonic()
    bench.daemon.stop(60)
    figure("stop", time.monotonic() - begin, "s")
    figure("bytes on disk per event", bench.disk() / bench.next, "bytes")
    begin = time.monotonic()
    bench.daemon.start()
    figure("start with all of it", time.monotonic() - begin, "s")


def grocer(bench):
    path = os.path.join(bench.options.data, "completejourney.ndjson.gz")
    if not os.path.exists(path):
        print("completejourney: skipped, no %s" % path)
        return
    bench.fresh()
    plain = os.path.join(bench.folder, "completejourney.ndjson")
    with gzip.open(path) as source, open(plain, "wb") as target:
        shutil.copyfileobj(source, target)
    copies = 1 + bench.options.seconds // 2
    print("completejourney: 4 times two years on, %d times its members" % copies, flush=True)
    figures = bench.load("--replay", plain, "--copies", copies, "--rounds", 4, "--window", bench.options.window)
    figure("events", figures["events"])
    figure("events/s", figures["events_per_s"])
    figure("CPU of the daemon per event", figures["cpu_us"], "us")
    latency(figures)
    figure("peak memory (RSS)", bench.memory("VmHWM"), "MiB")


def history(bench):
    """Time per event of members with about 10 past purchases and of one with 100,000, in turns; the best of five of each."""
    bench.fresh()
    print("a member's history", flush=True)
    many, at, best = 100000, 0, {"few": [], "many": []}
    who = {"few": ("--members", many // 10), "many": ("--subject", "many")}
    for turn in range(6):  # the first one is the past
        for name in best:
            count = 20000 if turn else many
            figures = bench.load("--first", at, "--count", count, "--spread-us", 50000000, "--window", bench.options.window,
                                 *who[name], quiet=True)
            at += count
            if turn:
                best[name].append(figures["seconds"] * 1e6 / figures["events"])
    few, long = min(best["few"]), min(best["many"])
    figure("time per event, 10 purchases", few, "us")
    figure("time per event, %d purchases" % many, long, "us")
    figure("ratio", "%.2f" % (long / few))


def rules_template(folder, types):
    """A template whose program has ten event rules for each of its event types, all of one shape."""
    os.makedirs(os.path.join(folder, "events"))
    os.makedirs(os.path.join(folder, "programs"))
    with open(os.path.join(folder, "template.lua"), "w") as file:
        file.write('return { name = "rules", version = "1.0.0", api = 1 }\n')
    rules = []
    for number in range(types):
        name = "kind_%d" % number
        with open(os.path.join(folder, "events", name + ".lua"), "w") as file:
            file.write('return accrue.event { title = "Kind %d", fields = {} }\n' % number)
        for turn in range(10):
            rules.append({"rule": "%s %d" % (name, turn), "when": {"all": [
                {"key_phrase": "trigger_an_event", "event": name, "constraints": {"store": {"include": ["S%d" % turn, "S1"]}}},
                {"key_phrase": "complete_events", "event": name, "operator": "=", "count": 3 + turn, "timeframe": {"last": "30 days"}}]},
                "outcomes": [{"outcome": "points_fixed", "points": 1 + turn, "account": "points", "source": "base"}]})
    program = {"program": "bench", "title": "Rules", "effective_from": "2010-01-01", "currency": "USD", "timezone": "UTC",
               "accounts": {"points": {"default": True}}, "sources": {"base": {"accounts": ["points"]}}, "event": rules}
    with open(os.path.join(folder, "programs", "bench.json"), "w") as file:
        json.dump(program, file)


def rules(bench):
    """CPU per event of a program of 1,000 rules of which an event triggers ten, and of one with those ten alone, in turns."""
    print("1,000 rules of which an event triggers ten, and those ten alone", flush=True)
    plain, best = os.path.join(bench.folder, "rules.ndjson"), {1: [], 100: []}
    with open(plain, "w") as file:
        for number in range(60000):
            file.write(json.dumps({
                "specversion": "1.0", "id": "k-%d" % number, "source": "bench", "type": "kind_0", "subject": "m-%d" % (number % 3000),
                "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1767225600 + number * 60)),
                "data": {"store": "S1"}}, separators=(",", ":")) + "\n")
    for types in best:
        rules_template(os.path.join(bench.folder, "rules-%d" % types), types)
    before = bench.daemon.template
    for _ in range(3):
        for types in best:
            bench.daemon.template = os.path.join(bench.folder, "rules-%d" % types)
            bench.fresh()
            best[types].append(bench.load("--replay", plain, "--copies", 1, "--rounds", 1, "--window", bench.options.window)["cpu_us"])
    bench.daemon.template = before
    few, many = min(best[1]), min(best[100])
    figure("CPU per event, 10 rules", few, "us")
    figure("CPU per event, 1,000 rules", many, "us")
    figure("ratio", "%.2f" % (many / few))


def backtest(bench):
    """The log of made-up events judged again under its own program, whose ten rules are the template's; the whole command."""
    options = bench.options
    bench.fresh()
    print("backtest: %d events over %d members" % (options.fill, options.members), flush=True)
    bench.generated("--count", options.fill, "--window", options.window, quiet=True)
    bench.daemon.stop(60)
    for workers in (1, 2):
        best = None
        for _ in range(3):
            begin = time.monotonic()
            done = subprocess.run([bench.tool("accrue"), "backtest", bench.daemon.template, "--ledger", bench.daemon.ledger, "--json",
                                   "--workers", str(workers), "--top", "1"], capture_output=True, text=True, check=False)
            seconds = time.monotonic() - begin
            if done.returncode != 0:
                raise SystemExit(done.stderr)
            result = json.loads(done.stdout)
            if result["differing_members"]:
                raise SystemExit("%d members differ under their own program" % result["differing_members"])
            best = min(best or seconds, seconds)
        events = result["events"]["applied"]["after"]
        figure("events/s, %d worker%s" % (workers, "s" * (workers > 1)), events / best)


def adjustment(number, member, day):
    return json.dumps({"specversion": "1.0", "id": "b-%d" % number, "source": "bench", "type": "points.adjust", "subject": member,
                       "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1767225600 + day * 60)),
                       "data": {"points": 7 + number % 5, "reason": "bench", "actor": "bench"}}, separators=(",", ":")) + "\n"


def merge(bench):
    """Each pair has 10,000 entries a member; what is timed is the answer to the merge alone."""
    entries, pairs, number, took, used = 10000, 5, 0, [], []
    bench.fresh()
    print("two members with %d entries each become one" % entries, flush=True)
    for pair in range(pairs):
        lines = []
        for turn in range(entries):
            for side in "ab":
                lines.append(adjustment(number, "%s-%d" % (side, pair), turn))
                number += 1
        replies = bench.daemon.ask(lines)
        assert all(reply["status"] == "applied" for reply in replies), replies[0]
        line = json.dumps({"specversion": "1.0", "id": "merge-%d" % pair, "source": "bench", "type": "member.merge",
                           "subject": "a-%d" % pair, "time": "2026-06-01T00:00:00Z", "data": {"into": "b-%d" % pair}}) + "\n"
        begin, cpu = time.monotonic(), bench.cpu()
        replies = bench.daemon.ask([line])
        took.append((time.monotonic() - begin) * 1000)
        used.append((bench.cpu() - cpu) * 1000)
        assert replies[0]["status"] == "applied", replies[0]
    figure("median", statistics.median(took), "ms")
    figure("longest of %d" % pairs, max(took), "ms")
    figure("CPU of the daemon, mean", statistics.mean(used), "ms")


def verify(bench):
    """`accrue verify` of a ledger with --entries entries, the daemon stopped: everything, the file's pages too."""
    bench.fresh()
    wanted, entries = bench.options.entries, 0
    print("verify of %d entries over %d members" % (wanted, bench.options.members), flush=True)
    while entries < wanted:
        figures = bench.generated("--count", min(1000000, wanted), "--window", bench.options.window, quiet=True)
        entries += int(figures["events"])
    size = bench.disk()
    bench.daemon.stop(120)
    begin, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    report = json.loads(bench.daemon.run("verify", bench.daemon.ledger, "--json"))
    seconds, after = time.monotonic() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    assert report["ok"], report
    figure("records", report["records"])
    figure("entries", report["entries"])
    figure("ledger", size / 1048576, "MiB")
    figure("verify", seconds, "s")
    figure("CPU of it", after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, "s")
    figure("entries/s", report["entries"] / seconds)


def explain(bench):
    """How long the daemon takes to explain an event of a member with 1,000 events, under the release that stands and under one that
    was replaced since; every fifth of its events."""
    bench.fresh()
    print("explain", flush=True)
    bench.load("--first", 0, "--count", 20000, "--members", 1000, "--window", bench.options.window, quiet=True)
    bench.load("--first", 20000, "--count", 1000, "--subject", "many", "--window", bench.options.window, quiet=True)
    ask = '{"jsonrpc":"2.0","id":1,"method":"event.explain","params":{"seq":%d}}\n'
    last = bench.stats()["records"]
    for name in ("", ", release replaced"):
        if name:
            bench.daemon.run("publish", os.path.join(bench.daemon.template, "programs", "bench.json"), "--status", "active", "--all-levels")
        times = []
        for seq in range(last - 999, last + 1, 5):
            begun = time.monotonic()
            shown = bench.daemon.ask([ask % seq])[0]["result"]
            times.append((time.monotonic() - begun) * 1000)
            if not (shown["exact"] and shown["reply"]["member"] == "many"):
                raise SystemExit("event %d is explained wrongly: %s" % (seq, json.dumps(shown)[:1000]))
        times.sort()
        figure("explain, median" + name, times[len(times) // 2], "ms")
        figure("explain, slowest" + name, times[-1], "ms")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fill", type=int, default=1000000)
    parser.add_argument("--members", type=int, default=100000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--window", type=int, default=2000)
    parser.add_argument("--rate", type=int, default=50000, help="events a second while versions are published")
    parser.add_argument("--folder", default=None, help="where the ledger goes; its disk is the one measured")
    parser.add_argument("--data", default=os.environ.get("ACCRUE_DATA", os.path.join(HERE, "..", "..", "..", "shared", "data")))
    parser.add_argument("--only", default="machine,disk,"
                        "sustained,grocer,history,rules,merge,maintenance,expiry,publishing,explain,returns,shadow")
    parser.add_argument("--entries", type=int, default=10000000, help="of the ledger that is verified")
    options = parser.parse_args()
    bench = Bench(options)
    try:
        for name in options.only.split(","):
            {"machine": lambda b: peers.machine(b, figure), "disk": disk, "sustained": sustained, "grocer": grocer, "history": history,
             "rules": rules, "merge": merge, "verify": verify, "backtest": backtest, "explain": explain,
             "maintenance": lambda b: due.maintenance(b, figure), "expiry": lambda b: due.expiry(b, figure),
             "publishing": lambda b: due.publishing(b, figure),
             "hostile": lambda b: hostile.run(b, figure), "workshop": lambda b: workshop.run(b, figure),
             "shadow": lambda b: shadow.shadow(b, figure),
             "returns": lambda b: returns.returns(b, figure)}[name](bench)
    finally:
        if bench.daemon.process and bench.daemon.process.poll() is None:
            bench.daemon.kill()
        shutil.rmtree(bench.folder)


if __name__ == "__main__":
    main()
