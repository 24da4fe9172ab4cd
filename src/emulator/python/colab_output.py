from google.colab import _message


def eval_js(script, ignore_result=False, timeout_sec=None):
    """Has the client run JavaScript. A number goes with the request even when nobody waits for the result."""
    number = _message.send_request("cell_javascript_eval", {"script": script})
    return None if ignore_result else _message.read_reply_from_input(number, timeout_sec)
