#include "fused-activation.cuh"
#include "warpgroup.cuh"
#include "direct-geometry.cuh"
// `y = activation(weight * x + bias)` on the tensor cores of a warpgroup, for windows that move by one. The rows of the
// product are places of a patch of x in shared memory, one after the other through its rows, its columns are output
// channels, its inner axis taps and channels, a chunk of channels at a time. A tap is the same patch from another place
// on.
// At the ends of a patch's rows sums are computed that nothing is done with.
// FOLDED: columns are taps along the width as well as output channels, `tap * outputs + output`, so that few output
// channels fill the tensor cores. The sums of a window's taps then lie in different rows, and are added up through
// shared memory. A block has whole rows of x without padding, and of y.
// The weights come as `warpgroup-weights.cu` leaves them, some taps at a time. A thread copies ITEMS times 16 bytes of
// a patch. PLANES are the 16 bytes of a chunk of channels.

constexpr int kThreads = WARPGROUPS * kGroupThreads;
constexpr int kTileRows = ROW_TILES * 64;
constexpr int kSlots = WARPGROUPS * kTileRows;
constexpr int kUnitQuads = kParts * PLANES * COLUMNS;
/** From one column of sums to the next where they are added up: the eight rows of a fragment, by its columns, lie apart. */
constexpr int kFoldPitch = kSlots + 4;

struct WarpgroupLaunch {
  /** Images, rows and columns of y that a block has, and how many such blocks there are. */
  int tile[3];
  int tiles[3];
  /** Blocks along the output channels. */
  int row_blocks;
  /** Rows and columns of x in a patch. */
  int patch[2];
  /** Taps that are inner places, all of them or those along the height, and how many have their weights there at once. */
  int units;
  int units_of_turn;
  /** Places in a plane of a patch. */
  int plane;
  /** 1 or 2 patches in shared memory. */
  int patches;
  float alpha;
};

extern "C" __global__ void __launch_bounds__(kThreads, 1)
    warpgroup_convolution(const float* x, const uint4* packed, const float* bias, float* y, DirectConvolution c,
                          WarpgroupLaunch launch) {
  CAMADA_DYNAMIC_SHARED(uint4, shared);
  const int patch_quads = kParts * PLANES * launch.plane;
  uint4* slots = shared + launch.patches * patch_quads;

  const DirectPlace place(launch);
  const int area = launch.patch[0] * launch.patch[1];
  const int places = launch.tile[0] * area;
  const int chunks = (c.channels + PLANES * kQuadElements - 1) / (PLANES * kQuadElements);
  const int turns_of_chunk = launch.units / launch.units_of_turn;
  const int turns = chunks * turns_of_chunk;
  const int weight_quads = launch.units_of_turn * kUnitQuads;

  // The 16 bytes of every patch that this thread copies: where they are in x, below 0 for zeros.
  int sources[ITEMS];
#pragma unroll
  for (int i = 0; i < ITEMS; i++) {
    const int item = threadIdx.x + i * kThreads;
    const int at = item % places;
    const int image = place.first[0] + at / area;
    const int row = place.first[1] - c.pads[0] + at % area / launch.patch[1];
    const int column = (FOLDED ? 0 : place.first[2] - c.pads[1]) + at % launch.patch[1];
    const bool is_real = image < c.images && row >= 0 && row < c.in[0] && column >= 0 && column < c.in[1];
    sources[i] = is_real ? image * c.x_image() + row * c.in[1] + column : -1;
  }
  const float* group_x = x + place.group * c.channels * c.x_channel();
  float ahead[ITEMS][kQuadElements];
  const auto fetch = [&](int chunk) {
#pragma unroll
    for (int i = 0; i < ITEMS; i++) {
      const int plane = (threadIdx.x + i * kThreads) / places;
      const int first = (chunk * PLANES + plane) * kQuadElements;
#pragma unroll
      for (int element = 0; element < kQuadElements; element++) {
        const bool is_real = sources[i] >= 0 && plane < PLANES && first + element < c.channels;
        ahead[i][element] = is_real ? __ldg(group_x + sources[i] + (first + element) * c.x_channel()) : 0.0f;
      }
    }
  };
  const auto store = [&](int chunk) {
    uint4* patch = shared + chunk % launch.patches * patch_quads;
#pragma unroll
    for (int i = 0; i < ITEMS; i++) {
      const int item = threadIdx.x + i * kThreads;
      const int plane = item / places;
      if (plane >= PLANES) break;
      uint4 quads[kParts];
      make_quads(ahead[i], quads);
#pragma unroll
      for (int part = 0; part < kParts; part++) patch[(part * PLANES + plane) * launch.plane + item % places] = quads[part];
    }
  };
  const uint4* block_weights =
      packed + static_cast<long long>(place.group * launch.row_blocks + place.row_block) * turns * weight_quads;
  const auto fetch_weights = [&](int turn) {
    const uint4* from = block_weights + static_cast<long long>(turn) * weight_quads;
    uint4* to = slots + turn % 2 * weight_quads;
    for (int i = threadIdx.x; i < weight_quads; i += kThreads) {
      copy_async_16(reinterpret_cast<float*>(to + i), reinterpret_cast<const float*>(from + i), true);
    }
    commit_copies();
  };

  const GroupThread thread(ROW_TILES);

  // Where the sums of this thread's rows go in y, below 0 for nowhere.
  int targets[ROW_TILES][2];
  bool counts[ROW_TILES][2];
#pragma unroll
  for (int tile = 0; tile < ROW_TILES; tile++) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const int at = thread.row + tile * 64 + half * 8;
      const int image = at / area;
      const int row = at % area / launch.patch[1];
      const int column = at % launch.patch[1];
      const bool is_real = image < launch.tile[0] && place.first[0] + image < c.images && row < launch.tile[1] &&
                           place.first[1] + row < c.out[0] &&
                           (FOLDED || (column < launch.tile[2] && place.first[2] + column < c.out[1]));
      counts[tile][half] = is_real;
      targets[tile][half] = is_real ? (place.first[0] + image) * c.y_image() + (place.first[1] + row) * c.out[1] +
                                          place.first[2] + column
                                    : -1;
    }
  }

  GroupSums<ROW_TILES> sums;
  compute_sums(sums, counts, [&](auto parts) {
    using Parts = decltype(parts);
    fetch(0);
    fetch_weights(0);
    store(0);
    for (int turn = 0; turn < turns; turn++) {
      const int chunk = turn / turns_of_chunk;
      wait_for_copies<0>();
      publish_shared();
      __syncthreads();
      if (turn + 1 < turns) fetch_weights(turn + 1);
      // With one patch in shared memory there is one chunk.
      const bool is_last_of_chunk = (turn + 1) % turns_of_chunk == 0 && chunk + 1 < chunks;
      if (is_last_of_chunk) fetch(chunk + 1);

      const unsigned long long left =
          describe(shared + chunk % launch.patches * patch_quads + thread.warpgroup * kTileRows, launch.plane);
      const unsigned long long right = describe(slots + turn % 2 * weight_quads, COLUMNS);
      sums.begin();
      for (int i = 0; i < launch.units_of_turn; i++) {
        const int unit = turn % turns_of_chunk * launch.units_of_turn + i;
        const int shift = FOLDED ? unit * c.dilations[0] * launch.patch[1]
                                 : unit / c.taps[1] * c.dilations[0] * launch.patch[1] + unit % c.taps[1] * c.dilations[1];
#pragma unroll
        for (int pair = 0; pair < PLANES / 2; pair++) {
          const bool adds = i + pair > 0 || (!kMovesSums<Parts> && turn > 0);
#pragma unroll
          for (int tile = 0; tile < ROW_TILES; tile++) {
            add_group_products<Parts>(sums.products[tile], left + (shift + tile * 64 + pair * 2 * launch.plane),
                                      right + (i * kParts * PLANES + pair * 2) * COLUMNS, PLANES * launch.plane,
                                      PLANES * COLUMNS, adds);
          }
        }
      }
      commit_group_products();
      if (is_last_of_chunk) store(chunk + 1);
      sums.end<Parts>();
    }
  });

  float* group_y = y + place.group * c.outputs * c.y_channel();
  const float* group_bias = bias == nullptr ? nullptr : bias + place.group * c.outputs;
