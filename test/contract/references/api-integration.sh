#!/bin/bash
# run-training.sh

run_colab() {
    local code="$1"
    local result
    
    result=$(lecoder-cgpu run --kernel --json "$code" 2>/dev/null)
    
    if echo "$result" | jq -e '.success' > /dev/null; then
        echo "$result" | jq -r '.result'
        return 0
    else
        echo "Error: $(echo "$result" | jq -r '.error.message')" >&2
        return 1
    fi
}

# Connect
lecoder-cgpu connect --gpu T4

# Run training
run_colab "train_model(epochs=10)"

# Check GPU memory
run_colab "import torch; torch.cuda.memory_allocated() / 1e9"
