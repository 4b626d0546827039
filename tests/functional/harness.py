"""What the functional tests share: a small rules template, a real daemon on it, a client of its socket. Standard library only."""
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, os.environ.get("ACCRUE_BUILD", "build/release"))
ACCRUED = os.path.join(BUILD, "accrued")
ACCRUE = os.path.join(BUILD, "accrue")
SANITIZED = "asan" in os.path.basename(BUILD)
PATIENCE = 240  # seconds for what comes at once: a machine that others use may stand still for many; only a failure takes so long

PROGRAM = {
    "program": "shop", "title": "Shop", "effective_from": "2026-01-01", "currency": "USD", "timezone": "UTC",
    "accounts": {"points": {"default": True}},
    "sources": {"base": {"accounts": ["points"]}},
    "base_earn": [{"points": 1, "per": "1.00", "account": "points", "source": "base"}],
    "levels": [
        {"level": "Member", "entrance": [{"rule": "Everyone", "when": "no rules", "outcomes": []}],
         "purchase": [{"rule": "Large", "when": {"all": [{"key_phrase": "total_spend", "operator": ">=", "amount": "100.00"}]},
                       "outcomes": [{"outcome": "points_fixed", "points": 5, "account": "points", "source": "base"}]}]},
        {"level": "Gold", "threshold": {"spend": "1000.00"}, "maintenance": []}],
}


def environment(**more):
    variables = dict(os.environ, ACCRUE_SHARE=os.environ.get("ACCRUE_SHARE", ROOT), **more)
    variables = {name: value for name, value in variables.items() if not name.lower().endswith("_proxy")}  # web hooks stay on this machine
    variables.pop("ACCRUE_SOCKET", None)
    variables.update(more)
    return variables


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    return path


def template(folder, program=None):
    """A rules template with one program; its directory."""
    write(os.path.join(folder, "template.lua"), 'return { name = "shop", version = "1.0.0", api = 1 }\n')
    write(os.path.join(folder, "programs", "shop.json"), json.dumps(program or PROGRAM, indent=1) + "\n")
    return folder


def purchase(number, member="m-1", total="10.00", **more):
    return dict({"specversion": "1.0", "id": "r-%s" % number, "source": "pos", "type": "purchase", "subject": member,
                 "time": "2026-03-01T08:15:00Z", "data": {"total": total}}, **more)


def request(method, number=1, **params):
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def until(what, told=lambda: "it did not happen in time", patience=PATIENCE):
    """Waits until `what()` holds."""
    deadline = time.monotonic() + patience
    while not what():
        assert time.monotonic() < deadline, told()
        time.sleep(0.02)


def line_of(value):
    return value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode() + b"\n"


class Client:
    """A connection; lines out, replies in."""

    def __init__(self, path, timeout=PATIENCE):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        self.reader = self.socket.makefile("rb")

    def send(self, *values):
        self.socket.sendall(b"".join(line_of(value) for value in values))

    def receive(self):
        line = self.reader.readline()
        if not line:
            raise EOFError("the daemon closed the connection")
        return json.loads(line)

    def ask(self, value):
        self.send(value)
        return self.receive()

    def half_close(self):
        self.socket.shutdown(socket.SHUT_WR)

    def rest(self):
        """What comes until the daemon closes the connection (a reset when it left lines of ours unread)."""
        replies = []
        try:
            for line in self.reader:
                replies.append(json.loads(line))
        except ConnectionResetError:
            pass
        return replies

    def close(self):
        self.reader.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Site:
    """A temporary directory with a template, a ledger, a socket and perhaps a daemon."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="accrue-")
        self.template = template(os.path.join(self.folder, "shop"))
        self.program = os.path.join(self.template, "programs", "shop.json")
        self.ledger = os.path.join(self.folder, "ledger")
        self.socket = os.path.join(self.folder, "socket")
        self.log = os.path.join(self.folder, "log")
        self.process = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for place, folders, _files in os.walk(self.folder):
            for folder in folders:
                os.chmod(os.path.join(place, folder), 0o700)
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def errors(self):
        with open(self.log, errors="replace") as file:
            return file.read()

    def spawn(self, *options, command=None, before=None, **variables):
        arguments = [*(command or [ACCRUED]), self.template, "--ledger", self.ledger, "--socket", self.socket, *options]
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment(**variables),
                                            preexec_fn=before)
        return self.process

    def start(self, *options, publish=False, **more):
        self.spawn(*options, **more)
        deadline = time.monotonic() + PATIENCE
        while "ready on" not in self.errors():
            if self.process.poll() is not None:
                raise AssertionError("the daemon ended with %d: %s" % (self.process.returncode, self.errors()))
            if time.monotonic() > deadline:
                raise AssertionError("the daemon does not get ready: " + self.errors())
            time.sleep(0.01)
        if publish:
            self.publish()
        return self

    def publish(self):
        with self.client() as client:
            answer = client.ask(request("program.publish", path=self.program, status="active", all_levels=True))
            assert "result" in answer, answer

    def client(self, **more):
        return Client(self.socket, **more)

    def stop(self, number=signal.SIGTERM, patience=PATIENCE):
        """Its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=patience)

    def ended_in_time(self, code):
        """Exit 0; or 74, where the machine stood still for the seconds that a daemon allows itself behind SIGTERM, and it said so."""
        assert code == 0 or (code == 74 and "not everything could be answered in time" in self.errors()), (code, self.errors())
        return code == 0

    def refused(self, *options, **more):
        """A start that must fail at once: exit code and what it said, which is one line."""
        self.spawn(*options, **more)
        code = self.process.wait(timeout=PATIENCE)
        return code, self.errors()

    def accrue(self, *arguments, ask=True, stdin=None, binary=False, **variables):
        if ask:
            variables.setdefault("ACCRUE_SOCKET", self.socket)
        return subprocess.run([ACCRUE, *arguments], capture_output=True, text=not binary, input=stdin, timeout=3 * PATIENCE,
                              cwd=self.folder, stdin=None if stdin is not None else subprocess.DEVNULL, env=environment(**variables))


def run(names):
    """Runs the test_* functions among `names`; prints failures, and `N passed, N failed` last; the exit code."""
    passed, failed = 0, 0
    wanted = sys.argv[1:]
    for program in (ACCRUED, ACCRUE):
        if not os.access(program, os.X_OK):
            print("%s is not built" % program)
            print("0 passed, 1 failed")
            return 1
    for name, function in list(names.items()):
        if not name.startswith("test_") or not callable(function) or (wanted and not any(word in name for word in wanted)):
            continue
        begun, used = time.monotonic(), sum(os.times()[:4])
        try:
            with Site() as site:
                try:
                    function(site)
                    passed += 1
                except Exception:
                    failed += 1
                    print("FAILED %s\n%s" % (name, traceback.format_exc()))
                    if os.path.exists(site.log):
                        print("the daemon said: " + site.errors()[-2000:])
        except Exception:
            print("FAILED %s: cleaning up\n%s" % (name, traceback.format_exc()))
            failed += 1
        took = time.monotonic() - begun
        if took > 3:
            print("%s: %.1f s, of a processor %.1f" % (name, took, sum(os.times()[:4]) - used), flush=True)
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0
