import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Image, ImageBatch } from "../../src/index.ts";
import {
  Compose,
  DataLoader,
  DataOptionError,
  image,
  ImageDataset,
  Normalize,
  RandomFlipLeftRight,
  RandomResizedCrop,
  Resize,
  SimpleDataset,
  ToTensor,
} from "../../src/index.ts";
import { threadWorkers } from "../../src/node.ts";

const transform = new Compose([
  new Resize(12),
  new RandomResizedCrop(9),
  new RandomFlipLeftRight(),
  new ToTensor(),
  new Normalize(0.5, 0.25),
]);

function pictures(n: number): ImageDataset {
  const data = Uint8Array.from({ length: 64 * n }, (_, i) => (i * 31 + (i >> 6) * 7) % 256);
  return new ImageDataset(
    { data, shape: [n, 8, 8, 1], layout: "NHWC", divisor: 1 },
    Array.from({ length: n }, (_, i) => i % 10),
  );
}

async function collect(batches: AsyncIterable<ImageBatch>): Promise<ImageBatch[]> {
  const all: ImageBatch[] = [];
  for await (const batch of batches) all.push(batch);
  return all;
}

function loaders(dataset: ImageDataset, threads = 1) {
  const options = { batchSize: 7, shuffle: true, seed: 5 };
  const threaded = new DataLoader(dataset, { ...options, workers: threadWorkers(threads) });
  onTestFinished(() => threaded.close());
  return { plain: new DataLoader(dataset, options), threaded };
}

describe("threadWorkers", () => {
  it("give the batches of the main thread, in order, in every epoch and after resume", async () => {
    const { plain, threaded } = loaders(pictures(60).transformFirst(transform).take(50), 2);
    for (const epoch of [0, 3]) {
      const expected = await collect(plain.epoch(epoch));
      expect(await collect(threaded.epoch(epoch))).toEqual(expected);
      expect(await collect(threaded.iterate({ epoch, startBatch: 4 }))).toEqual(expected.slice(4));
    }
    expect(threaded.state()).toEqual({ seed: 5, epoch: 4, batch: 0 });
  });

  it("share pictures of several sizes, uint8 and float32", async () => {
    const ragged = Array.from({ length: 20 }, (_, i): Image => {
      const [h, w] = [2 + (i % 3), 3 + (i % 2)];
      return image(
        Uint8Array.from({ length: h * w }, (__, k) => i + k),
        [h, w, 1],
      );
    });
    const resized = loaders(
      new ImageDataset(
        ragged,
        ragged.map(() => 0),
      ).transformFirst(new Resize(5)),
    );
    expect(await collect(resized.threaded)).toEqual(await collect(resized.plain));

    const floats = pictures(20)
      .transformFirst(new Compose([new ToTensor(), new Normalize(0.5, 0.25)]))
      .materialize();
    const float = loaders(floats);
    expect(await collect(float.threaded)).toEqual(await collect(float.plain));
  });

  it("survive a loop that is left early", async () => {
    const { plain, threaded } = loaders(pictures(50).transformFirst(transform));
    for await (const _ of threaded) break;
    expect(threaded.state()).toEqual({ seed: 5, epoch: 0, batch: 1 });
    const rest = (await collect(plain.epoch(0))).slice(1);
    expect(await collect(threaded)).toEqual(rest);
  });

  it("pass on a typed error when its batch is due, and go on afterwards", async () => {
    const small = image(new Uint8Array(9), [3, 3, 1]);
    const large = image(new Uint8Array(16), [4, 4, 1]);
    const mixed = new ImageDataset([...Array(14).fill(small), large, ...Array(6).fill(small)], Array(21).fill(0));
    const loader = new DataLoader(mixed, { batchSize: 7, workers: threadWorkers(1) });
    onTestFinished(() => loader.close());
    let batches = 0;
    const run = async () => {
      for await (const _ of loader) batches++;
    };
    const error: unknown = await run().catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DataOptionError);
    expect(error).toMatchObject({
      op: "batch",
      got: "uint8 HWC [3, 3, 1] with divisor 1 at index 15",
      advice: "add a Resize",
    });
    expect(batches).toBe(2);
    expect((await collect(loader.iterate({ epoch: 0, startBatch: 0 })).catch(() => [])).length).toBe(0);
    expect((await loader.iterate({ epoch: 0, startBatch: 1 }).next()).value?.labels.length).toBe(7);
  });

  it("reject what is under way when they are closed, and start anew", async () => {
    const { plain, threaded } = loaders(pictures(50).transformFirst(transform));
    const iterator = threaded.epoch(0);
    await iterator.next();
    const rest = (async () => {
      while (!(await iterator.next()).done);
    })();
    // oxlint-disable-next-line vitest/valid-expect -- awaited below, once the threads are closed
    const rejected = expect(rest).rejects.toThrow("the worker threads were closed");
    await threaded.close();
    await rejected;
    expect(await collect(threaded.epoch(0))).toEqual(await collect(plain.epoch(0)));
  });

  it("keep as many batches under way as prefetch says", async () => {
    const requested: number[] = [];
    const workers = {
      size: 1,
      start: () => ({
        render: (request: { rows: Int32Array }) => {
          requested.push(request.rows[0] ?? -1);
          return Promise.resolve(pictures(request.rows.length).images as never);
        },
        close: () => Promise.resolve(),
      }),
    };
    const loader = new DataLoader(pictures(40), { batchSize: 4, workers, prefetch: 3 });
    const iterator = loader.epoch(0);
    await iterator.next();
    expect(requested).toEqual([0, 4, 8]);
    await iterator.next();
    expect(requested).toEqual([0, 4, 8, 12]);
    await iterator.return();
  });

  it("are refused for other datasets and sizes", () => {
    expect(() => threadWorkers(0)).toThrow("threadWorkers: expected an integer of at least 1, got 0");
    const words = new SimpleDataset(["a"]);
    expect(() => new DataLoader(words, { batchSize: 1, workers: threadWorkers(1) })).toThrow(
      "DataLoader: expected an ImageDataset, for worker threads, got another dataset",
    );
  });
});

