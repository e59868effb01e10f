"""W2, Adam on d parameters of a noisy diagonal quadratic, the gradient written by hand.

usage: adam.py numpy|torch-f64|torch-f32 d [repetitions] [steps]
"""

import math
import sys

from measure import argument, measure, torch_on_one_thread

import numpy as np

row, d = sys.argv[1], int(sys.argv[2])
repetitions = argument(3, 3)
# Fewer than the compiled rows take where d is small: what is told is time per parameter and step.
steps = argument(4, max(20, min(4000, 20_000_000 // d)))
RATE, BETA1, BETA2, EPSILON, NOISE = 0.01, 0.9, 0.999, 1e-8, 0.1
curvature = 10 ** (-2 * np.arange(d) / max(1, d - 1))
ends = None


def with_numpy(seed):
    global ends
    stream = np.random.Generator(np.random.SFC64(seed))
    x, m, v, g, room = np.ones(d), np.zeros(d), np.zeros(d), np.empty(d), np.empty(d)
    power1 = power2 = 1.0
    for _ in range(steps):
        power1 *= BETA1
        power2 *= BETA2
        stream.standard_normal(out=g)
        g *= NOISE
        np.multiply(curvature, x, out=room)
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
    ends = x


def with_torch(seed):
    global ends
    torch.manual_seed(seed)
    x = torch.nn.Parameter(torch.ones(d, dtype=dtype))
    optimizer = torch.optim.Adam([x], lr=RATE, betas=(BETA1, BETA2), eps=EPSILON, foreach=True)
    noise = torch.empty(d, dtype=dtype)
    x.grad = torch.empty(d, dtype=dtype)
    with torch.no_grad():
        for _ in range(steps):
            torch.mul(given, x, out=x.grad)
            x.grad.add_(noise.normal_(), alpha=NOISE)
            optimizer.step()
    ends = x.detach().numpy()


def check():
    x = np.asarray(ends, float)
    return dict(loss=float((curvature * x * x / 2).mean()))


if row != "numpy":
    torch = torch_on_one_thread()
    dtype = torch.float32 if row.endswith("f32") else torch.float64
    given = torch.tensor(curvature, dtype=dtype)
measure(f"W2/{d}", row, repetitions, d * steps, with_numpy if row == "numpy" else with_torch, check)
