from google.colab import _message
from google.colab.errors import Error


class SecretNotFoundError(Error):
    def __init__(self, key):
        super().__init__("Secret %s does not exist." % key)


class NotebookAccessError(Error):
    def __init__(self, key):
        super().__init__("Notebook does not have access to secret %s" % key)


class TimeoutException(Error):
    def __init__(self, key):
        super().__init__("Requesting secret %s timed out. Secrets can only be fetched from the client." % key)


def get(key):
    """The secret of that name, asked of the client; at most 10 seconds."""
    answer = _message.blocking_request("GetSecret", request={"key": key}, timeout_sec=10)
    if answer is None:
        raise TimeoutException(key)
    if not answer.get("exists", False):
        raise SecretNotFoundError(key)
    if not answer.get("access", False):
        raise NotebookAccessError(key)
    return answer.get("payload", "")
