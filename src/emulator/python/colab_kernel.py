"""Loaded into each kernel: `!command` on a terminal of its own, and an `input()` that passes stray answers over."""
import os
import sys

import zmq


def load_ipython_extension(shell):
    if os.name == "posix":  # elsewhere there are no pseudo-terminals, and `!command` is IPython's own
        from google.colab import _system_commands

        shell.system = shell.system_piped = lambda command: _system_commands.system(shell, shell.var_expand(command, depth=1))
    kernel = shell.kernel
    kernel._input_request = lambda prompt, ident, parent, password=False: ask(kernel, prompt, ident, parent, password)


def ask(kernel, prompt, ident, parent, password):
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    try:
        while True:
            kernel.stdin_socket.recv_multipart(zmq.NOBLOCK)
    except zmq.ZMQError:
        pass  # nothing old is left
    content = {"prompt": prompt, "password": password}
    kernel.session.send(kernel.stdin_socket, "input_request", content, parent, ident=ident)
    while True:
        if not zmq.select([kernel.stdin_socket], [], [], 0.01)[0]:
            continue
        try:
            _, message = kernel.session.recv(kernel.stdin_socket)
        except KeyboardInterrupt:
            raise KeyboardInterrupt("Interrupted by user") from None
        except Exception:
            continue
        value = (message or {}).get("content", {}).get("value")
        if isinstance(value, dict):
            continue  # an answer to a request of Colab's that nobody waits for any more
        if value == "\x04":
            raise EOFError
        return "" if value is None else value
