"""W1, an ensemble of dx = (x - x^3) dt + sqrt(2 T) dW, vectorised over paths and without temporaries.

usage: langevin.py numpy|torch-f64|torch-f32 [repetitions] [paths] [steps]
"""

import math
import sys

from measure import argument, measure, torch_on_one_thread

import numpy as np

row = sys.argv[1]
repetitions, paths, steps = argument(2, 3), argument(3, 4096), argument(4, 10000)
DT, TEMPERATURE = 0.01, 0.25
KICK = math.sqrt(2 * TEMPERATURE * DT)
ends = None


def with_numpy(seed):
    global ends
    stream = np.random.Generator(np.random.SFC64(seed))  # the fastest that NumPy has
    x, noise, drift = np.zeros(paths), np.empty(paths), np.empty(paths)
    for _ in range(steps):
        stream.standard_normal(out=noise)
        noise *= KICK
        np.multiply(x, x, out=drift)
        np.subtract(1, drift, out=drift)
        drift *= x
        drift *= DT
        x += drift
        x += noise
    np.histogram(x, 64, (-2.5, 2.5))
    ends = x


def with_torch(seed):
    global ends
    torch.manual_seed(seed)
    x, noise, drift = (torch.zeros(paths, dtype=dtype) for _ in range(3))
    with torch.no_grad():
        for _ in range(steps):
            noise.normal_()
            torch.mul(x, x, out=drift)
            drift.mul_(x)
            torch.sub(x, drift, out=drift)
            x.add_(drift, alpha=DT)
            x.add_(noise, alpha=KICK)
        torch.histc(x, 64, -2.5, 2.5)
    ends = x.numpy()


def check():
    """Kolmogorov's distance between the ends and the Gibbs law."""
    x = np.sort(np.asarray(ends, float))
    grid = np.linspace(-4, 4, 20001)
    density = np.exp((grid**2 / 2 - grid**4 / 4) / TEMPERATURE)
    law = np.concatenate([[0], np.cumsum(density[1:] + density[:-1])])
    below = np.interp(x, grid, law / law[-1])
    rank = np.arange(len(x))
    distance = max(np.abs(below - rank / len(x)).max(), np.abs(below - (rank + 1) / len(x)).max())
    return dict(ks=round(float(distance), 5), m2=round(float((x * x).mean()), 5))


if row != "numpy":
    torch = torch_on_one_thread()
    dtype = torch.float32 if row.endswith("f32") else torch.float64
measure("W1", row, repetitions, paths * steps, with_numpy if row == "numpy" else with_torch, check)
