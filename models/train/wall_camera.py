"""What a cheap camera on a wall does to a picture: blur, night, noise, no colour, few pixels, coarse compression."""

from __future__ import annotations

import torch
from torch import nn
from torchvision.transforms import v2


class Dim(nn.Module):  # type: ignore[misc]
    """A gamma drawn anew for each picture: above 1 it is dusk, below 1 glare."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        gamma = float(torch.empty(1).uniform_(-0.6, 1.0).exp())
        return v2.functional.adjust_gamma(image, gamma)


class Cast(nn.Module):  # type: ignore[misc]
    """A wrong white balance: each colour weaker or stronger by a share of its own."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        gains = torch.empty(3, 1, 1).uniform_(0.6, 1.4)
        return (image * gains).clamp(0, 255).to(torch.uint8)


class Noise(nn.Module):  # type: ignore[misc]
    """Of a sensor at night, as strong as it happens, uint8."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        sigma = float(torch.empty(1).uniform_(4, 25))
        return (image + sigma * torch.randn(image.shape)).clamp(0, 255).to(torch.uint8)


class Coarse(nn.Module):  # type: ignore[misc]
    """Fewer pixels than the stream says it has."""

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        height, width = image.shape[-2:]
        scale = float(torch.empty(1).uniform_(0.4, 0.9))
        small = v2.functional.resize(image, [round(height * scale), round(width * scale)])
        return v2.functional.resize(small, [height, width])


def wall_camera() -> nn.Module:
    """For one picture (3, h, w), uint8; nothing in it is moved."""
    blurs = [v2.GaussianBlur(5, (0.4, 1.6)), v2.GaussianBlur((1, 9), (0.8, 3.0)), v2.GaussianBlur((9, 1), (0.8, 3.0))]
    return v2.Compose([
        v2.RandomApply([v2.RandomChoice(blurs)], 0.15),
        v2.RandomApply([Dim()], 0.3),
        v2.RandomApply([v2.ColorJitter(brightness=(0.6, 1.2), contrast=(0.5, 1.2), saturation=(0.3, 1.3))], 0.25),
        v2.RandomApply([Cast()], 0.2),
        v2.RandomApply([Coarse()], 0.12),
        v2.RandomApply([Noise()], 0.2),
        v2.RandomGrayscale(0.08),
        v2.RandomApply([v2.JPEG((20, 80))], 0.35),
    ])  # fmt: skip
