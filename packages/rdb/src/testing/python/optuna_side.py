"""What Python does in the interoperability tests. Usage: optuna_side.py COMMAND STORAGE [ARGUMENT...]

STORAGE is a URL of SQLAlchemy's, or the path of a journal file. Answers are JSON, as Python writes it, on stdout.
"""

import json
import sys
import warnings

import optuna
from optuna.trial import TrialState

warnings.simplefilter("ignore")
optuna.logging.set_verbosity(optuna.logging.ERROR)


def open_storage(place):
    if "://" in place:
        return optuna.storages.RDBStorage(place, engine_kwargs={"connect_args": connect_args(place)})
    try:
        from optuna.storages.journal import JournalFileBackend
    except ImportError:  # before Optuna 4
        from optuna.storages import JournalFileStorage as JournalFileBackend
    return optuna.storages.JournalStorage(JournalFileBackend(place))


def connect_args(url):
    return {"timeout": 60} if url.startswith("sqlite") else {}


def describe(storage, *names):
    """Everything that a storage says of its studies."""
    answer = []
    for summary in optuna.get_all_study_summaries(storage):
        name = summary.study_name
        if names and name not in names:
            continue
        study = optuna.load_study(study_name=name, storage=storage)
        answer.append(
            {
                "name": name,
                "directions": [direction.name for direction in study.directions],
                "attributes": study.user_attrs,
                "metric_names": study.metric_names if hasattr(study, "metric_names") else None,
                "trials": [describe_trial(trial) for trial in study.get_trials()],
            }
        )
    print(json.dumps(answer))


def describe_trial(trial):
    constraints = getattr(trial, "constraints", {})
    return {
        "number": trial.number,
        "state": trial.state.name,
        "params": trial.params,
        "distributions": {
            name: optuna.distributions.distribution_to_json(distribution)
            for name, distribution in trial.distributions.items()
        },
        "values": trial.values,
        "intermediate": [[step, value] for step, value in trial.intermediate_values.items()],
        "attributes": trial.user_attrs,
        "constraints": list(constraints.values()) or trial.system_attrs.get("constraints", []),
        "fixed": trial.system_attrs.get("fixed_params"),
        "start": time_of(trial.datetime_start),
        "complete": time_of(trial.datetime_complete),
    }


def time_of(moment):
    return None if moment is None else int(moment.timestamp() * 1000)


def make(storage):
    """Studies with everything that a study may hold."""
    single = optuna.create_study(
        storage=storage,
        study_name="single",
        direction="maximize",
        sampler=optuna.samplers.RandomSampler(seed=1),
        pruner=optuna.pruners.NopPruner(),
    )
    single.set_user_attr("note", 'NaN, "quotes" and Ünïcode \U0001f600')
    single.set_user_attr("numbers", [float("nan"), float("inf"), -float("inf"), 2**63 - 1, 1e-300, True, None])
    single.enqueue_trial({"lr": 0.05, "opt": None})
    single.enqueue_trial({"lr": 7.0, "opt": "sgd"}, user_attrs={"outside": True})

    single.optimize(everything, n_trials=16, catch=(RuntimeError,))
    single.enqueue_trial({"lr": 0.01, "n": 3}, user_attrs={"waits": 1})
    running = single.ask()
    running.suggest_float("lr", 1e-5, 0.1, log=True)
    single.enqueue_trial({"opt": True})

    multi = optuna.create_study(
        storage=storage,
        study_name="multi/ünï 'quoted\"",
        directions=["minimize", "maximize"],
        sampler=optuna.samplers.RandomSampler(seed=2),
    )
    multi.set_metric_names(["loss", "accuracy"])
    multi.optimize(
        lambda trial: (trial.suggest_float("x", -1, 1), float("inf") if trial.number == 2 else -trial.number),
        n_trials=5,
    )
    gone = optuna.create_study(storage=storage, study_name="gone")
    gone.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=2)
    optuna.delete_study(study_name="gone", storage=storage)
    optuna.create_study(storage=storage, study_name="empty")


