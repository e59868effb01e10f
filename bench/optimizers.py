"""Nanoseconds per parameter and step of torch.optim, float64, one thread. Prints JSON; fails where PyTorch is missing."""

import json
import sys
import time

import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
# Our name, PyTorch's class.
names = {
    "SGD": "SGD", "RMSProp": "RMSprop", "Adam": "Adam", "AdamW": "AdamW", "Adamax": "Adamax", "NAdam": "NAdam",
    "RAdam": "RAdam", "Adagrad": "Adagrad", "Adadelta": "Adadelta", "ASGD": "ASGD", "Rprop": "Rprop",
    "Adafactor": "Adafactor", "Muon": "Muon",
}


def nanoseconds(cls, d):
    rows = {10: 2, 1000: 25}.get(d, 250)
    p = torch.nn.Parameter(torch.sin(torch.arange(float(d))).reshape(rows, -1))
    p.grad = torch.cos(1.7 * torch.arange(float(d))).reshape(rows, -1)
    optimizer = cls([p], lr=1e-3)
    for _ in range(10):
        optimizer.step()
    samples = []
    for _ in range(7):
        steps = 0
        begin = time.process_time()
        while time.process_time() - begin < 0.03:
            optimizer.step()
            steps += 1
        samples.append((time.process_time() - begin) / (steps * d) * 1e9)
    return sorted(samples)[3]


print(json.dumps({
    ours: {d: nanoseconds(getattr(torch.optim, theirs), d) for d in map(int, sys.argv[1:])}
    for ours, theirs in names.items() if hasattr(torch.optim, theirs)
}))
