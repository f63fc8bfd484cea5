import { describe, expect, it } from "vitest";
import { DataFormatError, decodeCifar10 } from "../src/index.ts";

/** A record whose pixel (p, c) is a known number. */
function record(label: number): Uint8Array {
  const bytes = new Uint8Array(3073);
  bytes[0] = label;
  for (let c = 0; c < 3; c++) for (let p = 0; p < 1024; p++) bytes[1 + c * 1024 + p] = (p + 100 * c + label) % 256;
  return bytes;
}

describe("decodeCifar10", () => {
  it("turns planes into interleaved RGB, over several files", () => {
    const first = new Uint8Array([...record(3), ...record(9)]);
    const { images, labels } = decodeCifar10([first, record(0)], ["a", "b"]);
    expect(images).toMatchObject({ shape: [3, 32, 32, 3], layout: "NHWC", divisor: 1 });
    expect(labels).toEqual(Int32Array.of(3, 9, 0));
    expect([...images.data.subarray(0, 6)]).toEqual([3, 103, 203, 4, 104, 204]);
    const second = 3072;
    expect([...images.data.subarray(second + 3 * 1023, second + 3 * 1024)]).toEqual([
      (1023 + 9) % 256,
      (1123 + 9) % 256,
      (1223 + 9) % 256,
    ]);
  });

  it("refuses part of a record, nothing at all, and a label above 9", () => {
    const decode = (bytes: Uint8Array) => () => decodeCifar10([record(1), bytes], ["a.bin", "b.bin"]);
    expect(decode(record(1).subarray(1))).toThrow(DataFormatError);
    expect(decode(record(1).subarray(1))).toThrow(
      "b.bin: expected a whole number of records of 3073 bytes, got 3072 bytes",
    );
    expect(decode(new Uint8Array())).toThrow("got 0 bytes");
    expect(decode(record(10))).toThrow("b.bin: expected labels from 0 to 9, got 10 at index 0");
  });
});
