"""Trains small networks with PyTorch and writes what they become: python torch-training.py > torch-training.json"""

import json
import sys

import torch
from torch import nn

torch.manual_seed(1)
torch.set_default_dtype(torch.float64)
ROWS, INPUTS, HIDDEN, CLASSES, EPOCHS, BATCH = 10, 3, [5, 4], 3, 4, 4

features = torch.randn(ROWS, INPUTS)
labels = torch.arange(ROWS) % CLASSES
values = torch.randn(ROWS)
# As many batches as needed, of sizes that differ by at most one.
count = -(-ROWS // BATCH)
bounds = [i * ROWS // count for i in range(count + 1)]

OPTIMIZERS = {
    "sgd": ({"type": "sgd", "learningRate": 0.3}, 0.02, lambda p: torch.optim.SGD(p, 0.3, weight_decay=0.02)),
    "momentum": (
        {"type": "momentum", "learningRate": 0.1, "momentum": 0.8, "nesterov": False},
        0.02,
        lambda p: torch.optim.SGD(p, 0.1, momentum=0.8, weight_decay=0.02),
    ),
    "nesterov": (
        {"type": "momentum", "learningRate": 0.1, "momentum": 0.8, "nesterov": True},
        0.02,
        lambda p: torch.optim.SGD(p, 0.1, momentum=0.8, nesterov=True, weight_decay=0.02),
    ),
    "adam": ({"type": "adam", "learningRate": 0.05}, 0, lambda p: torch.optim.Adam(p, 0.05)),
    "adam with weight decay": (
        {"type": "adam", "learningRate": 0.05},
        0.02,
        lambda p: torch.optim.Adam(p, 0.05, weight_decay=0.02),
    ),
    "adamW": ({"type": "adamW", "learningRate": 0.05}, 0.2, lambda p: torch.optim.AdamW(p, 0.05, weight_decay=0.2)),
}
ACTIVATIONS = {
    "relu": nn.ReLU,
    "leakyRelu": nn.LeakyReLU,
    "elu": nn.ELU,
    "gelu": nn.GELU,
    "silu": nn.SiLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
}


def network(activation, batch_norm, outputs):
    layers, names, width = [], [], INPUTS
    for i, units in enumerate(HIDDEN):
        layers.append(nn.Linear(width, units, bias=not batch_norm))
        names.append((f"hidden{i}", layers[-1]))
        if batch_norm:
            layers.append(nn.BatchNorm1d(units))
            names.append((f"hidden{i}", layers[-1]))
        layers.append(ACTIVATIONS[activation]())
        width = units
    layers.append(nn.Linear(width, outputs))
    names.append(("output", layers[-1]))
    return nn.Sequential(*layers), names


def variables(names):
    found = {}
    for name, layer in names:
        if isinstance(layer, nn.Linear):
            found[f"{name}.weights"] = layer.weight.T
            if layer.bias is not None:
                found[f"{name}.bias"] = layer.bias
        else:
            found[f"{name}.scale"], found[f"{name}.shift"] = layer.weight, layer.bias
            found[f"{name}.runningMean"], found[f"{name}.runningVariance"] = layer.running_mean, layer.running_var
    return {name: [round(x, 7) for x in tensor.detach().flatten().tolist()] for name, tensor in found.items()}


def train(task, activation, batch_norm, optimizer):
    params, weight_decay, make = OPTIMIZERS[optimizer]
    model, names = network(activation, batch_norm, CLASSES if task == "classification" else 1)
    start = variables(names)
    stepper = make(model.parameters())
    losses = []
    for _ in range(EPOCHS):
        total = 0.0
        for a, b in zip(bounds, bounds[1:]):
            out = model(features[a:b])
            if task == "classification":
                loss = nn.functional.cross_entropy(out, labels[a:b])
            else:
                loss = nn.functional.mse_loss(out[:, 0], values[a:b])
            stepper.zero_grad()
            loss.backward()
            stepper.step()
            total += loss.item() * (b - a)
        losses.append(round(total / ROWS, 7))
    return {
        "task": task,
        "activation": activation,
        "batchNorm": batch_norm,
        "optimizer": params,
        "weightDecay": weight_decay,
        "start": start,
        "end": variables(names),
        "losses": losses,
    }


cases = {f"{name}, classification": train("classification", "tanh", False, name) for name in OPTIMIZERS}
cases |= {f"{name}, batch normalization": train("classification", "silu", True, name) for name in ("adamW", "adam")}
cases |= {f"{name}": train("regression", name, False, "momentum") for name in ACTIVATIONS}
json.dump(
    {
        "torch": torch.__version__.split("+")[0],
        "features": [round(x, 7) for x in features.flatten().tolist()],
        "labels": labels.tolist(),
        "values": [round(x, 7) for x in values.tolist()],
        "epochs": EPOCHS,
        "batchSize": BATCH,
        "hidden": HIDDEN,
        "cases": cases,
    },
    sys.stdout,
)
