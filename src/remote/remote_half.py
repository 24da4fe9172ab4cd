"""The remote half: what must happen on the machine where the kernel runs.

Sent once into a kernel and spoken to over comms: one comm, one call. The standard library only, Python 3.8 or later.
The protocol is described in docs/remote-half.md.
"""

import collections
import contextlib
import errno
import functools
import glob
import hashlib
import os
import selectors
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time

POSIX = os.name == "posix"
if POSIX:
    import fcntl
    import pty
    import struct
    import termios

MIB = 1 << 20
WINDOW = 16 * MIB  # weight that may be on the way, each direction of each call
FRAME = MIB  # most bytes in one frame: servers may refuse messages over 10 MB
LEAST = 64 << 10  # what the smallest frame with bytes weighs: bounds the count of messages on the way to 256
SILENCE = 90.0  # seconds without a word from the client after which its call is hung up
COALESCE = 0.004  # seconds in which small writes are gathered, unless nothing was sent just before
ACK_DELAY = 0.1  # seconds an acknowledgement waits for company
PROBE = 1.0  # seconds without progress after which the peer is told how much was sent
KILL_AFTER_TIMEOUT = 3.0  # seconds between SIGTERM and SIGKILL
KILL_AFTER_HANGUP = 5.0  # seconds between SIGHUP and SIGKILL
KILL_AGAIN = 1.0  # seconds after which those that have not gone yet are killed once more
QUIET = 0.5  # after the command's end: seconds without output from what it left running ...
GRACE = 1.0  # ... and most seconds its output is followed at all
LONGEST_ARGUMENT = 100_000  # bytes; Linux takes 128 KiB in one argument
BEAT = 1.0  # seconds between two looks at silent clients

now = time.monotonic


def weight(size):
    return max(size, LEAST) if size else 0


class Wake:
    """Rouses a thread that waits in a selector."""

    def __init__(self):
        self.inner, self.outer = socket.socketpair()
        self.inner.setblocking(False)
        self.outer.setblocking(False)

    def set(self):
        try:
            self.outer.send(b"!")
        except OSError:
            pass  # full: it is awake already; closed: nobody waits

    def clear(self):
        try:
            while self.inner.recv(4096):
                pass
        except OSError:
            pass

    def close(self):
        self.inner.close()
        self.outer.close()


class Line:
    """Both directions of one call: frames in order, kept until acknowledged, within a window.

    `receive` is called on the kernel's thread and only takes notes. Everything else belongs to the call's thread.
    """

    def __init__(self, post):
        self.post = post
        self.wake = Wake()
        self.lock = threading.Lock()
        self.silence = 0.0
        self.patience = SILENCE
        self.closed = False
        # what we send
        self.next = 0
        self.sent_weight = 0
        self.limit = WINDOW
        self.unacknowledged = collections.deque()
        self.round = 0
        self.wanted_round = 0
        self.progress = now()
        self.probe = PROBE
        # what we get
        self.got = 0
        self.asked = 0
        self.taken_weight = 0
        self.told_limit = WINDOW
        self.arrived = collections.deque()
        self.answer_at = None

    # on the kernel's thread

    def receive(self, data, buffers):
        with self.lock:
            self.silence = 0.0
            if "seq" in data:
                self._frame(data, buffers)
            else:
                self._acknowledgement(data)
        self.wake.set()

    def _frame(self, data, buffers):
        if data["seq"] == self.got:
            self.got += 1
            self.arrived.append((data, buffers))
            self._answer_within(ACK_DELAY)
        elif data["seq"] > self.got:
            self._missing(data["round"])

    def _acknowledgement(self, data):
        while self.unacknowledged and self.unacknowledged[0][0] < data["got"]:
            self.unacknowledged.popleft()
            self.progress, self.probe = now(), PROBE
        self.limit = max(self.limit, data["limit"])
        self.wanted_round = max(self.wanted_round, data["again"])
        if data["sent"] > self.got:
            self._missing(data["round"])
        if data["ask"]:
            self._answer_within(0)

    def _missing(self, their_round):
        # Frames sent before our last request was served prove nothing about what came after it.
        if their_round >= self.asked:
            self.asked = their_round + 1
            self._answer_within(0)

    def _answer_within(self, seconds):
        due = now() + seconds
        self.answer_at = due if self.answer_at is None else min(due, self.answer_at)

    def close(self):
        self.closed = True
        self.wake.set()

    # on the call's thread

    def greet(self):
        """Tells the client that its call has begun, so that it never asks to begin it twice."""
        with self.lock:
            self.acknowledge()

    def room(self):
        return self.limit - self.sent_weight >= FRAME

    def send(self, kind, fields=None, buffer=None):
        size = 0 if buffer is None else len(buffer)
        with self.lock:
            data = dict(fields or {}, seq=self.next, kind=kind)
            buffers = [] if buffer is None else [buffer]
            if not self.unacknowledged:
                self.progress, self.probe = now(), PROBE
            self.unacknowledged.append((self.next, data, buffers))
            self.next += 1
            self.sent_weight += weight(size)
            self._post_frame(data, buffers)

    def _post_frame(self, data, buffers):
        self.post(dict(data, round=self.round), buffers)

    def take(self):
        with self.lock:
            frames = list(self.arrived)
            self.arrived.clear()
        return frames

    def taken(self, credit):
        """So much weight of arrived frames has been used up: the client may send as much more."""
        with self.lock:
            self.taken_weight += credit
            if self.taken_weight + WINDOW - self.told_limit >= WINDOW // 4:
                self._answer_within(0)

    def serve(self):
        """Answers what the peer asked for. Returns seconds until this must be called again."""
        with self.lock:
            if self.wanted_round > self.round:
                self.round = self.wanted_round
                for _, data, buffers in self.unacknowledged:
                    self._post_frame(data, buffers)
            moment = now()
            if self.unacknowledged and moment - self.progress >= self.probe:
                self.probe = min(self.probe * 2, 5.0)
                self.progress = moment
                self._answer_within(0)
            if self.answer_at is not None and self.answer_at <= moment:
                self.acknowledge()
            waits = []
            if self.answer_at is not None:
                waits.append(self.answer_at - moment)
            if self.unacknowledged:
                waits.append(self.progress + self.probe - moment)
            return max(0.0, min(waits)) if waits else None

    def acknowledge(self):
        self.answer_at = None
        self.told_limit = self.taken_weight + WINDOW
        self.post(
            {
                "got": self.got,
                "limit": self.told_limit,
                "sent": self.next,
                "round": self.round,
                "again": self.asked,
                "ask": False,
            },
            [],
        )


class Call(threading.Thread):
    """One call: a thread that works, then stays until the client has everything."""

    def __init__(self, line, arguments, ended):
        super().__init__(name="lecoder-call", daemon=True)
        self.line = line
        self.arguments = arguments
        self.ended = ended

    def run(self):
        try:
            self.line.greet()
            self.line.send("end", self.work())
        except Exception as error:  # whatever it is, the client must hear of it
            self.line.send("end", {"failed": describe(error)})
        finally:
            self.linger()
            self.line.wake.close()
            self.ended()

    def work(self):
        raise NotImplementedError

    def linger(self):
        with selectors.DefaultSelector() as selector:
            selector.register(self.line.wake.inner, selectors.EVENT_READ)
            while not self.line.closed:
                for data, buffers in self.line.take():
                    self.line.taken(weight(size_of(buffers)))
                selector.select(self.line.serve())
                self.line.wake.clear()


def describe(error):
    facts = {"name": type(error).__name__, "message": str(error)}
    if isinstance(error, OSError):
        facts.update(errno=error.errno, message=error.strerror or str(error), path=error.filename)
    return facts


def size_of(buffers):
    return sum(len(memoryview(buffer).cast("B")) for buffer in buffers)


# ---------------------------------------------------------------------------------------------- shell commands


class Output:
    """Gathers what a command writes into frames: at once when it was quiet, else a few milliseconds' worth."""

    def __init__(self, line):
        self.line = line
        self.stream = None
        self.block = bytearray(FRAME)
        self.length = 0
        self.flushed = 0.0
        self.due = None

    def read(self, source, stream):
        """Reads once what is there: bytes read, 0 at the end, -1 when nothing is there or there is no room."""
        if self.stream != stream:
            self.flush()
            self.stream = stream
        if not self.length and not self.line.room():
            return -1
        with memoryview(self.block) as view:
            count = read_into(source, view[self.length :])
        if count > 0:
            self.length += count
            if self.due is None:
                self.due = self.flushed + COALESCE
            if self.length == FRAME or self.due <= now():
                self.flush()
        return count

    def flush(self):
        self.due = None
        if not self.length:
            return
        if self.length < LEAST:
            piece = bytes(memoryview(self.block)[: self.length])
        else:
            piece, self.block = memoryview(self.block)[: self.length], bytearray(FRAME)
        self.length = 0
        self.line.send("out", {"stream": self.stream}, piece)
        self.flushed = now()

    def flush_if_due(self):
        if self.due is not None and self.due <= now():
            self.flush()

    def patience(self):
        return None if self.due is None else max(0.0, self.due - now())


