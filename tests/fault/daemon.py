"""Starts, stops and talks to a daemon under test. Standard library only."""
import json
import os
import signal
import socket
import subprocess
import time


class Failure(Exception):
    """Something that must not happen."""


class Loss(Failure):
    """What the campaign looks for: an acknowledgement that did not hold."""


class Daemon:
    def __init__(self, template, folder, unsafe=False):
        self.build = os.environ["ACCRUE_BUILD"]
        self.template, self.folder, self.unsafe = template, folder, unsafe
        self.ledger = os.path.join(folder, "ledger")
        self.socket = os.path.join(folder, "socket")
        self.errors = os.path.join(folder, "daemon.log")
        self.process = None

    def spawn(self):
        environment = dict(os.environ)
        if self.unsafe:
            environment["ACCRUE_UNSAFE_ACK"] = "1"
        with open(self.errors, "ab") as errors:
            self.process = subprocess.Popen(
                [os.path.join(self.build, "accrued"), self.template, "--ledger", self.ledger, "--socket", self.socket],
                stdin=subprocess.DEVNULL, stdout=errors, stderr=errors, env=environment)

    def connect(self, patience=120):
        deadline = time.monotonic() + patience
        while True:
            peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                peer.connect(self.socket)
                return peer
            except OSError:
                peer.close()
            if self.process.poll() is not None:
                raise Failure("the daemon ended with %d at its start\n%s" % (self.process.returncode, self.log()))
            if time.monotonic() > deadline:
                raise Failure("the daemon does not answer on its socket\n%s" % self.log())
            time.sleep(0.002)

    def start(self):
        """Starts it and waits until it has taken up its ledger: the socket is there before that."""
        self.spawn()
        self.ask(['{"jsonrpc":"2.0","id":0,"method":"server.stats"}\n'])

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, patience=120):
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=patience)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure("the daemon did not end within %d s of SIGTERM" % patience)
        if code != 0:
            raise Failure("the daemon ended with %d after SIGTERM\n%s" % (code, self.log()))

    def log(self):
        with open(self.errors, errors="replace") as file:
            return file.read()[-2000:]

    def run(self, *arguments):
        """The accrue command against this daemon; its standard output."""
        done = subprocess.run([os.path.join(self.build, "accrue"), *arguments], capture_output=True, text=True,
                              env=dict(os.environ, ACCRUE_SOCKET=self.socket), timeout=1200)
        if done.returncode != 0:
            raise Failure("accrue %s: exit %d\n%s%s" % (" ".join(arguments), done.returncode, done.stdout, done.stderr))
        return done.stdout

    def ask(self, lines):
        """Lines in, replies as parsed JSON in the same order; for a daemon that lives."""
        peer = self.connect()
        replies = []
        with peer, peer.makefile("rb") as reader:
            for begin in range(0, len(lines), 100):
                part = lines[begin:begin + 100]
                peer.sendall("".join(part).encode())
                for _ in part:
                    line = reader.readline()
                    if not line:
                        raise Failure("the daemon closed the connection\n%s" % self.log())
                    replies.append(json.loads(line))
        return replies
