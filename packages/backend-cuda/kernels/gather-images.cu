// Batches of images from a set of bytes that lies on the device.
#include "elements.cuh"

constexpr int kBytes = 256;

/**
 * `to[n] = images[indices[n]] / divisor`, `[n, size]`, rounded once; zeros for an image that is not there. Blocks along y
 * go through the images of the batch, each of 256 threads.
 */
extern "C" __global__ void __launch_bounds__(kBytes)
    gather_images(const unsigned char* images, const int* indices, float* to, int batch, int count, int size,
                  double divisor) {
  __shared__ float quotients[kBytes];
  quotients[threadIdx.x] = static_cast<float>(static_cast<double>(threadIdx.x) / divisor);
  __syncthreads();
  const long long first = first_element();
  if (first >= size) return;
  // Where images are no multiple of four bytes, most begin at addresses that allow no wide access.
  const bool is_aligned = size % kElements == 0;
  for (int n = blockIdx.y; n < batch; n += gridDim.y) {
    const int index = indices[n];
    const bool is_inside = index >= 0 && index < count;
    const unsigned char* image = images + static_cast<long long>(is_inside ? index : 0) * size;
    float* y = to + static_cast<long long>(n) * size;
    if (is_aligned) {
      const Quad<unsigned char> bytes = load_quad(image, first, size);
      Quad<float> results;
      for (int i = 0; i < kElements; i++) results.at[i] = is_inside ? quotients[bytes.at[i]] : 0.0f;
      store_quad(y, first, size, results);
      continue;
    }
    for (long long i = first; i < first + kElements && i < size; i++) y[i] = is_inside ? quotients[image[i]] : 0.0f;
  }
}
