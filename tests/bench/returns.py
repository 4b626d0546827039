"""Returns: the part of bench.py that fills a ledger with purchases and brings a line of each back."""
import json
import os
import random
import time


def receipts(count, members):
    """Purchases as the load generator makes them up, under transactions of their own."""
    dice = random.Random(7)
    for number in range(count):
        items, total = [], 0
        for line in range(3):
            cents, kind = 100 + dice.randrange(4000), dice.choice(["fuel", "shop", "wash", "cafe"])
            total += cents
            items.append({"line": str(line + 1), "sku": "K%04d" % dice.randrange(5000), "categories": [kind],
                          "quantity": str(1 + dice.randrange(3)), "amount": "%d.%02d" % divmod(cents, 100)})
            if kind == "fuel":
                items[-1]["context"] = {"litres": "%d.%02d" % divmod(cents // 2, 100)}
        yield {"specversion": "1.0", "id": "%016x" % dice.getrandbits(64), "source": "bench", "type": "purchase",
               "subject": "m%07d" % dice.randrange(members),
               "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1735689600 + number)),
               "data": {"transaction": "t-%d" % number, "total": "%d.%02d" % divmod(total, 100), "store": "S%d" % dice.randrange(50),
                        "channel": "pos", "currency": "USD", "items": items}}


def brought_back(purchase, number):
    """One line of it, as returns in real data name it: by sku, under a line number of the return's own."""
    item = purchase["data"]["items"][number % 3]
    return {"specversion": "1.0", "id": "r" + purchase["id"], "source": "bench", "type": "return", "subject": purchase["subject"],
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1735689600 + 864000 + number)),
            "data": {"of": purchase["data"]["transaction"],
                     "items": [{"line": "1", "sku": item["sku"], "quantity": item["quantity"], "amount": item["amount"]}]}}


def returns(bench, figure):
    """One line of every purchase comes back, ten days later."""
    count = max(1000, bench.options.fill // 10)
    bench.fresh()
    print("returns of a line, each of another one of %d purchases" % count, flush=True)
    files = {name: os.path.join(bench.folder, name + ".ndjson") for name in ("purchases", "returns")}
    with open(files["purchases"], "w") as bought, open(files["returns"], "w") as back:
        for number, purchase in enumerate(receipts(count, bench.options.members)):
            bought.write(json.dumps(purchase, separators=(",", ":")) + "\n")
            back.write(json.dumps(brought_back(purchase, number), separators=(",", ":")) + "\n")
    for name, path in files.items():
        figures = bench.load("--replay", path, "--copies", 1, "--rounds", 1, "--window", bench.options.window, quiet=True)
        figure(name + "/s", figures["events_per_s"])
        figure("CPU of the daemon per event", figures["cpu_us"], "us")
    applied = bench.stats()["replies"]["applied"]
    if applied != 2 * count:
        raise SystemExit("of %d purchases and as many returns %d were applied" % (count, applied))
