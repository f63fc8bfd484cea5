// Adds the parts of sums, `[member][part][row]`, to `[member][row]`, always in the same order.

/** A thread for each row. */
extern "C" __global__ void add_row_sums(const float* partials, float* to, int members, int parts, int rows) {
  const int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= members * rows) return;
  const int member = index / rows;
  const float* from = partials + static_cast<long long>(member) * parts * rows + (index - member * rows);
  float sum = from[0];
  for (int part = 1; part < parts; part++) sum += from[static_cast<long long>(part) * rows];
  to[index] = sum;
}

/** The same with a warp for each row, which takes every 32nd part: for few rows of many parts. */
extern "C" __global__ void add_row_sums_by_warps(const float* partials, float* to, int members, int parts, int rows) {
  const int index = (blockIdx.x * blockDim.x + threadIdx.x) / 32;
  if (index >= members * rows) return;
  const int member = index / rows;
  const float* from = partials + static_cast<long long>(member) * parts * rows + (index - member * rows);
  float sum = 0.0f;
  for (int part = threadIdx.x % 32; part < parts; part += 32) sum += from[static_cast<long long>(part) * rows];
  for (int lanes = 16; lanes > 0; lanes /= 2) sum += __shfl_xor_sync(0xffffffffu, sum, lanes);
  if (threadIdx.x % 32 == 0) to[index] = sum;
}