def everything(trial):
    """An objective that does whatever an objective can."""
    lr = trial.suggest_float("lr", 1e-5, 0.1, log=True)
    opt = trial.suggest_categorical("opt", ["adam", "sgd", None, 3, True, 1.5])
    n = trial.suggest_int("n", 1, 9, step=2)
    width = trial.suggest_int("width", 1, 1024, log=True)
    drop = trial.suggest_float("drop", 0.0, 0.5, step=0.1)
    if opt == "adam":
        trial.suggest_float("beta", 0.8, 0.99)
    for i in range(n // 3):
        trial.suggest_int(f"units_{i}", 8, 64)
    trial.suggest_int("fixed", 4, 4)
    trial.set_user_attr("squares", {str(i): i * i for i in range(trial.number % 4)})
    for step in range(trial.number % 4):
        trial.report([lr * step, float("nan"), float("inf"), -1e-7][step], step * 10)
    if hasattr(trial, "set_constraint"):
        trial.set_constraint("size", width - 512.0)
        trial.set_constraint("a", 0.0)
    if trial.number % 7 == 3:
        raise optuna.TrialPruned
    if trial.number % 7 == 5:
        raise RuntimeError("broken")
    if trial.number == 8:
        return float("inf")
    if trial.number == 9:
        return -float("inf")
    if trial.number == 10:
        return float("nan")
    return lr * 1e-3 - n + drop


def go_on(storage, trials):
    """Runs so many more trials of the study "single" that `make` made."""
    study = optuna.load_study(
        study_name="single", storage=storage, sampler=optuna.samplers.TPESampler(seed=5, n_startup_trials=3)
    )
    study.optimize(everything, n_trials=int(trials), catch=(RuntimeError,))


def create(storage, name):
    """A study without a trial."""
    optuna.create_study(storage=storage, study_name=name)


def optimize(storage, name, trials):
    """Continues a study of x, y and a kind, until it has so many finished trials."""
    study = optuna.load_study(
        study_name=name, storage=storage, sampler=optuna.samplers.TPESampler(seed=3, n_startup_trials=5)
    )

    def objective(trial):
        x = trial.suggest_float("x", -5, 5)
        y = trial.suggest_int("y", 1, 8)
        kind = trial.suggest_categorical("kind", ["a", "b"])
        trial.set_user_attr("by", "python")
        return (x - 1) ** 2 + y + (kind == "b")

    callback = optuna.study.MaxTrialsCallback(int(trials), states=(TrialState.COMPLETE,))
    study.optimize(objective, callbacks=[callback])
    finish_count(study)


def more(storage, name, trials):
    """Runs so many more trials of the same program, however many there are."""
    study = optuna.load_study(study_name=name, storage=storage, sampler=optuna.samplers.RandomSampler(seed=4))

    def objective(trial):
        x = trial.suggest_float("x", -5, 5)
        y = trial.suggest_int("y", 1, 8)
        kind = trial.suggest_categorical("kind", ["a", "b"])
        trial.set_user_attr("by", "python")
        trial.report(x, 0)
        trial.report(x + y, 1)
        return (x - 1) ** 2 + y + (kind == "b")

    study.optimize(objective, n_trials=int(trials))
    finish_count(study)


def finish_count(study):
    print(json.dumps({"complete": len(study.get_trials(states=(TrialState.COMPLETE,)))}))


def run_waiting(storage, name):
    """Runs the next waiting trial of another program, and answers with what it was given."""
    study = optuna.load_study(study_name=name, storage=storage, sampler=optuna.samplers.RandomSampler(seed=6))
    trial = study.ask()
    x = trial.suggest_float("x", -5, 5)
    y = trial.suggest_int("y", 1, 8)
    kind = trial.suggest_categorical("kind", ["a", "b"])
    study.tell(trial, 0.5)
    print(json.dumps({"number": trial.number, "x": x, "y": y, "kind": kind}))


def enqueue(storage, name, params):
    """Adds a waiting trial."""
    optuna.load_study(study_name=name, storage=storage).enqueue_trial(json.loads(params))


def schema(storage):
    """The tables of Optuna's storage as SQLAlchemy finds them in the database."""
    from sqlalchemy import inspect

    inspector = inspect(storage.engine)
    wanted = set(optuna.storages._rdb.models.BaseModel.metadata.tables) | {"alembic_version"}
    answer = {}
    for table in sorted(wanted):
        answer[table] = {
            "columns": [
                [column["name"], str(column["type"]), column["nullable"], str(column["default"])]
                for column in inspector.get_columns(table)
            ],
            "primary": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign": sorted(
                [key["constrained_columns"], key["referred_table"], key["referred_columns"]]
                for key in inspector.get_foreign_keys(table)
            ),
            "unique": sorted(constraint["column_names"] for constraint in inspector.get_unique_constraints(table)),
            "indexes": sorted(
                [index["name"], index["column_names"], bool(index["unique"])]
                for index in inspector.get_indexes(table)
            ),
            "checks": sorted(check["sqltext"] for check in inspector.get_check_constraints(table)),
        }
    if storage.engine.dialect.name == "postgresql":
        answer["enums"] = sorted([enum["name"], enum["labels"]] for enum in inspector.get_enums())
    print(json.dumps(answer))


def look(storage, name):
    """What the usual ways of looking at a study give: best trial, data frame, importances, plots."""
    study = optuna.load_study(study_name=name, storage=storage)
    answer = {"best": study.best_trial.number, "value": study.best_value, "params": study.best_params}
    try:
        answer["frame"] = len(study.trials_dataframe())
    except ImportError:
        answer["frame"] = None
    answer["importances"] = sorted(optuna.importance.get_param_importances(study))
    answer["plots"] = []
    try:
        from optuna import visualization

        if visualization.is_available():
            for plot in ("optimization_history", "parallel_coordinate", "slice", "contour", "edf", "timeline"):
                figure = getattr(visualization, f"plot_{plot}")(study)
                answer["plots"].append([plot, len(figure.to_json()) > 1000])
    except ImportError:
        pass
    print(json.dumps(answer))


if __name__ == "__main__":
    command, place, *arguments = sys.argv[1:]
    globals()[command](open_storage(place), *arguments)
