import { afterEach, describe, expect, it } from "vitest";
import { train } from "../src/index.ts";
import { standing, type EarlyStopping } from "../src/early-stopping.ts";
import { BATCHES } from "./logits.ts";
import { collect, end, epochs } from "./records.ts";
import { biasRun, cleanUp } from "./runs.ts";

afterEach(cleanUp);

const history = (...losses: number[]) => losses.map((loss) => ({ train: { loss, accuracy: -loss }, test: { loss } }));
const judge = (options: EarlyStopping, ...losses: number[]) => standing(history(...losses), options);

describe("standing", () => {
  it("waits as many epochs as patience says", () => {
    const options = { monitor: "test.loss", patience: 2 } as const;
    expect(judge(options, 3, 2)).toEqual({ isBest: true, isOver: false });
    expect(judge(options, 3, 2, 2)).toEqual({ isBest: false, isOver: false });
    expect(judge(options, 3, 2, 2, 2.5)).toEqual({ isBest: false, isOver: true });
    expect(judge(options, 3, 2, 2.5, 1.9)).toEqual({ isBest: true, isOver: false });
  });

  it("calls a change of no more than minDelta no improvement", () => {
    const options = { monitor: "train.loss", patience: 1, minDelta: 0.5 } as const;
    expect(judge(options, 3, 2.5).isOver).toBe(true);
    expect(judge(options, 3, 2.25).isOver).toBe(false);
  });

  it("takes more for better where the figure is no loss, or the mode says so", () => {
    expect(judge({ monitor: "train.accuracy", patience: 1 }, 3, 2).isOver).toBe(false);
    expect(judge({ monitor: "train.loss", mode: "max", patience: 1 }, 3, 2).isOver).toBe(true);
    expect(judge({ monitor: "train.accuracy", mode: "min", patience: 1 }, 3, 2).isOver).toBe(true);
  });

  it("never takes NaN for better", () => {
    expect(judge({ monitor: "train.loss", patience: 2 }, NaN, NaN).isOver).toBe(true);
    expect(judge({ monitor: "train.loss", patience: 2 }, NaN, 1).isBest).toBe(true);
  });

  it("refuses a figure that is no number", () => {
    const epochs = [{ train: { confusion: [[1]] } }];
    expect(() => standing(epochs, { monitor: "train.confusion", patience: 1 })).toThrow(
      "train: expected a figure train.confusion to monitor, got object",
    );
  });
});

describe("early stopping", () => {
  it("ends the run after so many epochs without improvement", async () => {
    // The update makes the net worse and worse.
    const parts = biasRun((net, step) => net.set([0, step, 0]));
    const earlyStopping = { monitor: "train.loss", patience: 2 } as const;
    const records = await collect(train({ ...parts, trainLoader: [BATCHES[1]!], epochs: 10, earlyStopping }));
    expect(end(records)).toMatchObject({ reason: "early-stopping", epoch: 3 });
    expect(epochs(records).map((epoch) => epoch.isBest)).toEqual([true, false, false]);
  });

  it("refuses a figure that is not there", async () => {
    const run = train({ ...biasRun(), epochs: 2, earlyStopping: { monitor: "test.loss", patience: 1 } });
    await expect(collect(run)).rejects.toMatchObject({
      name: "TrainingOptionError",
      message: "train: expected a figure test.loss to monitor, got none of that name; pass a testLoader",
    });
  });
});
