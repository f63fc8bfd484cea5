import { defaultRandom } from "@camada/tensor";
import { expectNoLeak } from "@camada/test-kit";
import { describe, expect, it } from "vitest";
import { cellIds, cells } from "../src/cells/index.ts";
import { languages } from "../src/localized.ts";
import type { TableOutput, TraceOutput } from "../src/output.ts";
import { contextWith, embeddedData, runToEnd, type Shown } from "./context.ts";

const quick = cells.filter(({ id }) => id !== "K3" && id !== "K8");

function find<K extends Shown["outputs"][number]["kind"]>(shown: Shown, kind: K, name?: string) {
  const found = shown.outputs.find((output) => output.kind === kind && (name === undefined || output.name === name));
  return found as Extract<Shown["outputs"][number], { kind: K }>;
}

function cell(id: string) {
  return cells.find((one) => one.id === id)!;
}

describe("every cell", () => {
  it("has a place in the lesson's order, once", () => {
    expect(new Set(cellIds).size).toBe(cellIds.length);
    expect(cellIds).toEqual(ORDER);
  });

  it.each(quick.map((one) => [one.id, one] as const))("%s comes out as it should", async (id, one) => {
    const { verdict, outputs } = await runToEnd(one);
    expect(verdict.kind).toBe(id === "K1" || id === "K2" ? "compatible" : "equal");
    expect(verdict.checks.flatMap(({ items }) => items).length).toBeGreaterThan(0);
    expect(new Set(outputs.map(({ kind, name }) => `${kind} ${name}`)).size).toBe(outputs.length);
  });

  it.each(quick.map((one) => [one.id, one] as const))("%s leaves no tensor behind", async (_id, one) => {
    await expectNoLeak(async () => void (await runToEnd(one)));
  });

  it.each(cells.map((one) => [one.id, one] as const))("%s speaks every language", (_id, one) => {
    for (const language of languages) {
      expect(one.title[language]).not.toBe("");
      const texts = one.prose.flatMap((part) => (part.kind === "formula" ? [] : [part.text[language]]));
      for (const text of texts) expect(text.length).toBeGreaterThan(20);
      for (const parameter of Object.values(one.parameters)) expect(parameter.label[language]).not.toBe("");
    }
  });

  it("code cells show their code", () => {
    for (const one of cells.filter(({ kind }) => kind === "code")) expect(one.code).toContain("import");
  });
});

const ORDER = [
  "T1",
  "K1",
  "K2",
  "T2",
  "T3",
  "T4",
  "T5",
  "K3",
  "T6",
  "T7",
  "K4",
  "T8",
  "K5",
  "K6",
  "T9",
  "K7",
  "T10",
  "K8",
];

describe("T1", () => {
  it("counts what a dense layer and a convolution need", async () => {
    const { rows } = find(await runToEnd(cell("T1")), "table");
    expect(rows[0]!.slice(0, 3)).toEqual([{ shape: [1, 32, 32] }, 84 * 1024 + 84, 156]);
  });
});

describe("T2 and T3", () => {
  it("T2 gives 19, 25, 37, 43", async () => {
    expect(Array.from(find(await runToEnd(cell("T2")), "trace").output.data)).toEqual([19, 25, 37, 43]);
  });

  it("T3 gives 56 from 37 and 19", async () => {
    const shown = await runToEnd(cell("T3"));
    expect(Array.from(find(shown, "trace").output.data)).toEqual([56, 72, 104, 120]);
    expect(shown.verdict.checks[0]!.items.map(({ live }) => live)).toEqual([37, 19, 56]);
  });
});

describe("T5 and T10", () => {
  it.each(["T5", "T10"])("%s counts 4,083,626 parameters", async (id) => {
    const table = find(await runToEnd(cell(id)), "table");
    expect(table.total).toContain(4_083_626);
    expect(column(table, /param/)).toEqual([156, 2_416, 48_120, 0, 4_032_084, 850]);
  });

  it("T10 counts 24,732,840 multiplications", async () => {
    expect(find(await runToEnd(cell("T10")), "table").total).toContain(24_732_840);
  });
});

describe("T6", () => {
  it("loses 30.6 % of the area and 16.7 % of a side", async () => {
    const text = find(await runToEnd(cell("T6")), "text", "T6-lost").text;
    expect(text).toEqual({
      "pt-BR": "Perdem-se 30,6 % da área e 16,7 % de cada lado.",
      en: "30.6 % of the area is lost, and 16.7 % of each side.",
    });
  });

  it("compares nothing with the notebook once its values are changed", async () => {
    const { verdict } = await runToEnd(cell("T6"), { layers: 3 });
    expect(verdict.kind).toBe("not-comparable");
  });
});

describe("T9", () => {
  it("finds the pixels that no window reads", async () => {
    const { output } = find(await runToEnd(cell("T9")), "trace");
    expect(output).toMatchObject({ shape: [1, 1, 2, 2] });
    expect(Array.from(output.data)).toEqual([0, 8, 6, 8]);
  });

  it("reads everything with stride 1", async () => {
    const shown = await runToEnd(cell("T9"), { strideHeight: 1, strideWidth: 1 });
    expect(find(shown, "text", "T9-unread").text).toMatchObject({ en: "Pixels never read: 0" });
  });
});

