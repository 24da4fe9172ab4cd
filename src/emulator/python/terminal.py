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

MOST_TYPED = 1 << 20  # bytes that wait for the shell before no more is taken


def resize(terminal, cols, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))


def obey(terminal, line):
    """Gives back what is to be typed."""
    order = json.loads(line)
    if isinstance(order.get("data"), str):
        return order["data"].encode("utf-8", "surrogatepass")
    if "cols" in order and "rows" in order:
        resize(terminal, int(order["cols"]), int(order["rows"]))
    return b""


def serve(terminal):
    """A program that does not read what is typed must not keep us from reading what it prints."""
    os.set_blocking(terminal, False)
    waiting = typed = b""
    while True:
        orders = [0] if len(typed) < MOST_TYPED else []
        readable, writable, _ = select.select([terminal, *orders], [terminal] if typed else [], [])
        if terminal in readable:
            try:
                data = os.read(terminal, 65536)
            except BlockingIOError:
                continue
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
            typed += b"".join(obey(terminal, line) for line in lines)
        if writable and typed:
            try:
                typed = typed[os.write(terminal, typed[:1024]):]
            except BlockingIOError:
                pass


def main():
    shell, terminal = pty.fork()
    if shell == 0:
        os.execvp("bash", ["bash", "-i"])
    resize(terminal, 80, 24)
    try:
        serve(terminal)
    finally:
        for name in (signal.SIGHUP, signal.SIGKILL):
            try:
                os.killpg(shell, name)
            except OSError:
                pass
        sys.exit(0)


main()
