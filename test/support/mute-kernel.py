"""A kernel that is not Python and knows no comms: it says back what it is told."""

from ipykernel.kernelapp import IPKernelApp
from ipykernel.kernelbase import Kernel


class Mute(Kernel):
    implementation = "mute"
    implementation_version = "1"
    language_info = {"name": "mute", "mimetype": "text/plain", "file_extension": ".txt"}
    banner = "mute"

    async def do_execute(self, code, silent, *_arguments, **_options):
        if not silent:
            self.send_response(self.iopub_socket, "stream", {"name": "stdout", "text": code})
        return {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}


IPKernelApp.launch_instance(kernel_class=Mute)
