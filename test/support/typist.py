"""Runs a program at a terminal of its own and types what it is told, each text when its mark has been shown."""

import json
import os
import pty
import select
import sys
import time

order = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.chdir(order["cwd"])
    os.execvpe(order["argv"][0], order["argv"], order["env"])

shown = ""
seen = 0
answers = list(order["answers"])
deadline = time.monotonic() + 30
while time.monotonic() < deadline:
    if answers and answers[0][0] in shown[seen:]:
        mark, text = answers.pop(0)
        seen = shown.index(mark, seen) + len(mark)
        os.write(terminal, text.encode())
    if not select.select([terminal], [], [], 0.5)[0]:
        continue
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    shown += data.decode(errors="replace")
else:
    os.kill(pid, 9)
_, status = os.waitpid(pid, 0)
print(json.dumps({"shown": shown, "code": os.waitstatus_to_exitcode(status)}))
