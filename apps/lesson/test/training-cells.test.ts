import { activeBackend } from "@camada/tensor";
import { describe, expect, it } from "vitest";
import type { CellContext } from "../src/cell.ts";
import { runTrainingCell, type TrainingCellOptions } from "../src/cells/training-cell.ts";
import type { LessonCheckpoint } from "../src/training/lesson-training.ts";
import type { TrainingCellId } from "../src/training/setting.ts";
import { contextWith, type Shown } from "./context.ts";
import { fewPictures, leakedTensors, smallNet } from "./stand-in.ts";

async function ran(
  id: TrainingCellId,
  changes: Partial<CellContext> = {},
  options: TrainingCellOptions = {},
): Promise<Shown> {
  const context = contextWith({ open: () => fewPictures(260, 40), ...changes });
  const run = runTrainingCell(id, context, { makeNet: smallNet, ...options });
  const events: Shown["events"][number][] = [];
  for (;;) {
    const next = await run.next();
    if (next.done === true) {
      const outputs = events.flatMap((event) => (event.type === "output" ? [event.output] : []));
      return { outputs, events, verdict: next.value };
    }
    events.push(next.value);
  }
}

function notices({ events }: Shown): string[] {
  return events.flatMap((event) => (event.type === "notice" ? [event.text.en] : []));
}

function plan({ events }: Shown) {
  return events.flatMap((event) => (event.type === "training" ? [event.plan] : []))[0]!;
}

describe("a training cell", () => {
  it("asks nothing of the host that the backend's device should do", async () => {
    const hostRuns = (): [string, number][] => [...(activeBackend()?.info.fallbacks?.() ?? [])];
    const before = hostRuns();
    const shown = await ran("K3");
    expect(plan(shown).setting.epochs).toBe(2);
    expect(hostRuns()).toEqual(before);
  });

  it("runs its quick preset when asked, and names the command of the whole", async () => {
    const shown = await ran("K3");
    expect(notices(shown)[0]).toContain("as asked");
    expect(notices(shown)[0]).toContain("`camada run K3 --full`");
    expect(plan(shown)).toMatchObject({ name: "K3", setting: { epochs: 2, batchSize: 16 }, recorded: { length: 3 } });
  });

  it("runs the whole training where that is quick enough", async () => {
    const shown = await ran("K8", { isQuick: false, open: () => fewPictures(130, 20) });
    expect(notices(shown)[0]).toContain("whole training");
    expect(plan(shown).setting).toMatchObject({ epochs: 10, batchSize: 128 });
    // A part of the data is no ground for a verdict on the whole.
    expect(shown.verdict.kind).toBe("not-comparable");
  });

  it("runs its quick preset where the whole would take too long, and says how long", async () => {
    const shown = await ran("K8", { isQuick: false }, { longestFullRunMs: 0 });
    expect(notices(shown)[0]).toMatch(/^A step takes \d+ ms here; the notebook's 10 epochs would take about \d+ s/);
    expect(plan(shown).setting.batchSize).toBe(64);
    expect(shown.events.filter(({ type }) => type === "progress")).toHaveLength(6);
  });

  it("runs the whole training when that is asked for, however long it takes", async () => {
    const open = () => fewPictures(130, 20);
    const shown = await ran("K3", { isQuick: false, isFull: true, open }, { longestFullRunMs: 0 });
    expect(plan(shown).setting.epochs).toBe(10);
  });

  it("shows curves, filters and feature maps, and for K8 its mistakes", async () => {
    const names = (shown: Shown): string[] => shown.outputs.map(({ kind, name }) => `${kind} ${name}`);
    const common = (id: string) => [
      `chart ${id}-loss`,
      `chart ${id}-accuracy`,
      `pictures ${id}-filters`,
      `pictures ${id}-maps-1`,
    ];
    expect(names(await ran("K3"))).toEqual(common("K3"));
    const shown = await ran("K8");
    expect(names(shown)).toEqual([...common("K8"), "table K8-confusion", "pictures K8-mistakes"]);
    const confusion = shown.outputs.find(({ name }) => name === "K8-confusion");
    const rows = confusion?.kind === "table" ? confusion.rows : [];
    const counts = rows.flatMap((row) => row.slice(1, 11) as number[]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
  });

  it("says of a collapsed K8 why, and offers the gentle setting", async () => {
    // Without learning every answer is the same.
    const open = async () => {
      const data = await fewPictures(64, 40);
      return { ...data, test: data.test.filter(({ label }) => label === 3).take(3) };
    };
    const shown = await ran("K8", { open });
    const text = notices(shown).at(-1)!;
    expect(text).toContain("collapsed");
    expect(text).toContain("`camada train --dataset fashion-mnist --learning-rate 0.01`");
    expect(shown.verdict.kind).toBe("compatible");
  });

  it("that is stopped gives a checkpoint and no verdict, and goes on from it", async () => {
    const controller = new AbortController();
    const context = contextWith({ open: () => fewPictures(260, 40), signal: controller.signal });
    let checkpoint: LessonCheckpoint | undefined;
    let stoppedAt: number | undefined;
    const run = runTrainingCell("K8", context, { makeNet: smallNet });
    let next = await run.next();
    while (next.done !== true) {
      const { value } = next;
      // Of how many steps a record tells depends on the backend.
      if (value.type === "training" && value.record.type === "step" && value.record.step >= 2) {
        stoppedAt ??= value.record.step;
        controller.abort();
      }
      if (value.type === "training" && value.record.type === "checkpoint") {
        checkpoint = value.record.checkpoint as LessonCheckpoint;
      }
      next = await run.next();
    }
    expect(next.value.kind).toBe("not-comparable");
    expect(checkpoint!.progress).toMatchObject({ epoch: 1, step: stoppedAt });
    const [resumed, whole] = [await ran("K8", { resume: checkpoint! }), await ran("K8")];
    expect(accuracies(resumed)).toEqual(accuracies(whole));
  });

  it("refuses a checkpoint of the other cell", async () => {
    const { events } = await ran("K8");
    const checkpoint = events.flatMap((event) =>
      event.type === "training" && event.record.type === "checkpoint" ? [event.record.checkpoint] : [],
    )[0]!;
    await expect(ran("K3", { resume: checkpoint })).rejects.toMatchObject({
      name: "CheckpointFormatError",
      expected: "a training on mnist",
      got: "fashion-mnist",
    });
  });

  it("leaves no tensor behind, even when it is left on the way", async () => {
    const leave = async (isQuick: boolean, count: number): Promise<void> => {
      const run = runTrainingCell("K8", contextWith({ isQuick, open: () => fewPictures(260, 40) }), {
        makeNet: smallNet,
      });
      for (let i = 0; i < count; i++) await run.next();
      await run.return(undefined as never);
    };
    expect(await leakedTensors(() => ran("K8"))).toBe(0);
    expect(await leakedTensors(() => leave(false, 3))).toBe(0);
    // Six steps are timed; then comes the choice.
    expect(await leakedTensors(() => leave(false, 7))).toBe(0);
    expect(await leakedTensors(() => leave(true, 5))).toBe(0);
  });
});

function accuracies({ outputs }: Shown) {
  const chart = outputs.find(({ name }) => name === "K8-accuracy");
  return chart?.kind === "chart" ? chart.series : undefined;
}
