"""A shell on a pseudo-terminal: JSON lines on stdin (`data`, or `cols` and `rows`), the terminal's bytes on stdout."""
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios


def resize(terminal, cols, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))


def obey(terminal, line):
    order = json.loads(line)
    if isinstance(order.get("data"), str):
        data = order["data"].encode("utf-8", "surrogatepass")
        while data:
            data = data[os.write(terminal, data):]
    elif "cols" in order and "rows" in order:
        resize(terminal, int(order["cols"]), int(order["rows"]))


def serve(shell, terminal):
    waiting = b""
    while True:
        readable, _, _ = select.select([0, terminal], [], [])
        if terminal in readable:
            try:
                data = os.read(terminal, 65536)
            except OSError:  # the shell has ended
                data = b""
            if not data:
                return
            os.write(1, data)
        if 0 in readable:
            data = os.read(0, 65536)
            if not data:
                return
            *lines, waiting = (waiting + data).split(b"\n")
            for line in lines:
                obey(terminal, line)


def main():
    shell, terminal = pty.fork()
    if shell == 0:
        os.execvp("bash", ["bash", "-i"])
    resize(terminal, 80, 24)
    try:
        serve(shell, terminal)
    finally:
        for name in (signal.SIGHUP, signal.SIGKILL):
            try:
                os.killpg(shell, name)
            except OSError:
                pass
        sys.exit(0)


main()
