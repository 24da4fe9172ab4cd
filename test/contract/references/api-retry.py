import subprocess
import json
import time

def run_with_retry(code: str, max_retries: int = 3) -> dict:
    """Run code with automatic retry on transient failures."""
    transient_errors = {1101, 1103, 1401}  # Connection, WebSocket, Rate limit
    
    for attempt in range(max_retries):
        result = subprocess.run(
            ["lecoder-cgpu", "run", "--kernel", "--json", code],
            capture_output=True,
            text=True
        )
        
        try:
            data = json.loads(result.stdout)
        except json.JSONDecodeError:
            time.sleep(2 ** attempt)
            continue
        
        if data.get("success"):
            return data
        
        error_code = data.get("error", {}).get("code", 0)
        if error_code not in transient_errors:
            return data  # Non-retryable error
        
        time.sleep(2 ** attempt)
    
    return {"success": False, "error": {"message": "Max retries exceeded"}}
