# Runs once in the user's kernel, in a namespace of its own, before the first cell of ours. It leaves nothing in the
# user's variables but working `exit` and `quit`: Jupyter's own stop the whole kernel and let the cell run on.
import os
import warnings

from IPython import get_ipython
from IPython.core.autocall import IPyAutocall


class Leave(IPyAutocall):
    rewrite = False

    def __call__(self, status=None):
        raise SystemExit(status)

    def __repr__(self):
        return "Use exit() or quit() to leave"


class Setup:
    def __init__(self, shell):
        self.shell = shell
        self.replaced = {}
        shell.user_ns["exit"] = shell.user_ns["quit"] = Leave()
        # IPython warns at each SystemExit; ours is meant.
        warnings.filterwarnings("ignore", message="To exit: use")
        self.withdrawn = set()
        self.endings = {}
        shell.events.register("post_run_cell", self.finished)
        shell.input_transformers_cleanup.insert(0, self.skip_withdrawn)
        shell.kernel.control_handlers["lecoder_withdraw_request"] = self.withdraw

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

    def enter(self):
        """Sets the variables that came as metadata of this request: they never stand in code or history."""
        self.leave()
        for name, value in (self.parent().get("metadata", {}).get("lecoder_env") or {}).items():
            self.replaced[name] = os.environ.get(name)
            os.environ[name] = value

    def leave(self):
        for name, value in self.replaced.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        self.replaced.clear()

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

    def ending(self, request):
        """None: no such cell has run. Empty: it went well. Else the error's name and text."""
        return self.endings.get(request)


shell = get_ipython()
shell._lecoder_setup = Setup(shell)
