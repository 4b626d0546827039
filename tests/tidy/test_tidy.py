#!/usr/bin/env python3
"""Tests of the rules in tidy.py, then the rules over the tree. The last line is `N passed, N failed`."""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True
import tidy  # noqa: E402

passed, failed = 0, 0


def verify(name, good, detail=""):
    global passed, failed
    if good:
        passed += 1
    else:
        failed += 1
        print("FAILED %s %s" % (name, detail))


def samples():
    for name in sorted(os.listdir(os.path.join(HERE, "samples"))):
        with open(os.path.join(HERE, "samples", name), encoding="utf-8", newline="") as file:
            text = file.read()
        path = re.match(r"\S+ sample: (\S+)", text).group(1)
        wanted = set()
        for number, line in enumerate(text.split("\n"), 1):
            for found in re.finditer(r"expect(?: on line (\d+))?: (\w+)", line):
                wanted.add((int(found.group(1) or number), found.group(2)))
        found = {(line, rule) for line, rule, _ in tidy.check(path, text)}
        verify("sample " + name, found == wanted, "found %s, wanted %s" % (sorted(found), sorted(wanted)))


def function(lines, head="static int count(int a,\n                 int b) {"):
    body = lines - head.count("\n") - 2
    return "// c\n" + head + "\n" + "  /* { */ call(\"}\", '{');\n" * body + "}\n"


def lengths():
    rules = lambda path, text: [rule for _, rule, _ in tidy.check(path, text)]
    verify("function of 70 lines", rules("src/base/a.c", function(70)) == [])
    verify("function of 71 lines", rules("src/base/a.c", function(71)) == ["function_length"])
    verify("second function", rules("src/base/a.c", function(60) + function(71)) == ["function_length"])
    verify("two of 60", rules("src/base/a.c", function(60) + function(60)) == [])
    table = "static const int table[] = {\n" + "  1,\n" * 100 + "};\n"
    verify("a long table is no function", rules("src/base/a.c", table) == [])
    macro = "#define BIG(x) {\\\n" * 1 + "  x;\\\n" * 90 + "  }\n" + function(20)
    verify("macros are skipped", rules("src/base/a.c", macro) == [])
    verify("file of 400 lines", rules("src/base/a.c", "int a;\n" * 400) == [])
    verify("file of 401 lines", rules("src/base/a.c", "int a;\n" * 401) == ["file_length"])
    names = [name for _, _, name in tidy.functions(function(5) + "struct s {\n int a;\n};\nvoid acr_b(void) {\n}\n")]
    verify("names", names == ["count", "acr_b"], str(names))


samples()
lengths()
verify("the tree", tidy.main(os.path.join(HERE, "..", "..")) == 0)
print("%d passed, %d failed" % (passed, failed))
sys.exit(1 if failed else 0)
