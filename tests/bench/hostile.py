"""What plugins that mean harm cost other events: one client sends purchases at a fixed rate; now and then an event comes whose plugin runs
away, another one of tests/hostile each time. Medians of rounds, in turns with rounds without them."""
import json
import os
import shutil
import statistics
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "functional"))
import test_hostile  # noqa: E402

ROUNDS, SECONDS, RATE, EVERY = 5, 8, 2000, 1.0


class Place:
    def __init__(self, template):
        self.template = template


def template(folder):
    """The template of the other parts, and each plugin behind an event type of its own."""
    shutil.copytree(os.path.join(HERE, "template"), folder)
    plugins = [plugin for plugin in test_hostile.corpus() if plugin[0] != "load"]
    path = os.path.join(folder, "programs", "bench.json")
    with open(path) as file:
        program = json.load(file)
    source = sorted(program["sources"])[0]
    rules = test_hostile.build(Place(folder), plugins)
    account = next(name for name, fields in program["accounts"].items() if fields.get("default"))
    for rule in rules:
        for outcome in rule["outcomes"]:
            if outcome["outcome"] == "points_fixed":
                outcome.update(account=account, source=source)
    program["event"] = program.get("event", []) + rules
    with open(path, "w") as file:
        json.dump(program, file)
    return len(plugins)


def event(number, plugin):
    return json.dumps({"specversion": "1.0", "id": "hostile-%d" % number, "source": "bench", "type": "h%03d" % plugin,
                       "subject": "hostile-%d" % plugin, "time": "2025-01-01T00:00:00Z", "data": {}}) + "\n"


def run(bench, figure):
    print("plugins that mean harm, one every %g s beside %d purchases a second" % (EVERY, RATE), flush=True)
    folder, plain = os.path.join(bench.folder, "hostile"), bench.daemon.template
    count = template(folder)
    bench.daemon.template = folder
    bench.fresh()
    alone = []
    for plugin in range(count):  # each by itself, so that its own time is seen
        begun = time.perf_counter()
        bench.daemon.ask([event(plugin, plugin)])
        alone.append(1000 * (time.perf_counter() - begun))
    alone.sort()
    figure("hostile event, median", statistics.median(alone), "ms")
    figure("hostile event, worst of %d" % count, alone[-1], "ms")
    p99 = {False: [], True: []}
    sent = count
    for turn in range(2 * ROUNDS):
        hostile, stopped = turn % 2 == 1, threading.Event()

        def harm():
            nonlocal sent
            while not stopped.wait(EVERY):
                bench.daemon.ask([event(sent, sent % count)])
                sent += 1
        thread = threading.Thread(target=harm)
        if hostile:
            thread.start()
        figures = bench.generated("--seconds", SECONDS, "--rate", RATE, quiet=True)
        stopped.set()
        if hostile:
            thread.join()
        p99[hostile].append(figures["p99_us"] / 1000)
    for hostile, name in ((False, "without"), (True, "beside")):
        figure("p99 of the others, " + name, statistics.median(p99[hostile]), "ms")
    figure("p99 beside / without", statistics.median(p99[True]) / statistics.median(p99[False]))
    bench.daemon.template = plain
