"""Writes sklearn-scores.json: scores by scikit-learn for random predictions, against which metrics.test.ts compares."""

import json
import math
import warnings
from pathlib import Path

import numpy as np
import sklearn
from sklearn import metrics as m

warnings.simplefilter("ignore")
random = np.random.default_rng(7)


def number(value):
    return None if math.isnan(value) else float(value)


def averages(name, function, actual, predicted, labels):
    found = {}
    for zero in (0, 1):
        suffix = "" if zero == 0 else "Zero1"
        for average in ("macro", "micro", "weighted"):
            found[f"{name}{average.capitalize()}{suffix}"] = function(
                actual, predicted, average=average, zero_division=zero
            )
        if labels == 2:
            for positive in (0, 1):
                found[f"{name}{positive}{suffix}"] = function(
                    actual, predicted, pos_label=positive, zero_division=zero
                )
    return found


def classification(labels, actual, predicted, probabilities):
    scores = {
        "accuracy": m.accuracy_score(actual, predicted),
        "balancedAccuracy": m.balanced_accuracy_score(actual, predicted),
        "matthews": m.matthews_corrcoef(actual, predicted),
        "logLoss": m.log_loss(actual, probabilities, labels=np.arange(labels)),
        **averages("precision", m.precision_score, actual, predicted, labels),
        **averages("recall", m.recall_score, actual, predicted, labels),
        **averages("f1", m.f1_score, actual, predicted, labels),
    }
    if labels == 2:
        scores["rocAuc"] = m.roc_auc_score(actual, probabilities[:, 1]) if len(set(actual)) == 2 else math.nan
    elif len(set(actual)) == labels:
        for average in ("macro", "weighted"):
            scores[f"rocAuc{average.capitalize()}"] = m.roc_auc_score(
                actual, probabilities, multi_class="ovr", average=average
            )
    return {
        "labels": labels,
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "probabilities": probabilities.ravel().tolist(),
        "scores": {name: number(score) for name, score in scores.items()},
    }


def random_probabilities(rows, labels):
    # Quarters, so that there are many ties, zeros and ones.
    counts = random.multinomial(4, np.full(labels, 1 / labels), size=rows)
    return counts / 4


classified = []
for labels, rows in [(2, 12), (2, 40), (3, 25), (5, 60), (4, 9)]:
    actual = random.integers(labels, size=rows)
    actual[:labels] = np.arange(labels)
    guess = np.where(random.random(rows) < 0.5, actual, random.integers(labels, size=rows))
    classified.append(classification(labels, actual, guess, random_probabilities(rows, labels)))
# A class never predicted, a class never there, a constant guess, a constant truth, all right.
actual = np.array([0, 0, 1, 1, 2, 2, 2])
classified.append(classification(3, actual, np.array([0, 1, 1, 0, 0, 1, 1]), random_probabilities(7, 3)))
classified.append(classification(3, np.array([0, 0, 1, 1]), np.array([0, 2, 1, 2]), random_probabilities(4, 3)))
classified.append(classification(4, np.array([0, 0, 1, 1]), np.array([0, 1, 1, 0]), random_probabilities(4, 4)))
classified.append(classification(2, np.array([0, 1, 1, 0]), np.zeros(4, int), random_probabilities(4, 2)))
classified.append(classification(2, np.zeros(4, int), np.array([0, 1, 1, 0]), random_probabilities(4, 2)))
classified.append(classification(2, np.zeros(3, int), np.zeros(3, int), random_probabilities(3, 2)))
classified.append(classification(3, actual, actual, np.eye(3)[actual]))
classified.append(classification(3, actual, (actual + 1) % 3, np.eye(3)[(actual + 1) % 3]))

regressed = []
for actual, predicted in [
    (random.normal(size=15), random.normal(size=15)),
    ((noisy := random.normal(10, 3, 30)), noisy + random.normal(size=30)),
    (np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 3.0, 4.0])),
    (np.array([2.0, 2.0, 2.0]), np.array([2.0, 2.0, 2.0])),
    (np.array([2.0, 2.0, 2.0]), np.array([2.0, 2.5, 1.0])),
    (np.array([5.0]), np.array([4.0])),
]:
    regressed.append(
        {
            "actual": actual.tolist(),
            "predicted": predicted.tolist(),
            "scores": {
                "meanSquaredError": m.mean_squared_error(actual, predicted),
                "rootMeanSquaredError": m.root_mean_squared_error(actual, predicted),
                "meanAbsoluteError": m.mean_absolute_error(actual, predicted),
                "medianAbsoluteError": m.median_absolute_error(actual, predicted),
                "r2": number(m.r2_score(actual, predicted)),
            },
        }
    )

path = Path(__file__).with_suffix(".json")
data = {"sklearn": sklearn.__version__, "classification": classified, "regression": regressed}
path.write_text(json.dumps(data, separators=(",", ":"), allow_nan=False) + "\n")
