import os

from google.colab import _message
from google.colab._place import credentials, real_path


def mount(mountpoint, force_remount=False, timeout_ms=120000, readonly=False):
    """Asks the client for Drive credentials, waits for its answer, and then mounts whether it came or not."""
    place = real_path(mountpoint)
    drive = os.path.join(place, "MyDrive")
    if os.path.isdir(drive) and not force_remount:
        print("Drive already mounted at %s; to attempt to forcibly remount, call drive.mount(%r, force_remount=True)." % (mountpoint, mountpoint))
        return
    if os.path.isdir(place) and os.listdir(place) and not os.path.isdir(drive):
        raise ValueError("Mountpoint must not already contain files")
    _message.blocking_request("request_auth", request={"authType": "dfs_ephemeral"}, timeout_sec=timeout_ms / 1000)
    if not credentials("dfs_ephemeral"):
        raise ValueError("mount failed: the machine has no credentials for Drive")
    os.makedirs(drive, exist_ok=True)
    print("Mounted at %s" % mountpoint)


def flush_and_unmount(timeout_ms=24 * 60 * 60 * 1000):
    drive = os.path.join(real_path("/content/drive"), "MyDrive")
    if not os.path.isdir(drive):
        print("Drive not mounted, so nothing to flush and unmount.")