def read_into(source, view):
    """Bytes read; 0 at the end; -1 when nothing is there yet."""
    try:
        return source.recv_into(view) if isinstance(source, socket.socket) else os.readv(source, [view])
    except BlockingIOError:
        return -1
    except OSError:
        return 0  # EIO: the last user of the terminal has gone


class Input:
    """What the client sent for the command's stdin and the command has not read yet."""

    def __init__(self, line, ends):
        self.line = line
        self.ends = ends
        self.pieces = collections.deque()
        self.last = b"\n"

    def add(self, buffers):
        views = [memoryview(buffer).cast("B") for buffer in buffers if len(buffer)]
        credit = weight(sum(map(len, views)))
        for view in views[:-1]:
            self.pieces.append((view, 0))
        self.pieces.extend((view, credit) for view in views[-1:])
        if views:
            self.last = bytes(views[-1][-1:])
        if self.ends.input is None:
            self.discard()

    def end(self):
        if self.ends.input is None:
            return
        if self.ends.terminal:  # a terminal has no end of file, only a key for it; in mid-line it takes two
            key = b"\x04" if self.last == b"\n" else b"\x04\x04"
            self.pieces.append((memoryview(key), 0))
        else:
            self.pieces.append((None, 0))

    def write(self):
        """Writes what the command takes now. False when it will read no more, which is its right."""
        while self.pieces and self.ends.input is not None:
            piece, credit = self.pieces.popleft()
            if piece is None:
                self.ends.close_input()
                return True
            try:
                count = self.ends.write(piece)
            except BlockingIOError:
                count = 0
            except OSError:
                self.line.taken(credit)
                self.close()
                return False
            if count < len(piece):
                self.pieces.appendleft((piece[count:], credit))
                return True
            self.line.taken(credit)
        return True

    def close(self):
        self.ends.close_input()
        self.discard()

    def discard(self):
        self.line.taken(sum(credit for _, credit in self.pieces))
        self.pieces.clear()


class Shell(Call):
    """Runs a command for the shell in a session of its own; stdin, stdout and stderr are pipes, or one terminal."""

    def work(self):
        limit = self.arguments["timeout"]
        self.stop_at = None if limit is None else now() + limit / 1000.0
        self.kill_at = None
        self.cause = None  # why we ended it, when we did
        self.exited = threading.Event()
        self.after = None
        self.ends = spawn(self.arguments)
        self.output = Output(self.line)
        self.input = Input(self.line, self.ends)
        if not self.arguments["input"]:
            self.input.end()
        try:
            with selectors.DefaultSelector() as self.selector:
                self.selector.register(self.line.wake.inner, selectors.EVENT_READ)
                threading.Thread(target=self.watch, name="lecoder-wait", daemon=True).start()
                while not self.turn():
                    pass
            self.output.flush()
        finally:
            if not self.exited.is_set():
                self.ends.kill()
            self.ends.close()
        return self.outcome()

    def watch(self):
        """Waits for the end without reaping: until then the group's number cannot be given to anybody else."""
        try:
            os.waitid(os.P_PID, self.ends.process.pid, os.WEXITED | os.WNOWAIT)
        except (AttributeError, OSError):
            self.ends.process.wait()
        self.exited.set()
        self.line.wake.set()

    def turn(self):
        """Waits for something to do and does it. True when all is done."""
        readable = self.wait()
        self.line.wake.clear()
        for data, buffers in self.line.take():
            self.heed(data, buffers)
        if not self.input.write():
            self.line.send("deaf")
        if self.exited.is_set() and self.after is None:
            self.interest(self.ends.input, selectors.EVENT_WRITE, False)
            self.input.close()
            self.ends.command_exited()
            self.after = Afterwards(self.ends.outputs)
        for source in readable:
            self.read(source)
        self.output.flush_if_due()
        self.enforce()
        return self.finished()

    def wait(self):
        open_for_output = self.line.room() and not self.line.closed
        for source in self.ends.outputs:
            self.interest(source, selectors.EVENT_READ, open_for_output)
        self.interest(self.ends.input, selectors.EVENT_WRITE, bool(self.input.pieces))
        moments = [self.kill_at, None if self.after else self.stop_at, self.after and self.after.moment()]
        waits = [moment - now() for moment in moments if moment is not None]
        waits += [wait for wait in (self.output.patience(), self.line.serve()) if wait is not None]
        if self.kill_at is not None:
            waits.append(0.1)  # looks whether the group has gone by itself
        ready = self.selector.select(max(0.0, min(waits)) if waits else None)
        return [key.fileobj for key, events in ready if events & selectors.EVENT_READ and key.fileobj in self.ends.outputs]

    def interest(self, source, event, wanted):
        """Watches for an event or no longer; a terminal is read and written through one descriptor."""
        if source is None:
            return
        key = self.selector.get_map().get(source)
        old = key.events if key else 0
        events = old | event if wanted else old & ~event
        if events == old:
            return
        if not old:
            self.selector.register(source, events)
        elif not events:
            self.selector.unregister(source)
        else:
            self.selector.modify(source, events)

    def heed(self, data, buffers):
        kind = data["kind"]
        if kind == "in":
            self.input.add(buffers)
        elif kind == "eof":
            self.input.end()
        elif kind == "signal" and not self.exited.is_set():
            self.ends.signal(signal_number(data["name"]))
        elif kind == "resize":
            self.ends.resize(data["columns"], data["rows"])

    def read(self, source):
        count = self.output.read(source, self.ends.outputs[source])
        if count == 0:
            self.interest(source, selectors.EVENT_READ | selectors.EVENT_WRITE, False)
            if source == self.ends.input:
                self.input.close()
            del self.ends.outputs[source]
        if self.after:
            self.after.read(source, count)

    def enforce(self):
        running = not self.exited.is_set()
        if self.line.closed and running:
            self.stop("closed", signal_number("SIGHUP"), KILL_AFTER_HANGUP)
        if self.stop_at is not None and running and now() >= self.stop_at:
            self.stop("timeout", signal.SIGTERM, KILL_AFTER_TIMEOUT)
        if self.kill_at is None:
            return
        if not running and not self.ends.members():
            self.kill_at = None
        elif now() >= self.kill_at:
            self.ends.kill()
            self.kill_at += KILL_AGAIN

    def stop(self, cause, number, patience):
        if self.cause is None:
            self.cause = cause
            self.ends.stop(number)
            self.kill_at = now() + patience

    def finished(self):
        if self.after is None or self.kill_at is not None:
            return False
        return not self.ends.outputs or self.line.closed or self.after.over(self.line.room())

    def outcome(self):
        code = self.ends.process.wait()
        if self.cause == "timeout":
            return {"outcome": {"kind": "timeout", "after": self.arguments["timeout"], "restarted": False}}
        if code < 0:
            return {"outcome": {"kind": "exit", "status": 128 - code, "signal": signal_name(-code)}}
        return {"outcome": {"kind": "exit", "status": code} if code else {"kind": "ok"}}


class Afterwards:
    """How long to listen once the command has ended, when something it left running holds its output open.

    What was written before the end is read whatever it takes; what comes later while it keeps coming, for a while.
    """

    def __init__(self, outputs):
        self.left = {source: waiting(source) for source in outputs}
        self.quiet_since = now()
        self.over_at = now() + GRACE

    def read(self, source, count):
        if count == 0:
            self.left.pop(source, None)
        elif count > 0:
            self.left[source] = self.left.get(source, 0) - count
            self.quiet_since = now()

    def moment(self):
        return min(self.quiet_since + QUIET, self.over_at)

    def over(self, room):
        if any(left > 0 for left in self.left.values()):
            self.quiet_since = now()
            self.over_at = max(self.over_at, now() + QUIET)
            return False
        return now() >= self.moment()


def waiting(source):
    """Bytes that lie in a pipe or terminal."""
    if not POSIX:
        return 0
    return struct.unpack("i", fcntl.ioctl(source, termios.FIONREAD, b"\0" * 4))[0]


