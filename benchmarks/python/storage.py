"""A worker of the storage benchmark, beside src/storage/storage-child.ts: the same plan, the same answers.

usage: storage.py PLAN    PLAN is the JSON of a Plan in src/storage/plan.ts

Opens the study, says "ready", waits for a line, does its work and prints the JSON of what it took.
"""

import json
import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
plan = json.loads(sys.argv[1])
PARAMETERS = [f"x{i}" for i in range(10)]


def open_study():
    return optuna.load_study(
        study_name=plan["study"], storage=plan["url"], sampler=optuna.samplers.RandomSampler(seed=plan["seed"])
    )


def run_trial(study):
    """One ask + tell; returns the milliseconds of asking, all suggestions included."""
    start = time.perf_counter()
    trial = study.ask()
    xs = [trial.suggest_float(name, 0, 1) for name in PARAMETERS]
    asked = time.perf_counter()
    study.tell(trial, sum((x - 0.3) ** 2 for x in xs))
    return 1000 * (asked - start)


def wait():
    print("ready", flush=True)
    sys.stdin.readline()


if plan["work"] == "open":
    wait()
    cpu = time.process_time()
    start = time.time()
    trials = open_study().get_trials(deepcopy=False)
    assert len(trials) == plan["trials"]
    end = time.time()
    cpu_ms = 1000 * (time.process_time() - cpu)
    print(json.dumps({"start": 1000 * start, "end": 1000 * end, "askMs": [], "cpuMs": cpu_ms}))
else:
    if plan["creates"]:
        optuna.create_study(study_name=plan["study"], storage=plan["url"])
    study = open_study()
    run_trial(study)
    wait()
    cpu = time.process_time()
    start = time.time()
    ask_ms = [run_trial(study) for _ in range(plan["trials"])]
    end = time.time()
    print(
        json.dumps(
            {"start": 1000 * start, "end": 1000 * end, "askMs": ask_ms, "cpuMs": 1000 * (time.process_time() - cpu)}
        )
    )
