"""The models of bench/training/models.hpp in PyTorch, eager. `train_torch.py MODEL THREADS` prints one JSON line."""
import json
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def build(model):
    kind = model.split(":")[0]
    torch.manual_seed(0)
    if kind == "mlp":
        batch = int(model.split(":")[1])
        net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
        x, y = torch.rand(batch, 784), torch.randint(0, 10, (batch,))
        return net, lambda: F.cross_entropy(net(x), y)
    net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1))
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    return net, lambda: F.binary_cross_entropy_with_logits(net(x), y)


def main():
    model, threads = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(threads)
    net, cost = build(model)
    adam = model.endswith(":adam")
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3) if adam else torch.optim.SGD(net.parameters(), lr=1e-2)

    def step():
        optimiser.zero_grad(set_to_none=True)
        cost().backward()
        optimiser.step()

    def seconds(calls):
        start = time.perf_counter()
        for _ in range(calls):
            step()
        return time.perf_counter() - start

    seconds(3)
    calls = max(1, int(0.15 / seconds(1)))
    times = [seconds(calls) / calls for _ in range(3)]
    print(json.dumps({"who": "torch", "model": model, "threads": threads, "seconds": statistics.median(times)}))


if __name__ == "__main__":
    main()
