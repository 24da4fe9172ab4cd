# Run Python on GPU (kernel mode - recommended)
lecoder-cgpu run -m kernel "import torch; print(torch.cuda.is_available())" --json

# Run shell command
lecoder-cgpu run "nvidia-smi" --json

# Multi-line code (quote properly)
lecoder-cgpu run -m kernel 'for i in range(3):
    print(i)' --json
