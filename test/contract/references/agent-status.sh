lecoder-cgpu status --json    # Auth + runtime + GPU info