describe("threadWorkers in a process of their own", () => {
  const program = (module: string) => `
    import { DataLoader, ImageDataset, Resize } from "${module}/index.EXT";
    import { threadWorkers } from "${module}/node.EXT";
    const images = { data: new Uint8Array(40), shape: [10, 2, 2, 1], layout: "NHWC", divisor: 1 };
    const dataset = new ImageDataset(images, Array(10).fill(0)).transformFirst(new Resize(3));
    const loader = new DataLoader(dataset, { batchSize: 5, workers: threadWorkers(2) });
    for await (const { images } of loader) console.log(images.shape.join());
  `;
  const src = fileURLToPath(new URL("../../src", import.meta.url));

  it("let it end without close(), from TypeScript", () => {
    const code = program(src).replaceAll("EXT", "ts");
    const args = ["--import", import.meta.resolve("tsx"), "--input-type=module", "-e", code];
    expect(execFileSync(process.execPath, args, { encoding: "utf8", timeout: 20_000 })).toBe("5,3,3,1\n".repeat(2));
  });

  it("run from compiled JavaScript", () => {
    const out = fileURLToPath(new URL("../../node_modules/.cache/compiled-for-test", import.meta.url));
    onTestFinished(() => rmSync(out, { recursive: true, force: true }));
    for (const name of readdirSync(src, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".ts")) continue;
      const { outputText } = ts.transpileModule(readFileSync(join(src, name), "utf8"), {
        compilerOptions: {
          target: ts.ScriptTarget.ES2023,
          module: ts.ModuleKind.ESNext,
          rewriteRelativeImportExtensions: true,
        },
      });
      const file = join(out, name.replace(/\.ts$/, ".js"));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, outputText);
    }
    const args = ["--input-type=module", "-e", program(out).replaceAll("EXT", "js")];
    expect(execFileSync(process.execPath, args, { encoding: "utf8", timeout: 20_000 })).toBe("5,3,3,1\n".repeat(2));
  });
});
