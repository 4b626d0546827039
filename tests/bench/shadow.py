"""A shadow release beside the active one: the part of bench.py that measures what it costs the live path."""
import json
import os
import time

NICE, USER, SYSTEM = 18, 13, 14  # fields of /proc/PID/task/TID/stat, from 0


def cpu(pid):
    """Seconds of CPU of the threads that everything passes, and of the one that gives way to them."""
    live = beside = 0
    for task in os.listdir("/proc/%d/task" % pid):
        try:
            with open("/proc/%d/task/%s/stat" % (pid, task)) as file:
                head, tail = file.read().rsplit(")", 1)
        except FileNotFoundError:
            continue
        fields = [None, None, *tail.split()]
        seconds = (int(fields[USER]) + int(fields[SYSTEM])) / os.sysconf("SC_CLK_TCK")
        if int(fields[NICE]) > 0:
            beside += seconds
        else:
            live += seconds
    return live, beside


def ask(bench):
    return bench.daemon.ask(['{"jsonrpc":"2.0","id":1,"method":"shadow.get","params":{}}\n'])[0]["result"]


def settled(bench, patience=600):
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        shadow = ask(bench)
        if shadow["state"] == "following" and shadow["behind"] == 0:
            return shadow
        time.sleep(0.1)
    raise SystemExit("the shadow does not get there: %s" % json.dumps(shadow)[:500])


def shadow(bench, figure):
    """The template's ten rules beside themselves, with double the points of the first: turns without and with the shadow."""
    path = os.path.join(bench.daemon.template, "programs", "bench.json")
    count, best = max(20000, bench.options.fill // 10), {}
    bench.fresh()
    print("a shadow of ten rules beside the active release, %d events a turn" % count, flush=True)
    bench.generated("--count", count, "--window", bench.options.window, quiet=True)
    for turn in range(6):
        name = "with" if turn % 2 else "without"
        if turn % 2:
            bench.daemon.run("publish", path, "--shadow", "--all-levels")
            settled(bench)
        before = cpu(bench.daemon.process.pid)
        figures = bench.generated("--count", count, "--window", bench.options.window, quiet=True)
        after = cpu(bench.daemon.process.pid)
        row = {"rate": figures["events_per_s"], "p99": figures["p99_us"] / 1000, "live": (after[0] - before[0]) * 1e6 / figures["events"],
               "beside": (after[1] - before[1]) * 1e6 / figures["events"]}
        if turn % 2:
            row["at_once"] = float(ask(bench)["events"]["judged_percent"] if ask(bench)["events"]["taken"] else 0)
            row["behind"] = ask(bench)["behind"]
            row["judged"] = float(settled(bench)["events"]["judged_percent"])
            bench.daemon.run("shadow", "--end")
        if name not in best or row["rate"] > best[name]["rate"]:
            best[name] = row
    without, with_ = best["without"], best["with"]
    for name, row in best.items():
        figure("events/s " + name + " it", row["rate"])
        figure("CPU of all other threads " + name + " it", row["live"], "us an event")
        figure("p99 " + name + " it", row["p99"], "ms")
    figure("the live path gives up", (1 - with_["rate"] / without["rate"]) * 100, "% of its events/s")
    figure("and takes more CPU by", (with_["live"] / without["live"] - 1) * 100, "%")
    figure("CPU of the shadow meanwhile", with_["beside"], "us an event")
    figure("behind at the end", float(with_["behind"]), "records")
    figure("judged in the end", with_["judged"], "%")
