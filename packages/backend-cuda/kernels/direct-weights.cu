#include "products.cuh"
// Weights as left factors in the order in which threads want them, ready for the tensor cores:
// `[group][chunk][step][tile][quad][thread][4]`. A step has 16 places along the inner axis, `tap * chunk + channel`, a tile
// 16 rows. Quads are rows `g` and `g + 8` of thread `4 g + t` at places `t`, `t + 4`, `t + 8` and `t + 12`; where numbers are
// split, two more have their low parts. What has no weight is 0.

constexpr int kQuads = MATH == MATH_TF32X3 ? 4 : 2;

struct DirectWeights {
  int groups;
  /** Rows of the product and channels along its inner axis, of one group. */
  int rows;
  int channels;
  int taps;
  int chunk;
  /** Elements of the weight from one group, row, channel and tap to the next. */
  int at_group;
  int at_row;
  int at_channel;
  /** Whether the last tap comes first. */
  int is_flipped;
  int chunks;
  int steps;
  int tiles;
};

extern "C" __global__ void pack_direct_weights(const float* weight, unsigned* packed, DirectWeights w) {
  int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= w.groups * w.chunks * w.steps * w.tiles * kQuads * 32 * 4) return;
  const int at = index;
  const int element = index % 4;
  index /= 4;
  const int thread = index % 32;
  index /= 32;
  const int quad = index % kQuads;
  index /= kQuads;
  const int tile = index % w.tiles;
  index /= w.tiles;
  const int step = index % w.steps;
  index /= w.steps;
  const int chunk = index % w.chunks;
  const int group = index / w.chunks;
  const int row = tile * 16 + thread / 4 + quad % 2 * 8;
  const int place = step * 16 + element * 4 + thread % 4;
  const int tap = place / w.chunk;
  const int channel = chunk * w.chunk + place % w.chunk;
  const bool is_real = row < w.rows && tap < w.taps && channel < w.channels;
  const int number = w.is_flipped ? w.taps - 1 - tap : tap;
  const Ready value = ready(is_real ? weight[group * w.at_group + row * w.at_row + channel * w.at_channel + number] : 0.0f);
  packed[at] = word_of(value, quad / 2);
}
