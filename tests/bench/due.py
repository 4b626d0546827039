"""Due work: maintenance and expiry of everybody at once, and publishing while events come. Parts of bench.py."""
import json
import os
import threading
import time

EVERYONE = {"rule": "Everyone", "when": "no rules", "outcomes": []}


def spending(amount):
    return {"key_phrase": "spend_currency", "operator": ">=", "amount": amount}


def template(folder, **more):
    os.makedirs(os.path.join(folder, "programs"))
    with open(os.path.join(folder, "template.lua"), "w") as file:
        file.write('return { name = "due", version = "1.0.0", api = 1 }\n')
    program = {"program": "bench", "title": "Due work", "effective_from": "2010-01-01", "currency": "USD", "timezone": "UTC",
               "accounts": {"points": {"default": True}}, "sources": {"base": {}},
               "base_earn": {"points": 1, "per": "1.00", "account": "points", "source": "base"}}
    with open(os.path.join(folder, "programs", "bench.json"), "w") as file:
        json.dump(dict(program, **more), file)
    return folder


def fill(bench, name, totals, **program):
    """Everybody buys once, in the first minutes of March 2010."""
    bench.daemon.template = template(os.path.join(bench.folder, name), **program)
    bench.fresh()
    plain = os.path.join(bench.folder, name + ".ndjson")
    with open(plain, "w") as file:
        for number in range(bench.options.members):
            file.write('{"specversion":"1.0","id":"b-%d","source":"bench","type":"purchase","subject":"m-%d","time":'
                       '"2010-03-01T12:%02d:%02dZ","data":{"total":"%s"}}\n'
                       % (number, number, number // 60 % 60, number % 60, totals[number % len(totals)]))
    bench.load("--replay", plain, "--copies", 1, "--rounds", 1, "--window", bench.options.window, quiet=True)
    os.unlink(plain)


def clock(bench, when):
    begin = time.monotonic()
    answer = bench.daemon.ask(['{"specversion":"1.0","id":"c","source":"bench","type":"clock","time":"%s"}\n' % when])[0]
    seconds = time.monotonic() - begin
    if answer["status"] != "applied" or answer["due"] != {"ran": bench.options.members, "parked": 0}:
        raise SystemExit("the clock did not do everybody's work: %s" % json.dumps(answer))
    return seconds


def run(bench, name, when, figure, totals, **program):
    before = bench.daemon.template
    fill(bench, name, totals, **program)
    seconds = clock(bench, when)
    figure("members", float(bench.options.members))
    figure("members/s, durable", bench.options.members / seconds)
    figure("peak memory (RSS)", bench.memory("VmHWM"), "MiB")
    bench.daemon.stop(60)
    bench.daemon.template = before


def maintenance(bench, figure):
    print("a review of every member; half of them go one level down", flush=True)
    run(bench, "maintenance", "2011-03-02T00:00:00Z", figure, ("100.00", "900.00"), levels=[
        {"level": "Basic", "entrance": [EVERYONE]},
        {"level": "Gold", "entrance": [{"rule": "Enter", "when": spending("50.00"), "outcomes": []}],
         "maintenance_schedule": {"every": "1 year"},
         "maintenance": [{"rule": "Keep", "when": spending("500.00"), "outcomes": []}]}])


def expiry(bench, figure):
    print("points of every member expire", flush=True)
    run(bench, "expiry", "2011-03-02T00:00:00Z", figure, ("100.00", "900.00"),
        accounts={"points": {"default": True, "expiry": {"mode": "rolling", "after": "1 year"}}})


def publishing(bench, figure):
    """New versions every second while events come at a fixed rate."""
    options = bench.options
    print("publishing under %d events/s for %d s" % (options.rate, options.seconds), flush=True)
    bench.fresh()
    bench.generated("--count", options.fill, "--window", options.window, quiet=True)
    path, done, times = os.path.join(bench.daemon.template, "programs", "bench.json"), threading.Event(), []

    def publish():
        while not done.wait(1):
            begin = time.monotonic()
            bench.daemon.run("publish", path, "--status", "active", "--all-levels")
            times.append(time.monotonic() - begin)

    thread = threading.Thread(target=publish)
    thread.start()
    figures = bench.generated("--seconds", options.seconds, "--rate", options.rate, quiet=True)
    done.set()
    thread.join()
    figure("events/s", figures["events_per_s"])
    figure("versions published", float(len(times)))
    figure("slowest of them", max(times, default=0.0) * 1000, "ms")
    for name in ("p50", "p99", "p999", "max"):
        figure(name, figures[name + "_us"] / 1000, "ms")
