"""What bench/op_speed.cpp times, in PyTorch, eager, one thread, f32: a line of JSON for each op, size and kind of call."""
import json
import statistics
import time

import torch
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(1)


def vector(n):
    return [torch.rand(n) * 2 - 1]


def positive(n):
    return [torch.rand(n) * 0.2 + 0.9]


def two(n):
    return vector(n) + vector(n)


def two_positive(n):
    return positive(n) + positive(n)


def matrix(n):
    side = round(n**0.5)
    return [torch.rand(side, side) * 2 - 1]


def two_matrices(n):
    return matrix(n) + matrix(n)


def volume(n):
    edge = max(2, round(n**0.5) // 4)
    return [torch.rand(16, edge, edge) * 2 - 1 for _ in range(2)]


ROWS = {name: (vector, getattr(torch, name)) for name in
        "abs acos asinh atan ceil cos cosh erf exp exp2 expm1 neg relu round sigmoid sign sin sinh square tan tanh".split()}
ROWS |= {name: (positive, getattr(torch, name)) for name in "log log10 log1p log2 reciprocal rsqrt sqrt".split()}
ROWS |= {name: (two, getattr(torch, name)) for name in "add atan2 hypot maximum minimum mul sub".split()}
ROWS |= {
    "erfc": (vector, torch.special.erfc),
    "gelu": (vector, F.gelu),
    "gelu_tanh": (vector, lambda x: F.gelu(x, approximate="tanh")),
    "log_sigmoid": (vector, F.logsigmoid),
    "silu": (vector, F.silu),
    "div": (two_positive, torch.div),
    "pow": (two_positive, torch.pow),
    "add_number": (vector, lambda x: x + 2.0),
    "clamp": (vector, lambda x: torch.clamp(x, -0.5, 0.5)),
    "elu": (vector, F.elu),
    "leaky_relu": (vector, F.leaky_relu),
    "pow_number": (positive, lambda x: x**3.0),
    "softplus": (vector, F.softplus),
    "where": (vector, lambda x: torch.where(x > 0.0, x, 0.0)),
    "sum": (vector, torch.sum),
    "mean": (vector, torch.mean),
    "max": (vector, torch.max),
    "prod": (positive, torch.prod),
    "var": (vector, torch.var),
    "norm": (vector, torch.linalg.vector_norm),
    "logsumexp": (vector, lambda x: torch.logsumexp(x, 0)),
    "cumsum": (vector, lambda x: torch.cumsum(x, 0)),
    "cumprod": (positive, lambda x: torch.cumprod(x, 0)),
    "sort": (vector, lambda x: torch.sort(x)[0]),
    "sum_rows": (matrix, lambda x: x.sum(1)),
    "sum_columns": (matrix, lambda x: x.sum(0)),
    "max_rows": (matrix, lambda x: x.amax(1)),
    "softmax": (matrix, lambda x: torch.softmax(x, -1)),
    "log_softmax": (matrix, lambda x: torch.log_softmax(x, -1)),
    "transpose": (matrix, lambda x: x.t().contiguous()),
    "slice_rows": (matrix, lambda x: x[: x.shape[0] // 2].contiguous()),
    "take_rows": (matrix, lambda x: torch.index_select(x, 0, torch.arange(x.shape[0]))),
    "flip": (matrix, lambda x: torch.flip(x, [0])),
    "tril": (matrix, torch.tril),
    "concat": (two_matrices, lambda x, y: torch.cat([x, y])),
    "stack": (two_matrices, lambda x, y: torch.stack([x, y])),
    "matmul": (two_matrices, torch.matmul),
    "bmm": (volume, torch.matmul),
    "add_row": (two_matrices, lambda x, y: x + y[:1]),
}


def seconds(f):
    def timed(calls):
        start = time.perf_counter()
        for _ in range(calls):
            f()
        return (time.perf_counter() - start) / calls

    timed(2)
    calls = int(min(max(0.003 / max(timed(1), 1e-9), 1), 20_000))
    return statistics.median(timed(calls) for _ in range(5))


def report(op, n, what, time_):
    print(json.dumps({"who": "torch", "op": op, "n": n, "what": what, "seconds": time_}))


for name, (data, call) in ROWS.items():
    for n in (16, 4096, 1 << 20):
        inputs = data(n)
        with torch.no_grad():
            ct = torch.ones_like(call(*inputs))
            report(name, n, "forward", seconds(lambda: call(*inputs)))
        watched = [x.requires_grad_() for x in inputs]

        def vjp():
            y = call(*watched)
            torch.autograd.grad(y, watched, ct)

        report(name, n, "vjp", seconds(vjp))
