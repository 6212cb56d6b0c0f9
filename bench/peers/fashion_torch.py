"""What examples/fashion_mnist.cpp trains, in PyTorch, eager: `fashion_torch.py DIR [THREADS] [EPOCHS]`; prints seconds per epoch."""
import gzip
import pathlib
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F


def read(path):
    with gzip.open(path) as file:
        data = file.read()
    rank = data[3]
    shape = np.frombuffer(data, ">u4", rank, 4)
    return np.frombuffer(data, np.uint8, offset=4 + 4 * rank).reshape(shape)


def load(folder, part):
    images = torch.from_numpy(read(folder / f"{part}-images-idx3-ubyte.gz").astype(np.float32) / 255).flatten(1)
    return images, torch.from_numpy(read(folder / f"{part}-labels-idx1-ubyte.gz").astype(np.int64))


def main():
    folder = pathlib.Path(sys.argv[1])
    torch.set_num_threads(int(sys.argv[2]) if len(sys.argv) > 2 else 2)
    epochs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    torch.manual_seed(1)
    x, y = load(folder, "train")
    x_test, y_test = load(folder, "t10k")
    net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))
    optimiser = torch.optim.Adam(net.parameters(), lr=1e-3)
    for epoch in range(epochs):
        start = time.perf_counter()
        for batch in torch.randperm(len(x)).split(128):
            optimiser.zero_grad(set_to_none=True)
            F.cross_entropy(net(x[batch]), y[batch]).backward()
            optimiser.step()
        seconds = time.perf_counter() - start
        with torch.no_grad():
            accuracy = (net(x_test).argmax(1) == y_test).float().mean().item()
        print(f"epoch {epoch + 1}  {seconds:.2f} s  test accuracy {accuracy:.4f}", flush=True)


if __name__ == "__main__":
    main()
