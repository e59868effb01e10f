"""Train a small convolutional network on MNIST.

    pip install torch torchvision
    python mnist.py

Open this file in VS Code and choose "Simulate optimizer" above the optimizer: the panel shows the learning
rate of both parameter groups at every step, before anything is trained. Then change --lr and watch.
"""

import argparse

import torch
from torch import nn, optim
from torch.nn import functional as F
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

TRAINING_IMAGES = 60_000


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
        )
        self.head = nn.Sequential(
            nn.Linear(32 * 7 * 7, 128),
            nn.ReLU(),
            nn.Linear(128, 10),
        )

    def forward(self, images):
        return self.head(self.backbone(images))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--lr", type=float, default=1e-3, help="peak learning rate of the head")
    parser.add_argument("--weight-decay", type=float, default=0.05)
    parser.add_argument("--warmup", type=int, default=200, help="steps of linear warm-up")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    args = parse_arguments()
    torch.manual_seed(args.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    to_tensor = transforms.ToTensor()
    training_data = datasets.MNIST("data", train=True, download=True, transform=to_tensor)
    test_data = datasets.MNIST("data", train=False, transform=to_tensor)
    training_loader = DataLoader(training_data, batch_size=args.batch_size, shuffle=True, drop_last=True)
    test_loader = DataLoader(test_data, batch_size=1000)

    model = Network().to(device)
    optimizer = optim.AdamW(
        [
            {"params": model.backbone.parameters(), "lr": args.lr / 4},
            {"params": model.head.parameters()},
        ],
        lr=args.lr,
        betas=(0.9, 0.98),
        weight_decay=args.weight_decay,
    )

    # A linear warm-up, then half a cosine over the rest of the run; both count steps.
    steps = args.epochs * (TRAINING_IMAGES // args.batch_size)
    scheduler = SequentialLR(
        optimizer,
        [
            LinearLR(optimizer, start_factor=0.01, total_iters=args.warmup),
            CosineAnnealingLR(optimizer, T_max=steps - args.warmup, eta_min=1e-5),
        ],
        milestones=[args.warmup],
    )

    for epoch in range(args.epochs):
        model.train()
        for images, labels in training_loader:
            images, labels = images.to(device), labels.to(device)
            optimizer.zero_grad()
            loss = F.cross_entropy(model(images), labels)
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
            optimizer.step()
            scheduler.step()
        correct = accuracy(model, test_loader, device)
        print(f"epoch {epoch + 1}: training loss {loss.item():.4f}, test accuracy {correct:.2%}")


@torch.no_grad()
def accuracy(model, loader, device):
    model.eval()
    correct = 0
    for images, labels in loader:
        predicted = model(images.to(device)).argmax(dim=1)
        correct += (predicted == labels.to(device)).sum().item()
    return correct / len(loader.dataset)


if __name__ == "__main__":
    main()
