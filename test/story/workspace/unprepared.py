"""Trains a small network on CIFAR-10; an ordinary script, written for nobody's tool."""

import argparse
import math

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.optim import AdamW
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, LinearLR, SequentialLR
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

BATCH = 128
BASE_LR = 0.1
EPOCHS = 5
WARMUP = 100


def parse_args():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lr", type=float, default=1e-3, help="peak learning rate of the head")
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--total-steps", type=int, default=2000)
    return parser.parse_args()


class Net(nn.Module):
    def __init__(self, width=64, classes=10):
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(3, width, 3, padding=1), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten()
        )
        self.head = nn.Linear(16 * width, classes)

    def forward(self, x):
        return self.head(self.backbone(x))


def pretrain(model, loader):
    opt = optim.SGD(model.parameters(), lr=BASE_LR * BATCH / 256, momentum=0.9, nesterov=True)
    warm = LinearLR(opt, start_factor=0.1, total_iters=WARMUP)
    cosine = CosineAnnealingLR(opt, T_max=1900)
    scheduler = SequentialLR(opt, [warm, cosine], milestones=[WARMUP])
    for _ in range(EPOCHS):
        for x, y in loader:
            opt.zero_grad()
            F.cross_entropy(model(x), y).backward()
            opt.step()
            scheduler.step()


def main():
    args = parse_args()
    data = datasets.CIFAR10("data", train=True, download=True, transform=transforms.ToTensor())
    loader = DataLoader(data, batch_size=BATCH, shuffle=True)
    model = Net()
    pretrain(model, loader)

    optimizer = AdamW(
        [
            {"params": model.backbone.parameters(), "lr": 1e-4},
            {"params": model.head.parameters()},
        ],
        lr=args.lr,
        betas=(0.9, 0.98),
        weight_decay=args.weight_decay,
    )
    schedule = LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 200))
    for _ in range(EPOCHS):
        for x, y in loader:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    print(f"perplexity {math.exp(F.cross_entropy(model(x), y).item()):.2f}")


if __name__ == "__main__":
    main()
