"""Writes test/golden/mxnet-<version>.json: what MXNet's own Trainer, schedules and clip_global_norm compute.

Two versions are needed: 1.4.1 is the reference, 1.9.1 has the adamw kernel that it lacks. Both run on Python 3.11:

    python3 -m venv /tmp/mx && /tmp/mx/bin/pip install numpy==1.23.5 requests graphviz
    /tmp/mx/bin/pip install --no-deps mxnet==1.4.1 && /tmp/mx/bin/python scripts/golden.py
    /tmp/mx/bin/pip install --no-deps mxnet==1.9.1 && /tmp/mx/bin/python scripts/golden.py
    npx prettier --write test/golden

Float32 values are written with the fewest digits that name them, doubles with Python's repr.
"""

import json
import math
import pathlib
import re
import warnings

import numpy as np

np.bool = bool  # MXNet names an alias that NumPy 1.24 dropped and 1.20 deprecated

import mxnet as mx  # noqa: E402
from mxnet import autograd, gluon, nd  # noqa: E402

REFERENCE = mx.__version__ == "1.4.1"
SHAPES = [[2, 3], [4], [1]]
STEPS = 6
random = np.random.RandomState(2019)


def draw(scale):
    return [random.uniform(-scale, scale, shape).astype("float32") for shape in SHAPES]


WEIGHTS = draw(1)
GRADIENTS = [draw(3) for _ in range(STEPS)]


def numbers(array):
    """Float32 values in row-major order; NaN and infinities as text, which JSON lacks."""
    return [
        json.loads(np.format_float_positional(v, unique=True, trim="-")) if np.isfinite(v) else str(v)
        for v in np.asarray(array, "float32").ravel()
    ]


def camel(name):
    return re.sub(r"_(\w)", lambda m: m.group(1).upper(), name)


def parameters(lr_mult, wd_mult):
    made = []
    for i, shape in enumerate(SHAPES):
        p = gluon.Parameter("p%d" % i, shape=shape, lr_mult=lr_mult[i], wd_mult=wd_mult[i])
        p.initialize(ctx=mx.cpu())
        p.set_data(nd.array(WEIGHTS[i]))
        made.append(p)
    return made


def update(optimizer, options=None, batch_size=3, lr_mult=(1, 1, 1), wd_mult=(1, 1, 1), stale=(), rates=None, schedule=None):
    """One run of the Trainer. stale: pairs (step, parameter) without a backward pass; rates: step -> new learning rate."""
    options = dict(options or {})
    params = parameters(lr_mult, wd_mult)
    arguments = dict(options)
    if schedule is not None:
        arguments["lr_scheduler"] = make_schedule(schedule)
    trainer = gluon.Trainer(params, optimizer, arguments)
    weights, learning_rates = [], []
    for step in range(STEPS):
        if rates and step in rates:
            trainer.set_learning_rate(rates[step])
        fresh = [i for i in range(len(SHAPES)) if (step, i) not in stale]
        with autograd.record():
            loss = sum((params[i].data() * nd.array(GRADIENTS[step][i])).sum() for i in fresh)
        loss.backward()
        trainer.step(batch_size, ignore_stale_grad=bool(stale))
        weights.append([numbers(p.data().asnumpy()) for p in params])
        learning_rates.append(trainer.learning_rate)
    case = {"optimizer": optimizer, "options": {camel(k): v for k, v in options.items()}, "batchSize": batch_size}
    case.update(lrMult=list(lr_mult), wdMult=list(wd_mult), stale=[list(s) for s in stale])
    case["rates"] = {str(k): v for k, v in (rates or {}).items()}
    if schedule is not None:
        case["schedule"] = {"kind": schedule[0], "arguments": schedule[1]}
    case.update(weights=weights, learningRates=learning_rates)
    return case


