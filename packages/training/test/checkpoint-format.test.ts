import { describe, expect, it } from "vitest";
import { CheckpointFormatError, decodeCheckpoint, encodeCheckpoint, type Checkpoint } from "../src/index.ts";
import { crc32, crc32InScript } from "../src/crc32.ts";

const CHECKPOINT: Checkpoint = {
  net: {
    "0.weight": { shape: [2, 2], data: Float32Array.of(1.5, -0, NaN, 1e-45) },
    "0.bias": { shape: [1], data: Float32Array.of(Infinity) },
  },
  trainer: { name: "sgd", momentum: null, rates: [0.1, -0, NaN, -Infinity], counts: Uint32Array.of(7) },
  random: [{ words: Int32Array.of(-5, 6), more: Uint8Array.of(1, 2, 3), wide: 2n ** 70n }],
  loader: { seed: 1, epoch: 1, batch: 2 },
  progress: {
    epoch: 2,
    step: 2,
    steps: 3,
    totalSteps: 5,
    isTrained: false,
    batchSize: 8,
    trainDurationMs: 12.5,
    samples: 16,
    totals: { loss: Float64Array.of(0.1), accuracy: Float64Array.of(5, 16) },
  },
  history: [
    {
      type: "epoch",
      epoch: 1,
      train: { loss: 0.5, samples: 22, accuracy: 0.5 },
      learningRate: 0.1,
      durationMs: 10,
      trainDurationMs: 9,
      isBest: true,
    },
  ],
};
const BYTES = encodeCheckpoint(CHECKPOINT);

/** What decoding says of wrong bytes. */
function refusal(bytes: Uint8Array): CheckpointFormatError {
  try {
    decodeCheckpoint(bytes, "run.ckpt");
  } catch (error) {
    if (error instanceof CheckpointFormatError) return error;
    throw error;
  }
  throw new Error("expected a refusal, got a checkpoint");
}

/** The bytes with a change, and with the checksum of the change. */
function changed(change: (bytes: Uint8Array, view: DataView) => void): Uint8Array {
  const bytes = BYTES.slice();
  const view = new DataView(bytes.buffer);
  change(bytes, view);
  view.setUint32(16, crc32(bytes.subarray(20)), true);
  return bytes;
}

/** A file with that header and no arrays. */
function withHeader(header: string): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(20 + text.length);
  bytes.set(BYTES.subarray(0, 12));
  bytes.set(text, 20);
  const view = new DataView(bytes.buffer);
  view.setUint32(12, text.length, true);
  view.setUint32(16, crc32(text), true);
  return bytes;
}

/** A well-formed file of something else than {@link CHECKPOINT}. */
const fileOf = (data: object) => encodeCheckpoint(data as Checkpoint);

describe("encodeCheckpoint and decodeCheckpoint", () => {
  it("give back every number of every kind", () => {
    expect(decodeCheckpoint(BYTES, "run.ckpt")).toStrictEqual(CHECKPOINT);
  });

  it("work on bytes that begin anywhere in a buffer", () => {
    const shifted = new Uint8Array(BYTES.length + 3);
    shifted.set(BYTES, 3);
    expect(decodeCheckpoint(shifted.subarray(3), "run.ckpt")).toStrictEqual(CHECKPOINT);
  });

  it("write the layout that is documented", () => {
    const view = new DataView(BYTES.buffer);
    expect(new TextDecoder().decode(BYTES.subarray(0, 8))).toBe("CAMADA\r\n");
    expect(view.getUint32(8, true)).toBe(1);
    const headerEnd = 20 + view.getUint32(12, true);
    const header = JSON.parse(new TextDecoder().decode(BYTES.subarray(20, headerEnd)));
    expect(header.arrays).toEqual([
      { kind: "float32", length: 4 },
      { kind: "float32", length: 1 },
      { kind: "uint32", length: 1 },
      { kind: "int32", length: 2 },
      { kind: "uint8", length: 3 },
      { kind: "float64", length: 1 },
      { kind: "float64", length: 2 },
    ]);
    expect(header.data.net["0.weight"]).toEqual({ shape: [2, 2], data: { $array: 0 } });
    expect(header.data.trainer.rates).toEqual([0.1, { $number: "-0" }, { $number: "NaN" }, { $number: "-Infinity" }]);
    expect(view.getFloat32(Math.ceil(headerEnd / 8) * 8, true)).toBe(1.5);
    expect(view.getUint32(16, true)).toBe(crc32(BYTES.subarray(20)));
  });

  it("refuses a state that is no plain data", () => {
    const encode = (trainer: unknown) => () => encodeCheckpoint({ ...CHECKPOINT, trainer });
    expect(encode({ rule: () => 0 })).toThrow("encodeCheckpoint: expected plain data, got a function");
    expect(encode({ $array: 1 })).toThrow("encodeCheckpoint: expected keys without $, got $array");
    expect(encode(new Map())).toThrow("encodeCheckpoint: expected plain data, got a Map");
    expect(encode(new Int8Array(1))).toThrow(TypeError);
  });
});

