"""`!command`: the command runs on a pseudo-terminal, and unasked-for `input_reply` messages are typed into it.

The client is told when there is somebody to type to: `cell_display_stdin`, `cell_update_stdin` as the echo goes off
and on (a password), and `cell_remove_stdin`. The first interrupt sends SIGINT; the second SIGTERM and then SIGKILL.
"""
import codecs
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time

from google.colab import _message

_PAUSE = 0.025
_DISPLAY_AFTER = 0.2


def system(shell, command):
    terminal, inner = pty.openpty()
    quieten(inner)
    process = subprocess.Popen(
        ["/bin/bash", "-c", command], stdin=inner, stdout=inner, stderr=inner, start_new_session=True, close_fds=True,
        preexec_fn=own_terminal,
    )
    talk = Conversation(process, terminal, inner)
    try:
        talk.run()
    finally:
        talk.end()
        shell.user_ns["_exit_code"] = process.returncode


def own_terminal():
    import fcntl

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def quieten(terminal):
    """No carriage return before each line feed: the output goes to a stream, not to a screen."""
    modes = termios.tcgetattr(terminal)
    modes[1] &= ~termios.ONLCR
    termios.tcsetattr(terminal, termios.TCSANOW, modes)


class Conversation:
    def __init__(self, process, terminal, inner):
        self.process, self.terminal, self.inner = process, terminal, inner
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.echo = True
        self.shown = False
        self.interrupts = 0
        self.started = time.monotonic()

    def run(self):
        while True:
            try:
                if not self.turn():
                    return
            except KeyboardInterrupt:
                self.interrupt()

    def turn(self):
        ended = self.process.poll() is not None
        wrote = self.forward_output()
        if ended and not wrote:
            return False
        self.tell()
        self.forward_input()
        return True

    def forward_output(self):
        if not select.select([self.terminal], [], [], _PAUSE)[0]:
            return False
        try:
            data = os.read(self.terminal, 65536)
        except OSError:
            return False
        sys.stdout.write(self.decoder.decode(data))
        sys.stdout.flush()
        return bool(data)

    def forward_input(self):
        value = _message.next_input()
        while value is not None:
            if isinstance(value, str):
                os.write(self.terminal, value.encode())
            value = _message.next_input()

    def tell(self):
        if not self.shown:
            if time.monotonic() - self.started < _DISPLAY_AFTER:
                return
            self.shown = True
            notice("cell_display_stdin", {"delayMillis": int(_DISPLAY_AFTER * 1000)})
        try:
            echo = bool(termios.tcgetattr(self.inner)[3] & termios.ECHO)
        except termios.error:
            return
        if echo != self.echo:
            self.echo = echo
            notice("cell_update_stdin", {"echo": echo})

    def interrupt(self):
        self.interrupts += 1
        send(self.process, signal.SIGINT if self.interrupts == 1 else signal.SIGTERM)
        if self.interrupts > 1:
            try:
                self.process.wait(1)
            except subprocess.TimeoutExpired:
                send(self.process, signal.SIGKILL)

    def end(self):
        if self.process.poll() is None:
            send(self.process, signal.SIGKILL)
            self.process.wait()
        os.close(self.terminal)
        os.close(self.inner)
        if self.shown:
            notice("cell_remove_stdin", {})


def send(process, name):
    try:
        os.killpg(process.pid, name)
    except OSError:
        pass


def notice(kind, request):
    _message.send_request(kind, request, expect_reply=False)