def adamw(options, batch_size=3):
    """The rule of MXNet 2.0's AdamW class, computed by the kernel that 1.9.1 already has."""
    o = dict(learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-6, correct_bias=True, wd=0.0)
    o.update(options)
    weights = [nd.array(w) for w in WEIGHTS]
    means = [nd.zeros(s) for s in SHAPES]
    variances = [nd.zeros(s) for s in SHAPES]
    history = []
    for step in range(STEPS):
        t = step + 1
        lr = o["learning_rate"]
        if o["correct_bias"]:
            lr = lr * math.sqrt(1.0 - o["beta2"] ** t) / (1.0 - o["beta1"] ** t)
        extra = {"clip_gradient": o["clip_gradient"]} if "clip_gradient" in o else {}
        for w, g, m, v in zip(weights, GRADIENTS[step], means, variances):
            nd.contrib.adamw_update(
                w, nd.array(g), m, v, nd.array([1.0 / batch_size]), out=w, lr=1, eta=lr, wd=o["wd"],
                beta1=o["beta1"], beta2=o["beta2"], epsilon=o["epsilon"], **extra
            )
        history.append([numbers(w.asnumpy()) for w in weights])
    case = {"optimizer": "adamw", "options": {camel(k): v for k, v in options.items()}, "batchSize": batch_size}
    case.update(lrMult=[1, 1, 1], wdMult=[1, 1, 1], stale=[], rates={}, weights=history)
    case["learningRates"] = [o["learning_rate"]] * STEPS
    return case


SCHEDULES = {
    "factor": mx.lr_scheduler.FactorScheduler,
    "multiFactor": mx.lr_scheduler.MultiFactorScheduler,
    "poly": mx.lr_scheduler.PolyScheduler,
    "cosine": mx.lr_scheduler.CosineScheduler,
}


def make_schedule(schedule):
    kind, arguments = schedule
    snake = {re.sub(r"([A-Z])", lambda m: "_" + m.group(1).lower(), k): v for k, v in arguments.items()}
    return SCHEDULES[kind](**snake)


def schedule(kind, arguments, learning_rate=None, until=30):
    """Values at 0, 1, ... as an optimizer asks for them; learning_rate replaces base_lr as Optimizer.__init__ does."""
    made = make_schedule((kind, arguments))
    if learning_rate is not None:
        made.base_lr = learning_rate
    case = {"kind": kind, "arguments": arguments, "values": [made(n) for n in range(until)]}
    if learning_rate is not None:
        case["learningRate"] = learning_rate
    return case


def clip(arrays, max_norm):
    made = [nd.array(a) for a in arrays]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        norm = gluon.utils.clip_global_norm(made, max_norm)
    before = [numbers(np.array(a, "float32")) for a in arrays]
    return {
        "arrays": before,
        "maxNorm": max_norm,
        "norm": numbers([norm])[0],
        "clipped": [numbers(a.asnumpy()) for a in made],
    }


