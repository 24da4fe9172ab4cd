import subprocess, json

def run_gpu(code, retries=3):
    for i in range(retries):
        result = subprocess.run(
            ["lecoder-cgpu", "run", "-m", "kernel", "--json", code],
            capture_output=True, text=True
        )
        data = json.loads(result.stdout)
        if data["errorCode"] == 0:
            return data
        if data["error"]["category"] not in ["timeout", "io", "unknown"]:
            break  # Non-retryable
    return data