class Ends:
    """Our ends of a running command: what it writes, what it reads, and whom to signal."""

    terminal = False

    def __init__(self, process, outputs, source, script):
        self.process = process
        self.outputs = outputs  # descriptor to the stream's name
        self.input = source
        self.script = script
        self.files = [file for file in (process.stdin, process.stdout, process.stderr) if file]
        for descriptor in [*outputs, source]:
            if descriptor is not None:
                os.set_blocking(descriptor, False)
                enlarge(descriptor)

    def write(self, piece):
        return os.write(self.input, piece)

    def close_input(self):
        if self.input is not None:
            self.input = None
            self.process.stdin.close()

    def command_exited(self):
        pass

    def resize(self, columns, rows):
        pass

    def signal(self, number):
        try:
            os.killpg(self.process.pid, number)
        except OSError:
            pass  # it has just ended

    def stop(self, number):
        self.reach_all(number)
        self.reach_all(signal.SIGCONT)  # a stopped process would never hear of it

    def kill(self):
        self.reach_all(signal.SIGKILL)

    def reach_all(self, number):
        self.signal(number)
        for member in self.members() or ():
            try:
                os.kill(member, number)
            except OSError:
                pass

    def members(self):
        """Living processes of the command's session; without /proc, a guess that there are some."""
        if not os.path.isdir("/proc/self"):
            return [self.process.pid] if self.process.poll() is None else []
        return session_members(self.process.pid)

    def close(self):
        for file in self.files:
            file.close()
        if self.script:
            os.unlink(self.script)
            self.script = None


class TerminalEnds(Ends):
    terminal = True

    def __init__(self, process, master, slave, script):
        super().__init__(process, {master: "stdout"}, master, script)
        self.master, self.slave = master, slave

    def close_input(self):
        self.input = None

    def command_exited(self):
        if self.slave is not None:
            os.close(self.slave)
            self.slave = None

    def resize(self, columns, rows):
        set_size(self.master, columns, rows)

    def signal(self, number):
        super().signal(number)
        try:
            front = os.tcgetpgrp(self.master)
            if front not in (0, self.process.pid):
                os.killpg(front, number)
        except OSError:
            pass

    def close(self):
        super().close()
        self.command_exited()
        os.close(self.master)


