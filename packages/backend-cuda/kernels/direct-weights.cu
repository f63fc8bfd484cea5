// Weights in the order in which threads want them as left factors: `[group][chunk][step][tile][thread][8]`. A step has 16
// places along the inner axis, `tap * chunk + channel`, a tile 16 rows. A thread's first four elements are row `g`, the
// others row `g + 8`, at places `t`, `t + 4`, `t + 8` and `t + 12`, for thread `4 g + t`. What has no weight is 0.

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

extern "C" __global__ void pack_direct_weights(const float* weight, float* packed, DirectWeights w) {
  int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= w.groups * w.chunks * w.steps * w.tiles * 32 * 8) return;
  const int at = index;
  const int element = index % 8;
  index /= 8;
  const int thread = index % 32;
  index /= 32;
  const int tile = index % w.tiles;
  index /= w.tiles;
  const int step = index % w.steps;
  index /= w.steps;
  const int chunk = index % w.chunks;
  const int group = index / w.chunks;
  const int row = tile * 16 + thread / 4 + element / 4 * 8;
  const int place = step * 16 + element % 4 * 4 + thread % 4;
  const int tap = place / w.chunk;
  const int channel = chunk * w.chunk + place % w.chunk;
  const bool is_real = row < w.rows && tap < w.taps && channel < w.channels;
  const int number = w.is_flipped ? w.taps - 1 - tap : tap;
  packed[at] = is_real ? weight[group * w.at_group + row * w.at_row + channel * w.at_channel + number] : 0.0f;
}
