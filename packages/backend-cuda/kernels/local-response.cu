#include "elements.cuh"
// Local response normalization, channels last: every element over a power of the squares of its neighbours along the
// channels.

struct LocalResponse {
  int channels;
  /** Neighbours on either side. */
  int radius;
  float bias;
  float alpha;
  float beta;

  __device__ int first(int channel) const { return channel > radius ? channel - radius : 0; }
  __device__ int last(int channel) const { return channel + radius < channels ? channel + radius : channels - 1; }

  /** What stands under the power. @param x of one place, `[channel]`. */
  __device__ float base(const float* x, int channel) const {
    float sum = 0.0f;
    for (int other = first(channel); other <= last(channel); other++) sum += x[other] * x[other];
    return bias + alpha * sum;
  }
};

extern "C" __global__ void local_response(const float* x, float* y, int count, LocalResponse lrn) {
  const int at = own_element();
  if (at >= count) return;
  const int channel = at % lrn.channels;
  y[at] = x[at] * powf(lrn.base(x + (at - channel), channel), -lrn.beta);
}

/** Every element gathers from the neighbours that it has a part in. */
extern "C" __global__ void local_response_gradient(const float* x, const float* y, const float* dy, float* dx, int count,
                                                   LocalResponse lrn) {
  const int at = own_element();
  if (at >= count) return;
  const int channel = at % lrn.channels;
  const int place = at - channel;
  float own = 0.0f;
  float others = 0.0f;
  for (int other = lrn.first(channel); other <= lrn.last(channel); other++) {
    const float base = lrn.base(x + place, other);
    others += y[place + other] * dy[place + other] / base;
    if (other == channel) own = powf(base, -lrn.beta) * dy[at];
  }
  dx[at] = own - 2.0f * lrn.alpha * lrn.beta * x[at] * others;
}