class WindowsEnds(Ends):
    """No descriptor of a pipe can be waited for there, but sockets can: threads carry the bytes between the two."""

    def __init__(self, process, script):
        self.process, self.script = process, script
        self.files = []
        self.outputs = {self.carried(process.stdout): "stdout", self.carried(process.stderr): "stderr"}
        self.input = self.carried(process.stdin, inward=True) if process.stdin else None

    def carried(self, pipe, inward=False):
        near, far = socket.socketpair()
        near.setblocking(False)
        self.files.append(near)
        if inward:
            work = (lambda: far.recv(FRAME)), pipe.write
        else:
            work = (lambda: os.read(pipe.fileno(), FRAME)), far.sendall
        threading.Thread(target=carry, args=(*work, (pipe, far)), name="lecoder-pipe", daemon=True).start()
        return near

    def write(self, piece):
        return self.input.send(piece)

    def close_input(self):
        if self.input is not None:
            self.input.shutdown(socket.SHUT_WR)
            self.input = None

    def signal(self, number):
        if number == signal.SIGINT:
            self.process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            self.kill()

    def stop(self, number):
        self.kill()

    def kill(self):
        tree = ["taskkill", "/T", "/F", "/PID", str(self.process.pid)]
        subprocess.run(tree, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    def members(self):
        return [] if self.process.poll() is not None else [self.process.pid]


def carry(read, write, both):
    try:
        piece = read()
        while piece:
            write(piece)
            piece = read()
    except OSError:
        pass
    finally:
        for end in both:
            end.close()


def spawn(arguments):
    folder = folder_of(arguments["folder"])
    environment = environment_of(arguments["env"], arguments["terminal"])
    if not POSIX:
        return spawn_on_windows(arguments, folder, environment)
    words, script = shell_words(arguments["command"])
    options = {"cwd": folder, "env": environment, "start_new_session": True, "bufsize": 0}
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # commands must hear an interrupt all the same
        options["preexec_fn"] = heed_interrupts
    try:
        if arguments["terminal"]:
            return spawn_on_terminal(words, options, arguments["terminal"], script)
        stdin = subprocess.PIPE if arguments["input"] else subprocess.DEVNULL
        process = subprocess.Popen(words, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)
    except BaseException:
        if script:
            os.unlink(script)
        raise
    outputs = {process.stdout.fileno(): "stdout", process.stderr.fileno(): "stderr"}
    return Ends(process, outputs, process.stdin and process.stdin.fileno(), script)


def spawn_on_terminal(words, options, size, script):
    """The shell opens the terminal itself: the first one a session's leader opens becomes the one that controls it."""
    master, slave = pty.openpty()
    try:
        set_size(slave, size["columns"], size["rows"])
        opener = [words[0], "-c", 'tty=$1; shift; exec "$@" 0<>"$tty" 1>&0 2>&0', "sh", os.ttyname(slave)]
        process = subprocess.Popen(opener + words, stdin=subprocess.DEVNULL, stdout=slave, stderr=slave, **options)
    except BaseException:
        os.close(master)
        os.close(slave)
        raise
    return TerminalEnds(process, master, slave, script)


def spawn_on_windows(arguments, folder, environment):
    process = subprocess.Popen(
        arguments["command"],
        shell=True,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE if arguments["input"] else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
        creationflags=subprocess.CREATE_NEW_PROCESS_GROUP,
    )
    return WindowsEnds(process, None)


def heed_interrupts():
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def shell_words(command):
    """The words to run, and the file that holds the command when it is too long for one of them."""
    shell = next((path for path in ("/bin/bash", "/usr/bin/bash") if os.access(path, os.X_OK)), "/bin/sh")
    program = command.encode("utf-8", "surrogateescape")
    if len(program) <= LONGEST_ARGUMENT:
        return [shell, "-c", program], None
    descriptor, path = tempfile.mkstemp(prefix="lecoder-", suffix=".sh")
    with os.fdopen(descriptor, "wb") as file:
        file.write(program)
    return [shell, path], path


def folder_of(wanted):
    if wanted:
        return os.path.abspath(os.path.expanduser(wanted))
    if os.path.isdir("/content"):
        return "/content"
    try:
        return os.getcwd()
    except OSError:  # removed under us
        return os.path.expanduser("~")


KERNEL_SETS = {"TERM": "xterm-color", "CLICOLOR": "1", "FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "PAGER": "cat", "GIT_PAGER": "cat"}


def environment_of(extra, terminal):
    """The machine's environment: without what a kernel sets for notebooks, which makes tools print colours into pipes."""
    environment = dict(os.environ)
    first = first_environment()
    for name, value in KERNEL_SETS.items():
        if environment.get(name) == value and first.get(name) != value:
            environment.pop(name)
            if name in first:
                environment[name] = first[name]
    if "inline" in environment.get("MPLBACKEND", ""):
        del environment["MPLBACKEND"]
    for name in ("JPY_PARENT_PID", "JPY_INTERRUPT_EVENT", "JPY_SESSION_NAME", "IPY_INTERRUPT_EVENT"):
        environment.pop(name, None)
    if terminal:
        environment.setdefault("TERM", "xterm-256color")
    environment.update(extra)
    return environment


def first_environment():
    """What this process was started with."""
    try:
        with open("/proc/self/environ", "rb") as file:
            pairs = (os.fsdecode(pair).partition("=") for pair in file.read().split(b"\0") if pair)
            return {name: value for name, _, value in pairs}
    except OSError:
        return {}


def enlarge(pipe):
    """A pipe of 1 MiB lets a command run ahead and saves reads; elsewhere than on Linux it stays as it is."""
    try:
        fcntl.fcntl(pipe, 1031, MIB)  # F_SETPIPE_SZ
    except OSError:
        pass


def set_size(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def session_members(leader):
    members = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % name, "rb") as file:
                state, _, group, session = file.read().rpartition(b")")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if leader in (int(group), int(session)) and state not in (b"Z", b"X"):
            members.append(int(name))
    return members


def signal_number(name):
    return getattr(signal, name, signal.SIGTERM)


def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return "SIG%d" % number


# ---------------------------------------------------------------------------------------------------- readings


class Readings(Call):
    """What the machine has and how much of it is used. Null for what could not be learned."""

    def work(self):
        folder = folder_of(None)
        measured = {
            "gpus": gpus,
            "memory": memory,
            "disk": lambda: disk(folder),
            "cpus": cpus,
            "load": lambda: os.getloadavg()[0],
            "uptime": uptime,
            "python": lambda: "%d.%d.%d" % sys.version_info[:3],
            "folder": lambda: folder,
        }
        return {"readings": {name: attempt(measure) for name, measure in measured.items()}}


def attempt(measure):
    try:
        return measure()
    except Exception:  # each reading stands alone
        return None


GPU_FIELDS = "name,memory.total,memory.used,memory.free,utilization.gpu,utilization.memory,temperature.gpu"


def gpus():
    program = shutil.which("nvidia-smi") or "/opt/bin/nvidia-smi"
    words = [program, "--query-gpu=" + GPU_FIELDS, "--format=csv,noheader,nounits"]
    answer = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=3, check=True)
    return [gpu(line) for line in answer.stdout.decode("utf-8", "replace").splitlines() if line.count(",") >= 6] or None


def gpu(line):
    name, *values = [word.strip() for word in line.rsplit(",", 6)]
    total, used, free, busy, memory_busy, temperature = map(number, values)
    known = None not in (total, used, free)
    return {
        "name": name,
        "memory": {"total": int(total * MIB), "used": int(used * MIB), "free": int(free * MIB)} if known else None,
        "utilization": {"gpu": share(busy), "memory": share(memory_busy)},
        "temperature": temperature,
    }


def number(word):
    try:
        return float(word)
    except ValueError:  # "[N/A]"
        return None


def share(percent):
    return None if percent is None else percent / 100.0


def memory():
    total, free = memory_of_machine()
    limit, used = memory_of_container()
    if limit is not None and limit < total:
        return {"total": limit, "used": min(used, limit), "free": max(0, min(limit - used, free))}
    return {"total": total, "used": total - free, "free": free}


def memory_of_machine():
    try:
        with open("/proc/meminfo") as file:
            sizes = {line.split(":")[0]: int(line.split()[1]) * 1024 for line in file}
        return sizes["MemTotal"], sizes["MemAvailable"]
    except (OSError, KeyError):
        page = os.sysconf("SC_PAGE_SIZE")
        return os.sysconf("SC_PHYS_PAGES") * page, os.sysconf("SC_AVPHYS_PAGES") * page


def memory_of_container():
    """Limit and use of the control group we are in, page cache that can be dropped not counted; (None, None) without."""
    for folder, limit_file, used_file, cache in control_groups():
        try:
            limit, used = read_number(folder, limit_file), read_number(folder, used_file)
        except (OSError, ValueError):  # "max"
            continue
        return limit, max(0, used - dropped(folder, cache))
    return None, None


def control_groups():
    v2 = ("memory.max", "memory.current", "inactive_file")
    v1 = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    own = {}
    try:
        with open("/proc/self/cgroup") as file:
            own = {kind: path for _, kind, path in (line.strip().split(":", 2) for line in file)}
    except OSError:
        pass
    for path in (own.get("", "/"), "/"):
        yield ("/sys/fs/cgroup" + path, *v2)
    for path in (own.get("memory", "/"), "/"):
        yield ("/sys/fs/cgroup/memory" + path, *v1)


def read_number(folder, name):
    with open(os.path.join(folder, name)) as file:
        return int(file.read())


def dropped(folder, name):
    try:
        with open(os.path.join(folder, "memory.stat")) as file:
            return next(int(line.split()[1]) for line in file if line.split()[0] == name)
    except (OSError, StopIteration):
        return 0


def disk(folder):
    usage = shutil.disk_usage(folder)
    return {"total": usage.total, "used": usage.used, "free": usage.free, "path": folder}


def cpus():
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count()


def uptime():
    with open("/proc/uptime") as file:
        return float(file.read().split()[0])


# ---------------------------------------------------------------------------------------- forwarded connections

CONNECT_PATIENCE = 10.0  # seconds for each address of the host
PARTING = 5.0  # seconds a connection that was broken off here stays to hand on what had been sent before
INT = 4 if POSIX else 2  # bytes of each number in a `struct linger`
BREAK_OFF = (1).to_bytes(INT, sys.byteorder) + bytes(INT)  # closing resets instead of ending


def connect(host, port):
    """`localhost` is both loopback addresses, as it is to browsers, whichever of them the machine's own list has."""
    try:
        return socket.create_connection((host, port), CONNECT_PATIENCE)
    except OSError:
        if host == "localhost":
            with contextlib.suppress(OSError):
                return socket.create_connection(("::1", port), CONNECT_PATIENCE)
        raise


class Forward(Call):
    """One TCP connection from here, joined to one at the client. Each direction has its own end and its own pace."""

    def work(self):
        self.socket = connect(self.arguments["host"], self.arguments["port"])
        self.reading = self.writing = True
        self.broken = None  # the moment at which waiting for the rest is over, when the client's side broke off
        self.pieces = collections.deque()  # (bytes or None for their end, weight) that the socket has not taken yet
        self.gathered, self.size, self.due, self.flushed = [], 0, None, 0.0
        self.events = 0
        self.deaf = False  # the other side takes no more, but may have said something before
        try:
            self.socket.setblocking(False)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with selectors.DefaultSelector() as self.selector:
                self.selector.register(self.line.wake.inner, selectors.EVENT_READ)
                while not self.over():
                    self.turn()
            reset = self.deaf or self.reading or self.writing
        except OSError:  # the other side broke off
            self.flush()
            reset = True
        finally:
            if self.reading or self.writing:  # a plain close would look like a proper end
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, BREAK_OFF)
            self.socket.close()
            self.line.taken(sum(credit for _, credit in self.pieces))
        return {"reset": reset}

    def over(self):
        if self.line.closed or not self.reading and (self.deaf or not self.writing):
            return True
        return self.broken is not None and (not self.pieces or now() >= self.broken)

    def turn(self):
        self.watch()
        waits = [self.line.serve()]
        waits += [moment and max(0.0, moment - now()) for moment in (self.due, self.broken)]
        waits = [wait for wait in waits if wait is not None]
        ready = self.selector.select(min(waits) if waits else None)
        self.line.wake.clear()
        for data, buffers in self.line.take():
            self.heed(data, buffers)
        for key, events in ready:
            if key.fileobj is self.socket and events & selectors.EVENT_READ and self.reading:
                self.read()
        self.write()
        if self.due is not None and self.due <= now():
            self.flush()

    def watch(self):
        wants_input = self.reading and self.broken is None and self.line.room()
        events = (selectors.EVENT_READ if wants_input else 0) | (selectors.EVENT_WRITE if self.pieces else 0)
        if events == self.events:
            return
        if not self.events:
            self.selector.register(self.socket, events)
        elif not events:
            self.selector.unregister(self.socket)
        else:
            self.selector.modify(self.socket, events)
        self.events = events

    def heed(self, data, buffers):
        if data["kind"] == "in":
            views = [memoryview(buffer).cast("B") for buffer in buffers if len(buffer)]
            credit = weight(sum(map(len, views)))
            for view in views:
                self.pieces.append((view, credit if view is views[-1] else 0))
        elif data["kind"] == "eof":
            self.pieces.append((None, 0))  # the end of what we write
        elif data["kind"] == "reset":
            self.broken = now() + PARTING

    def write(self):
        while self.pieces:
            piece, credit = self.pieces[0]
            try:
                count = self.hand_over(piece)
            except BlockingIOError:
                return
            if piece is not None and count < len(piece):
                self.pieces[0] = (piece[count:], credit)
                return
            self.pieces.popleft()
            self.line.taken(credit)

    def hand_over(self, piece):
        """Bytes that need no more care. What it said before it went deaf is still read."""
        if piece is None:
            self.writing = False
        try:
            if not self.deaf:
                return self.socket.send(piece) if piece is not None else self.socket.shutdown(socket.SHUT_WR)
        except BlockingIOError:
            raise
        except OSError:
            self.deaf = True
        return len(piece or b"")

    def read(self):
        try:
            data = self.socket.recv(FRAME - self.size)
        except BlockingIOError:
            return
        if not data:
            self.flush()
            self.line.send("eof")
            self.reading = False
            return
        self.gathered.append(data)
        self.size += len(data)
        if self.due is None:
            self.due = self.flushed + COALESCE
        if self.size > FRAME - LEAST or self.due <= now():
            self.flush()

    def flush(self):
        self.due = None
        if self.gathered:
            self.line.send("out", None, self.gathered[0] if len(self.gathered) == 1 else b"".join(self.gathered))
            self.gathered, self.size = [], 0
            self.flushed = now()


