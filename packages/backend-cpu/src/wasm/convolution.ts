import { NO_BIAS } from "./activation.ts";
import { COLUMNS, ROWS, largest, roundUpColumns, roundUpRows, split, splitColumns, splitDepth } from "./blocks.ts";
import { GEOMETRY_BYTES, planPointwise, writeFields, type ConvolutionPlan } from "./geometry.ts";
import type { HeapBackend } from "./heap-backend.ts";
import type { Address } from "./module.ts";

/**
 * `y = activation(weight * x + bias)`: the packed weight of a group times im2col of a block of output positions, one
 * block after the other over the whole batch, so that im2col never leaves the cache.
 */
export function convolve(
  backend: HeapBackend,
  plan: ConvolutionPlan,
  x: Address,
  weight: Address,
  bias: Float32Array | undefined,
  activation: number,
  y: Address,
): void {
  const { kernels } = backend;
  const { n, groups, cInGroup, cOut, cOutGroup, taps, positions } = plan;
  const depths = splitDepth(taps);
  const blocks = splitColumns(n * positions, largest(depths));
  const rows = roundUpRows(cOutGroup);
  const columns = roundUpColumns(largest(blocks));
  const rowBytes = columns * 4;
  const finishes = bias !== undefined || activation !== 0;
  const sizes = [GEOMETRY_BYTES, rows * taps * 4, rowBytes, largest(depths) * rowBytes, rows * rowBytes] as const;
  backend.scratch.lend(sizes, (geometry, a, row, b, c) => {
    writeFields(backend, geometry, plan.fields);
    for (let group = 0; group < groups; group++) {
      const channel = group * cOutGroup;
      for (const depth of depths) {
        const from = weight + (channel * taps + depth.start) * 4;
        kernels.pack(from, taps, 1, cOutGroup, depth.size, 4, a + rows * depth.start * 4);
      }
      for (const block of blocks) {
        const panels = roundUpColumns(block.size) / COLUMNS;
        for (const { start, end, size } of depths) {
          kernels.gatherColumns(geometry, x, group * cInGroup, start, end, block.start, block.end, row, b);
          kernels.multiply(a + rows * start * 4, b, c, rowBytes, rows / ROWS, panels, size, start > 0);
        }
        if (finishes) {
          for (let r = 0; r < cOutGroup; r++) {
            const line = c + r * rowBytes;
            kernels.activate(line, line, block.size, bias?.[channel + r] ?? NO_BIAS, activation);
          }
        }
        kernels.writeChannels(c, rowBytes, cOutGroup, block.start, block.end, y, cOut, channel, positions);
      }
    }
  });
}

/**
 * `dx`: the transposed weight of a group times a block of `dy` gives the gradient of im2col, which is added back to
 * the places that im2col read. No multiplication by padding zeros, whatever the stride.
 */
export function convolveInputGradient(
  backend: HeapBackend,
  plan: ConvolutionPlan,
  dy: Address,
  weight: Address,
  dx: Address,
): void {
  const { kernels } = backend;
  const { n, groups, cInGroup, cOut, cOutGroup, taps, positions } = plan;
  const depths = splitDepth(cOutGroup);
  const blocks = splitColumns(n * positions, Math.max(taps, largest(depths)));
  const rows = roundUpRows(taps);
  const columns = roundUpColumns(largest(blocks));
  const rowBytes = columns * 4;
  const sizes = [
    GEOMETRY_BYTES,
    GEOMETRY_BYTES,
    rows * cOutGroup * 4,
    rowBytes,
    largest(depths) * rowBytes,
    rows * rowBytes,
  ] as const;
  backend.scratch.lend(sizes, (geometry, pointwise, a, row, b, c) => {
    writeFields(backend, geometry, plan.fields);
    writeFields(backend, pointwise, planPointwise(cOut, positions));
    for (let group = 0; group < groups; group++) {
      const channel = group * cOutGroup;
      for (const depth of depths) {
        const from = weight + (channel + depth.start) * taps * 4;
        kernels.pack(from, 1, taps, taps, depth.size, 4, a + rows * depth.start * 4);
      }
      for (const block of blocks) {
        const panels = roundUpColumns(block.size) / COLUMNS;
        for (const { start, end, size } of depths) {
          kernels.gatherColumns(pointwise, dy, channel, start, end, block.start, block.end, row, b);
          kernels.multiply(a + rows * start * 4, b, c, rowBytes, rows / ROWS, panels, size, start > 0);
        }
        kernels.scatterColumns(geometry, dx, group * cInGroup, 0, taps, block.start, block.end, c, rowBytes);
      }
    }
  });
}

/** Taps whose packed block, as deep as a block of positions, stays in the cache. */
const TAP_BLOCK = 128;

/** `dw`: `dy` times the transpose of im2col, summed over blocks of output positions of the whole batch. */
export function convolveWeightGradient(
  backend: HeapBackend,
  plan: ConvolutionPlan,
  x: Address,
  dy: Address,
  dw: Address,
): void {
  const { kernels } = backend;
  const { n, groups, cInGroup, cOut, cOutGroup, taps, positions } = plan;
  const depths = splitDepth(n * positions);
  const blocks = split(taps, TAP_BLOCK, COLUMNS);
  const rows = roundUpRows(cOutGroup);
  const rowBytes = roundUpColumns(taps) * 4;
  const depth = largest(depths);
  const sizes = [
    GEOMETRY_BYTES,
    GEOMETRY_BYTES,
    rows * depth * 4,
    4 * depth * 4,
    roundUpColumns(largest(blocks)) * depth * 4,
    rows * rowBytes,
  ] as const;
  backend.scratch.lend(sizes, (geometry, pointwise, a, lines, b, c) => {
    writeFields(backend, geometry, plan.fields);
    writeFields(backend, pointwise, planPointwise(cOut, positions));
    for (let group = 0; group < groups; group++) {
      const channel = group * cOutGroup;
      for (const { start, end, size } of depths) {
        kernels.gatherTaps(pointwise, dy, channel, 0, cOutGroup, start, end, 4, lines, a);
        for (const block of blocks) {
          const panels = roundUpColumns(block.size) / COLUMNS;
          kernels.gatherTaps(geometry, x, group * cInGroup, block.start, block.end, start, end, 8, lines, b);
          kernels.multiply(a, b, c + block.start * 4, rowBytes, rows / ROWS, panels, size, start > 0);
        }
      }
      kernels.copyRows(c, rowBytes, dw + channel * taps * 4, taps * 4, cOutGroup, taps);
    }
  });
}
