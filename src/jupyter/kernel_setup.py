# Runs once in the user's kernel, in a namespace of its own, before the first cell of ours. It leaves nothing in the
# user's variables but working `exit` and `quit`: Jupyter's own stop the whole kernel and let the cell run on.
import os
import threading
import warnings

from IPython import get_ipython
from IPython.core.autocall import IPyAutocall


class Leave(IPyAutocall):
    rewrite = False

    def __call__(self, status=None):
        raise SystemExit(status)

    def __repr__(self):
        return "Use exit() or quit() to leave"


OUTPUT = {"stream", "display_data", "update_display_data", "execute_result", "clear_output"}


class Setup:
    # A client may leave out `enter` between two cells: setups that did not undo what a lost client had set lack this.
    keeps_apart = True

    def __init__(self, shell):
        leave = Leave()
        self.shell = shell
        self.replaced = {}
        self.folders = None
        self.entered = None
        # Hidden too, or `%who` would list them among the user's variables.
        for names in (shell.user_ns, shell.user_ns_hidden):
            names["exit"] = names["quit"] = leave
        # IPython warns at each SystemExit; ours is meant.
        warnings.filterwarnings("ignore", message="To exit: use")
        self.withdrawn = set()
        self.endings = {}
        shell.events.register("pre_run_cell", self.begins)
        shell.events.register("post_run_cell", self.finished)
        shell.input_transformers_cleanup.insert(0, self.skip_withdrawn)
        shell.kernel.control_handlers["lecoder_withdraw_request"] = self.withdraw
        shell.kernel.control_handlers["lecoder_count_request"] = self.tell_count
        self.sent = {}
        self.whole = {}
        self.origin = None
        self.session_send = shell.kernel.session.send
        shell.kernel.session.send = self.send

    def parent(self):
        kernel = self.shell.kernel
        return kernel.get_parent("shell") if hasattr(kernel, "get_parent") else kernel._parent_header

    def withdraw(self, stream, ident, message):
        """Comes over the control channel while another cell runs: a queued cell must not run any more."""
        self.withdrawn.update(message["content"]["ids"])
        reply = {"status": "ok"}
        self.shell.kernel.session.send(stream, "lecoder_withdraw_reply", reply, message, ident)

    def skip_withdrawn(self, lines):
        if self.withdrawn and self.parent().get("header", {}).get("msg_id") in self.withdrawn:
            return []
        return lines

    def send(self, stream, message, *arguments, **options):
        """Sends, and counts output: a client whose connection broke asks whether it has everything.

        Each thread counts for itself: a lock could be held by another one at a fork. What is counted before the word
        that a request is done was also sent before it.
        """
        before = dict(self.sent) if message == "status" else None
        sent = self.session_send(stream, message, *arguments, **options)
        kernel = self.shell.kernel
        if sent and (stream is kernel.iopub_socket or stream is kernel.iopub_thread):
            request = (sent.get("parent_header") or {}).get("msg_id")
            if sent["header"]["msg_type"] in OUTPUT:
                key = (request, threading.get_ident())
                self.sent[key] = self.sent.get(key, 0) + 1
            elif before is not None and sent["content"].get("execution_state") == "idle":
                self.origin = sent["header"]["msg_id"].rpartition("_")[0]
                self.whole[request] = sum(count for key, count in before.items() if key[0] == request)
        return sent

    def tell_count(self, stream, ident, message):
        """Comes over the control channel, so that nobody else's cell delays the answer.

        What forked processes print goes through here uncounted, and its ids begin otherwise than with the `origin`.
        """
        reply = {"status": "ok", "sent": self.whole.get(message["content"]["id"]), "origin": self.origin}
        self.shell.kernel.session.send(stream, "lecoder_count_reply", reply, message, ident)

    def enter(self):
        """Sets the variables that came as metadata of this request: they never stand in code or history."""
        self.leave()
        self.forget()
        self.entered = self.session_of_parent()
        for name, value in (self.parent().get("metadata", {}).get("lecoder_env") or {}).items():
            self.replaced[name] = os.environ.get(name)
            os.environ[name] = value
        folder = self.parent().get("metadata", {}).get("lecoder_folder")
        if folder:
            self.folders = (self.place(), folder)
            os.chdir(folder)

    def begins(self, info):
        """Another client's cell sees nothing of what was set for one cell, also when it comes before that is undone."""
        if not self.replaced and self.folders is None:
            return
        if threading.current_thread() is threading.main_thread() and self.session_of_parent() != self.entered:
            self.leave()

    def session_of_parent(self):
        return self.parent().get("header", {}).get("session")

    def leave(self):
        for name, value in self.replaced.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self.replaced.clear()
        # A cell that went elsewhere by itself meant to.
        before, entered = self.folders or (None, None)
        self.folders = None
        if before and self.place() == entered and os.path.isdir(before):
            os.chdir(before)

    def place(self):
        """None where the folder was removed under us."""
        try:
            return os.getcwd()
        except OSError:
            return None

    def report(self):
        """How often the system has killed something of ours for memory; -1 when it does not say."""
        for path in ("/sys/fs/cgroup/memory.events", "/proc/vmstat"):
            try:
                with open(path) as lines:
                    for line in lines:
                        if line.startswith("oom_kill "):
                            return int(line.split()[1])
            except OSError:
                pass
        return -1

    def finished(self, result):
        """Keeps how the newest cells ended, by the id of their request, for a client whose connection broke."""
        error = result.error_before_exec or result.error_in_exec
        ending = [type(error).__name__, str(error)] if error else []
        self.endings[self.parent().get("header", {}).get("msg_id")] = ending
        while len(self.endings) > 64:
            self.endings.pop(next(iter(self.endings)))
        self.forget()

    def forget(self):
        """Drops the counts of all but the newest cells. Other threads may be counting meanwhile."""
        for counts, request_of in ((self.sent, lambda key: key[0]), (self.whole, lambda key: key)):
            for key in list(counts):
                if request_of(key) not in self.endings:
                    counts.pop(key, None)

    def ending(self, request):
        """None: no such cell has run. Empty: it went well. Else the error's name and text."""
        return self.endings.get(request)


shell = get_ipython()
shell._lecoder_setup = Setup(shell)
