"""The engine, driven line by line in a process of its own (reference_drive of the build directory)."""
import json
import os
import subprocess

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DRIVE = os.path.join(ROOT, os.environ.get("ACCRUE_BUILD", "build/release"), "reference_drive")


class Died(Exception):
    """The engine's process ended before it answered everything; the text says how."""


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def template(folder, programs, events=(), rules=()):
    """A rules template with these programs (by file name), event types (a name, or {name: Lua}) and shared rules."""
    write(os.path.join(folder, "template.lua"), 'return { name = "cases", version = "1.0.0", api = 1 }\n')
    for name, program in programs.items():
        write(os.path.join(folder, "programs", name + ".json"), json.dumps(program))
    types = events if isinstance(events, dict) else {name: "" for name in events}
    for name, fields in types.items():
        write(os.path.join(folder, "events", name + ".lua"),
              f'return accrue.event {{ title = "{name}", fields = {{ {fields} }} }}\n')
    for name, rule in dict(rules).items():
        write(os.path.join(folder, "rules", name + ".json"), json.dumps(rule))
    return folder


def request(method, **params):
    return json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


def publish(folder, name):
    return request("program.publish", path=os.path.join(folder, "programs", name + ".json"), status="active", all_levels=True,
                   author="test")


def ask(lines):
    """The answers to lines, as they were written; None stands for each line that a process which died left unanswered."""
    environment = dict(os.environ, ACCRUE_SHARE=ROOT)
    done = subprocess.run([DRIVE], input="".join(line + "\n" for line in lines), capture_output=True, text=True, env=environment,
                          check=False)
    answers = done.stdout.split("\n")[:-1]
    return answers + [None] * (len(lines) - len(answers)), done
