#include "fused-activation.cuh"
#include "products.cuh"
#include "direct-geometry.cuh"
// `y = activation(weight * x + bias)` from patches of x in shared memory: every tap of a window is the same patch, read
// at another place, and made ready for the tensor cores once. The rows of the product are output channels, its columns
// pixels, its inner axis taps and channels, a chunk of channels at a time. The weights come as `direct-weights.cu`
// leaves them.
// WARPS_M and WARPS_N share the block's tile, each warp M_TILES by N_TILES fragments. A thread copies POSITIONS
// elements of each plane of a patch. PLANE is the distance of its channels where 16 of them make a step, otherwise 0.

constexpr int kThreads = 32 * WARPS_M * WARPS_N;
constexpr int kSlots = WARPS_N * N_TILES * 8;

constexpr int kQuads = MATH == MATH_TF32X3 ? 4 : 2;

/** A thread's part of a fragment, as it was packed. */
struct PackedQuads {
  float4 at[kQuads];

  __device__ Left left() const {
    Ready rows[2][4];
#pragma unroll
    for (int row = 0; row < 2; row++) {
      const float4 low = at[(kQuads - 2 + row) % kQuads];
      rows[row][0] = ready_of(__float_as_uint(at[row].x), __float_as_uint(low.x));
      rows[row][1] = ready_of(__float_as_uint(at[row].y), __float_as_uint(low.y));
      rows[row][2] = ready_of(__float_as_uint(at[row].z), __float_as_uint(low.z));
      rows[row][3] = ready_of(__float_as_uint(at[row].w), __float_as_uint(low.w));
    }
    return Left(rows[0], rows[1]);
  }
};

/** A pixel of the block, by its number. */
struct Pixel {
  int at[3];
  bool is_real;

  __device__ Pixel(int number, const DirectConvolution& c, const DirectLaunch& launch, const DirectPlace& place) {
    at[2] = number % launch.tile[2];
    number /= launch.tile[2];
    at[1] = number % launch.tile[1];
    at[0] = number / launch.tile[1];
    is_real = at[0] < launch.tile[0] && place.first[0] + at[0] < c.images && place.first[1] + at[1] < c.out[0] &&
              place.first[2] + at[2] < c.out[1];
  }
};

