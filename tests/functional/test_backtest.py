#!/usr/bin/env python3
"""accrue backtest on the examples: under their own programs nothing differs, under a changed rate what tests/reference says; and its
page, drawn by a real browser.

Binaries: $ACCRUE_BUILD (build/release). Real events: $ACCRUE_DATA (../shared/data beside the project), the first
$ACCRUE_REFERENCE_LINES of them (0: all); without them those examples are skipped, without chromium the page. The last line is
`N passed, N failed, N skipped`."""
import gzip
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from decimal import Decimal

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(os.environ.get("ACCRUE_BUILD", os.path.join(ROOT, "build", "release")))
DATA = os.environ.get("ACCRUE_DATA", os.path.join(ROOT, "..", "shared", "data"))
REFERENCE = os.path.join(ROOT, "tests", "reference", "run.py")
LINES = int(os.environ.get("ACCRUE_REFERENCE_LINES", "200" if "asan" in os.path.basename(BUILD) else "600"))
ENVIRONMENT = dict(os.environ, ACCRUE_SHARE=ROOT)
RETURNS = ["member_missing", "decimals", "of_unknown"]

# Example, its events, codes that are expected, settings, and the rate that is changed: account and its new points.
EXAMPLES = [
    ("coffee-club", None, ["member_missing", "type_unknown", "currency", "transaction_exists"], {}, ("beans", "1.7")),
    ("gift-shop", "online_retail.ndjson.gz", RETURNS, {"unmatched_returns": "deduct"}, ("points", "3")),
    ("grocer", "completejourney.ndjson.gz", [], {}, ("points", "3")),
]

counts = {"passed": 0, "failed": 0, "skipped": 0}


def check(name, good, detail=""):
    counts["passed" if good else "failed"] += 1
    print(f"{'ok   ' if good else 'FAIL '} {name}" + ("" if good else f"\n      {str(detail)[:1500]}"))
    return good


def skip(name):
    counts["skipped"] += 1
    print(f"skip  {name}")


