#!/usr/bin/env python3
"""Every line of replies.in gets, on a fresh ledger, the reply that stands at the same place of replies.out, byte for byte
(but for wall-clock times, which stand there as NOW).

`test_replies.py --update` writes replies.out anew; read the difference before you commit it.
"""
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "fault"))
sys.dont_write_bytecode = True
os.environ["ACCRUE_BUILD"] = os.path.join(ROOT, os.environ.get("ACCRUE_BUILD", "build/release"))
os.environ["ACCRUE_SHARE"] = os.environ.get("ACCRUE_SHARE", ROOT)
from daemon import Daemon  # noqa: E402

CLUB = os.path.join(ROOT, "examples", "coffee-club")


def replies(lines):
    with tempfile.TemporaryDirectory(prefix="accrue-golden-") as folder:
        daemon = Daemon(CLUB, folder)
        daemon.start()
        try:
            daemon.run("publish", os.path.join(CLUB, "programs", "coffee-club.json"), "--status", "active", "--all-levels")
            with daemon.connect() as peer, peer.makefile("rb") as reader:
                for line in lines:
                    peer.sendall(line)
                    yield re.sub(rb'("recorded":"|events up to )[0-9TZ:.-]+', rb"\1NOW", reader.readline())
            daemon.stop()
        finally:
            if daemon.process.poll() is None:
                daemon.kill()


def main():
    with open(os.path.join(HERE, "replies.in"), "rb") as file:
        lines = file.readlines()
    got = list(replies(lines))
    kept = os.path.join(HERE, "replies.out")
    if "--update" in sys.argv:
        with open(kept, "wb") as file:
            file.writelines(got)
    with open(kept, "rb") as file:
        wanted = file.readlines()
    failed = abs(len(wanted) - len(got))
    for number, (line, mine, theirs) in enumerate(zip(lines, got, wanted), 1):
        if mine != theirs:
            failed += 1
            print("FAILED line %d: %r\n  found  %r\n  wanted %r" % (number, line[:300], mine, theirs))
    print("%d passed, %d failed" % (len(lines) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
