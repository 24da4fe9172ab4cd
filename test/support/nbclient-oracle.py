"""Runs notebooks to their end with nbclient, a kernel each, a few at a time: `nbclient-oracle.py <into> <notebook>...`"""

import asyncio
import os
import sys

import nbformat
from nbclient import NotebookClient

AT_ONCE = 2


async def run(path, into, room):
    async with room:
        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(
            notebook,
            timeout=60,
            allow_errors=True,
            kernel_name="python3",
            resources={"metadata": {"path": into}},
        )
        if os.name != "nt":
            # Ports that jupyter_client has chosen may be another program's by the time its kernel binds them.
            manager = client.create_kernel_manager()
            manager.transport = "ipc"
            manager.ip = os.path.join(into, ".%s" % os.path.splitext(os.path.basename(path))[0])
        await client.async_execute()
        nbformat.write(notebook, os.path.join(into, os.path.basename(path)))


async def main(into, paths):
    room = asyncio.Semaphore(AT_ONCE)
    await asyncio.gather(*(run(path, into, room) for path in paths))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
