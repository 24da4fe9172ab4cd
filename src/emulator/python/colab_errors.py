class Error(Exception):
    """Anything of ours that goes wrong."""


class MessageError(Error):
    """The client answered a request with an error."""
