import type { KernelProgram } from "./kernel-program.ts";

/** The numbers of one start, by the names of the program's fields. */
export type Numbers = Readonly<Record<string, number>>;

const WORD_BYTES = 4;
/** Uniform buffers are bound in steps of this size. */
const STEP_BYTES = 16;

/** The numbers as the device reads them: 32 bits each, `count` first. */
export function packNumbers({ numbers: fields }: KernelProgram, count: number, values: Numbers): ArrayBuffer {
  const names = Object.keys(fields);
  const bytes = Math.ceil(((names.length + 1) * WORD_BYTES) / STEP_BYTES) * STEP_BYTES;
  const view = new DataView(new ArrayBuffer(bytes));
  view.setInt32(0, count, true);
  names.forEach((name, i) => {
    const [at, value] = [(i + 1) * WORD_BYTES, values[name]!];
    if (fields[name] === "f32") view.setFloat32(at, value, true);
    else view.setInt32(at, value, true);
  });
  return view.buffer;
}
