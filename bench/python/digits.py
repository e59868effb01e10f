"""W4, SGD on 1,797 rows like images of digits in batches of 64: softmax regression, or a ReLU network with 32 hidden units.

usage: digits.py numpy|torch-f64|torch-f32 softmax|mlp [repetitions] [steps]
"""

import sys

from measure import argument, measure, torch_on_one_thread

import numpy as np

row, model = sys.argv[1], sys.argv[2]
repetitions, steps = argument(3, 3), argument(4, 2000)
ROWS, PIXELS, HIDDEN, CLASSES, BATCH = 1797, 64, 32, 10, 64
network = model == "mlp"
rate = 0.1 if network else 0.5
real = np.float32 if row.endswith("f32") else np.float64
last = None


def mixed(h):
    h = np.asarray(h, np.uint32)
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x21F0AAAD)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(0x735A2D97)
    return (h ^ (h >> np.uint32(15))).astype(np.int64)


index, pixel = np.arange(ROWS)[:, None], np.arange(PIXELS)[None, :]
labels = np.arange(ROWS) % CLASSES
levels = mixed((index % CLASSES) * PIXELS + pixel + 1) % 17 + mixed(index * PIXELS + pixel + 100000) % 13 - 6
images = (np.clip(levels, 0, 16) / 16).astype(real)
start1 = ((mixed(np.arange(PIXELS * HIDDEN) + 7777) % 2001 - 1000) / 8000).reshape(PIXELS, HIDDEN).astype(real)
start2 = ((mixed(np.arange(HIDDEN * CLASSES) + 9999) % 2001 - 1000) / 5000).reshape(HIDDEN, CLASSES).astype(real)
chosen = (np.arange(steps * BATCH) * 1009 % ROWS).reshape(steps, BATCH)


def with_numpy(_):
    global last
    w1, b1 = start1.copy(), np.zeros(HIDDEN, real)
    w2, b2 = (start2.copy() if network else np.zeros((PIXELS, CLASSES), real)), np.zeros(CLASSES, real)
    rows, scale = np.arange(BATCH), real(rate / BATCH)
    for picked in chosen:
        x, y = images[picked], labels[picked]
        h = np.maximum(x @ w1 + b1, 0) if network else x
        z = h @ w2 + b2
        z -= z.max(1, keepdims=True)
        own = z[rows, y]
        np.exp(z, out=z)
        total = z.sum(1, keepdims=True)
        last = float((np.log(total[:, 0]) - own).mean())
        z /= total
        z[rows, y] -= 1
        if network:
            back = (z @ w2.T) * (h > 0)
        w2 -= scale * (h.T @ z)
        b2 -= scale * z.sum(0)
        if network:
            w1 -= scale * (x.T @ back)
            b1 -= scale * back.sum(0)


def with_torch(_):
    global last
    functional, linear = torch.nn.functional, torch.nn.Linear
    inputs, classes, picks = torch.tensor(images), torch.tensor(labels), torch.tensor(chosen)
    layers = [linear(PIXELS, HIDDEN), torch.nn.ReLU(), linear(HIDDEN, CLASSES)] if network else [linear(PIXELS, CLASSES)]
    net = torch.nn.Sequential(*layers).to(inputs.dtype)
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.zero_()
        if network:
            net[0].weight.copy_(torch.tensor(start1.T))
            net[2].weight.copy_(torch.tensor(start2.T))
    optimizer = torch.optim.SGD(net.parameters(), lr=rate)
    for picked in picks:
        optimizer.zero_grad()
        loss = functional.cross_entropy(net(inputs[picked]), classes[picked])
        loss.backward()
        optimizer.step()
    last = float(loss)


if row != "numpy":
    torch = torch_on_one_thread()
measure(f"W4/{model}", row, repetitions, steps, with_numpy if row == "numpy" else with_torch, lambda: dict(last_loss=last))
