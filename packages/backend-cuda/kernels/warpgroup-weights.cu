#include "warpgroup.cuh"
// Weights as right factors of `warpgroup-convolution.cu`: `[group][block][chunk][unit][part][plane][column]` of 16
// bytes each.
// A chunk has PLANES of them along the channels. What has no weight is 0.

struct WarpgroupWeights {
  int groups;
  int blocks;
  int chunks;
  /** Taps that are inner places, and taps along the width that are columns: 1 where they are inner places too. */
  int units;
  int folds;
  /** Columns and channels of one group that have weights: outputs for each fold. */
  int outputs;
  int channels;
  /** Elements of the weight from one group, output and channel to the next. */
  int at_group;
  int at_output;
  int at_channel;
  /** Whether the last tap comes first. */
  int is_flipped;
};

extern "C" __global__ void pack_warpgroup_weights(const float* weight, uint4* packed, WarpgroupWeights w) {
  int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= w.groups * w.blocks * w.chunks * w.units * PLANES * COLUMNS) return;
  const int column = index % COLUMNS;
  index /= COLUMNS;
  const int plane = index % PLANES;
  index /= PLANES;
  uint4* to = packed + (static_cast<long long>(index) * kParts * PLANES + plane) * COLUMNS + column;
  const int unit = index % w.units;
  index /= w.units;
  const int first_channel = (index % w.chunks * PLANES + plane) * kQuadElements;
  index /= w.chunks;
  const int block = index % w.blocks;
  const int group = index / w.blocks;
  const int output = w.folds > 1 ? column % w.outputs : block * COLUMNS + column;
  const int fold = w.folds > 1 ? column / w.outputs : 0;
  const int tap = unit * w.folds + fold;
  const int number = w.is_flipped ? w.units * w.folds - 1 - tap : tap;
  const bool is_column = output < w.outputs && fold < w.folds;

  float elements[kQuadElements];
#pragma unroll
  for (int i = 0; i < kQuadElements; i++) {
    const int channel = first_channel + i;
    elements[i] = is_column && channel < w.channels
                      ? weight[group * w.at_group + output * w.at_output + channel * w.at_channel + number]
                      : 0.0f;
  }
  uint4 quads[kParts];
  make_quads(elements, quads);
#pragma unroll
  for (int part = 0; part < kParts; part++) to[part * PLANES * COLUMNS] = quads[part];
}
