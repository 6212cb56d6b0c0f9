"""What bench/op_speed.cpp times, in PyTorch, eager, one thread, f32: a line of JSON for each op (all, or those named), size and kind of
call."""
import json
import statistics
import sys
import time

import torch
from torch.nn import functional as F

torch.set_num_threads(1)
torch.manual_seed(1)


def vector(n):
    return [torch.rand(n) * 2 - 1]


def positive(n):
    return [torch.rand(n) * 0.2 + 0.9]


def above_one(n):
    return [torch.rand(n) * 0.9 + 1.1]


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


def images(n):
    count, channels = (1, 4) if n < 4096 else (16, 16)
    edge = max(4, round((n / (count * channels) / (4 if n > 4096 else 1)) ** 0.5))
    return [torch.rand(count, channels, edge, edge) * 2 - 1]


def images_and_weight(n):
    (x,) = images(n)
    return [x, torch.rand(2 * x.shape[1], x.shape[1], 3, 3) * 2 - 1]


def positive_definite(n):
    x = matrix(n)[0]
    return [x @ x.T + torch.eye(len(x))]


def system(n):
    return positive_definite(n) + matrix(n)


def eigen(x):
    values, vectors = torch.linalg.eigh(x)
    return vectors + values


def factors(x):
    q, r = torch.linalg.qr(x)
    return q + r


def singular(x):
    u, s, vt = torch.linalg.svd(x, full_matrices=False)
    return u + s + vt


LARGEST = {name: 4096 for name in "inv cholesky det eigh qr svd solve".split()}  # sides 4 and 64
ROWS = {name: (vector, getattr(torch, name)) for name in
        "abs acos asin asinh atan atanh ceil cos cosh erf exp exp2 expm1 floor isfinite isinf isnan logical_not neg relu round sigmoid sign sin sinh square tan tanh trunc".split()}
ROWS |= {name: (vector, getattr(torch.special, name)) for name in "erfcx erfinv i0 i0e i1 i1e log_ndtr ndtr sinc".split()}
ROWS |= {name: (positive, getattr(torch.special, name)) for name in "digamma entr".split()}
ROWS |= {name: (positive, getattr(torch, name)) for name in "lgamma log log10 log1p log2 reciprocal rsqrt sqrt".split()}
ROWS |= {name: (two, getattr(torch, name)) for name in "add atan2 copysign hypot logaddexp logical_and maximum minimum mul sub".split()}
EDGES = torch.linspace(-1, 1, 1000)


def zeros_index(x):
    return torch.zeros(x.shape, dtype=torch.int64)


ROWS |= {
    "acosh": (above_one, torch.acosh),
    "equal": (two, torch.eq),
    "less": (two, torch.lt),
    "fmod": (two_positive, torch.fmod),
    "remainder": (two_positive, torch.remainder),
    "sigmoid_cross_entropy": (two_positive, lambda x, y: F.binary_cross_entropy_with_logits(x, y, reduction="none")),
    "xlog1py": (two_positive, torch.special.xlog1py),
    "xlogy": (two_positive, torch.special.xlogy),
    "logcumsumexp": (vector, lambda x: torch.logcumsumexp(x, 0)),
    "cummax": (vector, lambda x: torch.cummax(x, 0)[0]),
    "cummin": (vector, lambda x: torch.cummin(x, 0)[0]),
    "argsort": (vector, torch.argsort),
    "topk": (vector, lambda x: torch.topk(x, 10)[0]),
    "median": (vector, torch.median),
    "any": (vector, torch.any),
    "all": (vector, torch.all),
    "count_nonzero": (vector, torch.count_nonzero),
    "argmax": (vector, torch.argmax),
    "min": (vector, torch.min),
    "nonzero": (vector, torch.nonzero),
    "cast": (vector, lambda x: x.double()),
    "one_hot": (vector, lambda x: F.one_hot(zeros_index(x), 10).float()),
    "searchsorted": (vector, lambda x: torch.searchsorted(EDGES, x)),
    "broadcast_to": (vector, lambda x: x.expand(4, -1).contiguous()),
    "reshape": (vector, lambda x: x.reshape(2, -1)),
    "uniform": (vector, torch.rand_like),
    "normal": (vector, torch.randn_like),
    "bernoulli": (vector, lambda x: torch.rand_like(x) < 0.5),
    "permutation": (vector, lambda x: torch.randperm(x.numel())),
    "argmax_rows": (matrix, lambda x: x.argmax(1)),
    "max_with_index": (matrix, lambda x: x.max(1)[0]),
    "take_along_axis": (matrix, lambda x: torch.gather(x, 1, zeros_index(x))),
    "scatter_sum": (matrix, lambda x: torch.zeros_like(x).scatter_add(0, zeros_index(x), x)),
    "scatter_max": (matrix, lambda x: torch.full_like(x, -torch.inf).scatter_reduce(0, zeros_index(x), x, "amax")),
    "segment_sum": (matrix, lambda x: torch.zeros_like(x).index_add(0, torch.arange(x.shape[0]), x)),
    "pad": (matrix, lambda x: F.pad(x, (1, 1, 1, 1))),
    "layer_norm": (matrix, lambda x: F.layer_norm(x, x.shape[1:])),
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
    "max_pool2d": (images, lambda x: F.max_pool2d(x, 2)),
    "max_pool2d_3": (images, lambda x: F.max_pool2d(x, 3, 2, 1)),
    "avg_pool2d": (images, lambda x: F.avg_pool2d(x, 2)),
    "bilinear": (images, lambda x: F.interpolate(x, scale_factor=2, mode="bilinear")),
    "conv2d": (images_and_weight, lambda x, w: F.conv2d(x, w, padding=1)),
    "add_row": (two_matrices, lambda x, y: x + y[:1]),
    "inv": (positive_definite, torch.linalg.inv),
    "cholesky": (positive_definite, torch.linalg.cholesky),
    "det": (matrix, torch.linalg.det),
    "eigh": (positive_definite, eigen),
    "qr": (matrix, factors),
    "svd": (matrix, singular),
    "solve": (system, torch.linalg.solve),
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
    if sys.argv[1:] and name not in sys.argv[1:]:
        continue
    for n in (16, 4096, 1 << 20):
        if n > LARGEST.get(name, n):
            continue
        inputs = data(n)
        with torch.no_grad():
            ct = torch.ones_like(call(*inputs))
            report(name, n, "forward", seconds(lambda: call(*inputs)))
        watched = [x.requires_grad_() for x in inputs]
        if not call(*watched).requires_grad:
            continue

        def vjp():
            y = call(*watched)
            torch.autograd.grad(y, watched, ct)

        report(name, n, "vjp", seconds(vjp))