# ------------------------------------------------------------------------------------------------------- files

PACKED = FRAME  # bytes; files up to this size travel whole, as many as fit in one frame
MOST_PACKED = 256  # entries of one such frame
MARK = 32 * MIB  # bytes between two places at which a transfer may be taken up again
LONGEST_NAME = 255  # bytes, on nearly every file system
NO_FOLLOW = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)


class HungUp(Exception):
    """The client has gone, or another transfer took this one's place."""


class Refused(Exception):
    """What stops a file call, in words for people."""

    def __init__(self, kind, message, path):
        super().__init__(message)
        self.facts = {"name": "Refused", "kind": kind, "message": message, "path": path}


class FileCall(Call):
    """A call that is a dialogue: one frame after the other."""

    def work(self):
        self.frames = collections.deque()
        self.at = None  # the path that an error is about when it does not say so itself
        with selectors.DefaultSelector() as self.selector:
            self.selector.register(self.line.wake.inner, selectors.EVENT_READ)
            try:
                return self.talk()
            except Refused as error:
                return {"failed": error.facts}
            except HungUp:
                return {"failed": {"name": "HungUp", "message": "another transfer to the same file took over", "path": self.at}}
            except OSError as error:
                named = error.filename if isinstance(error.filename, str) and not is_part(error.filename) else None
                return {"failed": dict(describe(error), path=named or self.at)}

    def heard(self):
        """The next frame."""
        while True:
            if self.frames:
                return self.frames.popleft()
            self.frames.extend(self.line.take())
            if not self.frames:
                self.rest()

    def rest(self):
        wait = self.breathe()
        self.selector.select(wait)
        self.line.wake.clear()

    def breathe(self):
        """What long work does between two pieces: answers the client, and ends when there is none."""
        if self.line.closed:
            raise HungUp()
        return self.line.serve()

    def emit(self, kind, fields=None, buffer=None):
        while buffer is not None and not self.line.room():
            self.rest()
        self.breathe()
        self.line.send(kind, fields, buffer)


def path_of(word):
    """A path as the user gave it: relative ones begin where commands for the shell begin."""
    return os.path.normpath(os.path.join(folder_of(None), os.path.expanduser(word)))


def part_of(path):
    """The file beside `path` that holds what has arrived of it."""
    folder, name = os.path.split(path)
    own = ".%s.lecoder-part" % name
    if len(os.fsencode(own)) > LONGEST_NAME:
        own = ".%s.lecoder-part" % hashlib.sha256(os.fsencode(name)).hexdigest()[:32]
    return os.path.join(folder, own)


def is_part(path):
    name = os.path.basename(path)
    return name.startswith(".") and name.endswith(".lecoder-part")


def told(word):
    """A name that can be told to the client: JSON knows no bytes."""
    try:
        word.encode("utf-8")
    except UnicodeEncodeError:
        shown = os.fsencode(word).decode("utf-8", "backslashreplace")
        raise Refused("transferFailed", "its name is not UTF-8 and cannot be told to the other side", shown) from None
    return word


def free_bytes(path):
    """Room on the disk that `path` will be on; None where that cannot be known."""
    while not os.path.isdir(path):
        parent = os.path.dirname(path)
        if parent == path:
            return None
        path = parent
    usage = attempt(lambda: shutil.disk_usage(path))
    return usage.free if usage and usage.total else None  # some file systems know no sizes


def marks_of(descriptor, size, breathe):
    """SHA-256 of the file up to every MARK bytes and up to `size`: the hashers by their place."""
    hasher, place, marks = hashlib.sha256(), 0, {}
    os.lseek(descriptor, 0, os.SEEK_SET)
    while place < size:
        piece = os.read(descriptor, min(FRAME, size - place, MARK - place % MARK))
        if not piece:
            break
        hasher.update(piece)
        place += len(piece)
        if place % MARK == 0:
            marks[place] = hasher.copy()
        breathe()
    if place:
        marks[place] = hasher
    return marks


WRITING = {}  # part files that are being written, and by which call
writing = threading.Lock()
storing = threading.Lock()  # one small file at a time: two of the same name would share a part file


class Put(FileCall):
    """Takes files and folders. Each is written beside its place and moved there when its hash is right."""

    def talk(self):
        self.folders = set()  # made or met here, and no links: only into these is written
        self.made = []
        self.roots = self.targets()
        self.emit("roots", {"roots": [told(root) for root in self.roots]})
        self.need(self.roots[0], self.arguments["bytes"], sum(map(held_by, self.roots)))
        self.emit("go")
        while True:
            data, buffers = self.heard()
            kind = data["kind"]
            if kind == "pack":
                self.unpack(data["entries"], buffers)
            elif kind == "file":
                self.stream(data)
            elif kind == "eof":
                break
        for path, entry in reversed(self.made):
            settle(path, entry)
        return {"done": {}}

    def targets(self):
        """Where each source goes, by the rules of `cp -r`."""
        word, names = self.arguments["target"], self.arguments["names"]
        target = path_of(word or ".")
        inside = not word or word.endswith("/") or len(names) > 1 or os.path.isdir(target)
        self.at = target
        if inside and os.path.lexists(target) and not os.path.isdir(target):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), target)
        places = [os.path.normpath(os.path.join(target, name)) if inside else target for name in names]
        for place in places:
            if not os.path.isdir(place):
                refuse_non_file(place, os.stat)  # a link to an open pipe, as /dev/stdout may be, leads to no path
        return [os.path.realpath(place) for place in places]

    def need(self, path, size, held):
        free = free_bytes(path)
        if size is not None and free is not None and size - held > free:
            raise Refused("fileTooLarge", "needs %d bytes, and the disk has %d free" % (size - held, free), path)

    def place(self, entry):
        """Where an entry belongs: below its root, and never through a link."""
        root = self.roots[entry["root"]]
        if not entry["path"]:
            make_folders(os.path.dirname(root))
            return root
        parts = entry["path"].split("/")
        path = os.path.join(root, *parts)
        if any(part in ("", ".", "..") for part in parts) or os.path.dirname(path) not in self.folders:
            raise Refused("transferFailed", "does not lie in a folder that is sent", entry["path"])
        return path

    def unpack(self, entries, buffers):
        view, start = (memoryview(buffers[0]).cast("B") if buffers else memoryview(b"")), 0
        for entry in entries:
            self.at = path = self.place(entry)
            if entry["kind"] == "folder":
                self.folder(path, entry)
            elif entry["kind"] == "link":
                put_link(path, entry["target"])
            else:
                self.whole(path, entry, view[start : start + entry["size"]])
                start += entry["size"]
            self.breathe()
        self.line.taken(weight(len(view)))

    def folder(self, path, entry):
        root = not entry["path"]
        if not os.path.lexists(path) or (root and not os.path.exists(path)):
            os.mkdir(path)
            self.made.append((path, entry))
        elif not os.path.isdir(path) or (os.path.islink(path) and not root):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
        self.folders.add(path)

    def whole(self, path, entry, view):
        if entry["sha256"] is not None and hashlib.sha256(view).hexdigest() != entry["sha256"]:
            raise Refused("transferFailed", "arrived with another SHA-256 than it was sent with", path)
        refuse_non_file(path)
        part = part_of(path)
        with storing:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_FOLLOW, 0o600)
            try:
                write_all(descriptor, view)
            finally:
                os.close(descriptor)
            settle(part, entry)
            os.replace(part, path)

    def stream(self, entry):
        self.at = path = self.place(entry)
        refuse_non_file(path)
        part = part_of(path)
        self.take_over(part)
        try:
            descriptor = os.open(part, os.O_RDWR | os.O_CREAT | NO_FOLLOW, 0o600)
            try:
                finished = self.fill(descriptor, path, entry)
            finally:
                os.close(descriptor)
        finally:
            with writing:
                if WRITING.get(part) is self:
                    del WRITING[part]
        if finished:
            settle(part, entry)
            os.replace(part, path)
        else:
            os.unlink(part)

    def take_over(self, part):
        """A client that was killed is missed only after a while: its successor need not wait."""
        with writing:
            other = WRITING.get(part)
            WRITING[part] = self
        if other is not None:
            other.line.close()
            other.join(30)

    def fill(self, descriptor, path, entry):
        """Writes what is sent. False when the file at its place is the very same already."""
        size = entry["size"]
        resume = self.arguments["resume"] and size is not None
        held = os.fstat(descriptor).st_size
        marks = marks_of(descriptor, min(held, size), self.breathe) if resume else {}
        there = self.sum_of(path, entry) if resume and not marks else None
        self.emit("offer", {"marks": [[place, marks[place].hexdigest()] for place in sorted(marks)], "there": there})
        data, _ = self.heard()
        if data["kind"] == "keep":
            return False
        place = data["at"]
        hasher = marks[place] if place else hashlib.sha256()
        os.ftruncate(descriptor, place)
        os.lseek(descriptor, place, os.SEEK_SET)
        if size is not None:
            self.need(path, size - place, 0)
        while True:
            data, buffers = self.heard()
            if data["kind"] != "data":
                break
            for buffer in buffers:
                view = memoryview(buffer).cast("B")
                write_all(descriptor, view)
                if self.arguments["verify"]:
                    hasher.update(view)
                place += len(view)
            self.line.taken(weight(size_of(buffers)))
        if place != data["size"] or (data["sha256"] is not None and hasher.hexdigest() != data["sha256"]):
            os.ftruncate(descriptor, 0)
            raise Refused("transferFailed", "arrived with another SHA-256 than it was sent with", path)
        return True

    def sum_of(self, path, entry):
        """SHA-256 of the file that is there, when it looks like the one to come."""
        try:
            descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW)
        except OSError:
            return None
        try:
            info = os.fstat(descriptor)
            alike = info.st_size == entry["size"] and abs(info.st_mtime * 1000 - entry["mtime"]) < 1000
            marks = marks_of(descriptor, info.st_size, self.breathe) if alike else {}
            return marks[info.st_size].hexdigest() if info.st_size in marks else None
        finally:
            os.close(descriptor)


