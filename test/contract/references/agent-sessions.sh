lecoder-cgpu sessions list --json
lecoder-cgpu sessions clean              # Remove stale sessions
