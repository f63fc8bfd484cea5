// Kernels that use what a device has and a CPU has not, for tests of the simulation.

/** Sums a block's numbers through shared memory, which needs every barrier. */
extern "C" __global__ void __launch_bounds__(256) block_sum(const int* from, int* to) {
  __shared__ int partial[256];
  partial[threadIdx.x] = from[blockIdx.x * blockDim.x + threadIdx.x];
  __syncthreads();
  for (unsigned half = blockDim.x / 2; half > 0; half /= 2) {
    if (threadIdx.x < half) partial[threadIdx.x] += partial[threadIdx.x + half];
    __syncthreads();
  }
  if (threadIdx.x == 0) to[blockIdx.x] = partial[0];
}

/** The same sum in one warp, by shuffles. */
extern "C" __global__ void warp_sum(const float* from, float* to) {
  float sum = from[threadIdx.x];
  for (int lanes = 16; lanes > 0; lanes /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, lanes);
  to[threadIdx.x] = sum;
}

/** `to` has, for each lane, the results of the other shuffles and votes. */
extern "C" __global__ void votes(const int* from, int* to) {
  const int value = from[threadIdx.x];
  int* own = to + threadIdx.x * 6;
  own[0] = __shfl_sync(0xffffffffu, value, 3);
  own[1] = __shfl_up_sync(0xffffffffu, value, 2);
  own[2] = __shfl_down_sync(0xffffffffu, value, 2, 8);
  own[3] = static_cast<int>(__ballot_sync(0xffffffffu, value % 3 == 0));
  own[4] = __any_sync(0xffffffffu, value == 31);
  own[5] = __all_sync(0xffffffffu, value < 31);
}

/** Half a warp exchanges by itself. */
extern "C" __global__ void half_warp(const int* from, int* to) {
  int value = from[threadIdx.x];
  if (threadIdx.x < 16) value = __shfl_sync(0x0000ffffu, value, 15);
  to[threadIdx.x] = value;
}

extern "C" __global__ void count(int* counter, unsigned long long* wide, float* sum) {
  atomicAdd(counter, 1);
  atomicAdd(wide, 1ull << 32);
  atomicAdd(sum, 0.5f);
}

/** Reverses a block's numbers through dynamic shared memory. */
extern "C" __global__ void reverse(const float* from, float* to, int length) {
  CAMADA_DYNAMIC_SHARED(float, held);
  held[threadIdx.x] = from[threadIdx.x];
  __syncthreads();
  to[threadIdx.x] = held[length - 1 - threadIdx.x];
}

/** Shared memory that nothing wrote is spoilt, in every block. */
extern "C" __global__ void unwritten(float* to) {
  __shared__ float held[4];
  to[blockIdx.x] = held[0];
  held[0] = 1.0f;
}

struct Pair {
  int first;
  double second;
};

/** Parameters of every alignment. */
extern "C" __global__ void parameters(int a, double* to, float b, Pair pair, unsigned char last) {
  to[0] = a;
  to[1] = b;
  to[2] = pair.first;
  to[3] = pair.second;
  to[4] = last;
}

/** Where each thread of a grid of three dimensions is. */
extern "C" __global__ void places(int* to) {
  const unsigned block = blockIdx.x + gridDim.x * (blockIdx.y + gridDim.y * blockIdx.z);
  const unsigned thread = threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z);
  const unsigned threads = blockDim.x * blockDim.y * blockDim.z;
  atomicAdd(&to[block * threads + thread], 1);
}

#define MADE_BY_MACRO(name, expression) \
  extern "C" __global__ void name(float* to) { to[threadIdx.x] = expression; }
MADE_BY_MACRO(made_by_macro, rsqrtf(4.0f) + __fmaf_rn(2.0f, 3.0f, 1.0f))

extern "C" __global__ void write_behind(float* to, int at) { to[at] = 1.0f; }
extern "C" __global__ void read_behind(const float* from, float* to, int at) { to[0] = from[at]; }
/** Some threads wait for others that never come. */
extern "C" __global__ void deadlock(int* to) {
  if (threadIdx.x == 0) __syncwarp(0xffffffffu);
  __syncthreads();
  to[threadIdx.x] = 1;
}
extern "C" __global__ void give_up() { __trap(); }