describe("K2", () => {
  it("shows ten pictures, one of each class, and the range 0 to 1", async () => {
    const shown = await runToEnd(cell("K2"));
    const { pictures } = find(shown, "pictures");
    expect(pictures.map(({ width, height }) => [width, height])).toEqual(Array.from({ length: 10 }, () => [28, 28]));
    expect(find(shown, "text", "K2-range").text).toMatchObject({
      en: "After Resize(32) and ToTensor: shape (1, 32, 32), values 0.0 … 1.0 (test pictures)",
    });
  });

  it("differs when a dataset that claims to be whole is not", async () => {
    const opened = await embeddedData();
    const open = () => Promise.resolve({ ...opened, source: { ...opened.source, isSubset: false } });
    const { verdict } = await runToEnd(cell("K2"), {}, contextWith({ open }));
    expect(verdict.kind).toBe("different");
    expect(verdict.checks[0]!.items[0]).toEqual({ name: "train", live: 6_000, expected: 60_000, agrees: false });
  });
});

describe("K5, K6 and K7", () => {
  it.each([
    [
      "K5",
      [
        [6, 6],
        [8, 8],
      ],
    ],
    ["K6", [[8, 8]]],
    [
      "K7",
      [
        [8, 8],
        [4, 4],
        [2, 2],
      ],
    ],
  ])("%s gives the notebook's shapes", async (id, shapes) => {
    const shown = await runToEnd(cell(id));
    expect(find(shown, "shapes").rows.map(({ output }) => output)).toEqual(shapes);
    expect(shown.verdict.checks[0]).toMatchObject({ against: "notebook", kind: "equal" });
  });

  it("K6 follows its parameters, and is then compared with the formula only", async () => {
    const shown = await runToEnd(cell("K6"), { kernelHeight: 4 });
    expect(find(shown, "shapes").rows[0]!.output).toEqual([9, 8]);
    expect(shown.verdict.checks.map(({ kind }) => kind)).toEqual(["not-comparable", "equal", "equal"]);
  });

  it("K7 leaves the last two rows unread", async () => {
    const traces = (await runToEnd(cell("K7"))).outputs.filter(
      (output): output is TraceOutput => output.kind === "trace",
    );
    expect(traces.map(({ output }) => output.shape.slice(2))).toEqual([
      [8, 8],
      [4, 4],
      [2, 2],
    ]);
  });
});

function column({ columns, rows }: TableOutput, title: RegExp): unknown[] {
  const at = columns.findIndex((one) => typeof one.title !== "string" && title.test(one.title.en));
  return rows.map((row) => row[at]);
}

describe("K4", () => {
  const isOnCpu = contextWith().backend.backend.name === "cpu";
  /** On other devices the texts are not compared. */
  const againstNotebook = isOnCpu ? ["notebook", "notebook"] : ["notebook"];

  it("compares 54 numbers, bit for bit on the CPU", async () => {
    const { verdict, outputs } = await runToEnd(cell("K4"));
    const allowed = isOnCpu ? { tolerance: 0, worst: 0 } : { tolerance: 1e-7 };
    expect(verdict.checks[0]).toMatchObject({ kind: "equal", against: "notebook", ...allowed });
    expect(verdict.checks[0]!.items).toHaveLength(9 + 25 + 4 + 16);
    expect(outputs.map(({ kind }) => kind)).toEqual(["array", "array", "array", "array"]);
  });

  it("allows other devices a last digit", async () => {
    const { backend } = contextWith();
    const gpu = { ...backend, backend: { ...backend.backend, name: "webgl" as const, device: "gpu(0)" } };
    const { verdict } = await runToEnd(cell("K4"), {}, contextWith({ backend: gpu }));
    expect(verdict.checks[0]).toMatchObject({ kind: "equal", tolerance: 1e-7 });
  });

  it("draws again from a seed, beside the notebook's numbers", async () => {
    const { outputs, verdict } = await runToEnd(cell("K4"), {}, contextWith({ seed: 7 }));
    expect(outputs.map(({ name }) => name)).toContain("K4-again-paddedOutput");
    expect(verdict.checks.map(({ against }) => against)).toEqual([...againstNotebook, "loop", "loop"]);
  });

  it("is not compared with the notebook once other words are drawn", async () => {
    const shown = await runToEnd(cell("K4"), { discarded: 0 });
    expect(find(shown, "array", "K4-input").values[0]).toBe(Math.fround(2.2122064));
    expect(shown.verdict.checks.map(({ against }) => against)).toEqual(["loop"]);
  });

  it("leaves the default random source where it was", async () => {
    const before = defaultRandom().state();
    await runToEnd(cell("K4"));
    expect(defaultRandom().state()).toEqual(before);
  });
});
