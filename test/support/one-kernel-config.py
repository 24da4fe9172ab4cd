"""Configuration of a Jupyter server that allows one kernel, as some hosts do."""

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web


class OneKernel(AsyncMappingKernelManager):
    async def start_kernel(self, **arguments):
        if len(self) > 0:
            raise web.HTTPError(403, "one kernel is all there is")
        return await super().start_kernel(**arguments)


c.ServerApp.kernel_manager_class = OneKernel  # noqa: F821
