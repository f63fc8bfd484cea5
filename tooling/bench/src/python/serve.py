"""The worker's side of the bench's protocol: a line of JSON in, a line of JSON out."""

import json
import os
import sys
import time


def serve(open_job):
    """Answers requests until the standard input ends.

    open_job takes a job as the bench describes it and returns a pair: one line about what runs, and a function that does
    one run, waits until the work is done and returns the loss, or None where there is none.
    """
    # Libraries write to the standard output as they like; answers have a channel of their own.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    run = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if request["command"] == "open":
                run = None
                about, run = open_job(request["job"])
                reply = {"about": about}
            else:
                reply = turn(run, request["warmups"], request["repeats"], request.get("budgetMs"))
        except Exception as error:  # whatever a framework throws belongs into the table
            words = str(error).strip().splitlines() or [""]
            reply = {"error": f"{type(error).__name__}: {words[0]}"}
        answers.write(json.dumps(reply) + "\n")
        answers.flush()


def turn(run, warmups, repeats, budget_ms=None):
    times, losses = [], []
    for i in range(warmups + repeats):
        if budget_ms is not None and sum(times) >= budget_ms:
            break
        start = time.perf_counter()
        loss = run()
        elapsed = time.perf_counter() - start
        if i >= warmups:
            times.append(1e3 * elapsed)
        if loss is not None:
            losses.append(float(loss))
    return {"timesMs": times, "losses": losses}
