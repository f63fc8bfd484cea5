#include "products.cuh"
// Products of a whole warpgroup of four warps on the tensor cores of compute capability 9.0, factors in shared memory,
// sums of 64 rows by COLUMNS columns in registers. Both factors are stored without swizzle, 16 bytes of the inner axis
// beside each other: a place of the inner axis and its neighbours in 16 bytes, the rows one after the other, then the next
// 16 bytes of all rows in another plane. A row further is 16 bytes further, so that a window moves by moving its start.
// Under CAMADA_SIMULATED the products have a form in plain C++ which reads through the same descriptors.

/** Elements of a factor in 16 bytes, and words of an element that is ready. */
constexpr int kQuadElements = MATH == MATH_BF16 ? 8 : 4;
/** A factor in float32 lies there twice, its high parts and then its low ones. */
constexpr int kParts = MATH == MATH_TF32X3 ? 2 : 1;
constexpr int kGroupThreads = 128;
constexpr int kGroupSums = COLUMNS / 2;

#ifdef CAMADA_SIMULATED

inline unsigned shared_offset(const void* pointer) {
  return static_cast<const char*>(pointer) - static_cast<const char*>(camada_simulated::dynamic_shared());
}

#else

__device__ inline unsigned shared_offset(const void* pointer) { return shared_address(pointer); }

#endif

/**
 * Says where a factor lies.
 * @param plane 16-byte units from 16 bytes of the inner axis to the next.
 */
__device__ inline unsigned long long describe(const uint4* factor, int plane) {
  constexpr unsigned long long kEightRows = 8;
  return shared_offset(factor) >> 4 | static_cast<unsigned long long>(plane) << 16 | kEightRows << 32;
}

#ifdef CAMADA_SIMULATED

/** One product that a thread waits for: its own sums of it. */
struct SimulatedGroupProduct {
  float* sums;
  unsigned long long left, right;
  bool adds;
};

/** Products that are under way are computed when they are waited for, or at once where threads run backwards: what does
 * not wait shows in one order, what waits too late in the other. */
constexpr int kMostSimulatedProducts = 512;
static SimulatedGroupProduct simulated_products[1024][kMostSimulatedProducts];
static int simulated_product_counts[1024];

inline float simulated_element(unsigned long long factor, int row, int place) {
  const char* base = static_cast<const char*>(camada_simulated::dynamic_shared());
  const unsigned start = (factor & 0x3fff) << 4;
  const unsigned leading = (factor >> 16 & 0x3fff) << 4;
  const unsigned stride = (factor >> 32 & 0x3fff) << 4;
  const char* quad = base + start + row / 8 * stride + row % 8 * 16 + place / kQuadElements * leading;
  if (MATH == MATH_BF16) {
    return __uint_as_float(reinterpret_cast<const unsigned short*>(quad)[place % kQuadElements] << 16);
  }
  return __uint_as_float(reinterpret_cast<const unsigned*>(quad)[place % kQuadElements] & 0xffffe000u);
}

inline void simulate_group_product(const SimulatedGroupProduct& product) {
  constexpr int kDepth = 2 * kQuadElements;
  const int warp = threadIdx.x % kGroupThreads / 32;
  const int group = threadIdx.x % 32 / 4;
  const int member = threadIdx.x % 4;
  float rows[2][kDepth];
  for (int half = 0; half < 2; half++) {
    for (int k = 0; k < kDepth; k++) rows[half][k] = simulated_element(product.left, warp * 16 + half * 8 + group, k);
  }
  for (int j = 0; j < COLUMNS / 8; j++) {
    for (int side = 0; side < 2; side++) {
      float column[kDepth];
      for (int k = 0; k < kDepth; k++) column[k] = simulated_element(product.right, j * 8 + member * 2 + side, k);
      for (int half = 0; half < 2; half++) {
        float& to = product.sums[j * 4 + half * 2 + side];
        double sum = product.adds ? to : 0.0;
        for (int k = 0; k < kDepth; k++) sum += static_cast<double>(rows[half][k]) * column[k];
        to = toward_zero(sum);
      }
    }
  }
}

inline void publish_shared() {}
inline void begin_group_products(float (&)[kGroupSums]) {}
inline void commit_group_products() {}

inline void add_group_product(float (&sums)[kGroupSums], unsigned long long left, unsigned long long right, bool adds) {
  const SimulatedGroupProduct product = {sums, left, right, adds};
  static const char* order = getenv("CAMADA_SIMULATED_ORDER");
  if (order != nullptr && std::strcmp(order, "backwards") == 0) {
    simulate_group_product(product);
  } else {
    if (simulated_product_counts[threadIdx.x] == kMostSimulatedProducts) __trap();
    simulated_products[threadIdx.x][simulated_product_counts[threadIdx.x]++] = product;
  }
}

