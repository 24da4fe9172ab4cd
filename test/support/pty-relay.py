"""Runs a program at a terminal of its own. Orders come as JSON lines on stdin, what is shown goes out as JSON lines."""

import base64
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios


def tell(**facts):
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def set_size(columns, rows):
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def modes():
    """Without what the system itself notes there."""
    attributes = termios.tcgetattr(slave)
    attributes[3] &= ~getattr(termios, "PENDIN", 0)
    return repr(attributes)


order = json.loads(sys.stdin.buffer.readline())
master, slave = pty.openpty()
set_size(100, 30)
before = modes()
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for descriptor in (0, 1, 2):
        os.dup2(slave, descriptor)
    os.closerange(3, 64)
    os.chdir(order["cwd"])
    os.execvpe(order["argv"][0], order["argv"], order["env"])

pending = b""
status = None
while True:
    ready = select.select([master, 0], [], [], 0.05)[0]
    if master in ready:
        tell(out=base64.b64encode(os.read(master, 65536)).decode())
        continue
    if 0 in ready:
        data = os.read(0, 65536)
        if not data:
            os.kill(pid, signal.SIGKILL)
        pending += data
        *lines, pending = pending.split(b"\n")
        for line in map(json.loads, lines):
            if "keys" in line:
                os.write(master, line["keys"].encode())
            if "size" in line:
                set_size(*line["size"])
            if "signal" in line:
                os.kill(pid, getattr(signal, line["signal"]))
    ended, status = os.waitpid(pid, os.WNOHANG)
    if ended:
        break
while select.select([master], [], [], 0)[0]:
    tell(out=base64.b64encode(os.read(master, 65536)).decode())
tell(code=os.waitstatus_to_exitcode(status), restored=before == modes(), before=before, after=modes())
