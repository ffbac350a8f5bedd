"""Optuna behind JSON lines: one request per line of standard input, one answer per line of standard output.

{"do": "info"}                                            -> {"optuna", "python", "numpy"}
{"do": "open", "sampler", "seed", "space",
 "pruner": {"minResource", "reductionFactor"} if any}     -> {"ok"}      starts a study that the caller evaluates
{"do": "next", "value": number, "pruned" or null}         -> {"params"}  ends the running trial, if any, and asks for one
{"do": "report", "step", "value": number}                 -> {"prune"}   reports for the running trial; whether to stop it
{"do": "time", "sampler", "seed", "space", "objectives",
 "prefill", "trials", "timeout"}                          -> {"ms", "cpuMs"}  one ask + tell on a given history, each
{"do": "run", ... without prefill}                        -> {"ms", "cpuMs"}  each trial of a study from its start
{"do": "memory"}                                          -> {"peak"}    peak resident memory of this process, in bytes

A space is a list of {name, type: float | int | cat, low, high, log, choices, cond: {parent, values}}, parents first.
All is minimized. A number that JSON lacks is a string: "Infinity". What goes wrong is answered as {"error"}.
"""

import json
import math
import resource
import sys
import time

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)


def make_sampler(name, seed):
    samplers = optuna.samplers
    makers = {
        "random": samplers.RandomSampler,
        "tpe": samplers.TPESampler,
        "gp": samplers.GPSampler,
        "cmaes": samplers.CmaEsSampler,
        "nsga2": samplers.NSGAIISampler,
        "sobol": samplers.QMCSampler,
    }
    return makers[name](seed=seed)


def make_study(request):
    sampler = make_sampler(request["sampler"], request["seed"])
    directions = ["minimize"] * request.get("objectives", 1)
    return optuna.create_study(directions=directions, sampler=sampler, pruner=make_pruner(request.get("pruner")))


def make_pruner(options):
    if options is None:
        return optuna.pruners.NopPruner()
    return optuna.pruners.SuccessiveHalvingPruner(
        min_resource=options["minResource"], reduction_factor=options["reductionFactor"]
    )


def is_active(parameter, params):
    condition = parameter.get("cond")
    return condition is None or params.get(condition["parent"]) in condition["values"]


def suggest(trial, space):
    params = {}
    for p in space:
        if not is_active(p, params):
            continue
        name = p["name"]
        if p["type"] == "cat":
            params[name] = trial.suggest_categorical(name, p["choices"])
        elif p["type"] == "int":
            params[name] = trial.suggest_int(name, p["low"], p["high"], log=p.get("log", False))
        else:
            params[name] = trial.suggest_float(name, p["low"], p["high"], log=p.get("log", False))
    return params


def distribution(p):
    if p["type"] == "cat":
        return optuna.distributions.CategoricalDistribution(p["choices"])
    kind = optuna.distributions.IntDistribution if p["type"] == "int" else optuna.distributions.FloatDistribution
    return kind(p["low"], p["high"], log=p.get("log", False))


def unit(p, value):
    """Where a value stands in its range, 0..1."""
    if p["type"] == "cat":
        return p["choices"].index(value) / max(1, len(p["choices"]) - 1)
    if p.get("log"):
        return math.log(value / p["low"]) / math.log(p["high"] / p["low"])
    return (value - p["low"]) / (p["high"] - p["low"])


def trivial_objective(space, params, objectives):
    """Squared distances from points on the diagonal; the same as in src/speed/workload.ts."""
    units = [unit(p, params[p["name"]]) for p in space]
    return [sum((u - 0.3 - 0.4 * k) ** 2 for u in units) for k in range(objectives)]


def prefill(study, space, objectives, count, seed):
    distributions = {p["name"]: distribution(p) for p in space}
    source = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    for _ in range(count):
        params = suggest(source.ask(), space)
        values = trivial_objective(space, params, objectives)
        study.add_trial(optuna.trial.create_trial(params=params, distributions=distributions, values=values))


def time_trials(study, request):
    space, objectives = request["space"], request.get("objectives", 1)
    deadline = time.perf_counter() + request.get("timeout", 1e9)
    ms, cpu_ms = [], []
    cpu = time.process_time()
    for _ in range(request["trials"]):
        start = time.perf_counter()
        trial = study.ask()
        params = suggest(trial, space)
        study.tell(trial, trivial_objective(space, params, objectives))
        end = time.perf_counter()
        ms.append(1000 * (end - start))
        cpu, cpu_before = time.process_time(), cpu
        cpu_ms.append(1000 * (cpu - cpu_before))
        if end > deadline:
            break
    return {"ms": ms, "cpuMs": cpu_ms}


class Session:
    study = None
    space = None
    trial = None

    def info(self, _):
        import numpy

        return {"optuna": optuna.__version__, "python": sys.version.split()[0], "numpy": numpy.__version__}

    def open(self, request):
        self.study, self.space, self.trial = make_study(request), request["space"], None
        return {"ok": True}

    def next(self, request):
        if self.trial is not None:
            if request["value"] == "pruned":
                self.study.tell(self.trial, state=optuna.trial.TrialState.PRUNED)
            else:
                self.study.tell(self.trial, float(request["value"]))
        self.trial = self.study.ask()
        return {"params": suggest(self.trial, self.space)}

    def report(self, request):
        self.trial.report(float(request["value"]), request["step"])
        return {"prune": self.trial.should_prune()}

    def time(self, request):
        study = make_study(request)
        prefill(study, request["space"], request.get("objectives", 1), request["prefill"], request["seed"] + 1)
        return time_trials(study, request)

    def run(self, request):
        return time_trials(make_study(request), request)

    def memory(self, _):
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {"peak": peak if sys.platform == "darwin" else 1024 * peak}


def main():
    session = Session()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = getattr(session, request["do"])(request)
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