def accrue(*words):
    done = subprocess.run([os.path.join(BUILD, "accrue"), *words], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def read_rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def events_of(file, folder):
    path = os.path.join(folder, "events.ndjson")
    if file is None:
        with open(path, "wb") as out:
            subprocess.run(["lua5.4", os.path.join(ROOT, "examples", "coffee-club", "generate.lua")], stdout=out, check=True)
    elif os.path.exists(os.path.join(DATA, file)):
        with gzip.open(os.path.join(DATA, file)) as source, open(path, "wb") as out:
            out.writelines(itertools.islice(source, LINES or None))
    return path if os.path.exists(path) else None


def template_of(example, folder, change):
    """A copy of an example with its program changed; the path of the program."""
    copy = os.path.join(folder, example)
    shutil.copytree(os.path.join(ROOT, "examples", example), copy)
    path = os.path.join(copy, "programs", example + ".json")
    with open(path, encoding="utf-8") as file:
        program = json.load(file)
    change(program)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(program, file)
    return path


def rate(account, points):
    def change(program):
        earns = program["base_earn"]
        for one in earns if isinstance(earns, list) else [earns]:
            if account is None or one["account"] == account:
                one["points"] = points
    return change


def reference_of(program, events, folder):
    out = os.path.join(folder, "expected")
    subprocess.run([sys.executable, REFERENCE, program, events, "--out", out], stderr=subprocess.DEVNULL, check=True)
    return {row["member"]: row for row in read_rows(out)}


def differences(result):
    """Every figure of a result that is not the same before and after."""
    found = []

    def walk(node, path):
        if isinstance(node, dict):
            if "difference" in node and Decimal(str(node["difference"])) != 0:
                found.append(f"{path}: {node['before']} {node['after']}")
            for key, value in node.items():
                walk(value, path + "." + key)
        elif isinstance(node, list):
            for number, value in enumerate(node):
                walk(value, f"{path}[{number}]")

    walk(result, "")
    return found


def as_reference(result, before, after):
    """What the result says otherwise than two runs of the reference."""
    found = []
    for account in result["accounts"]:
        for side, rows in (("before", before), ("after", after)):
            wanted = sum(Decimal(str(row["balances"].get(account["account"], 0))) for row in rows.values())
            if Decimal(str(account["outstanding"][side])) != wanted:
                found.append(f"{account['account']} {side}: {account['outstanding'][side]}, wanted {wanted}")
    owed = [account["account"] for account in result["accounts"] if account["liability"]]
    worth = lambda row: sum(Decimal(str(row["balances"].get(account, 0))) for account in owed)
    differing = {member["member"]: member for member in result["largest_differences"]}
    for name, row in before.items():
        member = differing.get(name)
        same = row["balances"] == after[name]["balances"] and row["levels"] == after[name]["levels"]
        if not member:
            if not same:
                found.append(f"{name} differs in the reference alone")
            continue
        if [Decimal(str(member["outstanding"][side])) for side in ("before", "after")] != [worth(row), worth(after[name])]:
            found.append(f"{name}: {member['outstanding']}, wanted {worth(row)} {worth(after[name])}")
        for side, wanted in (("before", row), ("after", after[name])):
            levels = {family: level[side] for family, level in member["levels"].items() if level[side]}
            if levels != wanted["levels"]:
                found.append(f"{name} {side}: {levels}, wanted {wanted['levels']}")
    return found


def backtest(*words):
    code, out, said = accrue("backtest", *words, "--json")
    if code == 2 or not out:
        raise RuntimeError(said)
    return code, json.loads(out), out


def ledger_of(name, program, events, codes, folder):
    path = os.path.join(folder, name)
    code, _, said = accrue("publish", program, "--status", "active", "--all-levels", "--ledger", path)
    check(f"{os.path.basename(folder)}: published in the {name}", code == 0, said)
    accrue("send", events, "--ledger", path, "--allow", ",".join(codes or ["none"]))
    return path


def first_lines(path, folder):
    """The reference keeps every fact of every member, and takes long for all of them."""
    out = os.path.join(folder, "first.ndjson")
    with open(path, "rb") as source, open(out, "wb") as target:
        target.writelines(itertools.islice(source, LINES or None))
    return out


def run_example(example, file, codes, settings, changed, folder):
    events = events_of(file, folder)
    if not events:
        skip(f"{example}: no {file} (set ACCRUE_DATA)")
        return None
    own = template_of(example, os.path.join(folder, "own"), lambda program: program.setdefault("settings", {}).update(settings))
    other = template_of(example, os.path.join(folder, "other"),
                        lambda program: (program.setdefault("settings", {}).update(settings), rate(*changed)(program)))
    directory = lambda program: os.path.dirname(os.path.dirname(program))
    whole = ledger_of("ledger", own, events, codes, folder)
    code, result, _ = backtest(directory(own), "--ledger", whole)
    check(f"{example}: nothing differs under its own program", code == 0 and not differences(result), differences(result)[:10])
    check(f"{example}: nobody of {result['members']} differs", result["differing_members"] == 0, result["differing_members"])
    first = first_lines(events, folder)
    ledger = whole if file else ledger_of("beginning", own, first, codes, folder)
    before, after = reference_of(own, first, folder), reference_of(other, first, folder)
    code, result, text = backtest(directory(other), "--ledger", ledger, "--top", "1000", "--workers", "1")
    found = as_reference(result, before, after)
    check(f"{example}: another rate gives what the reference says ({result['differing_members']} of {len(before)} members differ)",
          not found and result["differing_members"] > 0, found[:10])
    _, _, again = backtest(directory(other), "--ledger", ledger, "--top", "1000", "--workers", "3")
    check(f"{example}: the same bytes from three workers", text == again)
    code, _, said = accrue("verify", ledger)
    check(f"{example}: the ledger is as it was", code == 0, said)
    return whole, directory(other)


# ---- the command

def command(ledger, directory):
    _, result, _ = backtest(directory, "--ledger", ledger)
    code, out, said = accrue("backtest", directory, "--ledger", ledger, "--fail-if", "points > +1%", "--point-value", "0.01")
    check("a gate that is passed over is exit 1", code == 1 and "points > +1%" in said, (code, said))
    check("the summary names account, rule and members", all(word in out for word in ("beans", "base", "members differ", "EUR")), out)
    check("it says what it assumes", "assumes that members would have behaved the same" in out, out)
    code, _, said = accrue("backtest", directory, "--ledger", ledger, "--fail-if", "points > +50%", "--fail-if", "liability < 0")
    check("gates that hold are exit 0", code == 0, said)
    code, part, _ = backtest(directory, "--ledger", ledger, "--sample", "20%")
    check("a sample is a part", code == 0 and 0 < part["members"] < result["members"], part["members"])
    name = result["largest_differences"][0]["member"]
    code, one, _ = backtest(directory, "--ledger", ledger, "--members", name)
    wanted, found = result["largest_differences"][0], one["largest_differences"][0]
    check("one member alone differs as among all", one["members"] == 1 and wanted == found, found)
    code, year, _ = backtest(directory, "--ledger", ledger, "--from", "2025-06-01", "--to", "2025-06-30")
    days = year["over_time"]["from"]
    check("a period is counted by its days", days[0] >= "2025-06-01" and days[-1] <= "2025-06-30", days)
    code, _, said = accrue("backtest", directory, "--ledger", ledger, "--sample", "all")
    check("a bad option is exit 2 and a sentence", code == 2 and "wanted a share of the members such as 5%" in said, (code, said))
    code, _, said = accrue("backtest", directory, "--ledger", os.path.join(directory, "none"))
    check("no ledger is exit 2", code == 2, said)


# ---- the page

LOOK = """<script>
  const select = document.getElementById("account");
  select.value = select.options[select.options.length - 1].value;
  select.dispatchEvent(new Event("change"));
  document.getElementById("flow").value = "spent";
  document.getElementById("flow").dispatchEvent(new Event("change"));
  document.getElementById("flow").value = "issued";
  document.getElementById("flow").dispatchEvent(new Event("change"));
  setTimeout(() => {
    const drawn = [...document.querySelectorAll("canvas")].map((canvas) =>
      canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte !== 0));
    document.body.dataset.drawn = drawn.filter(Boolean).length + " of " + drawn.length;
  }, 200);
</script></body>"""


def looked_at(browser, path, folder):
    """What a browser makes of the page; None where it comes to no end."""
    words = [browser, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--proxy-server=127.0.0.1:9",
             "--user-data-dir=" + folder, "--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom", "file://" + path]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True) as process:
        try:
            out, errors = process.communicate(timeout=120)
            return subprocess.CompletedProcess(words, process.returncode, out, errors)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None


