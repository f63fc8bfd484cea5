// Instructions of cards from compute capability 8.0 on: asynchronous copies to shared memory and products on the tensor
// cores. Under CAMADA_SIMULATED each has a form in plain C++, with the same factors in the same threads.
#ifndef CAMADA_SIMULATED
#define CAMADA_HAS_ASYNC (__CUDA_ARCH__ >= 800)
#else
#define CAMADA_HAS_ASYNC 1
#endif

#ifdef CAMADA_SIMULATED

inline void copy_async_4(float* to, const float* from, bool is_real) { *to = is_real ? *from : 0.0f; }
inline void copy_async_16(float* to, const float* from, bool is_real) {
  for (int i = 0; i < 4; i++) to[i] = is_real ? from[i] : 0.0f;
}
inline void commit_copies() {}
template <int kPending>
inline void wait_for_copies() {}

#elif CAMADA_HAS_ASYNC

__device__ inline unsigned shared_address(const void* pointer) {
  unsigned long long address;
  asm("cvta.to.shared.u64 %0, %1;" : "=l"(address) : "l"(pointer));
  return static_cast<unsigned>(address);
}

/** Copies one float, or zero where `from` is not to be read. */
__device__ inline void copy_async_4(float* to, const float* from, bool is_real) {
  const int size = is_real ? 4 : 0;
  asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;" ::"r"(shared_address(to)), "l"(from), "r"(size) : "memory");
}

/** Copies four floats that begin at a multiple of 16 bytes, or zeros. */
__device__ inline void copy_async_16(float* to, const float* from, bool is_real) {
  const int size = is_real ? 16 : 0;
  asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(to)), "l"(from), "r"(size)
               : "memory");
}

/** Makes the copies since the last call a group. */
__device__ inline void commit_copies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

/** Waits until at most so many groups of copies of this thread are not done. */
template <int kPending>
__device__ inline void wait_for_copies() {
  asm volatile("cp.async.wait_group %0;" ::"n"(kPending) : "memory");
}

#else

// Never called there.
__device__ inline void copy_async_4(float*, const float*, bool) {}
__device__ inline void copy_async_16(float*, const float*, bool) {}
__device__ inline void commit_copies() {}
template <int kPending>
__device__ inline void wait_for_copies() {}

#endif

#ifdef CAMADA_SIMULATED

/** The nearest number with 10 bits of fraction, ties away from 0, as its bits. */
inline unsigned to_tf32(float x) {
  const unsigned bits = __float_as_uint(x);
  if ((bits & 0x7f800000u) == 0x7f800000u) return bits & 0xffffe000u | ((bits & 0x7fffffu) != 0 ? 0x400000u : 0u);
  return (bits + 0x1000u) & 0xffffe000u;
}

inline unsigned to_bf16_bits(float x) {
  const unsigned bits = __float_as_uint(x);
  if ((bits & 0x7fffffffu) > 0x7f800000u) return 0x7fffu;
  return (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
}

/** Two numbers of 8 significant bits, the first in the lower half. */
inline unsigned to_bf16_pair(float low, float high) { return to_bf16_bits(low) | (to_bf16_bits(high) << 16); }

/** The factors of the product that each warp is about, shared by its threads. */
struct SimulatedProduct {
  float a[16][16];
  float b[16][8];
};

/** Tensor cores cut off what float32 has no room for; what they keep beyond it before is not documented. */
inline float toward_zero(double x) {
  float nearest = static_cast<float>(x);
  if (fabs(static_cast<double>(nearest)) > fabs(x)) nearest = nextafterf(nearest, 0.0f);
  return nearest;
}

inline void simulate_product(float (&c)[4], SimulatedProduct& shared, int depth) {
  const int group = threadIdx.x % 32 / 4;
  const int member = threadIdx.x % 4;
  __syncwarp();
  for (int i = 0; i < 4; i++) {
    double sum = c[i];
    for (int k = 0; k < depth; k++) {
      sum += static_cast<double>(shared.a[group + i / 2 * 8][k]) * shared.b[k][member * 2 + i % 2];
    }
    c[i] = toward_zero(sum);
  }
  __syncwarp();
}

static SimulatedProduct& simulated_product() {
  __shared__ SimulatedProduct products[32];
  return products[threadIdx.x / 32];
}

inline void mma_tf32(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  SimulatedProduct& shared = simulated_product();
  const int group = threadIdx.x % 32 / 4;
  const int member = threadIdx.x % 4;
  for (int i = 0; i < 4; i++) shared.a[group + i % 2 * 8][member + i / 2 * 4] = __uint_as_float(a[i] & 0xffffe000u);
  shared.b[member][group] = __uint_as_float(b0 & 0xffffe000u);
  shared.b[member + 4][group] = __uint_as_float(b1 & 0xffffe000u);
  simulate_product(c, shared, 8);
}

inline void begin_tf32(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  for (int i = 0; i < 4; i++) c[i] = 0.0f;
  mma_tf32(c, a, b0, b1);
}

inline void mma_bf16(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  SimulatedProduct& shared = simulated_product();
  const int group = threadIdx.x % 32 / 4;
  const int member = threadIdx.x % 4;
  for (int half = 0; half < 2; half++) {
    const int shift = half * 16;
    for (int i = 0; i < 4; i++) {
      shared.a[group + i % 2 * 8][member * 2 + half + i / 2 * 8] = __uint_as_float((a[i] >> shift) << 16);
    }
    shared.b[member * 2 + half][group] = __uint_as_float((b0 >> shift) << 16);
    shared.b[member * 2 + half + 8][group] = __uint_as_float((b1 >> shift) << 16);
  }
  simulate_product(c, shared, 16);
}

#elif __CUDA_ARCH__ >= 800

/** The nearest number with 10 bits of fraction, ties away from 0: tensor cores cut off what is not rounded before. */
__device__ inline unsigned to_tf32(float x) {
  unsigned rounded;
  asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(rounded) : "f"(x));
  return rounded;
}

/** Two numbers of 8 significant bits, the first in the lower half. */
__device__ inline unsigned to_bf16_pair(float low, float high) {
  unsigned pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
}

/**
 * `c += a b` of a warp, `a` 16 x 8 and `b` 8 x 8. Thread `4 g + t` has of `a` the elements (g, t), (g + 8, t), (g, t + 4),
 * (g + 8, t + 4), of `b` (t, g), (t + 4, g), of `c` (g, 2t), (g, 2t + 1), (g + 8, 2t), (g + 8, 2t + 1).
 */
__device__ inline void mma_tf32(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  asm(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

/** `c = a b`, the same otherwise. */
__device__ inline void begin_tf32(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  asm(
      "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%10, %10, %10, %10};"
      : "=f"(c[0]), "=f"(c[1]), "=f"(c[2]), "=f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1), "f"(0.0f));
}

/** The same with `a` 16 x 16 and `b` 16 x 8, pairs of neighbours along the inner axis: t stands for 2t and 2t + 1, t + 4 for
 * 2t + 8 and 2t + 9. */
__device__ inline void mma_bf16(float (&c)[4], const unsigned (&a)[4], unsigned b0, unsigned b1) {
  asm(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
      "{%0, %1, %2, %3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

#endif
