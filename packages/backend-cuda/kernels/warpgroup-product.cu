#include "warpgroup.cuh"
#include "product-parts.cuh"
#include "matrix-geometry.cuh"
// `c = activation(a b + bias)` of batches of matrices, `c [member][rows][columns]`, on the tensor cores of a warpgroup.
// SLOPE is of the left factor: then it is `a * slope(y)` with `y` laid out as `a`. The sums of its rows may be a second
// result.
// PLANES are the 16 bytes of the inner axis that lie in shared memory at once, A_LANES and B_LANES how threads share
// what they read of a factor, `LANES` of `src/matrix/lanes.ts`.

constexpr int kThreads = WARPGROUPS * kGroupThreads;
constexpr int kRows = WARPGROUPS * 64;
constexpr int kInner = PLANES * kQuadElements;
/** From 16 bytes of the inner axis to the next of one factor: neighbours along it then begin in other banks. */
constexpr int kLeftPlane = kRows + 1;
constexpr int kRightPlane = COLUMNS + 1;
constexpr int kLeftQuads = PLANES * kLeftPlane;
constexpr int kRightQuads = PLANES * kRightPlane;
constexpr int kStageQuads = kParts * (kLeftQuads + kRightQuads);
constexpr int kSumsPitch = PLANES + 1;

constexpr int kRowLanes = 0;
constexpr int kQuadLanes = 2;

/** What a block reads of a factor: `kExtent` of its rows, a turn's part of the inner axis at a time. */
template <int kExtent, int kLanes, int kSlope>
struct GroupFactor {
  static constexpr int kItems = (kExtent * PLANES + kThreads - 1) / kThreads;

  const float* values;
  const float* activated;
  int row_stride;
  int inner_stride;
  /** Rows that there are. */
  int rows;
  float ahead[kItems][kQuadElements];

  __device__ static int row_of(int item) { return kLanes == kRowLanes ? item % kExtent : item / PLANES; }
  __device__ static int plane_of(int item) { return kLanes == kRowLanes ? item / kExtent : item % PLANES; }

  /** Begins to read what stands from one place of the inner axis on, zeros from another. */
  __device__ void fetch(int first, int end) {
#pragma unroll
    for (int i = 0; i < kItems; i++) {
      const int item = threadIdx.x + i * kThreads;
      const int row = row_of(item);
      const int inner = first + plane_of(item) * kQuadElements;
      const bool is_real = row < rows && (kLanes != kRowLanes || plane_of(item) < PLANES);
      const int at = row * row_stride + inner * inner_stride;
      if constexpr (kLanes == kQuadLanes) {
#pragma unroll
        for (int quad = 0; quad < kQuadElements; quad += 4) {
          const bool is_there = is_real && inner + quad < end;
          float4 four = {0, 0, 0, 0};
          if (is_there) four = __ldg(reinterpret_cast<const float4*>(values + at + quad));
          float* to = ahead[i] + quad;
          to[0] = four.x;
          to[1] = four.y;
          to[2] = four.z;
          to[3] = four.w;
          if constexpr (kSlope != kLinear) {
            if (is_there) four = __ldg(reinterpret_cast<const float4*>(activated + at + quad));
            to[0] = undo_activation<kSlope>(to[0], four.x);
            to[1] = undo_activation<kSlope>(to[1], four.y);
            to[2] = undo_activation<kSlope>(to[2], four.z);
            to[3] = undo_activation<kSlope>(to[3], four.w);
          }
        }
      } else {
#pragma unroll
        for (int element = 0; element < kQuadElements; element++) {
          const bool is_there = is_real && inner + element < end;
          const int place = at + element * inner_stride;
          float value = is_there ? __ldg(values + place) : 0.0f;
          if constexpr (kSlope != kLinear) {
            value = undo_activation<kSlope>(value, is_there ? __ldg(activated + place) : 0.0f);
          }
          ahead[i][element] = value;
        }
      }
    }
  }

  /**
   * Stores what was read, `[part][16 bytes][row]`.
   * @param sums null, or where the sums of every 16 bytes go, `[row][16 bytes]`.
   */
  __device__ void store(uint4* to, float* sums) const {
#pragma unroll
    for (int i = 0; i < kItems; i++) {
      const int item = threadIdx.x + i * kThreads;
      const int row = row_of(item);
      const int plane = plane_of(item);
      if (row >= kExtent || plane >= PLANES) break;
      uint4 quads[kParts];
      make_quads(ahead[i], quads);
#pragma unroll
      for (int part = 0; part < kParts; part++) to[(part * PLANES + plane) * (kExtent + 1) + row] = quads[part];
      if (sums == nullptr) continue;
      float sum = 0.0f;
#pragma unroll
      for (int element = 0; element < kQuadElements; element++) sum += ahead[i][element];
      sums[row * kSumsPitch + plane] = sum;
    }
  }
};