#if FOLDED
  // All products are done with the patches: the sums take their room.
  __syncthreads();
  float* folds = reinterpret_cast<float*>(shared);
#pragma unroll
  for (int tile = 0; tile < ROW_TILES; tile++) {
#pragma unroll
    for (int i = 0; i < kGroupSums; i++) {
      folds[thread.column_of(i) * kFoldPitch + thread.row_of(tile, i)] = sums.at(tile, i);
    }
  }
  __syncthreads();
  const int rows_of_tile = launch.tile[0] * launch.tile[1];
  for (int i = threadIdx.x; i < c.outputs * rows_of_tile * c.out[1]; i += kThreads) {
    const int column = i % c.out[1];
    const int row_of_tile = i / c.out[1] % rows_of_tile;
    const int output = i / c.out[1] / rows_of_tile;
    const int image = row_of_tile / launch.tile[1];
    const int row = row_of_tile % launch.tile[1];
    if (place.first[0] + image >= c.images || place.first[1] + row >= c.out[0]) continue;
    const float* line = folds + output * kFoldPitch + image * area + row * launch.patch[1];
    float sum = 0.0f;
    for (int tap = 0; tap < c.taps[1]; tap++) {
      const int from = column - c.pads[1] + tap * c.dilations[1];
      if (from >= 0 && from < c.in[1]) sum += line[tap * c.outputs * kFoldPitch + from];
    }
    if (group_bias != nullptr) sum += group_bias[output];
    group_y[(place.first[0] + image) * c.y_image() + output * c.y_channel() + (place.first[1] + row) * c.out[1] + column] =
        activated<ACTIVATION>(sum, launch.alpha);
  }
#else
#pragma unroll
  for (int i = 0; i < kGroupSums; i++) {
    const int output = place.row_block * COLUMNS + thread.column_of(i);
    if (output >= c.outputs) continue;
    const float offset = group_bias == nullptr ? 0.0f : group_bias[output];
#pragma unroll
    for (int tile = 0; tile < ROW_TILES; tile++) {
      const int target = targets[tile][i / 2 % 2];
      if (target < 0) continue;
      group_y[target + output * c.y_channel()] = activated<ACTIVATION>(sums.at(tile, i) + offset, launch.alpha);
    }
  }
#endif
}
