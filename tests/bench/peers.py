"""What a team would write without an engine, measured in the same run: Python with SQLite (WAL, synchronous=FULL), a small program of
idempotency by id, points by level, a category bonus, a rolling spend of 183 days for gold, a list of entries. Standard library only."""
import json
import os
import random
import sqlite3
import subprocess
import time

# Of the machine on which the wanted figures were set: events/s with a commit an event, with a hundred; cJSON on one event.
THERE = {"one": 15000, "hundred": 35100, "cjson_us": 1.58}
DAY = 86400

SCHEMA = """
CREATE TABLE seen(id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE member(id TEXT PRIMARY KEY, balance INTEGER NOT NULL, level INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE spend(member TEXT, at INTEGER, cents INTEGER, PRIMARY KEY(member, at)) WITHOUT ROWID;
CREATE TABLE entry(seq INTEGER PRIMARY KEY, member TEXT, points INTEGER, event TEXT);
"""


def events(count, members, seed=7):
    chance = random.Random(seed)
    for number in range(count):
        lines = [{"sku": "S%d" % chance.randrange(500), "category": "c%d" % chance.randrange(20), "amount": chance.randrange(100, 5000)}
                 for _ in range(3)]
        yield json.dumps({"id": "%016x" % chance.getrandbits(64), "subject": "m-%d" % chance.randrange(members),
                          "time": 1767225600 + number * 60, "amount": sum(line["amount"] for line in lines), "lines": lines})


def judge(db, line):
    event = json.loads(line)
    if db.execute("INSERT OR IGNORE INTO seen VALUES(?)", (event["id"],)).rowcount == 0:
        return
    who, at, cents = event["subject"], event["time"], event["amount"]
    balance, level = db.execute("SELECT balance, level FROM member WHERE id = ?", (who,)).fetchone() or (0, 0)
    points = cents // 100 * (2 if level else 1) + sum(5 for one in event["lines"] if one["category"] == "c3")
    db.execute("INSERT OR REPLACE INTO spend VALUES(?, ?, ?)", (who, at, cents))
    spent = db.execute("SELECT sum(cents) FROM spend WHERE member = ? AND at > ?", (who, at - 183 * DAY)).fetchone()[0]
    db.execute("INSERT OR REPLACE INTO member VALUES(?, ?, ?)", (who, balance + points, int(spent >= 50000)))
    db.execute("INSERT INTO entry(member, points, event) VALUES(?, ?, ?)", (who, points, event["id"]))


def rate(folder, count, batch):
    path = os.path.join(folder, "peer-%d" % batch)
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;" + SCHEMA)
    lines = list(events(count, 20000))
    begin = time.monotonic()
    for at in range(0, count, batch):
        db.execute("BEGIN")
        for line in lines[at:at + batch]:
            judge(db, line)
        db.execute("COMMIT")
    seconds = time.monotonic() - begin
    db.close()
    for name in os.listdir(folder):
        if name.startswith("peer-"):
            os.unlink(os.path.join(folder, name))
    return count / seconds


def machine(bench, figure):
    print("the machine, and what it makes of a program without an engine", flush=True)
    out = subprocess.run([bench.tool("bench_machine")], check=True, capture_output=True, text=True).stdout
    found = {name: float(value) for name, value in (line.split() for line in out.splitlines())}
    figure("cJSON on %d bytes" % found["cjson_bytes"], found["cjson_us"], "us")
    figure("a thread kept from running", "%.2f" % found["kept_percent"], "% of 10 s")
    figure("  for longer than 5 ms", found["kept_over_5_ms"], "times")
    figure("  longest", found["kept_longest_ms"], "ms")
    one, hundred = rate(bench.folder, 20000, 1), rate(bench.folder, 100000, 100)
    figure("Python and SQLite, a commit each", one, "events/s")
    figure("Python and SQLite, a hundred", hundred, "events/s")
    figure("slower than the machine of the wanted figures by", "%.1f, %.1f, %.1f" % (
        found["cjson_us"] / THERE["cjson_us"], THERE["one"] / one, THERE["hundred"] / hundred))
