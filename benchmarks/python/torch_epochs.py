"""Seconds per epoch of a 784-128-10 network in PyTorch on one thread: python torch_epochs.py EPOCHS ROWS FILE

FILE holds the rows, 784 float32 numbers each, then a class of 0 to 9 as int32 for each row. Adam, batches of 64 in a new order each
epoch. Prints JSON: the version, wall and CPU seconds and the mean loss of each epoch; {"missing": true} without PyTorch.
"""

import json
import sys
import time

try:
    import torch
except ModuleNotFoundError as error:
    if error.name != "torch":
        raise
    print(json.dumps({"missing": True}))
    sys.exit()

torch.set_num_threads(1)
torch.manual_seed(1)
COLUMNS, BATCH = 784, 64
rows = int(sys.argv[2])
with open(sys.argv[3], "rb") as file:
    numbers = bytearray(file.read())
features = torch.frombuffer(numbers, dtype=torch.float32, count=rows * COLUMNS).reshape(rows, COLUMNS)
labels = torch.frombuffer(numbers, dtype=torch.int32, offset=4 * rows * COLUMNS).long()
model = torch.nn.Sequential(torch.nn.Linear(COLUMNS, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
optimizer = torch.optim.Adam(model.parameters(), 1e-3)
loss_of = torch.nn.CrossEntropyLoss()

epochs = []
for _ in range(int(sys.argv[1])):
    wall, cpu = time.perf_counter(), time.process_time()
    order = torch.randperm(rows)
    total = 0.0
    for start in range(0, rows, BATCH):
        batch = order[start : start + BATCH]
        optimizer.zero_grad()
        loss = loss_of(model(features[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(batch)
    epochs.append({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "loss": total / rows})
print(json.dumps({"version": torch.__version__.split("+")[0], "epochs": epochs}))
