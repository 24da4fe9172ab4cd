import subprocess
import json

def run_on_colab(code: str, timeout: int = 300) -> dict:
    """Execute code on Colab and return structured result."""
    result = subprocess.run(
        ["lecoder-cgpu", "run", "--kernel", "--json", code],
        capture_output=True,
        text=True,
        timeout=timeout
    )
    return json.loads(result.stdout)

# Example usage
result = run_on_colab("import torch; torch.cuda.is_available()")
if result["success"]:
    print(f"Result: {result['result']}")
else:
    print(f"Error: {result['error']['message']}")
