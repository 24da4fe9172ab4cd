lecoder-cgpu notebook list --json
lecoder-cgpu notebook create "my-notebook" --json
lecoder-cgpu notebook delete <ID> --force --json
