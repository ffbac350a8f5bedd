"""Seconds per epoch of a 784-128-10 network in PyTorch on one thread: python torch_epochs.py EPOCHS

Adam, batches of 64 in a new order each epoch, 8,000 rows. Prints JSON: the version, and wall and CPU seconds of each epoch.
"""

import json
import sys
import time

import torch

torch.set_num_threads(1)
torch.manual_seed(1)
ROWS, BATCH = 8000, 64
features = torch.rand(ROWS, 784)
labels = torch.randint(0, 10, (ROWS,))
model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
optimizer = torch.optim.Adam(model.parameters(), 1e-3)
loss_of = torch.nn.CrossEntropyLoss()

epochs = []
for _ in range(int(sys.argv[1])):
    wall, cpu = time.perf_counter(), time.process_time()
    order = torch.randperm(ROWS)
    for start in range(0, ROWS, BATCH):
        rows = order[start : start + BATCH]
        optimizer.zero_grad()
        loss = loss_of(model(features[rows]), labels[rows])
        loss.backward()
        optimizer.step()
    epochs.append({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu})
print(json.dumps({"version": torch.__version__.split("+")[0], "epochs": epochs}))
