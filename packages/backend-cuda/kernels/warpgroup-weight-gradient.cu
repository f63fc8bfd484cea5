#include "warpgroup.cuh"
#include "direct-geometry.cuh"
// The gradient of a convolution's weight on the tensor cores of a warpgroup. The rows of the product are output
// channels, its columns taps and CHANNELS input channels, `tap * CHANNELS + channel`, its inner axis pixels: some rows
// of y at a time, a part of all rows of all images. With several parts the sums of each go to a place of their own, to
// be added in their order. The sums of dy's rows, the gradient of a bias, may be a second result.
// In shared memory 16 bytes are pixels that are neighbours along the width. For x they are there once for each tap
// along the width, `[16 bytes of a row][row][tap][channel]`: so all columns lie one after the other, wherever a window
// begins. A pair of rows of y is two planes of the factors. Dilation along the height is 1.
// A pixel beyond the end of a row has zeros for both factors; a row beyond the last one has a dy of 0 and the x of
// another.
// A thread copies X_ITEMS windows of x and DY_ITEMS times 16 bytes of dy at a time. HAS_QUADS: dy can be read by four.

constexpr int kThreads = WARPGROUPS * kGroupThreads;
constexpr int kRows = WARPGROUPS * 64;
/** From 16 bytes of pixels of dy to the next: neighbours along the width then begin in other banks. */
constexpr int kDyPlane = kRows + 1;
/** Elements of x that 16 bytes of pixels see along the width. */
constexpr int kWindow = (kQuadElements - 1) * STRIDE + (TAPS - 1) * DILATION + 1;
constexpr int kSumsPitch = COLUMNS + 1;

struct WarpgroupGradientLaunch {
  int row_blocks;
  int column_blocks;
  int parts;
  /** Rows of y at a time, an even number, how many times that makes for an image, and how many of these a part has. */
  int rows;
  int turns;
  int turns_of_part;
  /** 16 bytes of pixels in a row of y. */
  int quads;
  /** Rows of x that the pixels see at a time. */
  int patch_rows;
};

