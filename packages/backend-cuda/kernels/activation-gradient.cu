// The gradient of an activation, from the activated value.
#include "elements.cuh"
#include "fused-activation.cuh"

/** `dy * activation'(z)` for the activation KIND. */
extern "C" __global__ void activation_gradient(const float* dy, const float* y, float* to, long long count) {
  const long long first = first_element();
  if (first >= count) return;
  const Quad<float> gradients = load_quad(dy, first, count);
  const Quad<float> values = load_quad(y, first, count);
  Quad<float> results;
  for (int i = 0; i < kElements; i++) results.at[i] = undo_activation<KIND>(gradients.at[i], values.at[i]);
  store_quad(to, first, count, results);
}
