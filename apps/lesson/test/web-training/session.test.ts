import { fileURLToPath } from "node:url";
import { cpu } from "@camada/backend-cpu";
import { MNIST, openDataset, type OpenedDataset } from "@camada/datasets";
import { folder } from "@camada/datasets/node";
import { Conv2D, Dense, Flatten, Sequential } from "@camada/layers";
import { DeviceLostError, random, useBackend } from "@camada/tensor";
import { beforeAll, describe, expect, it } from "vitest";
import type { Report, SavedRun, SavedRunSummary } from "../../src/web/training/protocol.ts";
import { type RunStore, StorageError } from "../../src/web/training/run-store.ts";
import { TrainingSession } from "../../src/web/training/training-session.ts";
import { recordsOf, requestOf, shortSetting } from "./browser.ts";

let data: OpenedDataset;
beforeAll(async () => {
  await useBackend(cpu({ engine: "wasm" }));
  const path = fileURLToPath(new URL("../../data/mnist-tenth", import.meta.url));
  data = await openDataset(MNIST, { sources: [folder(path)] });
});

const request = requestOf(shortSetting);

describe("a session whose GPU context is lost", () => {
  it("keeps the last good state and goes on from it elsewhere, with the losses of a run that lost nothing", async () => {
    const whole = await run({});
    expect(whole.losses).toHaveLength(16);
    const store = memoryStore();
    let checks = 0;
    const broken = await run({
      store,
      checkDevice: () => {
        if (++checks > 14) throw new DeviceLostError("webgl");
      },
    });
    const failure = broken.reports.at(-1)!;
    expect(failure).toMatchObject({ type: "failed" });
    expect((failure as Extract<Report, { type: "failed" }>).text.en).toContain("go on with WASM");
    const { saved } = failure as Extract<Report, { type: "failed" }>;
    expect(saved).toBeDefined();
    const after = await run({ saved });
    const steps = saved!.losses.map(({ loss }) => loss);
    expect(steps.length).toBeGreaterThan(0);
    expect([...steps, ...after.losses]).toEqual(whole.losses);
  });
});

describe("a session that may keep nothing", () => {
  it("says so once and trains to the end", async () => {
    const store: RunStore = {
      ...memoryStore(),
      save: () => Promise.reject(new StorageError("to keep 1 MiB", new DOMException("no", "SecurityError"))),
    };
    const { reports, losses } = await run({ store });
    expect(losses).toHaveLength(16);
    const unsaved = reports.filter((one) => one.type === "unsaved");
    expect(unsaved.map(({ text }) => text.en)).toEqual([expect.stringContaining("(SecurityError)")]);
  });
});

/** Runs a session of a small net to its end or failure. */
async function run(options: {
  readonly store?: RunStore;
  readonly checkDevice?: () => void;
  readonly saved?: SavedRun | undefined;
}): Promise<{ readonly reports: Report[]; readonly losses: number[] }> {
  const { store = memoryStore(), checkDevice = () => {}, saved } = options;
  const reports: Report[] = [];
  const session = new TrainingSession(
    {
      report: (report) => {
        reports.push(report);
        if (report.type === "status" && report.status === "ended") session.close();
      },
      openData: () => Promise.resolve(data),
      store,
      checkDevice,
      makeNet: smallNet,
    },
    request,
    saved,
  );
  session.go("end");
  await session.run();
  const losses = recordsOf(reports).flatMap((record) => (record.type === "step" ? [record.batch.loss] : []));
  return { reports, losses };
}

function smallNet(): Sequential {
  const net = new Sequential();
  net.add(new Conv2D(2, { kernelSize: 5, strides: 3, activation: "tanh" }), new Flatten(), new Dense(10));
  const source = random.mxnet(0);
  net.initialize({
    values: (shape) =>
      source.normal(
        shape.reduce((size, axis) => size * axis, 1),
        0,
        0.1,
      ),
  });
  return net;
}

/** A store that keeps the run in memory. */
function memoryStore(): RunStore {
  let kept: { readonly run: SavedRun; readonly summary: SavedRunSummary } | undefined;
  return {
    save: (run, summary) => Promise.resolve(void (kept = { run, summary })),
    load: () => Promise.resolve(kept?.run),
    summary: () => Promise.resolve(kept?.summary),
    clear: () => Promise.resolve(void (kept = undefined)),
  };
}