inline void wait_for_group_products() {
  for (int i = 0; i < simulated_product_counts[threadIdx.x]; i++) {
    simulate_group_product(simulated_products[threadIdx.x][i]);
  }
  simulated_product_counts[threadIdx.x] = 0;
}
inline void end_group_products(float (&)[kGroupSums]) {}

#else

/** Lets the tensor cores see what this thread wrote to shared memory, once a barrier has been passed. */
__device__ inline void publish_shared() { asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); }

/** Nothing that a program does to the sums may move beyond here. */
__device__ inline void end_group_products(float (&sums)[kGroupSums]) {
#pragma unroll
  for (int i = 0; i < kGroupSums; i++) asm volatile("" : "+f"(sums[i])::"memory");
}

/** To be called before products are added to sums that were touched otherwise. */
__device__ inline void begin_group_products(float (&sums)[kGroupSums]) {
  end_group_products(sums);
  asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}

__device__ inline void commit_group_products() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }

/** Waits for all products. */
__device__ inline void wait_for_group_products() { asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory"); }

#define CAMADA_TEXT(x) #x
#define CAMADA_TEXT_OF(x) CAMADA_TEXT(x)
#if MATH == MATH_BF16
#define CAMADA_GROUP_PRODUCT "k16.f32.bf16.bf16"
#define CAMADA_GROUP_SIGNS "1, 1, 0, 0"
#else
#define CAMADA_GROUP_PRODUCT "k8.f32.tf32.tf32"
#define CAMADA_GROUP_SIGNS "1, 1"
#endif

/**
 * `sums += left right`, or `sums = left right`, 64 rows, COLUMNS columns, two planes of each factor. Thread `32 w + 4 g + t`
 * of the warpgroup has of rows `16 w + g` and 8 further the columns `8 j + 2 t` and the next:
 * `sums[4 j + 2 half + side]`. Asynchronous: begin before, commit and wait after.
 */
__device__ inline void add_group_product(float (&sums)[kGroupSums], unsigned long long left, unsigned long long right,
                                         bool adds) {
  asm volatile("{\n.reg .pred adds;\nsetp.ne.b32 adds, " SCALE_TEXT
               ", 0;\n"
               "wgmma.mma_async.sync.aligned.m64n" CAMADA_TEXT_OF(COLUMNS) CAMADA_GROUP_PRODUCT
               " {" SUMS_TEXT "}, " FACTORS_TEXT ", adds, " CAMADA_GROUP_SIGNS ";\n}\n"
               : SUMS_OPERANDS
               : "l"(left), "l"(right), "r"(static_cast<int>(adds)));
}

#endif

/** Sixteen bytes of a factor, from its elements. */
__device__ inline void make_quads(const float (&from)[kQuadElements], uint4 (&quads)[kParts]) {
#if MATH == MATH_BF16
  quads[0] = make_uint4(to_bf16_pair(from[0], from[1]), to_bf16_pair(from[2], from[3]), to_bf16_pair(from[4], from[5]),
                        to_bf16_pair(from[6], from[7]));
#else
  Ready elements[4];
#pragma unroll
  for (int i = 0; i < 4; i++) elements[i] = ready(from[i]);
#pragma unroll
  for (int part = 0; part < kParts; part++) {
    quads[part] = make_uint4(word_of(elements[0], part), word_of(elements[1], part), word_of(elements[2], part),
                             word_of(elements[3], part));
  }
#endif
}

/** Which of a split factor's products are computed, as a type: for code that is there in both ways. */
struct AllParts {
  static constexpr bool kAreHighsAlone = false;
};
struct HighParts {
  static constexpr bool kAreHighsAlone = true;
};

/** Whether sums are moved out of the tensor cores, which then begin new ones. */
template <class Parts>
constexpr bool kMovesSums = kParts == 2 && !Parts::kAreHighsAlone;

/**
 * The products of two planes of each factor, in as many instructions as the arithmetic has.
 * @param left_low from the high parts of the left factor to its low ones, in 16-byte units; of the right one `right_low`.
 */
template <class Parts>
__device__ inline void add_group_products(float (&sums)[kGroupSums], unsigned long long left, unsigned long long right,
                                          int left_low, int right_low, bool adds) {
  if constexpr (kMovesSums<Parts>) {
    add_group_product(sums, left + left_low, right, adds);
    add_group_product(sums, left, right + right_low, true);
    add_group_product(sums, left, right, true);
  } else {
    add_group_product(sums, left, right, adds);
  }
}

/**
 * A thread's sums, in tiles of 64 rows. Tensor cores cut off where float32 rounds, so that long sums lose a little at every
 * step: those of split factors are moved out of them again and again, and added up in float32.
 */
template <int kTiles>
struct GroupSums {
  /** What the tensor cores are adding up. */
  float products[kTiles][kGroupSums];
  /** What was moved out of them. */
  float moved[kParts == 2 ? kTiles : 1][kGroupSums];

  __device__ void clear() {
#pragma unroll
    for (int tile = 0; tile < kTiles; tile++) {
#pragma unroll
      for (int i = 0; i < kGroupSums; i++) {
        products[tile][i] = 0.0f;
        if constexpr (kParts == 2) moved[tile][i] = 0.0f;
      }
    }
  }

  __device__ void begin() {
#pragma unroll
    for (int tile = 0; tile < kTiles; tile++) begin_group_products(products[tile]);
  }

  /** Waits for the products. */
  template <class Parts>
  __device__ void end() {
    wait_for_group_products();
#pragma unroll
    for (int tile = 0; tile < kTiles; tile++) {
      end_group_products(products[tile]);
      if constexpr (kMovesSums<Parts>) {
#pragma unroll
        for (int i = 0; i < kGroupSums; i++) moved[tile][i] += products[tile][i];
      }
    }
  }

  /** Whether a sum is NaN in a row that counts, `counts[tile][half]`. */
  __device__ bool has_nan(const bool (&counts)[kTiles][2]) const {
    bool has = false;
#pragma unroll
    for (int tile = 0; tile < kTiles; tile++) {
#pragma unroll
      for (int i = 0; i < kGroupSums; i++) has |= counts[tile][i / 2 % 2] && at(tile, i) != at(tile, i);
    }
    return has;
  }

  /**
   * Takes what the high parts alone gave, for sums that are NaN with the low ones: infinities meet zeros in these, which
   * says nothing of their products.
   */
  __device__ void take_highs() {
    if constexpr (kParts == 2) {
#pragma unroll
      for (int tile = 0; tile < kTiles; tile++) {
#pragma unroll
        for (int i = 0; i < kGroupSums; i++) {
          if (moved[tile][i] != moved[tile][i]) moved[tile][i] = products[tile][i];
        }
      }
    }
  }

  __device__ float at(int tile, int i) const {
    if constexpr (kParts == 2) {
      return moved[tile][i];
    } else {
      return products[tile][i];
    }
  }
};

/** A thread's place in a block of warpgroups. */
struct GroupThread {
  int warpgroup;
  /** The first row of its sums in the block, which the second follows 8 rows further; tiles are 64 rows. */
  int row;
  /** The first column of its sums; it has the next, and both again every 8 columns. */
  int column;

  /** @param tiles of each warpgroup. */
  __device__ explicit GroupThread(int tiles)
      : warpgroup(threadIdx.x / kGroupThreads),
        row(warpgroup * tiles * 64 + threadIdx.x % kGroupThreads / 32 * 16 + threadIdx.x % 32 / 4),
        column(threadIdx.x % 4 * 2) {}

  /** Where sum number `i` of a tile stands in the block. */
  __device__ int row_of(int tile, int i) const { return row + tile * 64 + i / 2 % 2 * 8; }
  __device__ int column_of(int i) const { return column + i / 4 * 8 + i % 2; }
};

/**
 * Computes sums, and those of split factors that are NaN once more.
 * @param compute what all threads do, with the parts to multiply.
 */
template <int kTiles, class Compute>
__device__ inline void compute_sums(GroupSums<kTiles>& sums, const bool (&counts)[kTiles][2], Compute&& compute) {
  sums.clear();
  compute(AllParts());
  if constexpr (kDoubtsNan) {
    if (__syncthreads_or(sums.has_nan(counts))) {
      compute(HighParts());
      sums.take_highs();
    }
  }
}

/**
 * What a block multiplies in turns, which two stages in shared memory hold by turns: one is multiplied while the next is
 * stored and the one after it fetched.
 * @param multiply adds the products of a turn; `is_new` where they are the first of their sums.
 * @param meanwhile what else is done with a stage while it is multiplied.
 */
template <class Parts, class Fetch, class Store, class Multiply, class Meanwhile>
__device__ inline void multiply_in_turns(GroupSums<1>& sums, int count, Fetch&& fetch, Store&& store, Multiply&& multiply,
                                         Meanwhile&& meanwhile) {
  if (count > 0) {
    fetch(0);
    store(0);
  }
  if (count > 1) fetch(1);
  for (int number = 0; number < count; number++) {
    publish_shared();
    __syncthreads();
    sums.begin();
    multiply(number, kMovesSums<Parts> || number == 0);
    commit_group_products();
    meanwhile(number);
    if (number + 1 < count) store(number + 1);
    if (number + 2 < count) fetch(number + 2);
    sums.template end<Parts>();
  }
}
