"""Where on this computer the imitated machine's files are."""
import os

CONTENT = os.environ["COLAB_EMULATOR_CONTENT"]


def real_path(path):
    """`/content/...` is a folder of the machine's; other paths are what they are."""
    path = os.path.abspath(path)
    return CONTENT + path[len("/content"):] if path == "/content" or path.startswith("/content/") else path


def credentials(kind):
    """Whether the client has had credentials of that kind sent to this machine."""
    return os.path.exists(os.path.join(os.environ["COLAB_EMULATOR_CREDENTIALS"], kind))
