"""W3, Adam on the quadratic of W2 with d = 20, many seeds, the loss before every step kept.

usage: panel.py numpy|torch-f64|torch-f32|torch-loop [repetitions] [seeds] [steps]
The first three advance all seeds as one tensor; torch-loop trains one seed after the other, as a script does.
"""

import math
import sys

from measure import argument, measure, torch_on_one_thread

import numpy as np

row = sys.argv[1]
repetitions, seeds, steps = argument(2, 3), argument(3, 256), argument(4, 2000)
D, RATE, BETA1, BETA2, EPSILON, NOISE = 20, 0.01, 0.9, 0.999, 1e-8, 0.1
curvature = 10 ** (-2 * np.arange(D) / (D - 1))
looped = min(seeds, 3)  # of a loop over seeds, three are run: the time told is per parameter and step
losses = None


def with_numpy(seed):
    global losses
    stream = np.random.Generator(np.random.SFC64(seed))
    x, m, v = np.ones((seeds, D)), np.zeros((seeds, D)), np.zeros((seeds, D))
    g, room, kept = np.empty((seeds, D)), np.empty((seeds, D)), np.empty((steps, seeds), np.float32)
    power1 = power2 = 1.0
    for t in range(steps):
        power1 *= BETA1
        power2 *= BETA2
        np.multiply(curvature, x, out=room)
        kept[t] = np.einsum("ij,ij->i", room, x) / 2
        stream.standard_normal(out=g)
        g *= NOISE
        g += room
        m *= BETA1
        np.multiply(g, 1 - BETA1, out=room)
        m += room
        v *= BETA2
        np.multiply(g, g, out=room)
        room *= 1 - BETA2
        v += room
        np.sqrt(v, out=room)
        room *= 1 / math.sqrt(1 - power2)
        room += EPSILON
        np.divide(m, room, out=room)
        room *= RATE / (1 - power1)
        x -= room
    losses = kept


def trained(shape):
    x = torch.nn.Parameter(torch.ones(shape, dtype=dtype))
    optimizer = torch.optim.Adam([x], lr=RATE, betas=(BETA1, BETA2), eps=EPSILON)
    noise = torch.empty(shape, dtype=dtype)
    x.grad = torch.empty(shape, dtype=dtype)
    kept = torch.empty((steps,) + shape[:-1], dtype=torch.float32)
    with torch.no_grad():
        for t in range(steps):
            torch.mul(given, x, out=x.grad)
            kept[t] = (x.grad * x).sum(-1) / 2
            x.grad.add_(noise.normal_(), alpha=NOISE)
            optimizer.step()
    return kept


def with_torch(seed):
    global losses
    torch.manual_seed(seed)
    if row == "torch-loop":
        losses = torch.stack([trained((D,)) for _ in range(looped)], 1).numpy()
    else:
        losses = trained((seeds, D)).numpy()


def check():
    return dict(mean_last_loss=float(losses[-1].mean()), seeds=losses.shape[1])


if row != "numpy":
    torch = torch_on_one_thread()
    dtype = torch.float32 if row.endswith("f32") else torch.float64
    given = torch.tensor(curvature, dtype=dtype)
units = D * (looped if row == "torch-loop" else seeds) * steps
measure("W3", row, repetitions, units, with_numpy if row == "numpy" else with_torch, check)
