// Pooling of `[image][axis 0][axis 1][axis 2][channel]`. Tensors with channels before the spatial axes are images of one
// channel.

struct Pool {
  int images;
  int channels;
  int in[3];
  int out[3];
  int kernel[3];
  int strides[3];
  /** Padding before the first element. */
  int pads[3];
  /** Padding after the last element that counts where padding counts. */
  int pads_after[3];
  /** Whether an average's divisor counts padding. */
  int counts_padding;
  /** What an average of nothing is divided by. */
  float least_count;
  /** Camada's rules: NaN is a maximum, a window without a real element has the lowest float32, and one of minus infinities
   * has its maximum at its first real element. With 0 those of TensorFlow.js: NaN never is, and nothing has minus infinity. */
  int keeps_nan;
  /** Whether the last of several maxima counts. */
  int takes_last;
  /** Whether places of maxima count from the beginning of the batch, not of the image. */
  int counts_batch;
};

/** Real places of an axis that a window covers, `[begin, end)`. */
struct Covered {
  int begin;
  int end;
};

__device__ inline Covered covered(const Pool& pool, int axis, int output) {
  const int start = output * pool.strides[axis] - pool.pads[axis];
  return {max(start, 0), min(start + pool.kernel[axis], pool.in[axis])};
}

/** The window of the output that this thread is for. */
struct Box {
  int image;
  int channel;
  Covered axes[3];
  int at[3];

  /** False where there is no output left. */
  __device__ bool find(const Pool& pool) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    channel = index % pool.channels;
    index /= pool.channels;
#pragma unroll
    for (int axis = 2; axis >= 0; axis--) {
      at[axis] = index % pool.out[axis];
      index /= pool.out[axis];
      axes[axis] = covered(pool, axis, at[axis]);
    }
    image = index;
    return image < pool.images;
  }

  /** Calls `work(place in the image)` for all real elements, row-major. */
  template <class Work>
  __device__ void each(const Pool& pool, Work&& work) const {
    for (int d = axes[0].begin; d < axes[0].end; d++) {
      for (int h = axes[1].begin; h < axes[1].end; h++) {
        const int row = (d * pool.in[1] + h) * pool.in[2];
        for (int w = axes[2].begin; w < axes[2].end; w++) work((row + w) * pool.channels + channel);
      }
    }
  }

  __device__ bool is_empty() const {
    return axes[0].end <= axes[0].begin || axes[1].end <= axes[1].begin || axes[2].end <= axes[2].begin;
  }
};

/** Elements of an image. */
__device__ inline int image_size(const Pool& pool, const int (&extents)[3]) {
  return extents[0] * extents[1] * extents[2] * pool.channels;
}

/** What the average of one output is divided by. */
__device__ inline float divisor_of(const Pool& pool, const int (&at)[3]) {
  float count = 1;
#pragma unroll
  for (int axis = 0; axis < 3; axis++) {
    const int start = at[axis] * pool.strides[axis] - pool.pads[axis];
    const int first = pool.counts_padding ? start : max(start, 0);
    const int last = pool.counts_padding ? pool.in[axis] + pool.pads_after[axis] : pool.in[axis];
    count *= static_cast<float>(max(min(start + pool.kernel[axis], last) - first, 0));
  }
  return count < pool.least_count ? pool.least_count : count;
}

