#include "fused-activation.cuh"
#include "mma.cuh"
#include "place.cuh"
// The factors of a tiled product, on their way from global to shared memory.
//
// An element stands at the sum of what its row and its place along the inner axis say: an offset, and a position in up to
// three spatial axes for factors that are read through a window. Tables of both lie in shared memory.
//
// A tile lies as `[inner / 16][row][16]`, groups of four neighbours along the inner axis exchanged among each other by row:
// threads of a warp that read or write such groups of neighbouring rows then meet in no bank.

constexpr int kThreads = 32 * WARPS_M * WARPS_N;
/** Extent of a tile along the inner axis. */
constexpr int kBlockK = 16 * PLANES;

/** How threads share the elements of a tile: neighbouring threads have neighbouring rows, or neighbours along the inner
 * axis, singly or four at a time. */
enum class Lanes { kRows, kInner, kInnerQuads };

__device__ inline int quad_index(int row, int quad) { return row * 16 + ((quad ^ ((row >> 1) & 3)) << 2); }

__device__ inline float4 read_quad(const float* plane, int row, int quad) {
  return *reinterpret_cast<const float4*>(plane + quad_index(row, quad));
}

/**
 * One factor of a block.
 * kIsWindowed: whether positions count. kSlope: the activation whose derivative, told from `activated`, the elements are
 * multiplied with on the way.
 */
template <int kRows, Lanes kLanes, bool kIsWindowed, int kSlope>
struct Operand {
  /** Whether elements go to shared memory without a stay in registers. */
  static constexpr bool kIsAsync = CAMADA_HAS_ASYNC && kLanes != Lanes::kRows && kSlope == kLinear;
  static constexpr int kElements = (kRows * kBlockK + kThreads - 1) / kThreads;
  static constexpr int kHeld = kIsAsync ? 1 : (kElements < 4 && kLanes != Lanes::kInner ? 4 : kElements);

  const float* values;
  const float* activated;
  /** Extents of the spatial axes. */
  int limits[3];
  const Place* rows;
  /** `[2][kBlockK]`, for tiles of even and odd numbers. */
  const Place* inner;
  float held[kHeld];

  __device__ bool is_real(const Place& row, const Place& inner) const {
    if (!kIsWindowed) return row.at[1] + inner.at[1] >= 0;
    const auto is_within = [&](int axis) {
      return static_cast<unsigned>(row.at[axis] + inner.at[axis]) < static_cast<unsigned>(limits[axis]);
    };
    return (SPATIAL < 3 || is_within(0)) && is_within(1) && is_within(2);
  }

  __device__ float element(const Place& row, const Place& inner) const {
    if (!is_real(row, inner)) return 0;
    const int at = row.offset + inner.offset;
    const float value = __ldg(values + at);
    return kSlope == kLinear ? value : undo_activation<kSlope>(value, __ldg(activated + at));
  }

  /** Begins to read tile number `number` into its place in shared memory. */
  __device__ void fetch(int number, float* tile) {
    const Place* inner_places = inner + (number & 1) * kBlockK;
    if (kLanes == Lanes::kRows) fetch_rows(inner_places);
    if (kLanes == Lanes::kInner) fetch_inner(inner_places, tile);
    if (kLanes == Lanes::kInnerQuads) fetch_quads(inner_places, tile);
  }

  /** Ends what `fetch` of the same tile began, but for asynchronous copies. */
  __device__ void store(float* tile) const {
    if (kIsAsync) return;
    if (kLanes == Lanes::kInner) {
      for_each_single([&](int i, int row, int k) { tile[single_index(row, k)] = held[i]; });
    } else {
      for_each_quad([&](int i, int row, int quad) {
        const float4 four = {held[i], held[i + 1], held[i + 2], held[i + 3]};
        *reinterpret_cast<float4*>(tile + quad / 4 * kRows * 16 + quad_index(row, quad % 4)) = four;
      });
    }
  }

 private:
  __device__ static int single_index(int row, int k) {
    return k / 16 * kRows * 16 + quad_index(row, k % 16 / 4) + k % 4;
  }

  /** Calls `work(first of four held, row, quad)`. */
  template <class Work>
  __device__ static void for_each_quad(Work&& work) {
    constexpr int kQuads = kBlockK / 4;
#pragma unroll
    for (int i = 0; i < (kRows * kQuads + kThreads - 1) / kThreads; i++) {
      int row, quad;
      if (kLanes == Lanes::kRows && kRows % 32 == 0) {
        // A warp keeps to one quad, and to that quad in all its turns if it can.
        const int item = threadIdx.x / 32 + i * (kThreads / 32);
        quad = item % kQuads;
        row = threadIdx.x % 32 + item / kQuads * 32;
      } else {
        const int item = threadIdx.x + i * kThreads;
        quad = kLanes == Lanes::kRows ? item / kRows : item % kQuads;
        row = kLanes == Lanes::kRows ? item % kRows : item / kQuads;
      }
      if (kRows * kQuads % kThreads == 0 || (row < kRows && quad < kQuads)) work(4 * i, row, quad);
    }
  }

  /** Calls `work(number held, row, k)`. */
  template <class Work>
  __device__ static void for_each_single(Work&& work) {
    constexpr int kRowsAtOnce = kThreads / kBlockK;
    const int k = threadIdx.x % kBlockK;
#pragma unroll
    for (int i = 0; i < (kRows + kRowsAtOnce - 1) / kRowsAtOnce; i++) {
      const int row = threadIdx.x / kBlockK + i * kRowsAtOnce;
      if (kRows % kRowsAtOnce == 0 || row < kRows) work(i, row, k);
    }
  }

  __device__ void fetch_rows(const Place* inner_places) {
    for_each_quad([&](int i, int row, int quad) {
      const Place place = rows[row];
#pragma unroll
      for (int k = 0; k < 4; k++) held[i + k] = element(place, inner_places[quad * 4 + k]);
    });
  }

  __device__ void fetch_inner(const Place* inner_places, float* tile) {
    const Place place = inner_places[threadIdx.x % kBlockK];
    for_each_single([&](int i, int row, int k) {
      if constexpr (kIsAsync) {
        const bool is_read = is_real(rows[row], place);
        const int at = is_read ? rows[row].offset + place.offset : 0;
        copy_async_4(tile + single_index(row, k), values + at, is_read);
      } else {
        held[i] = element(rows[row], place);
      }
    });
  }

  __device__ void fetch_quads(const Place* inner_places, float* tile) {
    for_each_quad([&](int i, int row, int quad) {
      const Place& place = inner_places[quad * 4];
      const bool is_read = is_real(rows[row], place);
      const int at = is_read ? rows[row].offset + place.offset : 0;
      if constexpr (kIsAsync) {
        copy_async_16(tile + quad / 4 * kRows * 16 + quad_index(row, quad % 4), values + at, is_read);
      } else {
        float4 four = {0, 0, 0, 0};
        if (is_read) {
          four = __ldg(reinterpret_cast<const float4*>(values + at));
          if (kSlope != kLinear) {
            const float4 y = __ldg(reinterpret_cast<const float4*>(activated + at));
            four.x = undo_activation<kSlope>(four.x, y.x);
            four.y = undo_activation<kSlope>(four.y, y.y);
            four.z = undo_activation<kSlope>(four.z, y.z);
            four.w = undo_activation<kSlope>(four.w, y.w);
          }
        }
        held[i] = four.x;
        held[i + 1] = four.y;
        held[i + 2] = four.z;
        held[i + 3] = four.w;
      }
    });
  }
};
