"""One core of this machine beside its share of the profile `cpu`: `python3 test/bench/cpu_roofline.py`.

Needs torch (CPU, oneDNN). Multiplies batches by one matrix of 16384 x 16384, larger than the last-level cache, on one
thread, in bf16 and f32, and takes the least CPU time of each: processor time counts, so that waiting for a busy
machine does not. The roofline is that of a core, 1/60 of the profile's peak rate and of its bandwidth.
"""

import re
import time
from pathlib import Path

import torch

CORES = 60
SIZE = 16384
REPEATS = 7

profile = (Path(__file__).parents[2] / "profiles/devices/cpu.yaml").read_text()


def value(name: str) -> float:
    return float(re.search(rf"{name}:\n\s+value: (\S+)", profile).group(1)) / CORES


def seconds(call) -> float:
    call()
    best = float("inf")
    for _ in range(REPEATS):
        start = time.process_time()
        call()
        best = min(best, time.process_time() - start)
    return best


torch.set_num_threads(1)
torch.manual_seed(1)
print("| format | rows | measured, ms | roofline of a core, ms | GB/s | GFLOP/s | of the roofline |")
print("|---|--:|--:|--:|--:|--:|--:|")
for name, dtype in (("bf16", torch.bfloat16), ("fp32", torch.float32)):
    weights = (torch.randn(SIZE, SIZE) * 0.02).to(dtype)
    for rows in (1, 4, 16, 64, 256, 1024):
        x = torch.randn(rows, SIZE).to(dtype)
        took = seconds(lambda: torch.nn.functional.linear(x, weights))
        moved = weights.element_size() * (SIZE * SIZE + 2 * rows * SIZE)
        work = 2 * rows * SIZE * SIZE
        roof = max(work / value(f"{name}_rate"), moved / value("memory_bandwidth"))
        print(
            f"| {name} | {rows} | {took * 1e3:.4g} | {roof * 1e3:.4g} | {moved / took / 1e9:.3g} |"
            f" {work / took / 1e9:.4g} | {roof / took:.2f} |",
            flush=True,
        )