extern "C" __global__ void __launch_bounds__(kThreads, 1)
    warpgroup_product(const float* a, const float* y, const float* b, const float* bias, float* c, float* partials,
                      float* row_sums, MatrixProduct product, TileLaunch launch) {
  CAMADA_DYNAMIC_SHARED(uint4, shared);
  float* slot_sums = reinterpret_cast<float*>(shared + 2 * kStageQuads);
  const TilePlace place(launch, kRows, COLUMNS);
  const MatrixMember member(product, place.member);
  const int steps = (product.inner + kInner - 1) / kInner;
  const int steps_of_part = (steps + launch.parts - 1) / launch.parts;
  const int first_k = place.part * steps_of_part * kInner;
  const int end_k = first_k + steps_of_part * kInner < product.inner ? first_k + steps_of_part * kInner : product.inner;
  const int count = end_k > first_k ? (end_k - first_k + kInner - 1) / kInner : 0;
  const bool has_row_sums = row_sums != nullptr && place.first_column == 0;

  const long long first_a = member.a + static_cast<long long>(place.first_row) * product.a_row;
  GroupFactor<kRows, A_LANES, SLOPE> left_factor;
  left_factor.values = a + first_a;
  left_factor.activated = y + first_a;
  left_factor.row_stride = product.a_row;
  left_factor.inner_stride = product.a_inner;
  left_factor.rows = product.rows - place.first_row;
  GroupFactor<COLUMNS, B_LANES, kLinear> right_factor;
  right_factor.values = b + member.b + static_cast<long long>(place.first_column) * product.b_column;
  right_factor.activated = nullptr;
  right_factor.row_stride = product.b_column;
  right_factor.inner_stride = product.b_inner;
  right_factor.rows = product.columns - place.first_column;
  const auto fetch = [&](int number) {
    left_factor.fetch(first_k + number * kInner, end_k);
    right_factor.fetch(first_k + number * kInner, end_k);
  };
  const auto store = [&](int number) {
    uint4* stage = shared + number % 2 * kStageQuads;
    left_factor.store(stage, has_row_sums ? slot_sums + number % 2 * kRows * kSumsPitch : nullptr);
    right_factor.store(stage + kParts * kLeftQuads, nullptr);
  };

  const GroupThread thread(1);
  const int first_row = place.first_row + thread.row;
  const bool counts[1][2] = {{first_row < product.rows, first_row + 8 < product.rows}};

  GroupSums<1> sums;
  float row_sum = 0.0f;
  compute_sums(sums, counts, [&](auto parts) {
    using Parts = decltype(parts);
    row_sum = 0.0f;
    const auto multiply = [&](int number, bool is_new) {
      const uint4* stage = shared + number % 2 * kStageQuads;
      const unsigned long long left = describe(stage + thread.warpgroup * 64, kLeftPlane);
      const unsigned long long right = describe(stage + kParts * kLeftQuads, kRightPlane);
#pragma unroll
      for (int pair = 0; pair < PLANES / 2; pair++) {
        add_group_products<Parts>(sums.products[0], left + pair * 2 * kLeftPlane, right + pair * 2 * kRightPlane, kLeftQuads,
                                  kRightQuads, pair > 0 || !is_new);
      }
    };
    const auto add_row = [&](int number) {
      if (!has_row_sums || threadIdx.x >= kRows) return;
      const float* from = slot_sums + (number % 2 * kRows + threadIdx.x) * kSumsPitch;
#pragma unroll
      for (int plane = 0; plane < PLANES; plane++) row_sum += from[plane];
    };
    multiply_in_turns<Parts>(sums, count, fetch, store, multiply, add_row);
  });

  const int member_of_parts = place.member * launch.parts + place.part;
  if (has_row_sums && threadIdx.x < kRows && place.first_row + threadIdx.x < product.rows) {
    row_sums[static_cast<long long>(member_of_parts) * launch.most_rows + place.first_row + threadIdx.x] = row_sum;
  }
  const bool has_parts = launch.parts > 1;
  const long long size = static_cast<long long>(product.rows) * product.columns;
  float* to = has_parts ? partials + member_of_parts * size : c + place.member * size;
  // Two neighbours at a time where no row begins between them.
  const bool has_pairs = product.columns % 2 == 0;
#pragma unroll
  for (int i = 0; i < kGroupSums; i += 2) {
    const int row = place.first_row + thread.row_of(0, i);
    const int column = place.first_column + thread.column_of(i);
    if (row >= product.rows || column >= product.columns) continue;
    float two[2] = {sums.at(0, i), sums.at(0, i + 1)};
    const bool is_whole = column + 1 < product.columns;
    if (!has_parts) {
      two[0] = finished(two[0], bias, row, column, launch);
      if (is_whole) two[1] = finished(two[1], bias, row, column + 1, launch);
    }
    float* at = to + static_cast<long long>(row) * product.columns + column;
    if (has_pairs) {
      *reinterpret_cast<float2*>(at) = make_float2(two[0], two[1]);
    } else {
      at[0] = two[0];
      if (is_whole) at[1] = two[1];
    }
  }
}

/** A product whose parts are added. */
struct PartsOfProduct {
  const MatrixProduct& product;

  __device__ int rows() const { return product.rows; }
  __device__ int columns() const { return product.columns; }
  __device__ int row_offset(int i) const { return i * product.columns; }
  __device__ int column_offset(int j) const { return j; }
};

/** Blocks for the sums of each member, one thread for each of `[rows][columns]`. */
extern "C" __global__ void add_group_partials(const float* bias, float* c, const float* partials, MatrixProduct product,
                                              TileLaunch launch) {
  int member, index;
  if (!find_sum(launch, member, index)) return;
  const long long size = static_cast<long long>(product.rows) * product.columns;
  add_partials(PartsOfProduct{product}, member, index, launch, bias, c + member * size, partials);
}