extern "C" __global__ void __launch_bounds__(kThreads, 1)
    warpgroup_weight_gradient(const float* x, const float* dy, float* dw, float* db, DirectConvolution c,
                              WarpgroupGradientLaunch launch) {
  CAMADA_DYNAMIC_SHARED(uint4, shared);
  // Of x and of dy in one of two stages, and the sums of what a thread copies of dy.
  const int x_row = TAPS * CHANNELS;
  const int x_plane = launch.patch_rows * x_row;
  const int x_quads = launch.quads * x_plane;
  const int dy_slots = launch.rows * launch.quads;
  const int dy_quads = dy_slots * kDyPlane;
  const int stage_quads = kParts * (x_quads + dy_quads);
  float* slot_sums = reinterpret_cast<float*>(shared + 2 * stage_quads);
  const int slot_pitch = dy_slots + 1;

  int index = blockIdx.x;
  const int part = index % launch.parts;
  index /= launch.parts;
  const int column_block = index % launch.column_blocks;
  index /= launch.column_blocks;
  const int first_row = index % launch.row_blocks * kRows;
  const int conv_group = index / launch.row_blocks;
  const int first_channel = column_block * CHANNELS;
  const int first_turn = part * launch.turns_of_part;
  const int turns_left = c.images * launch.turns - first_turn;
  const int count = turns_left < launch.turns_of_part ? turns_left : launch.turns_of_part;
  const bool has_row_sums = db != nullptr && column_block == 0;

  const float* group_x = x + (conv_group * c.channels + first_channel) * c.x_channel();
  const float* group_dy = dy + (conv_group * c.outputs + first_row) * c.y_channel();
  float x_ahead[X_ITEMS][kWindow];
  float dy_ahead[DY_ITEMS][kQuadElements];
  const auto fetch = [&](int number) {
    const int image = (first_turn + number) / launch.turns;
    const int row = (first_turn + number) % launch.turns * launch.rows;
    const float* from = group_x + image * c.x_image();
#pragma unroll
    for (int i = 0; i < X_ITEMS; i++) {
      const int item = threadIdx.x + i * kThreads;
      const int channel = item % CHANNELS;
      const int of_x = row * c.strides[0] - c.pads[0] + item / CHANNELS % launch.patch_rows;
      const int quad = item / CHANNELS / launch.patch_rows;
      const int first = quad * kQuadElements * STRIDE - c.pads[1];
      const bool is_real = quad < launch.quads && first_channel + channel < c.channels && of_x >= 0 && of_x < c.in[0];
      const float* line = from + channel * c.x_channel() + of_x * c.in[1];
#pragma unroll
      for (int place = 0; place < kWindow; place++) {
        const int column = first + place;
        x_ahead[i][place] = is_real && column >= 0 && column < c.in[1] ? __ldg(line + column) : 0.0f;
      }
    }
    from = group_dy + image * c.y_image() + row * c.out[1];
#pragma unroll
    for (int i = 0; i < DY_ITEMS; i++) {
      const int item = threadIdx.x + i * kThreads;
      const int slot = item % dy_slots;
      const int of_block = item / dy_slots;
      const int first = slot % launch.quads * kQuadElements;
      const int of_y = slot / launch.quads;
      const bool is_real = of_block < kRows && first_row + of_block < c.outputs && row + of_y < c.out[0];
      const float* line = from + of_block * c.y_channel() + of_y * c.out[1] + first;
#pragma unroll
      for (int quad = 0; quad < kQuadElements / 4; quad++) {
        float* to = dy_ahead[i] + quad * 4;
        if (HAS_QUADS) {
          const bool is_there = is_real && first + quad * 4 < c.out[1];
          const float4 four = is_there ? __ldg(reinterpret_cast<const float4*>(line + quad * 4)) : float4{0, 0, 0, 0};
          to[0] = four.x;
          to[1] = four.y;
          to[2] = four.z;
          to[3] = four.w;
        } else {
#pragma unroll
          for (int element = 0; element < 4; element++) {
            const bool is_there = is_real && first + quad * 4 + element < c.out[1];
            to[element] = is_there ? __ldg(line + quad * 4 + element) : 0.0f;
          }
        }
      }
    }
  };
  const auto store = [&](int number) {
    uint4* to = shared + number % 2 * stage_quads;
#pragma unroll
    for (int i = 0; i < X_ITEMS; i++) {
      const int item = threadIdx.x + i * kThreads;
      const int channel = item % CHANNELS;
      const int quad = item / CHANNELS / launch.patch_rows;
      if (quad >= launch.quads) break;
#pragma unroll
      for (int tap = 0; tap < TAPS; tap++) {
        float elements[kQuadElements];
#pragma unroll
        for (int element = 0; element < kQuadElements; element++) {
          const bool is_pixel = quad * kQuadElements + element < c.out[1];
          elements[element] = is_pixel ? x_ahead[i][element * STRIDE + tap * DILATION] : 0.0f;
        }
        uint4 quads[kParts];
        make_quads(elements, quads);
#pragma unroll
        for (int half = 0; half < kParts; half++) {
          to[half * x_quads + item / CHANNELS * x_row + tap * CHANNELS + channel] = quads[half];
        }
      }
    }
    to += kParts * x_quads;
    float* sums_to = slot_sums + number % 2 * kRows * slot_pitch;
#pragma unroll
    for (int i = 0; i < DY_ITEMS; i++) {
      const int item = threadIdx.x + i * kThreads;
      const int slot = item % dy_slots;
      const int of_block = item / dy_slots;
      if (of_block >= kRows) break;
      uint4 quads[kParts];
      make_quads(dy_ahead[i], quads);
      const int plane = slot % launch.quads * launch.rows + slot / launch.quads;
#pragma unroll
      for (int half = 0; half < kParts; half++) to[half * dy_quads + plane * kDyPlane + of_block] = quads[half];
      if (!has_row_sums) continue;
      float sum = 0.0f;
#pragma unroll
      for (int element = 0; element < kQuadElements; element++) sum += dy_ahead[i][element];
      sums_to[of_block * slot_pitch + slot] = sum;
    }
  };

  const GroupThread thread(1);
  const bool counts[1][2] = {{first_row + thread.row < c.outputs, first_row + thread.row + 8 < c.outputs}};

  GroupSums<1> sums;
  float row_sum = 0.0f;
  compute_sums(sums, counts, [&](auto parts) {
    using Parts = decltype(parts);
    row_sum = 0.0f;
    const auto multiply = [&](int number, bool is_new) {
      const uint4* stage = shared + number % 2 * stage_quads;
      const unsigned long long left = describe(stage + kParts * x_quads + thread.warpgroup * 64, kDyPlane);
      const unsigned long long right = describe(stage, 0);
      const int rows_left = c.out[0] - (first_turn + number) % launch.turns * launch.rows;
      // As many products in every turn: a compiler that cannot tell lets each wait for the one before.
      for (int quad = 0; quad < launch.quads; quad++) {
        for (int row = 0; row < launch.rows; row += 2) {
          // Rows beyond the last one see the first row, or the last one twice.
          const int of_x = row < rows_left ? row : 0;
          const unsigned long long plane = row + 1 < rows_left ? c.strides[0] * x_row : 0;
          add_group_products<Parts>(sums.products[0], left + (quad * launch.rows + row) * kDyPlane,
                                    (right | plane << 16) + (quad * x_plane + of_x * c.strides[0] * x_row), dy_quads,
                                    x_quads, quad + row > 0 || !is_new);
        }
      }
    };
    const auto add_row = [&](int number) {
      if (!has_row_sums || threadIdx.x >= kRows) return;
      const float* from = slot_sums + (number % 2 * kRows + threadIdx.x) * slot_pitch;
      for (int slot = 0; slot < dy_slots; slot++) row_sum += from[slot];
    };
    multiply_in_turns<Parts>(sums, count, fetch, store, multiply, add_row);
  });

  // All products are done with the stages: the sums take their room, in the order of the weight.
  const int taps = c.tap_count();
  __syncthreads();
  float* ordered = reinterpret_cast<float*>(shared);
#pragma unroll
  for (int i = 0; i < kGroupSums; i++) {
    const int column = thread.column_of(i);
    const int tap = column / CHANNELS;
    if (tap >= taps) continue;
    ordered[thread.row_of(0, i) * kSumsPitch + column % CHANNELS * taps + tap] = sums.at(0, i);
  }
  __syncthreads();
  const int rows_of_all = c.groups * c.outputs;
  const int columns_of_all = c.channels * taps;
  const int channels = c.channels - first_channel < CHANNELS ? c.channels - first_channel : CHANNELS;
  const int columns = channels * taps;
  const int block_rows = c.outputs - first_row < kRows ? c.outputs - first_row : kRows;
  float* to = dw + (static_cast<long long>(part) * rows_of_all + conv_group * c.outputs + first_row) * columns_of_all +
              first_channel * taps;
  for (int row = threadIdx.x / 32; row < block_rows; row += kThreads / 32) {
    for (int column = threadIdx.x % 32; column < columns; column += 32) {
      to[row * columns_of_all + column] = ordered[row * kSumsPitch + column];
    }
  }
  if (has_row_sums && threadIdx.x < block_rows) {
    db[part * rows_of_all + conv_group * c.outputs + first_row + threadIdx.x] = row_sum;
  }
}
