lecoder-cgpu status --json | jq '.runtimes[0].gpu.memory.free'
