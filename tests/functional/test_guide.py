#!/usr/bin/env python3
"""The guides are true: what examples/first-key-phrase.md shows is typed and written here, and the snippets of plugins/README.md load.

In a guide a block whose first line is `-- PATH` (or whose fence names a path) is a file of the template; a `console` block is what was
typed behind `$` and what came of it, where `...` stands for any text within a line and, alone, for any lines.
"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness

CD = re.compile(r"cd (\S+)$")


def blocks(path):
    """(language, named path, text) of every fenced block."""
    with open(os.path.join(harness.ROOT, path)) as file:
        text = file.read()
    for found in re.finditer(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", text, re.M | re.S):
        language, named, body = found.groups()
        first = re.match(r"-- ([\w./-]+\.lua)(?::.*)?\n", body)
        yield language, named or (first and first.group(1)), body


def pattern(wanted):
    lines = []
    for line in wanted.splitlines():
        lines.append(r"(?:[^\n]*\n)*?" if line.strip() == "..." else re.escape(line).replace(r"\.\.\.", r"[^\n]*") + r"\n")
    return re.compile("".join(lines) + r"\Z")


def typed(body):
    """(command, what was shown) of a console block."""
    for part in re.split(r"^\$ ", body, flags=re.M)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


def run(command, shown, folder):
    variables = harness.environment(PATH=harness.BUILD + os.pathsep + os.environ["PATH"])
    done = subprocess.run(command, shell=True, cwd=folder, env=variables, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=3 * harness.PATIENCE)
    assert pattern(shown).match(done.stdout), "%s\nfound:\n%s\nwanted:\n%s" % (command, done.stdout, shown)


def test_the_first_key_phrase(site):
    folder, files, commands = site.folder, 0, 0
    for language, path, body in blocks("examples/first-key-phrase.md"):
        if language == "console":
            for command, shown in typed(body):
                commands += 1
                inside = CD.match(command)
                if inside:
                    folder = os.path.join(folder, inside.group(1))
                else:
                    run(command, shown, folder)
        else:
            files += 1
            harness.write(os.path.join(folder, path), body)
    assert files >= 7 and commands >= 10, (files, commands)


def test_the_snippets_of_the_authors_guide(site):
    folders = set()
    for language, path, body in blocks("plugins/README.md"):
        if language == "lua":
            assert path, "a snippet without a path:\n" + body
            harness.write(os.path.join(site.template, path), body)
            folders.add(path.split("/")[0])
    assert {"key_phrases", "constraints", "outcomes", "condition_types", "events", "spec"} <= folders, folders
    done = site.accrue("check", site.template, "--strict", ask=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    done = site.accrue("test", site.template, ask=False)
    assert done.returncode == 0, done.stdout + done.stderr


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
