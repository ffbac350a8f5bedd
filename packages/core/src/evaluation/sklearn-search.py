"""Writes sklearn-search.json: a grid search by scikit-learn, against which the tests of evaluation and tune compare."""

import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.neighbors import KNeighborsClassifier

random = np.random.default_rng(5)
classes = np.array(["Adelie", "Chinstrap", "Gentoo"])
target = random.integers(3, size=60)
features = np.round(random.normal(size=(60, 3)) + target[:, None] * [0.9, -0.5, 0.2], 6)
scoring = {"accuracy": "accuracy", "f1Macro": "f1_macro", "logLoss": "neg_log_loss"}
neighbours = list(range(1, 13))
search = GridSearchCV(
    KNeighborsClassifier(),
    {"n_neighbors": neighbours},
    scoring=scoring,
    refit="accuracy",
    cv=StratifiedKFold(5),
    return_train_score=True,
).fit(features, classes[target])

wanted = {}
for metric in scoring:
    sign = -1 if metric == "logLoss" else 1
    for side in ("test", "train"):
        for key in [f"split{i}" for i in range(5)] + ["mean", "std"]:
            column = search.cv_results_[f"{key}_{side}_{metric}"]
            wanted[f"{key}_{side}_{metric}"] = ((1 if key == "std" else sign) * column).tolist()
    # scikit-learn ranks by the means as they are, so that equal ones may differ in their last digit.
    means = np.round(search.cv_results_[f"mean_test_{metric}"], 12)
    wanted[f"rank_test_{metric}"] = [1 + int((means > mean).sum()) for mean in means]

data = {
    "sklearn": sklearn.__version__,
    "features": features.tolist(),
    "target": classes[target].tolist(),
    "neighbours": neighbours,
    "columns": wanted,
    "best": search.best_params_["n_neighbors"],
    "predictions": search.predict(features).tolist(),
}
Path(__file__).with_suffix(".json").write_text(json.dumps(data, separators=(",", ":")) + "\n")
