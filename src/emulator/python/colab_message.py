"""Requests from the kernel to its client, over Jupyter.

A request is a `colab_request` on iopub; the answer is an `input_reply` on stdin whose value is an object. While a
caller waits, stdin is looked at every 25 ms and whatever is not the answer is thrown away. A caller without an answer
gets None when its time is over. Not thread safe.
"""
import time

import zmq
from IPython import get_ipython

from google.colab.errors import MessageError

__all__ = ["MessageError", "blocking_request", "send_request", "read_reply_from_input", "next_input"]

_PAUSE = 0.025
_NOTHING = object()
_counter = 0


def _kernel():
    return get_ipython().kernel


def _running_cell():
    kernel = _kernel()
    return kernel.get_parent("shell") if hasattr(kernel, "get_parent") else kernel._parent_header


def send_request(request_type, request=None, parent=None, expect_reply=True):
    """Sends and returns the number of the request; None for a notice, which has none and is not answered."""
    global _counter
    number = None
    metadata = {"colab_request_type": request_type}
    if expect_reply:
        _counter += 1
        number = metadata["colab_msg_id"] = _counter
    running = _running_cell()
    if request_type.startswith("cell_"):
        parent = running
    elif parent is None:
        parent = {"session": running.get("header", {}).get("session")}
    kernel = _kernel()
    message = kernel.session.msg("colab_request", content={"request": request}, metadata=metadata)
    message["parent_header"] = parent.get("header", parent)
    kernel.session.send(kernel.iopub_socket, message)
    return number


def next_input():
    """The content's value of the next message on stdin; None when there is none now."""
    value = _next_value()
    return None if value is _NOTHING else value


def _next_value():
    kernel = _kernel()
    try:
        _, message = kernel.session.recv(kernel.stdin_socket, zmq.NOBLOCK)
    except Exception:  # not a message of ours: it is thrown away like any other that does not fit
        return _NOTHING
    if message is None:
        return _NOTHING
    return message.get("content", {}).get("value")


def read_reply_from_input(number, timeout_sec=None):
    deadline = None if timeout_sec is None else time.monotonic() + timeout_sec
    while deadline is None or time.monotonic() < deadline:
        value = _next_value()
        if value is _NOTHING:
            time.sleep(_PAUSE)
        elif isinstance(value, dict) and value.get("type") == "colab_reply" and value.get("colab_msg_id") == number:
            if "error" in value:
                raise MessageError(value["error"])
            return value.get("data")
    return None


def blocking_request(request_type, request=None, timeout_sec=5, parent=None):
    return read_reply_from_input(send_request(request_type, request, parent), timeout_sec)
