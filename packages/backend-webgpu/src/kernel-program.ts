/** How a kernel uses a tensor's elements. */
export interface ProgramBuffer {
  /** As the code calls it. */
  readonly name: string;
  readonly access: "read" | "read_write";
  readonly type: "f32" | "i32";
}

/** A kernel in WGSL, without what all have in common. */
export interface KernelProgram {
  /** Unique: pipelines are kept by it. */
  readonly name: string;
  readonly buffers: readonly ProgramBuffer[];
  /** Fields of `n`, the numbers of one start, by name. `count` is there always: how many invocations or groups there are. */
  readonly numbers: Readonly<Record<string, "i32" | "f32">>;
  /**
   * Invocations of a group. With `run` of two arguments groups work together: it is called with the group's number and
   * with the invocation's number in it, and may not end before a barrier. Otherwise `run` is called with the number of the
   * invocation, as long as that is below `count`.
   */
  readonly groupSize: number;
  readonly together?: boolean;
  /** Functions in WGSL, `run` among them. */
  readonly code: string;
}

export const read = (name: string, type: ProgramBuffer["type"] = "f32"): ProgramBuffer => ({
  name,
  access: "read",
  type,
});

export const write = (name: string, type: ProgramBuffer["type"] = "f32"): ProgramBuffer => ({
  name,
  access: "read_write",
  type,
});

/** The whole of a kernel in WGSL. Groups are counted along x and, where those are too many for one axis, along y. */
export function sourceOf({ buffers, numbers, groupSize, together = false, code }: KernelProgram): string {
  const declarations = buffers.map(
    ({ name, access, type }, i) => `@group(0) @binding(${i}) var<storage, ${access}> ${name}: array<${type}>;`,
  );
  const fields = ["count: i32", ...Object.entries(numbers).map(([name, type]) => `${name}: ${type}`)];
  const call = together
    ? "if (group < n.count) { run(group, i32(local)); }"
    : `let id = group * ${groupSize} + i32(local); if (id < n.count) { run(id); }`;
  return `
struct Numbers { ${fields.join(", ")} };
${declarations.join("\n")}
@group(0) @binding(${buffers.length}) var<uniform> n: Numbers;
${code}
@compute @workgroup_size(${groupSize})
fn main(@builtin(workgroup_id) at: vec3<u32>, @builtin(num_workgroups) extent: vec3<u32>,
        @builtin(local_invocation_index) local: u32) {
  let group = i32(at.y * extent.x + at.x);
  ${call}
}`;
}
