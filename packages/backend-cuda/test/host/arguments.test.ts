import { describe, expect, it } from "vitest";
import { LaunchArguments } from "../../src/driver/arguments.ts";

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

describe("LaunchArguments", () => {
  it("puts each argument where C does", () => {
    const packed = new LaunchArguments()
      .int32(-1)
      .address(2 ** 48 + 5)
      .float32(1.5)
      .int64(-3)
      .int32(7)
      .packed();
    expect(packed.byteLength).toBe(36);
    const bytes = view(packed);
    expect(bytes.getInt32(0, true)).toBe(-1);
    expect(bytes.getBigUint64(8, true)).toBe(2n ** 48n + 5n);
    expect(bytes.getFloat32(16, true)).toBe(1.5);
    expect(bytes.getBigInt64(24, true)).toBe(-3n);
    expect(bytes.getInt32(32, true)).toBe(7);
  });

  it("keeps whole numbers exact up to 2^53, of either sign", () => {
    const values = [0, 1, -1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53, -(2 ** 53)];
    const bytes = view(new LaunchArguments().int64(...values).packed());
    expect(values.map((_, i) => Number(bytes.getBigInt64(8 * i, true)))).toEqual(values);
  });

  it("puts a double where C does", () => {
    const packed = new LaunchArguments().int32(1).float64(0.1).packed();
    expect(packed.byteLength).toBe(16);
    expect(view(packed).getFloat64(8, true)).toBe(0.1);
  });

  it("begins anew", () => {
    const args = new LaunchArguments().int32(1, 2, 3);
    expect(args.reset().int32(4).packed().byteLength).toBe(4);
  });

  it("aligns the members of a struct", () => {
    expect(new LaunchArguments().int32(1).align(8).int32(2, 3).packed().byteLength).toBe(16);
  });

  it("refuses more than a kernel can take", () => {
    const args = new LaunchArguments().int32(...Array.from({ length: 1024 }, (_, i) => i));
    expect(() => args.int32(1)).toThrow(new RangeError("cuda: expected at most 4096 bytes of arguments, got 4100"));
  });
});