extern "C" __global__ void __launch_bounds__(kThreads, MIN_BLOCKS)
    direct_convolution(const float* x, const unsigned* packed, const float* bias, float* y, DirectConvolution c,
                       DirectLaunch launch) {
  CAMADA_DYNAMIC_SHARED(float, shared);
  // A patch as it comes, the same made ready with a plane of zeros behind it, places along the inner axis as offsets in it,
  // and where pixels go in y, below 0 for nowhere.
  const int size = launch.chunk * launch.plane;
  Ready* patch = reinterpret_cast<Ready*>(shared + size);
  int* inner = reinterpret_cast<int*>(patch + size + launch.plane);
  const int places = launch.chunk * c.tap_count();
  const int steps = (places + 15) / 16;
  int* targets = inner + steps * 16;

  const DirectPlace place(launch);
  const int area = launch.patch[0] * launch.patch[1];
  for (int k = threadIdx.x; k < steps * 16; k += kThreads) {
    const int tap = k / launch.chunk;
    // Beyond the last place is a plane of zeros.
    inner[k] = k < places ? k % launch.chunk * launch.plane + tap / c.taps[1] * c.dilations[0] * launch.patch[1] +
                                tap % c.taps[1] * c.dilations[1]
                          : launch.chunk * launch.plane;
  }
  for (int slot = threadIdx.x; slot < kSlots; slot += kThreads) {
    const Pixel pixel(slot, c, launch, place);
    targets[slot] = pixel.is_real ? (place.first[0] + pixel.at[0]) * c.y_image() +
                                        (place.first[1] + pixel.at[1]) * c.out[1] + place.first[2] + pixel.at[2]
                                  : -1;
  }
  for (int i = threadIdx.x; i < launch.plane; i += kThreads) patch[size + i] = ready(0.0f);

  // The elements of every plane that this thread copies: where they are in x, below 0 for zeros.
  int sources[POSITIONS];
#pragma unroll
  for (int i = 0; i < POSITIONS; i++) {
    const int at = threadIdx.x + i * kThreads;
    const int image = place.first[0] + at / area;
    const int row = place.first[1] * c.strides[0] - c.pads[0] + at % area / launch.patch[1];
    const int column = place.first[2] * c.strides[1] - c.pads[1] + at % launch.patch[1];
    const bool is_real = image < c.images && row >= 0 && row < c.in[0] && column >= 0 && column < c.in[1];
    sources[i] = is_real ? image * c.x_image() + row * c.in[1] + column : -1;
  }
  const float* group_x = x + place.group * c.channels * c.x_channel();
  const int copied = launch.tile[0] * area;
  const auto fetch = [&](int number) {
    for (int channel = 0; channel < launch.chunk; channel++) {
      const int of_x = number * launch.chunk + channel;
#pragma unroll
      for (int i = 0; i < POSITIONS; i++) {
        const int at = threadIdx.x + i * kThreads;
        if (at >= copied) break;
        const bool is_real = sources[i] >= 0 && of_x < c.channels;
        copy_async_4(shared + channel * launch.plane + at, group_x + (is_real ? sources[i] + of_x * c.x_channel() : 0), is_real);
      }
    }
  };

  const int warp = threadIdx.x / 32;
  const int lane = threadIdx.x % 32;
  const int group = lane / 4;
  const int member = lane % 4;
  const int first_tile = (place.row_block * WARPS_M + warp % WARPS_M) * M_TILES;
  const int first_slot = warp / WARPS_M * N_TILES * 8;

  int columns[N_TILES];
#pragma unroll
  for (int j = 0; j < N_TILES; j++) {
    const Pixel pixel(first_slot + j * 8 + group, c, launch, place);
    // A pixel that is none reads what the first one reads.
    columns[j] = pixel.is_real ? pixel.at[0] * area + pixel.at[1] * c.strides[0] * launch.patch[1] + pixel.at[2] * c.strides[1]
                               : 0;
  }

  const int chunks = (c.channels + launch.chunk - 1) / launch.chunk;
  const int tiles = launch.row_blocks * WARPS_M * M_TILES;
  const float4* all_weights = reinterpret_cast<const float4*>(packed) +
                              (static_cast<long long>(place.group) * chunks * steps * tiles + first_tile) * kQuads * 32 + lane;

  float sums[M_TILES][N_TILES][4];
  const auto compute = [&](auto checked) {
    const float4* weights = all_weights;
    PackedQuads ahead[M_TILES];
    const auto read_ahead = [&] {
#pragma unroll
      for (int m = 0; m < M_TILES; m++) {
#pragma unroll
        for (int quad = 0; quad < kQuads; quad++) ahead[m].at[quad] = __ldg(weights + (m * kQuads + quad) * 32);
      }
      weights += tiles * kQuads * 32;
    };
#pragma unroll
    for (int m = 0; m < M_TILES; m++) {
#pragma unroll
      for (int j = 0; j < N_TILES; j++) {
#pragma unroll
        for (int part = 0; part < 4; part++) sums[m][j][part] = 0.0f;
      }
    }
    fetch(0);
    commit_copies();
    read_ahead();
    int steps_left = chunks * steps - 1;
    for (int number = 0; number < chunks; number++) {
      wait_for_copies<0>();
      __syncthreads();
      for (int i = threadIdx.x; i < size; i += kThreads) patch[i] = ready(shared[i]);
      __syncthreads();
      if (number + 1 < chunks) {
        fetch(number + 1);
        commit_copies();
      }
      for (int step = 0; step < steps; step++) {
        Left left[M_TILES];
#pragma unroll
        for (int m = 0; m < M_TILES; m++) left[m] = ahead[m].left();
        if (steps_left-- > 0) read_ahead();
        const Ready* at[4];
#pragma unroll
        for (int i = 0; i < 4; i++) {
          at[i] = PLANE > 0 ? patch + inner[step * 16 + member] + i * 4 * PLANE : patch + inner[step * 16 + i * 4 + member];
        }
#pragma unroll
        for (int j = 0; j < N_TILES; j++) {
          const Right right(at[0][columns[j]], at[1][columns[j]], at[2][columns[j]], at[3][columns[j]]);
#pragma unroll
          for (int m = 0; m < M_TILES; m++) add_products<decltype(checked)::kIs>(sums[m][j], left[m], right);
        }
      }
    }
  };
  compute(Unchecked());
  if (kDoubtsNan && __syncthreads_or(has_nan(sums))) compute(Checked());

  float* group_y = y + place.group * c.outputs * c.y_channel();
#pragma unroll
  for (int m = 0; m < M_TILES; m++) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
      const int row = (first_tile + m) * 16 + half * 8 + group;
      if (row >= c.outputs) continue;
      const float offset = bias == nullptr ? 0.0f : bias[place.group * c.outputs + row];
#pragma unroll
      for (int j = 0; j < N_TILES; j++) {
#pragma unroll
        for (int part = 0; part < 2; part++) {
          const int target = targets[first_slot + j * 8 + member * 2 + part];
          if (target < 0) continue;
          group_y[target + row * c.y_channel()] = activated<ACTIVATION>(sums[m][j][half * 2 + part] + offset, launch.alpha);
        }
      }
    }
  }
}
