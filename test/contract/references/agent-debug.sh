lecoder-cgpu debug tail              # Recent log entries
lecoder-cgpu debug show -l error     # Errors only
lecoder-cgpu status --json           # Full runtime state
LECODER_CGPU_DEBUG=1 lecoder-cgpu <cmd>  # Verbose output
