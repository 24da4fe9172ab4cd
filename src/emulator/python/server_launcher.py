"""Starts the Jupyter server of one imitated machine, and ends everything on it when the emulator ends.

The emulator holds the other end of stdin open. When it goes, however it went, the read below returns.
"""
import json
import os
import signal
import socket
import sys
import threading


def adopt_orphans():
    """Processes whose parents have gone become ours (prctl 36), so that they can be found at the end. Linux only."""
    try:
        import ctypes

        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
    except Exception:
        pass


def descendants():
    try:
        import psutil

        return [child.pid for child in psutil.Process().children(recursive=True)]
    except Exception:
        return []


def end_everything():
    for _ in range(3):
        pids = descendants()
        if not pids:
            break
        for pid in pids:
            try:
                os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
            except OSError:
                pass
    os._exit(0)


def watch():
    """A line is the id of a kernel to kill, as running out of memory does. The end of the lines is the end of everything."""
    try:
        for line in sys.stdin.buffer:
            kill_kernel(line.decode().strip())
    finally:
        end_everything()


def kill_kernel(kernel_id):
    try:
        from jupyter_server.serverapp import ServerApp

        manager = ServerApp.instance().kernel_manager.get_kernel(kernel_id)
        process = getattr(manager, "provisioner", None) or manager.kernel
        os.kill(process.pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    except Exception as error:
        print("cannot kill the kernel %s: %r" % (kernel_id, error), file=sys.stderr)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def main():
    adopt_orphans()
    threading.Thread(target=watch, daemon=True).start()
    del sys.path[0]  # where this file is: no place for modules
    descendants()  # what it needs is loaded now, not when everything has to end
    from jupyter_server.serverapp import ServerApp
    from tornado.ioloop import IOLoop

    app = ServerApp.instance(port=free_port(), port_retries=100)
    app.initialize(["--config=" + os.environ.pop("EMULATOR_SERVER_CONFIG")])
    # It listens when the loop turns for the first time, before this is called.
    loop = getattr(app, "io_loop", None) or IOLoop.current()
    loop.add_callback(lambda: os.write(1, (json.dumps({"port": app.port}) + "\n").encode()))
    app.start()


main()
