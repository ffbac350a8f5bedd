"""Writes sklearn-splits.json: the splits of scikit-learn for small data, against which resampling.test.ts compares."""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    LeaveOneGroupOut,
    LeaveOneOut,
    PredefinedSplit,
    StratifiedGroupKFold,
    StratifiedKFold,
    TimeSeriesSplit,
    train_test_split,
)


def by_appearance(values):
    numbers = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values])


def splits(splitter, rows, y, groups):
    found = splitter.split(np.zeros((rows, 1)), y, groups)
    return [{"train": train.tolist(), "test": test.tolist()} for train, test in found]


cases = []
random = np.random.default_rng(1)
for rows, classes, group_count, k in [(12, 2, 4, 3), (23, 3, 9, 4), (30, 4, 11, 5), (17, 2, 6, 2), (41, 3, 14, 7)]:
    y = random.choice(classes, rows, p=random.dirichlet(np.full(classes, 3.0)))
    y[: classes * k] = np.tile(np.arange(classes), k)[: min(rows, classes * k)]
    random.shuffle(y)
    groups = np.concatenate([np.arange(group_count), random.integers(group_count, size=rows - group_count)])
    groups = by_appearance(random.permutation(groups))
    test_fold = random.integers(-1, 3, rows)
    first, last = train_test_split(np.arange(rows), shuffle=False, test_size=0.3)
    size = rows // (k + 3)
    cases.append(
        {
            "k": k,
            "target": y.tolist(),
            "groups": groups.tolist(),
            "testFold": test_fold.tolist(),
            "timeSeriesSizes": {"testSize": size, "gap": 1, "maxTrainSize": 5},
            "splits": {
                "kFold": splits(KFold(k), rows, y, groups),
                "stratifiedKFold": splits(StratifiedKFold(k), rows, y, groups),
                "groupKFold": splits(GroupKFold(k), rows, y, groups),
                "stratifiedGroupKFold": splits(StratifiedGroupKFold(k), rows, y, groups),
                "timeSeriesSplit": splits(TimeSeriesSplit(k), rows, y, groups),
                "timeSeriesSplitSized": splits(
                    TimeSeriesSplit(k, test_size=size, gap=1, max_train_size=5), rows, y, groups
                ),
                "leaveOneOut": splits(LeaveOneOut(), rows, y, groups),
                "leaveOneGroupOut": splits(LeaveOneGroupOut(), rows, y, groups),
                "predefined": splits(PredefinedSplit(test_fold), rows, y, groups),
                "holdout": [{"train": first.tolist(), "test": last.tolist()}],
            },
        }
    )

path = Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"sklearn": sklearn.__version__, "cases": cases}, separators=(",", ":")) + "\n")