def held_by(root):
    """Bytes that lie at a target already: so much less may have to come."""
    if not os.path.isdir(root):
        return sum(attempt(lambda path=path: os.path.getsize(path)) or 0 for path in (root, part_of(root)))
    paths = (os.path.join(folder, name) for folder, _, names in os.walk(root) for name in names)
    return sum(attempt(lambda path=path: os.lstat(path).st_size) or 0 for path in paths)


def make_folders(path):
    try:
        os.makedirs(path, exist_ok=True)
    except FileExistsError as error:  # a file stands where a folder is needed
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), error.filename) from None


def refuse_non_file(path, look=os.lstat):
    """A folder is never replaced by a file, and no device, pipe or socket either: whoever named one meant to write to it."""
    try:
        info = look(path)
    except OSError:
        return
    if stat.S_ISDIR(info.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    if not stat.S_ISREG(info.st_mode) and not stat.S_ISLNK(info.st_mode):
        raise Refused("transferFailed", "is neither a file nor a folder and is not replaced", path)


def put_link(path, target):
    refuse_non_file(path)
    part = part_of(path)
    if os.path.lexists(part):
        os.unlink(part)
    os.symlink(target, part)
    os.replace(part, path)


def write_all(descriptor, view):
    while len(view):
        view = view[os.write(descriptor, view) :]


def settle(path, entry):
    """Mode and time as at the source, where the file system has them."""
    for keep in (
        lambda: entry["mode"] is None or os.chmod(path, entry["mode"] & 0o777),
        lambda: entry["mtime"] is None or os.utime(path, ns=(time.time_ns(), int(entry["mtime"] * 1e6))),
    ):
        try:
            keep()
        except OSError:
            pass


class Get(FileCall):
    """Sends files and folders, links as links. Small ones travel together."""

    def talk(self):
        # `folder/.` means what is in it, as for `cp -r`.
        bare = [word.rstrip("/").rpartition("/")[2] in (".", "..") for word in self.arguments["paths"]]
        found = [(path, inner) for word, inner in zip(self.arguments["paths"], bare) for path in expand(word)]
        roots = [path for path, _ in found]
        count, size = 0, 0
        for root in roots:
            self.at = root
            for _, _, info in tree(root):
                count, size = count + 1, size + (info.st_size if stat.S_ISREG(info.st_mode) else 0)
                self.breathe()
        names = ["" if inner else os.path.basename(path) for path, inner in found]
        facts = [{"path": told(root), "name": name, "folder": os.path.isdir(root)} for root, name in zip(roots, names)]
        self.emit("roots", {"roots": facts, "count": count, "bytes": size})
        self.heard()
        self.entries, self.bytes, self.packed = [], [], 0
        left = 2 * count + 1000
        for index, root in enumerate(roots):
            for inner, path, info in tree(root):
                self.at = path
                left -= 1
                if left < 0:
                    raise Refused("transferFailed", "grows while it is read: is the place to copy to in it?", root)
                self.send(index, told(inner), path, info)
        self.flush()
        return {"done": {}}

    def send(self, index, inner, path, info):
        entry = {"root": index, "path": inner, "mode": stat.S_IMODE(info.st_mode), "mtime": info.st_mtime_ns / 1e6}
        if stat.S_ISDIR(info.st_mode):
            self.pack(dict(entry, kind="folder"))
        elif stat.S_ISLNK(info.st_mode):
            self.pack(dict(entry, kind="link", target=told(os.readlink(path))))
        elif not stat.S_ISREG(info.st_mode):
            self.pack(dict(entry, kind="special"))
        else:
            descriptor = os.open(path, os.O_RDONLY | (NO_FOLLOW if inner else NO_FOLLOW & ~getattr(os, "O_NOFOLLOW", 0)))
            try:
                self.send_file(descriptor, path, entry)
            finally:
                os.close(descriptor)

    def send_file(self, descriptor, path, entry):
        before = os.fstat(descriptor)
        if before.st_size > PACKED:
            self.flush()
            return self.stream(descriptor, path, dict(entry, size=before.st_size))
        content = b"".join(iter(lambda: os.read(descriptor, FRAME), b""))
        refuse_changed(before, descriptor, len(content), path)
        checked = hashlib.sha256(content).hexdigest() if self.arguments["verify"] else None
        self.pack(dict(entry, kind="file", size=len(content), sha256=checked), content)

    def pack(self, entry, content=b""):
        if self.packed + len(content) > FRAME or len(self.entries) >= MOST_PACKED:
            self.flush()
        self.entries.append(entry)
        self.bytes.append(content)
        self.packed += len(content)

    def flush(self):
        if self.entries:
            self.emit("pack", {"entries": self.entries}, b"".join(self.bytes) or None)
        self.entries, self.bytes, self.packed = [], [], 0

    def stream(self, descriptor, path, entry):
        before = os.fstat(descriptor)
        self.emit("file", entry)
        offer, _ = self.heard()
        place, hasher = self.agreed(descriptor, before, offer)
        if place is None:
            self.emit("keep", {"sha256": hasher})
            return
        self.emit("start", {"at": place})
        os.lseek(descriptor, place, os.SEEK_SET)
        while True:
            block = bytearray(FRAME)
            count = read_block(descriptor, block)
            if not count:
                break
            piece = memoryview(block)[:count]
            if hasher is not None:
                hasher.update(piece)
            place += count
            self.emit("data", None, piece)
        refuse_changed(before, descriptor, place, path)
        self.emit("close", {"size": place, "sha256": hasher and hasher.hexdigest()})

    def agreed(self, descriptor, before, offer):
        """The last place up to which both sides hold the same, and the hasher up to there."""
        fresh = hashlib.sha256() if self.arguments["verify"] else None
        marks = dict(map(tuple, offer["marks"]))
        if not marks and offer["there"] is None:
            return 0, fresh
        own = marks_of(descriptor, before.st_size if offer["there"] else max(marks), self.breathe)
        if offer["there"] is not None:
            same = before.st_size in own and own[before.st_size].hexdigest() == offer["there"]
            return (None, offer["there"]) if same else (0, fresh)
        # The last mark of each side is where its file ends: only what both have can be compared.
        both = [place for place in own if marks.get(place) == own[place].hexdigest()]
        place = max(both, default=0)
        return place, (own[place] if place and self.arguments["verify"] else fresh if not place else None)


def read_block(descriptor, block):
    """Fills the block as far as the file goes. Returns how far."""
    if hasattr(os, "readv"):
        return os.readv(descriptor, [block])
    piece = os.read(descriptor, len(block))
    block[: len(piece)] = piece
    return len(piece)


def refuse_changed(before, descriptor, count, path):
    after = os.fstat(descriptor)
    # What the system makes up as it is read (/proc) has no size.
    short = before.st_size and count != before.st_size
    if short or after.st_size != before.st_size or after.st_mtime_ns != before.st_mtime_ns:
        raise Refused("transferFailed", "changed while it was read", path)


def expand(word):
    """The paths that a word means: itself, or what its pattern matches."""
    path = path_of(word)
    if os.path.lexists(path) or not glob.has_magic(path):
        os.stat(path)  # says what is wrong with it
        return [path]
    found = sorted(glob.glob(path, recursive=True))
    if not found:
        raise FileNotFoundError(errno.ENOENT, "nothing matches", path)
    return found


def tree(root):
    """The root and all below it: path inside, whole path, status. Folders come before what they hold; links are not followed."""
    info = os.stat(root)
    yield "", root, info
    if not stat.S_ISDIR(info.st_mode):
        return
    waiting = [("", root)]
    while waiting:
        inner, folder = waiting.pop()
        with os.scandir(folder) as found:
            names = sorted(entry.name for entry in found)
        for name in names:
            if is_part(name):
                continue
            path = os.path.join(folder, name)
            info = os.lstat(path)
            own = inner + "/" + name if inner else name
            yield own, path, info
            if stat.S_ISDIR(info.st_mode):
                waiting.append((own, path))


class Files(FileCall):
    """Looks at files and changes them: list, status, cat, rm, mkdir, mv."""

    def talk(self):
        work = getattr(self, "do_" + self.arguments["work"])
        return {"done": work(self.arguments["paths"]) or {}}

    def tell(self, rows):
        batch = []
        for row in rows:
            batch.append(row)
            if len(batch) >= 500:
                self.emit("rows", {"rows": batch})
                batch = []
            self.breathe()
        self.emit("rows", {"rows": batch})

    def do_list(self, words):
        for word in words or ["."]:
            for path in expand(word):
                self.at = path
                inside = os.path.isdir(path) and not self.arguments["itself"]
                names = sorted(os.listdir(path)) if inside else [None]
                if not self.arguments["all"] and inside:
                    names = [name for name in names if not name.startswith(".")]
                self.emit("folder", {"path": told(path), "folder": inside})
                self.tell(file_row(path, name) for name in names)

    def do_cat(self, words):
        for word in words:
            for path in expand(word):
                self.at = path
                with open(path, "rb", buffering=0) as file:
                    piece = file.read(FRAME)
                    while piece:
                        self.emit("data", None, piece)
                        piece = file.read(FRAME)

    def do_remove(self, words):
        force, removed = self.arguments["force"], []
        for word in words:
            try:
                paths = matches(word)
            except FileNotFoundError:
                if not force:
                    raise
                continue
            for path in paths:
                self.at = path
                if os.path.isdir(path) and not os.path.islink(path):
                    if not self.arguments["recursive"]:
                        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
                    if os.path.join(folder_of(None), "").startswith(os.path.join(path, "")):
                        raise Refused("usage", "is or holds the folder that work is done in and is not removed", path)
                    shutil.rmtree(path)
                else:
                    os.unlink(path)
                removed.append(told(path))
        return {"paths": removed}

    def do_mkdir(self, words):
        made = []
        for word in words:
            self.at = path = path_of(word)
            if self.arguments["parents"]:
                os.makedirs(path, exist_ok=True)
            else:
                os.mkdir(path)
            made.append(told(path))
        return {"paths": made}

    def do_move(self, words):
        *sources, word = words
        target = path_of(word)
        paths = [path for source in sources for path in matches(source)]
        inside = os.path.isdir(target)
        self.at = target
        if not inside and (len(paths) > 1 or word.endswith("/")):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), target)
        moved = []
        for path in paths:
            self.at = path
            place = os.path.join(target, os.path.basename(path)) if inside else target
            if os.path.lexists(place) and not self.arguments["force"]:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), place)
            if os.path.isfile(place) or os.path.islink(place):
                try:
                    os.replace(path, place)
                except OSError as error:
                    if error.errno != errno.EXDEV:
                        raise
                    os.unlink(place)
                    shutil.move(path, place)
            else:
                shutil.move(path, place)
            moved.append({"from": told(path), "to": told(place)})
        return {"moved": moved}