/** One thread for each output. Maxima go to `y`, their places to `places`; either may be null. */
extern "C" __global__ void __launch_bounds__(256) max_pool(const float* x, float* y, int* places, Pool pool) {
  Box box;
  if (!box.find(pool)) return;
  const int index = blockIdx.x * blockDim.x + threadIdx.x;
  const int base = box.image * image_size(pool, pool.in);
  const float* image = x + base;
  float best = __int_as_float(0xff800000);  // minus infinity
  int place = -1;
  box.each(pool, [&](int at) {
    const float value = __ldg(image + at);
    const bool is_larger = pool.takes_last ? value >= best : value > best;
    const bool is_first_nan = pool.keeps_nan && value != value && best == best;
    if (!is_larger && !is_first_nan) return;
    best = value;
    place = at;
  });
  if (pool.keeps_nan && place < 0) {
    if (box.is_empty()) {
      best = -3.402823466e38f;
    } else {
      place = ((box.axes[0].begin * pool.in[1] + box.axes[1].begin) * pool.in[2] + box.axes[2].begin) * pool.channels +
              box.channel;
    }
  }
  if (y != nullptr) y[index] = best;
  if (places != nullptr) places[index] = place < 0 || !pool.counts_batch ? place : base + place;
}

/** One thread for each output. */
extern "C" __global__ void __launch_bounds__(256) average_pool(const float* x, float* y, Pool pool) {
  Box box;
  if (!box.find(pool)) return;
  const float* image = x + box.image * image_size(pool, pool.in);
  float sum = 0;
  box.each(pool, [&](int at) { sum += __ldg(image + at); });
  y[blockIdx.x * blockDim.x + threadIdx.x] = sum / divisor_of(pool, box.at);
}

/** The element of the input that this thread is for, and the outputs whose windows cover it. */
struct Element {
  int image;
  int channel;
  /** Place in the image. */
  int place;
  Covered outputs[3];

  __device__ bool find(const Pool& pool) {
    int index = blockIdx.x * blockDim.x + threadIdx.x;
    const int size = image_size(pool, pool.in);
    image = index / size;
    place = index - image * size;
    index = place;
    channel = index % pool.channels;
    index /= pool.channels;
#pragma unroll
    for (int axis = 2; axis >= 0; axis--) {
      const int at = index % pool.in[axis] + pool.pads[axis];
      index /= pool.in[axis];
      const int before = at - pool.kernel[axis];
      // Padding may be negative: TensorFlow.js pads so where strides leave elements out.
      const int end = at < 0 ? 0 : at / pool.strides[axis] + 1;
      outputs[axis] = {before < 0 ? 0 : before / pool.strides[axis] + 1, min(end, pool.out[axis])};
    }
    return image < pool.images;
  }

  /** Calls `work(output's place in the batch, its positions)`, row-major. */
  template <class Work>
  __device__ void each(const Pool& pool, Work&& work) const {
    for (int d = outputs[0].begin; d < outputs[0].end; d++) {
      for (int h = outputs[1].begin; h < outputs[1].end; h++) {
        for (int w = outputs[2].begin; w < outputs[2].end; w++) {
          const int at[3] = {d, h, w};
          const int pixel = ((image * pool.out[0] + d) * pool.out[1] + h) * pool.out[2] + w;
          work(pixel * pool.channels + channel, at);
        }
      }
    }
  }
};

/** One thread for each element of dx; `places` as `max_pool` gives them, counted from the image. */
extern "C" __global__ void __launch_bounds__(256)
    max_pool_gradient(const float* dy, const int* places, float* dx, Pool pool) {
  Element element;
  if (!element.find(pool)) return;
  float sum = 0;
  element.each(pool, [&](int at, const int (&)[3]) {
    if (__ldg(places + at) == element.place) sum += __ldg(dy + at);
  });
  dx[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}

/** One thread for each element of dx. With `of_whole_windows` every window is divided by all of its elements, real or not. */
extern "C" __global__ void __launch_bounds__(256)
    average_pool_gradient(const float* dy, float* dx, Pool pool, int of_whole_windows) {
  Element element;
  if (!element.find(pool)) return;
  const float whole = static_cast<float>(pool.kernel[0] * pool.kernel[1] * pool.kernel[2]);
  float sum = 0;
  element.each(pool, [&](int at, const int (&position)[3]) {
    sum += __ldg(dy + at) / (of_whole_windows ? whole : divisor_of(pool, position));
  });
  dx[blockIdx.x * blockDim.x + threadIdx.x] = sum;
}