def page(ledger, directory, folder):
    _, result, _ = backtest(directory, "--ledger", ledger)
    path = os.path.join(folder, "page.html")
    code, _, said = accrue("backtest", directory, "--ledger", ledger, "--html", path)
    check("the page is written", code == 0 and os.path.exists(path), said)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    check("the page loads nothing", not re.search(r"<[^>]+\b(src|href)\s*=|@import|url\(", text))
    check("the page has the licence of its charts", "Permission is hereby granted" in text)
    browser = next((found for found in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if found), None)
    if not browser:
        skip("the page in a browser: no chromium")
        return
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace("</body>", LOOK))
    done = None
    for _ in range(3):  # a browser is many processes, of which one may fail on a machine that has little left
        done = looked_at(browser, path, folder) or done
        if done and done.returncode == 0 and "data-drawn" in done.stdout:
            break
    if not done or done.returncode != 0:
        skip("the page in a browser: chromium does not run here")
        return
    dom = done.stdout
    check("no script fails", "Uncaught" not in done.stderr and "CONSOLE" not in done.stderr,
          [line for line in done.stderr.splitlines() if "CONSOLE" in line])
    check("four charts are drawn, and drawn anew when asked", 'data-charts="4"' in dom and 'data-drawn="4 of 4"' in dom,
          re.findall(r"<body[^>]*>", dom))
    shown = f"{int(result['accounts'][0]['issued']['after']):,}".replace(",", "\u2009").replace("\u2009", " ")
    plain = re.sub(r"[\u2009\u202f\u00a0 ]", " ", dom)
    check("the page shows the figures of the result", shown in plain, shown)
    check("the page shows who differs most", result["largest_differences"][0]["member"] in dom)
    check("the page says what it assumes", "assumes that members would have behaved the same" in dom)


def main():
    if not os.path.exists(os.path.join(BUILD, "accrue")):
        check("the command is built", False, f"no {BUILD}/accrue: build first, or set ACCRUE_BUILD")
    else:
        with tempfile.TemporaryDirectory(prefix="accrue-") as folder:
            for example, *rest in EXAMPLES:
                place = os.path.join(folder, example)
                os.mkdir(place)
                try:
                    made = run_example(example, *rest, place)
                    if made and example == "coffee-club":
                        command(*made)
                        page(*made, place)
                except (RuntimeError, OSError, ValueError, LookupError, subprocess.SubprocessError) as error:
                    check(f"{example}: runs to its end", False, repr(error))
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