def matches(word):
    """Like `expand`, but a link that leads nowhere counts too."""
    path = path_of(word)
    return [path] if os.path.lexists(path) else expand(word)


def file_row(folder, name):
    path = os.path.join(folder, name) if name is not None else folder
    info = os.lstat(path)
    kind = {stat.S_IFDIR: "folder", stat.S_IFREG: "file", stat.S_IFLNK: "link"}.get(stat.S_IFMT(info.st_mode), "special")
    shown = os.fsencode(path if name is None else name).decode("utf-8", "backslashreplace")
    return {
        "name": shown,
        "path": os.fsencode(path).decode("utf-8", "backslashreplace"),
        "kind": kind,
        "size": info.st_size,
        "mode": stat.filemode(info.st_mode),
        "modified": info.st_mtime_ns / 1e6,
        "links": info.st_nlink,
        "owner": owner_name(info.st_uid),
        "group": group_name(info.st_gid),
        "target": os.fsencode(os.readlink(path)).decode("utf-8", "backslashreplace") if kind == "link" else None,
    }


@functools.lru_cache(maxsize=256)
def owner_name(number):
    try:
        import pwd

        return pwd.getpwuid(number).pw_name
    except (ImportError, KeyError):
        return str(number)


@functools.lru_cache(maxsize=256)
def group_name(number):
    try:
        import grp

        return grp.getgrgid(number).gr_name
    except (ImportError, KeyError):
        return str(number)


# -------------------------------------------------------------------------------------------------------- sync

IGNORE_FILES = (".gitignore", ".colabignore")  # the later ones on top of the earlier
LONGEST_RULES = 256 << 10  # bytes of one such file
ROWS = 1000  # entries of one frame
AHEAD = 12  # such frames sent before the client has said what it wants left out


