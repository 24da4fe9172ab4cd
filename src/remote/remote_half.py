"""The remote half: what must happen on the machine where the kernel runs.

Sent once into a kernel and spoken to over comms: one comm, one call. The standard library only, Python 3.8 or later.
The protocol is described in docs/remote-half.md.
"""

import collections
import os
import selectors
import shutil
import signal
import socket
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


# -------------------------------------------------------------------------------------------------- in the kernel

CALLS = {"shell": Shell, "readings": Readings}


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
