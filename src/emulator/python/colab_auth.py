import os

from google.colab import _message
from google.colab._place import credentials


def authenticate_user(clear_output=True, project_id=None):
    """Credentials of the user's for this machine: through the client, or by a prompt where USE_AUTH_EPHEM is 0."""
    if credentials("auth_user_ephemeral"):
        return
    if os.environ.get("USE_AUTH_EPHEM", "1") == "1":
        _message.blocking_request("request_auth", request={"authType": "auth_user_ephemeral"}, timeout_sec=None)
        if not credentials("auth_user_ephemeral"):
            raise RuntimeError("Error: credential propagation was unsuccessful")
        return
    print("Go to the following link in your browser, and complete the sign-in prompts:")
    if not input("Once finished, enter the verification code provided in your browser: ").strip():
        raise RuntimeError("Error: no verification code")
