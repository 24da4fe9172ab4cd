lecoder-cgpu logs -n 10 --json           # Last 10 executions
lecoder-cgpu logs --status error --json  # Only failures
lecoder-cgpu logs --stats --json         # Summary statistics