describe("decodeCheckpoint", () => {
  it("refuses every file that is cut off", () => {
    for (let length = 0; length < BYTES.length; length++) {
      expect(refusal(BYTES.subarray(0, length)).source, `${length} bytes`).toBe("run.ckpt");
    }
    expect(refusal(BYTES.subarray(0, -1)).message).toBe(
      `run.ckpt: expected ${BYTES.length} bytes, got ${BYTES.length - 1}`,
    );
  });

  it("refuses every file in which one bit is wrong", () => {
    for (let i = 0; i < BYTES.length; i++) {
      const bytes = BYTES.slice();
      bytes[i]! ^= 1 << (i % 8);
      expect(refusal(bytes).name, `byte ${i}`).toBe("CheckpointFormatError");
    }
  });

  it.each([
    [
      "another file",
      new TextEncoder().encode("PK\u0003\u0004 and so on"),
      'a checkpoint beginning with "CAMADA\\r\\n"',
    ],
    ["bytes after the end", new Uint8Array([...BYTES, 0]), `${BYTES.length} bytes`],
    ["another version", changed((_, view) => view.setUint32(8, 2, true)), "a checkpoint of version 1"],
    ["a header past the end", changed((_, view) => view.setUint32(12, 1e6, true)), `a header up to byte ${20 + 1e6}`],
    ["a header in no JSON", withHeader("{"), "a header in JSON"],
    ["a header of other JSON", withHeader("null"), "a header that lists its arrays"],
    [
      "an array of unknown kind",
      withHeader('{"arrays":[{"kind":"int8","length":1}]}'),
      "a header that lists its arrays",
    ],
    ["an array that is not there", withHeader('{"data":{"$array":0},"arrays":[]}'), "data that this version can read"],
    ["no number", withHeader('{"data":{"$number":"12"},"arrays":[]}'), "data that this version can read"],
    ["no checkpoint", fileOf([]), "a checkpoint"],
    ["no net", fileOf({}), "parameters by name in net"],
    [
      "a parameter of another size",
      fileOf({ ...CHECKPOINT, net: { w: { shape: [3], data: Float32Array.of(1) } } }),
      "3 values of w for [3]",
    ],
    ["a parameter that is none", fileOf({ ...CHECKPOINT, net: { w: 1 } }), "shape and float32 data of w"],
    ["no trainer", fileOf({ ...CHECKPOINT, trainer: undefined }), "states of a trainer"],
    ["no random states", fileOf({ ...CHECKPOINT, random: 1 }), "a list of random states"],
    ["no position", fileOf({ ...CHECKPOINT, loader: undefined }), "the position of a loader"],
    ["no history", fileOf({ ...CHECKPOINT, history: [1] }), "a list of epochs in history"],
    ["no progress", fileOf({ ...CHECKPOINT, progress: 3 }), "progress"],
    ["half a step", withProgress({ step: 1.5 }), "progress.step to be a whole number"],
    ["an epoch too many", withProgress({ epoch: 3 }), "progress.epoch to follow 1 finished epochs"],
    ["more steps than there are", withProgress({ step: 4 }), "at most 3 steps"],
    ["totals of another kind", withProgress({ totals: { loss: 1 } }), "progress.totals to be float64 arrays"],
  ])("refuses %s", (_, bytes, expected) => {
    expect(refusal(bytes)).toMatchObject({ source: "run.ckpt", expected });
  });
});

function withProgress(change: object): Uint8Array {
  return fileOf({ ...CHECKPOINT, progress: { ...CHECKPOINT.progress, ...change } });
}

describe.each([
  { name: "crc32", crc32 },
  { name: "crc32InScript", crc32: crc32InScript },
])("$name", ({ crc32 }) => {
  it("has the check value of the CRC catalogue", () => {
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  });

  it("is the remainder of a division bit by bit, of any number of bytes", () => {
    const bytes = Uint8Array.from({ length: 40 }, (_, i) => (i * 7919 + 13) & 0xff);
    for (let length = 0; length <= bytes.length; length++) {
      let remainder = 0xffffffff;
      for (const byte of bytes.subarray(0, length)) {
        remainder ^= byte;
        for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? (remainder >>> 1) ^ 0xedb88320 : remainder >>> 1;
      }
      expect(crc32(bytes.subarray(0, length))).toBe((remainder ^ 0xffffffff) >>> 0);
    }
  });
});
