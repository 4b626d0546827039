#!/usr/bin/env python3
"""House rules that a compiler does not know. Usage: tidy.py [ROOT]; prints PATH:LINE: RULE: MESSAGE, exit 1 when any.

`allow.txt` beside this file lists exceptions, one a line: RULE PATH REASON.
"""
import os
import re
import sys

MAX_FUNCTION = 70
MAX_FILE = 400
MAX_WIDTH = 140

# Folder of src/ -> folders whose headers it may include. include/accrue.h is named "accrue.h".
DIRECTION = {
    "base": set(),
    "calendar": {"base"},
    "json": {"base"},
    "event": {"base", "calendar", "json"},
    "script": {"base", "calendar", "json", "event"},
    "program": {"base", "calendar", "json", "event", "script"},
    "ledger": {"base", "accrue.h"},  # accrue.h for its error numbers
    "member": {"base", "calendar", "json", "event", "ledger"},
    "engine": {"base", "calendar", "json", "event", "script", "program", "ledger", "member", "accrue.h"},
    "outbox": {"base", "calendar", "json", "accrue.h"},
    "daemon": {"base", "json", "outbox", "accrue.h"},
    "cli": {"base", "json", "outbox", "accrue.h", "daemon", "binding"},  # `accrue serve` is accrued; some commands are Lua
    "binding": {"base", "json", "accrue.h"},
}

# Foreign header -> where alone it may be included: folders, or single files.
FOREIGN = [
    (r"(lua5\.4/)?(lua|lualib|lauxlib|luaconf)\.h", ["src/script/", "src/binding/"]),
    (r"(cjson/)?cJSON\.h", ["src/json/"]),
    (r"uv\.h", ["src/daemon/"]),
    (r"sqlite3\.h", ["src/ledger/sqlite/"]),
    (r"zlib\.h", ["src/cli/unzip.c"]),
    (r"curl/.*", ["src/outbox/"]),
    (r"(glib|gio|gobject).*\.h", ["src/calendar/zone.c"]),
    (r"ut(hash|array|list|string)\.h", ["src/base/table.c"]),
    (r"(sodium|xxhash|xxh3)\.h", ["src/base/digest.c"]),
]

EXACT = ("base", "event", "program", "ledger", "member", "engine")
CODE = (".c", ".h", ".lua", ".py", ".sh")
ROOTS = ("src", "include", "lua", "plugins", "tests", "examples")
SKIPPED = ("tests/tidy", "build")


def blank_out(text):
    """C text with comments, strings and preprocessor lines blanked; lines and columns stay where they were."""
    token = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)
    spaces = lambda match: re.sub(r"[^\n]", " ", match.group(0))
    quoted = lambda match: match.group(0)[0] + re.sub(r"[^\n]", " ", match.group(0)[1:-1]) + match.group(0)[-1] \
        if match.group(0)[0] in "\"'" else spaces(match)
    text = token.sub(quoted, text)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", spaces, text, flags=re.M)


def functions(text):
    """(first line, lines, name) of every function definition in C text."""
    text = blank_out(text)
    depth, start, line, begin, name = 0, 0, 1, 0, None
    for at, char in enumerate(text):
        if char == "\n":
            line += 1
        elif char == "{":
            if depth == 0:
                head = text[start:at]
                name = None
                if head.rstrip().endswith(")"):
                    found = re.search(r"(\w+)\s*\(", head)
                    name = found.group(1) if found else "?"
                    begin = line - head.lstrip().count("\n")
            depth += 1
        elif char == "}":
            depth -= 1
            if depth == 0:
                if name:
                    yield begin, line - begin + 1, name
                start = at + 1
        elif char == ";" and depth == 0:
            start = at + 1


