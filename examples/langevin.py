"""Stochastic gradient descent as a Langevin process: where does a noisy parameter spend its time?

    pip install torch
    python langevin.py

The loss is a double well with its minima at -1 and 1. Every gradient carries noise, so the parameter never
comes to rest: it fills both wells, and now and then it crosses from one to the other. Choose "Simulate
optimizer" and the tab "Stationary density" to lay the theoretical density over the measured one.
"""

import torch

CHAINS = 4000
STEPS = 2000
NOISE_VARIANCE = 2.0


def loss(theta):
    return (theta**2 - 1) ** 2 / 4


def main():
    generator = torch.Generator().manual_seed(1)
    theta = torch.where(torch.arange(CHAINS) % 2 == 0, -1.0, 1.0).requires_grad_()
    optimizer = torch.optim.SGD([theta], lr=0.1)

    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(theta).sum().backward()
        theta.grad += NOISE_VARIANCE**0.5 * torch.randn(CHAINS, generator=generator)
        optimizer.step()

    counts = torch.histc(theta.detach(), bins=25, min=-2.5, max=2.5)
    for i, count in enumerate(counts):
        print(f"{-2.4 + 0.2 * i:5.1f} {'#' * round(200 * count.item() / CHAINS)}")


if __name__ == "__main__":
    main()
