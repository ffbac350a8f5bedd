"""Seconds per epoch of a 784-128-10 network: python train_digits.py keras|torch FOLDER EPOCHS BATCH

Reads training.features (float32, rows of 784), training.labels (int32), and the same of heldBack, from FOLDER; trains with Adam at
0.001 in a new order each epoch, on one thread. Prints JSON: name, wall and CPU seconds of each epoch, accuracy on heldBack.
"""

import json
import os
import sys
import time

import numpy

framework, folder, epochs, batch = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def read(part):
    features = numpy.fromfile(os.path.join(folder, part + ".features"), numpy.float32).reshape(-1, 784)
    return features, numpy.fromfile(os.path.join(folder, part + ".labels"), numpy.int32)


x, y = read("training")
x_held, y_held = read("heldBack")
wall, cpu = [], []


def timed(train_epoch):
    for _ in range(epochs):
        start, used = time.perf_counter(), time.process_time()
        train_epoch()
        wall.append(time.perf_counter() - start)
        cpu.append(time.process_time() - used)


if framework == "keras":
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import tensorflow

    tensorflow.config.threading.set_intra_op_parallelism_threads(1)
    tensorflow.config.threading.set_inter_op_parallelism_threads(1)
    import keras

    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.layers.Input((784,)), keras.layers.Dense(128, "relu"), keras.layers.Dense(10, "softmax")]
    )
    model.compile(keras.optimizers.Adam(0.001), "sparse_categorical_crossentropy")
    timed(lambda: model.fit(x, y, batch_size=batch, epochs=1, verbose=0))
    predicted = model.predict(x_held, verbose=0).argmax(1)
    name = f"Keras {keras.__version__} on TensorFlow {tensorflow.__version__}"
else:
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(1)
    features, labels = torch.from_numpy(x), torch.from_numpy(y).long()
    model = torch.nn.Sequential(torch.nn.Linear(784, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
    optimizer = torch.optim.Adam(model.parameters(), 0.001)
    loss_of = torch.nn.CrossEntropyLoss()

    def train_epoch():
        order = torch.randperm(len(features))
        for start in range(0, len(features), batch):
            rows = order[start : start + batch]
            optimizer.zero_grad()
            loss_of(model(features[rows]), labels[rows]).backward()
            optimizer.step()

    timed(train_epoch)
    with torch.no_grad():
        predicted = model(torch.from_numpy(x_held)).argmax(1).numpy()
    name = f"PyTorch {torch.__version__.split('+')[0]}"

print(json.dumps({"name": name, "wall": wall, "cpu": cpu, "accuracy": float((predicted == y_held).mean())}))