class Sync(Put):
    """Tells what a folder holds; then hashes, takes, sends, changes and removes what the client names in it."""

    def talk(self):
        self.at = path_of(self.arguments["folder"])
        root = os.path.realpath(self.at)
        there = os.path.isdir(root)
        if os.path.lexists(root) and not there:
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), root)
        self.roots, self.folders, self.made = [root], set(), []
        above = os.path.join(os.path.realpath(folder_of(None)), "").startswith(os.path.join(root, ""))
        facts = {"there": there, "caseless": there and caseless(root), "above": above, "now": time.time() * 1000}
        self.emit("root", dict(facts, path=told(root)))
        if there:
            self.walk(root)
        self.emit("listed")
        while True:
            data, buffers = self.heard()
            kind = data["kind"]
            self.safe = None  # the folder that was last seen to be no link, nor behind one
            if kind == "eof":
                return {"done": {}}
            if kind != "seen":
                getattr(self, "do_" + kind)(data, buffers)

    def walk(self, root):
        """Breadth first. The client hears of a folder before it is entered and may say that it is not wanted."""
        self.rows, self.unseen, self.unwanted = [], 0, set()
        waiting = collections.deque([""])
        device = os.stat(root).st_dev
        while waiting:
            inner = waiting.popleft()
            self.note()
            if inner and (inner in self.unwanted or os.path.dirname(inner) in self.unwanted):
                self.unwanted.add(inner)
                continue
            folder = os.path.join(root, inner) if inner else root
            for name in self.names(folder, inner):
                row = attempt(lambda: row_of(folder, inner, name, device))
                if row is None:
                    continue  # it went away meanwhile
                if row[1] == "folder":
                    waiting.append(row[0])
                self.rows.append(row)
                if len(self.rows) >= ROWS:
                    self.post_rows()
                    self.wait_for_client()
        self.post_rows()

    def names(self, folder, inner):
        """What decides about the rest comes first."""
        try:
            names = os.listdir(folder)
        except (FileNotFoundError, NotADirectoryError):
            return []
        except PermissionError:
            self.rows.append([inner, "closed", 0, 0, 0, ""])
            return []
        names = [name for name in names if name != ".git" and not (name.startswith(".") and name.endswith(".lecoder-part"))]
        return sorted(names, key=lambda name: (IGNORE_FILES.index(name) if name in IGNORE_FILES else len(IGNORE_FILES), name))

    def post_rows(self):
        if self.rows:
            self.emit("rows", {"rows": self.rows})
            self.rows, self.unseen = [], self.unseen + 1

    def wait_for_client(self):
        self.note()
        while self.unseen >= AHEAD:
            self.rest()
            self.note()

    def note(self):
        """What the client has said by now."""
        self.breathe()
        for data, _ in self.line.take():
            if data["kind"] == "seen":
                self.unseen -= 1
                self.unwanted.update(data["unwanted"])

    def inside(self, inner):
        """The whole path of something in the folder; never by way of a link."""
        root = self.roots[0]
        path = os.path.join(root, *inner.split("/"))
        parent = os.path.dirname(path)
        if parent != self.safe and os.path.realpath(parent) != parent or any(part in ("", ".", "..") for part in inner.split("/")):
            raise Refused("transferFailed", "does not lie in the folder that is synced", path)
        self.at, self.safe = path, parent
        return path

    def do_hash(self, data, _):
        """SHA-256 of each file; None for what is no file any more."""
        sums = []
        for inner in data["paths"]:
            sums.append(self.sum_whole(self.inside(inner)))
        self.emit("sums", {"sums": sums})

    def sum_whole(self, path):
        try:
            descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW | getattr(os, "O_NONBLOCK", 0))
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENXIO, errno.EISDIR):
                return None
            raise
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            hasher = hashlib.sha256()
            for piece in iter(lambda: os.read(descriptor, FRAME), b""):
                hasher.update(piece)
                self.breathe()
            return hasher.hexdigest()
        finally:
            os.close(descriptor)

    def do_need(self, data, _):
        parts = [part_of(self.inside(inner)) for inner in data["large"]]
        held = sum(attempt(lambda part=part: os.path.getsize(part)) or 0 for part in parts)
        self.need(self.roots[0], data["bytes"], held)
        self.emit("go")

    def do_pack(self, data, buffers):
        self.unpack(data["entries"], buffers)

    def do_file(self, data, _):
        self.stream(data)

    def do_stored(self, _data, _buffers):
        """All has been sent: folders get the times that writing into them has changed."""
        for path, entry in reversed(self.made):
            settle(path, entry)
        self.made = []
        self.emit("stored")

    def do_fetch(self, data, _):
        """Sends entries in the order they are named, as `get` does."""
        sender = Get(self.line, {"verify": True}, None)
        sender.frames, sender.selector = self.frames, self.selector
        sender.entries, sender.bytes, sender.packed = [], [], 0
        for inner in data["paths"]:
            path = self.inside(inner) if inner else self.roots[0]
            sender.send(0, told(inner), path, os.lstat(path) if inner else os.stat(path))
            self.breathe()
        sender.flush()
        self.emit("fetched")

    def do_remove(self, data, _):
        """Removes what is as the client saw it. Folders only when they are empty: what is left out may be in them."""
        kept = []
        for inner, kind, size, mtime in data["entries"]:
            path = self.inside(inner)
            info = attempt(lambda path=path: os.lstat(path))
            if info is None:
                continue
            same = kind_of(info) == kind and (kind != "file" or (info.st_size == size and abs(info.st_mtime_ns / 1e6 - mtime) < 0.01))
            if not same:
                kept.append(inner)
            elif kind == "folder":
                try:
                    os.rmdir(path)
                except OSError as error:
                    if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                        raise
                    kept.append(inner)
            else:
                os.unlink(path)
            self.breathe()
        self.emit("removed", {"kept": kept})

    def do_mode(self, data, _):
        for inner, mode in data["entries"]:
            path = self.inside(inner)
            if kind_of(os.lstat(path)) == "file":
                os.chmod(path, mode & 0o777)
        self.emit("changed")


def kind_of(info):
    kinds = {stat.S_IFDIR: "folder", stat.S_IFREG: "file", stat.S_IFLNK: "link"}
    return kinds.get(stat.S_IFMT(info.st_mode), "special")


def row_of(folder, inner, name, device):
    """An entry as it is told: path, kind, mode, time, size, and what a link or a file of rules says."""
    path = os.path.join(folder, name)
    info = os.lstat(path)
    kind, text = kind_of(info), ""
    own = inner + "/" + name if inner else name
    try:
        own.encode("utf-8")
        if kind == "link":
            text = os.readlink(path)
            text.encode("utf-8")
    except UnicodeEncodeError:
        kind, own, text = "unnamed", os.fsencode(own).decode("utf-8", "backslashreplace"), ""
    if kind == "folder" and info.st_dev != device:
        kind = "mount"
    if kind == "file" and name in IGNORE_FILES and info.st_size <= LONGEST_RULES:
        with open(path, "rb") as file:
            text = file.read(LONGEST_RULES).decode("utf-8", "replace")
    return [own, kind, stat.S_IMODE(info.st_mode), info.st_mtime_ns / 1e6, info.st_size, text]


def caseless(folder):
    """Whether names that differ only in the case of their letters mean the same file there."""
    other = os.path.join(os.path.dirname(folder), os.path.basename(folder).swapcase())
    return other != folder and bool(attempt(lambda: os.path.samefile(folder, other)))


# -------------------------------------------------------------------------------------------------- in the kernel

CALLS = {"shell": Shell, "readings": Readings, "forward": Forward, "put": Put, "get": Get, "files": Files, "sync": Sync}


class Half:
    """Takes calls in a kernel. Its methods run on the kernel's thread."""

    def __init__(self, kernel, target):
        self.kernel = kernel
        self.calls = {}
        self.ended = collections.OrderedDict()
        self.ticking = False
        kernel.comm_manager.register_target(target, self.opened)

    def opened(self, comm, message):
        """Begins a call, or finds the one that is on already: the client asks again when an answer may be lost."""
        data = message["content"]["data"]
        call = self.calls.get(comm.comm_id)
        if call is None:
            if data["resume"] or comm.comm_id in self.ended or data["call"] not in CALLS:
                comm.close(data={"gone": True})
                return
            call = self.begin(comm.comm_id, data, message["header"])
        else:
            call.comm._closed = True  # or it closes both when it is collected
        call.comm = comm
        # Set on the object, so that a message for us runs none of the hooks for the user's cells.
        comm.handle_msg = lambda incoming: call.line.receive(incoming["content"]["data"], incoming["buffers"])
        comm.handle_close = lambda incoming: call.line.close()
        if data["standing"] is not None:
            call.line.receive(data["standing"], [])

    def begin(self, comm_id, data, header):
        line = Line(self.poster(comm_id, header))
        line.patience = data["silence"] / 1000.0 if data["silence"] else SILENCE
        call = CALLS[data["call"]](line, data["arguments"], lambda: self.kernel.io_loop.add_callback(self.forget, comm_id))
        self.calls[comm_id] = call
        call.start()
        if not self.ticking:
            self.ticking = True
            self.kernel.io_loop.call_later(BEAT, self.tick)
        return call

    def poster(self, comm_id, header):
        """What sends a message of a call, from any thread. Its ids are its own: the session's counter is not for threads."""
        session = self.kernel.session
        parent = {name: header[name] for name in ("msg_id", "msg_type", "session", "username", "version") if name in header}
        topic = ("comm-" + comm_id).encode()
        sent = [0]

        def post(data, buffers):
            sent[0] += 1
            own = {
                "msg_id": "%s_%d" % (comm_id, sent[0]),
                "msg_type": "comm_msg",
                "username": session.username,
                "session": session.session,
                "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "version": "5.3",
            }
            content = {"comm_id": comm_id, "data": data}
            session.send(self.kernel.iopub_socket, "comm_msg", content, parent=parent, ident=topic, buffers=buffers, header=own)

        return post

    def tick(self):
        """Counts silence in beats of the kernel's own loop: while that is busy no word can come, and none is missed."""
        for call in self.calls.values():
            call.line.silence += BEAT
            if call.line.silence > call.line.patience:
                call.line.close()
        self.ticking = bool(self.calls)
        if self.ticking:
            self.kernel.io_loop.call_later(BEAT, self.tick)

    def forget(self, comm_id):
        self.calls.pop(comm_id, None)
        self.ended[comm_id] = True
        while len(self.ended) > 4096:
            self.ended.popitem(last=False)
        comm = self.kernel.comm_manager.comms.pop(comm_id, None)
        if comm is not None:
            comm._closed = True  # or it says so once more when it is collected


half = None


def load(target):
    """Makes the target known to the kernel this runs in."""
    global half
    from IPython import get_ipython

    kernel = get_ipython().kernel
    # Between two messages ipykernel ignores SIGINT, and what is ignored stays so in every command started meanwhile.
    # A handler that does nothing serves the kernel as well and is not inherited. The kernel puts this one in place.
    if POSIX and getattr(kernel, "saved_sigint_handler", None) == signal.SIG_IGN:
        kernel.saved_sigint_handler = stay_calm
    half = Half(kernel, target)


def stay_calm(number, frame):
    pass
