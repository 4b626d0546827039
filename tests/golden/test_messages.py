#!/usr/bin/env python3
"""Ways to get a template wrong, each in a folder of check/: what accrue check says of it stands in its said.txt, byte for byte.

`test_messages.py --update` writes those files anew; read the difference before you commit it: a person must understand it.
"""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, os.environ.get("ACCRUE_BUILD", "build/release"))
FOLDER = os.path.join(HERE, "check")


def said(name):
    variables = dict(os.environ, ACCRUE_SHARE=os.environ.get("ACCRUE_SHARE", ROOT))
    done = subprocess.run([os.path.join(BUILD, "accrue"), "check", name], cwd=FOLDER, env=variables, capture_output=True, text=True,
                          timeout=1200)
    return "%sexit %d\n" % (done.stderr, done.returncode)


def main():
    passed, failed = 0, 0
    for name in sorted(os.listdir(FOLDER)):
        path = os.path.join(FOLDER, name, "said.txt")
        found = said(name)
        if "--update" in sys.argv:
            with open(path, "w") as file:
                file.write(found)
        with open(path) as file:
            wanted = file.read()
        if found == wanted:
            passed += 1
        else:
            failed += 1
            print("FAILED %s\nfound:\n%swanted:\n%s" % (name, found, wanted))
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or passed < 14 else 0


sys.exit(main())
