"""What nobody can do without: the recorded calls once more, one after another, and their JSON parsed.

`sync_bare.py URL RECORDING` prints one line of JSON.
"""

import base64
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import httpx

SIGN_IN = "/v2/security/authenticate"


def main(url: str, recording: Path) -> None:
    requests = [
        (row["method"], row["path"], {"Content-Type": row["type"]} if row["type"] else {}, row["body"])
        for row in json.loads(recording.read_text(encoding="utf-8"))
    ]
    bodies = [base64.b64decode(body) for *_, body in requests]
    began, worked = time.perf_counter(), time.process_time()
    with httpx.Client(base_url=url, timeout=60, trust_env=False) as http:
        for (method, path, headers, _), body in zip(requests, bodies, strict=True):
            response = http.request(method, path, content=body or None, headers=headers)
            answer: dict[str, Any] = json.loads(response.content)
            if not answer["success"]:
                raise SystemExit(f"The bare loop's {method} {path} was refused: {answer}")
            if path.startswith(SIGN_IN):
                http.headers["Authorization"] = f"Bearer {answer['result']['accessToken']}"
    report = {
        "seconds": time.perf_counter() - began,
        "cpu_seconds": time.process_time() - worked,
        "peak_mb": peak_mb(),
    }
    sys.stdout.write(json.dumps(report) + "\n")


def peak_mb() -> float:
    """Peak resident memory of this process. Linux counts in KiB, macOS in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 << 20 if sys.platform == "darwin" else 1 << 10
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
