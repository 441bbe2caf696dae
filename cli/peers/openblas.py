"""OpenBLAS sgemm and sgemv through numpy. OPENBLAS_NUM_THREADS=1 comes from the caller."""

import numpy
from serve import seconds, serve


def version():
    blas = numpy.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"numpy {numpy.__version__}, {blas['name']} {blas['version']}"


def load(rows, k, n, _kernel):
    """The fastest of the ways to write x·Wᵀ: weights in either order, numpy's two functions, one row as a vector."""
    random = numpy.random.default_rng(1)
    x = random.standard_normal((rows, k), dtype=numpy.float32)
    weights = random.standard_normal((n, k), dtype=numpy.float32)
    transposed = numpy.ascontiguousarray(weights.T)
    y = numpy.empty((rows, n), numpy.float32)
    ways = {
        "matmul(x, W.T)": lambda: numpy.matmul(x, weights.T, out=y),
        "matmul(x, V)": lambda: numpy.matmul(x, transposed, out=y),
        "dot(x, W.T)": lambda: numpy.dot(x, weights.T, out=y),
        "dot(x, V)": lambda: numpy.dot(x, transposed, out=y),
    }
    if rows == 1:
        vector, result = x[0].copy(), y[0].copy()
        ways["dot(W, v)"] = lambda: numpy.dot(weights, vector, out=result)
        ways["dot(v, V)"] = lambda: numpy.dot(vector, transposed, out=result)
    count = max(1, int(1e8 / (2 * rows * k * n)))
    times = {name: min(seconds(way, count) for _ in range(5)) for name, way in ways.items()}
    best = min(times, key=times.get)
    return ways[best], f"{best}, W n×k and V k×n row-major"


serve(version(), load)