def check_text(path, text):
    """Rules on any code file."""
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if "\t" in line:
            yield number, "tab", "a tab; indent with spaces"
        if line != line.rstrip():
            yield number, "trailing_space", "space at the end of the line"
        if len(line) > MAX_WIDTH:
            yield number, "line_width", "%d columns, %d are allowed" % (len(line), MAX_WIDTH)
        word = re.search(r"\b(TODO|FIXME|XXX)\b", line)
        if word:
            yield number, "unfinished", "%s: finish it or describe it as a limit" % word.group(1)
    if text and not text.endswith("\n"):
        yield len(lines), "last_newline", "no line end at the end of the file"
    count = text.count("\n")
    if path.endswith((".c", ".h", ".lua")) and count > MAX_FILE:
        yield count, "file_length", "%d lines, %d are allowed" % (count, MAX_FILE)


def check_includes(path, text):
    """Rule 3 of the house (includes point one way) and rule 2 (one foreign header a folder)."""
    folder = path.split("/")[1] if path.startswith("src/") else None
    for number, line in enumerate(text.split("\n"), 1):
        found = re.match(r"\s*#\s*include\s*([<\"])([^>\"]+)[>\"]", line)
        if not found:
            continue
        target = found.group(2)
        for pattern, places in FOREIGN:
            if re.fullmatch(pattern, target) and not any(path.startswith(place) for place in places):
                yield number, "foreign_header", "%s may be included only in %s" % (target, ", ".join(places))
        if folder not in DIRECTION or found.group(1) == "<":
            continue
        other = target.split("/")[0]
        if target != "accrue.h" and "/" not in target:
            yield number, "include_path", "\"%s\": write the path from src/, as \"%s/%s\"" % (target, folder, target)
        elif other != folder and other not in DIRECTION[folder]:
            allowed = ", ".join(sorted(DIRECTION[folder])) or "nothing else"
            yield number, "include_direction", "src/%s may include %s; found %s" % (folder, allowed, target)


def check_c(path, text):
    """Rules on C sources and headers under src/ and include/."""
    yield from check_includes(path, text)
    if path.endswith(".c"):
        for begin, length, name in functions(text):
            if length > MAX_FUNCTION:
                yield begin, "function_length", "%s has %d lines, %d are allowed" % (name, length, MAX_FUNCTION)
    elif not re.match(r"#ifndef (\w+)\n\s*#define \1\b", blank_comments(text).lstrip()):
        yield 1, "include_guard", "the header does not begin with an include guard"
    if path.startswith("src/") and path.split("/")[1] in EXACT:
        for number, line in enumerate(blank_out(text).split("\n"), 1):
            word = re.search(r"\b(double|float|strtod|atof)\b", line)
            if word:
                yield number, "floating_point", "%s near money and points; use exact integers" % word.group(1)


def blank_comments(text):
    return re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)


def check(path, text):
    """All findings about one file as (line, rule, message); `path` is relative to the root, with slashes."""
    yield from check_text(path, text)
    if path.endswith((".c", ".h")) and path.startswith(("src/", "include/")):
        yield from check_c(path, text)


def files(root):
    for top in ROOTS:
        for folder, folders, names in os.walk(os.path.join(root, top)):
            folders[:] = sorted(f for f in folders if not f.startswith((".", "__")))
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), root).replace(os.sep, "/")
                if name.endswith(CODE) and not path.startswith(SKIPPED):
                    yield path


def allowed():
    entries = {}
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "allow.txt"), encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                rule, path, reason = line.split(None, 2)
                entries[(rule, path)] = reason
    return entries


def main(root):
    exceptions, used, count, checked = allowed(), set(), 0, 0
    for path in files(root):
        checked += 1
        with open(os.path.join(root, path), encoding="utf-8") as file:
            for line, rule, message in check(path, file.read()):
                if (rule, path) in exceptions:
                    used.add((rule, path))
                else:
                    print("%s:%d: %s: %s" % (path, line, rule, message))
                    count += 1
    for rule, path in sorted(set(exceptions) - used):
        print("tests/tidy/allow.txt: %s %s is not needed any more" % (rule, path))
        count += 1
    print("%d files checked, %d findings" % (checked, count))
    return 1 if count or not checked else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")))