def reference():
    changed = {3: 0.05}
    everything = {"learning_rate": 0.07, "wd": 0.013, "clip_gradient": 0.4}
    updates = []
    for name, own in [
        ("sgd", {}),
        ("sgd", {"momentum": 0.9}),
        ("nag", {}),
        ("nag", {"momentum": 0.9}),
        ("adam", {}),
        ("adam", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3}),
        ("adagrad", {}),
        ("adagrad", {"eps": 1e-2}),
        ("rmsprop", {}),
        ("rmsprop", {"gamma1": 0.7, "epsilon": 1e-3, "clip_weights": 0.5}),
        ("rmsprop", {"centered": True}),
        ("rmsprop", {"centered": True, "gamma1": 0.7, "gamma2": 0.6, "epsilon": 1e-3, "clip_weights": 0.5}),
        ("adadelta", {}),
        ("adadelta", {"rho": 0.7, "epsilon": 1e-3}),
        ("adamax", {}),
        ("adamax", {"beta1": 0.8, "beta2": 0.95}),
        ("nadam", {}),
        ("nadam", {"beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "schedule_decay": 0.02}),
    ]:
        updates.append(update(name, own))
        updates.append(update(name, dict(own, **everything)))
    updates += [
        update("sgd", {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01}, rates=changed),
        update("nag", {"learning_rate": 0.1, "momentum": 0.9, "wd": 0.01}, rates=changed),
        update("sgd", {"learning_rate": 0.1, "wd": 0.1, "rescale_grad": 0.7}, lr_mult=(1, 0.3, 0), wd_mult=(0, 1, 2.5)),
        update("adam", {"wd": 0.1}, lr_mult=(1, 0.3, 0), wd_mult=(0, 1, 2.5)),
        update("adam", {}, stale=[(0, 1), (2, 1), (3, 0)]),
        update("nadam", {}, stale=[(0, 1), (2, 1), (3, 0)]),
        update("sgd", {"learning_rate": 0.1, "momentum": 0.9}, schedule=("factor", {"step": 2, "factor": 0.5})),
        update("sgd", {"learning_rate": 0.1}, schedule=("cosine", {"maxUpdate": 5, "baseLr": 0.3}), stale=[(1, 0), (2, 2)]),
        update("adam", {}, schedule=("multiFactor", {"step": [1, 3], "factor": 0.1, "baseLr": 0.5})),
    ]
    warm = {"warmupSteps": 5, "warmupBeginLr": 0.02, "baseLr": 0.3}
    schedules = [
        schedule("factor", {"step": 4, "factor": 0.5}),
        schedule("factor", {"step": 3, "factor": 0.3, "stopFactorLr": 1e-3, "baseLr": 0.7}),
        schedule("factor", dict(warm, step=2, factor=0.9)),
        schedule("factor", dict(warm, step=2, factor=0.9), learning_rate=0.11),
        schedule("factor", dict(warm, step=2, factor=0.9, warmupMode="constant")),
        schedule("multiFactor", {"step": [2, 3, 9], "factor": 0.1}),
        schedule("multiFactor", {"step": [5, 8], "factor": 0.7, "baseLr": 0.3}, learning_rate=0.11),
        schedule("multiFactor", dict(warm, step=[2, 11], factor=0.7), learning_rate=0.11),
        schedule("poly", {"maxUpdate": 20}),
        schedule("poly", dict(warm, maxUpdate=20, pwr=1.7, finalLr=0.01)),
        schedule("poly", dict(warm, maxUpdate=20, pwr=1, finalLr=0.01, warmupMode="constant"), learning_rate=0.11),
        schedule("cosine", {"maxUpdate": 20}),
        schedule("cosine", dict(warm, maxUpdate=20, finalLr=0.01)),
        schedule("cosine", dict(warm, maxUpdate=20, finalLr=0.01), learning_rate=0.11),
    ]
    clips = [
        clip(WEIGHTS, 1.0),
        clip(WEIGHTS, 100.0),
        clip([[3.0, 0.0], [4.0]], 0.1),
        clip([[0.0, 0.0], [0.0]], 1.0),
        clip([[float("nan"), 1.0], [2.0]], 1.0),
        clip([[float("inf"), 1.0], [2.0]], 1.0),
    ]
    return {"updates": updates, "schedules": schedules, "clips": clips}


def later():
    everything = {"learning_rate": 0.07, "wd": 0.013, "clip_gradient": 0.4}
    own = {"learning_rate": 0.05, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-3, "wd": 0.1, "correct_bias": False}
    return {"updates": [adamw({}), adamw(everything), adamw(own)]}


golden = {
    "madeBy": "packages/optimizers/scripts/golden.py",
    "versions": {"mxnet": mx.__version__, "numpy": np.__version__},
    "shapes": SHAPES,
    "initial": [numbers(w) for w in WEIGHTS],
    "gradients": [[numbers(g) for g in step] for step in GRADIENTS],
}
golden.update(reference() if REFERENCE else later())
path = pathlib.Path(__file__).parent.parent / "test" / "golden" / ("mxnet-%s.json" % mx.__version__)
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(golden))
print("wrote", path)
