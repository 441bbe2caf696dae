"""Requests of the bench to a peer: one JSON object a line on standard input, one answer a line on standard output.

`{"load": NAME, "rows": R, "k": K, "n": N, "kernel": KERNEL}` prepares a subject, in the place of an
earlier one of that name, and answers `{"detail": TEXT}`.
`{"run": NAME, "count": C}` calls it C/2 times to warm up and then C times, and answers
`{"seconds": S}` for the latter.
A request that fails is answered with `{"error": TEXT}`. The process ends with its input.
"""

import json
import sys
import time


def seconds(call, count):
    for _ in range((count + 1) // 2):
        call()
    start = time.perf_counter()
    for _ in range(count):
        call()
    return time.perf_counter() - start


def serve(version, load):
    """`load(rows, k, n, kernel)` returns a function to call and a text that says what it does."""
    # Libraries that print must not reach the answers.
    answers = sys.stdout
    sys.stdout = sys.stderr

    def answer(content):
        answers.write(json.dumps(content) + "\n")
        answers.flush()

    calls = {}
    answer({"version": version})
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "load" in request:
                call, detail = load(request["rows"], request["k"], request["n"], request["kernel"])
                calls[request["load"]] = call
                answer({"detail": detail})
            else:
                answer({"seconds": seconds(calls[request["run"]], request["count"])})
        except Exception as error:  # noqa: BLE001: whatever a library throws is an answer
            answer({"error": f"{type(error).__name__}: {error}".splitlines()[0]})
