"""Times and weighs matmuls on an NVIDIA GPU: `python3 test/bench/gpu_roofline.py test/bench/rooflines/h100.json`.

Needs torch with CUDA and pynvml; takes about three minutes. Nothing of the GPU's settings is changed. What is measured:

- power while nothing runs, before this process has a CUDA context and after;
- ceilings: a device-to-device copy, a large bf16 product;
- a kernel's overhead: a chain of small kernels as one CUDA graph, and launched one by one;
- products of a batch with one matrix, in bf16, fp32, fp8 and int8: copies of the matrix, together larger than the
  last-level cache by far, are multiplied in turn, as one CUDA graph;
- the matrices of one decode step of nano and of Llama 3.1 8B, each step one CUDA graph.

Seconds are the median over blocks of replays, by CUDA events. Joules are NVML's energy counter over `--seconds` of
replays, whose own time stands beside it. Operands are normal, never zero: zeros take less power. Formats as the
profiles have them: fp8 with a scale to each row and column; int8 sums as int32, without scales, and at least 32 rows
(torch takes no fewer), padded below that.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import pynvml

ROWS = (1, 4, 16, 64, 256, 1024, 4096)
MATRICES = ((4096, 4096), (4096, 28672))
#: Bytes of copies to go round: ten times the last-level cache of a Hopper GPU, so that none is left there.
ROUND_BYTES = 640e6

#: Per layer: qkv, o, gate_up, down as (inputs, outputs); then layers, and lm_head.
MODELS = {
    "nano": (((256, 512), (256, 256), (256, 1536), (768, 256)), 4, (256, 2048)),
    "llama-3.1-8b": (((4096, 6144), (4096, 4096), (4096, 28672), (14336, 4096)), 32, (4096, 128256)),
}
STEPS = {
    "nano": ({"bf16", "fp32", "fp8", "int8"}, (1, 64, 1024)),
    "llama-3.1-8b": ({"bf16", "fp8"}, (1, 16, 64, 256, 1024)),
}


def idle_watts(handle, seconds: float) -> float:
    """Mean of the power readings over `seconds`."""
    readings, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        readings.append(pynvml.nvmlDeviceGetPowerUsage(handle) / 1e3)
        time.sleep(0.05)
    return statistics.mean(readings)


class Meter:
    """Seconds by CUDA events, joules by NVML's counter."""

    def __init__(self, torch, handle, seconds: float):
        self.torch, self.handle, self.seconds = torch, handle, seconds

    def block(self, run, repeats: int) -> float:
        start, end = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        for _ in range(repeats):
            run()
        end.record()
        end.synchronize()
        return start.elapsed_time(end) / 1e3 / repeats

    def time(self, run) -> float:
        """Median seconds of `run` over nine blocks of 20 ms or one run."""
        self.block(run, 3)
        repeats = max(1, round(0.02 / self.block(run, 3)))
        return statistics.median(self.block(run, repeats) for _ in range(9))

    def weigh(self, run, seconds_each: float) -> tuple[float, float]:
        """Joules and seconds of a run, when it runs on and on for `seconds`; the first fifth warms up."""
        repeats = max(2, round(self.seconds / seconds_each))
        for _ in range(max(1, repeats // 5)):
            run()
        self.torch.cuda.synchronize()
        before, since = pynvml.nvmlDeviceGetTotalEnergyConsumption(self.handle), time.monotonic()
        for _ in range(repeats):
            run()
        self.torch.cuda.synchronize()
        took = time.monotonic() - since
        joules = (pynvml.nvmlDeviceGetTotalEnergyConsumption(self.handle) - before) / 1e3
        return joules / repeats, took / repeats

    def graph(self, calls):
        """The calls as one CUDA graph; returns what replays it."""
        torch = self.torch
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for call in calls:
                call()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            kept = [call() for call in calls]
        return lambda graph=graph, kept=kept: graph.replay()


class Formats:
    """Operands and products by number format."""

    def __init__(self, torch):
        self.torch = torch
        self.generator = torch.Generator(device="cuda").manual_seed(1)

    def normal(self, *shape, scale=1.0):
        return self.torch.randn(*shape, device="cuda", generator=self.generator) * scale

    def rows(self, name: str, rows: int) -> int:
        """Rows that are multiplied for a batch of `rows`."""
        return max(rows, 32) if name == "int8" else rows

    def weights(self, name: str, k: int, n: int):
        """n columns of k weights, a column's weights side by side."""
        w = self.normal(n, k, scale=0.02)
        return self._narrow(name, w)

    def batch(self, name: str, rows: int, k: int):
        return self._narrow(name, self.normal(self.rows(name, rows), k))

    def _narrow(self, name: str, x):
        torch = self.torch
        if name == "fp32":
            return x, None
        if name == "bf16":
            return x.to(torch.bfloat16), None
        limit = 448.0 if name == "fp8" else 127.0
        scale = x.abs().amax(dim=1, keepdim=True) / limit
        codes = x / scale
        return (codes.to(torch.float8_e4m3fn) if name == "fp8" else codes.round().to(torch.int8)), scale

    def product(self, name: str, batch, weights):
        torch = self.torch
        (x, sx), (w, sw) = batch, weights
        if name == "fp8":
            return torch._scaled_mm(x, w.t(), scale_a=sx, scale_b=sw.t(), out_dtype=torch.bfloat16)
        if name == "int8":
            return torch._int_mm(x, w.t())
        return torch.nn.functional.linear(x, w)

    def check(self, name: str, batch, weights) -> float:
        """Relative error against the product of the same operands in fp64."""
        torch = self.torch
        (x, sx), (w, sw) = batch, weights
        exact = x.double() @ w.double().t()
        if name == "fp8":
            exact = exact * sx.double() * sw.double().t()
        y = self.product(name, batch, weights).double()
        return float((y - exact).norm() / exact.norm())


def measure(meter: Meter, calls, count: int) -> dict:
    run = meter.graph(calls)
    seconds = meter.time(run) / count
    joules, weighed = meter.weigh(run, seconds * count)
    return {"seconds": seconds, "joules": joules / count, "weighed_seconds": weighed / count}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path, help="JSON file to write")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each point is weighed (default: 1)")
    args = parser.parse_args()

    pynvml.nvmlInit()
    handle = pynvml.nvmlDeviceGetHandleByIndex(0)
    result = {"idle_watts": {"no_context": idle_watts(handle, 4)}}

    import torch

    torch.backends.cuda.matmul.allow_tf32 = False
    torch.zeros(1, device="cuda")
    torch.cuda.synchronize()
    time.sleep(1)
    result["idle_watts"]["context"] = idle_watts(handle, 4)
    result["device"] = {
        "name": torch.cuda.get_device_name(0),
        "driver": pynvml.nvmlSystemGetDriverVersion(),
        "torch": torch.__version__,
        "power_limit_watts": pynvml.nvmlDeviceGetPowerManagementLimit(handle) / 1e3,
        "date": time.strftime("%Y-%m-%d"),
    }
    print(json.dumps(result), flush=True)
    meter, formats = Meter(torch, handle, args.seconds), Formats(torch)

    def save() -> None:
        args.out.write_text(json.dumps(result, indent=2) + "\n")

    # Ceilings.
    source = torch.randint(0, 255, (4 << 30,), dtype=torch.uint8, device="cuda")
    target = torch.empty_like(source)
    copied = meter.time(lambda: target.copy_(source))
    del source, target
    a, b = (formats.normal(8192, 8192).to(torch.bfloat16) for _ in range(2))
    multiplied = meter.time(lambda: a @ b)
    del a, b
    result["ceilings"] = {"copy_bytes_per_second": 2 * (4 << 30) / copied, "bf16_flops": 2 * 8192**3 / multiplied}
    print(json.dumps(result["ceilings"]), flush=True)

    # A kernel's overhead: what it takes when it has nothing to do.
    chain = 400
    x = formats.normal(256).to(torch.bfloat16)
    row, square = formats.batch("bf16", 1, 256), formats.weights("bf16", 256, 256)
    small = {"add": lambda: x.add_(1.0), "matmul": lambda: formats.product("bf16", row, square)}
    result["overhead"] = {}
    for name, call in small.items():
        calls = [call] * chain
        result["overhead"][name] = {
            "graph_seconds": meter.time(meter.graph(calls)) / chain,
            "launched_seconds": meter.time(lambda calls=calls: [call() for call in calls]) / chain,
        }
    print(json.dumps(result["overhead"]), flush=True)
    save()

    # One matrix.
    result["matrices"] = []
    for name in ("bf16", "fp32", "fp8", "int8"):
        for k, n in MATRICES:
            size = k * n * {"fp32": 4, "bf16": 2}.get(name, 1)
            copies = [formats.weights(name, k, n) for _ in range(max(2, round(ROUND_BYTES / size)))]
            for rows in ROWS:
                point = {"format": name, "k": k, "n": n, "rows": rows, "multiplied_rows": formats.rows(name, rows)}
                try:
                    batch = formats.batch(name, rows, k)
                    point["relative_error"] = formats.check(name, batch, copies[0])
                    calls = [lambda w=w: formats.product(name, batch, w) for w in copies]
                    point |= measure(meter, calls, len(copies))
                except RuntimeError as error:
                    point["refused"] = str(error).splitlines()[0][:200]
                result["matrices"].append(point)
                print(json.dumps(point), flush=True)
            del copies
            torch.cuda.empty_cache()
            save()

    # One decode step.
    result["models"] = {
        model: {"layer": layer, "layers": layers, "head": head} for model, (layer, layers, head) in MODELS.items()
    }
    result["steps"] = []
    for model, (layer, layers, head) in MODELS.items():
        shapes = [*layer * layers, head]
        for name in sorted(STEPS[model][0]):
            held = [formats.weights(name, k, n) for k, n in shapes]
            for rows in STEPS[model][1]:
                point = {"model": model, "format": name, "rows": rows, "multiplied_rows": formats.rows(name, rows)}
                try:
                    batches = {k: formats.batch(name, rows, k) for k in {k for k, _ in shapes}}
                    calls = [
                        lambda k=k, w=w: formats.product(name, batches[k], w) for (k, _), w in zip(shapes, held)
                    ]
                    point |= measure(meter, calls, 1)
                except RuntimeError as error:
                    point["refused"] = str(error).splitlines()[0][:200]
                result["steps"].append(point)
                print(json.dumps(point), flush=True)
            del held
            torch.cuda.empty_cache()
            save()
    print(f"written: {args.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
