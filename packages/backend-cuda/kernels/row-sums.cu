/** Adds the parts of sums, `[member][part][row]`, in their order, to `[member][row]`. */
extern "C" __global__ void add_row_sums(const float* partials, float* to, int members, int parts, int rows) {
  const int index = blockIdx.x * blockDim.x + threadIdx.x;
  if (index >= members * rows) return;
  const int member = index / rows;
  const float* from = partials + static_cast<long long>(member) * parts * rows + (index - member * rows);
  float sum = from[0];
  for (int part = 1; part < parts; part++) sum += from[static_cast<long long>(part) * rows];
  to[index] = sum;
}
