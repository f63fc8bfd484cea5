// Softmax along the innermost axis, with cross-entropy and its gradient. A row belongs to a warp, or to a block where it is
// long: `is_warp` says which, and the number of threads of a block does the rest.
#include "elements.cuh"
#include "group.cuh"

/** The rows of a launch. */
struct Rows {
  long long count;
  int columns;
  int is_warp;
};

/** A thread's place: its row, its first column, and the distance to its next one. */
struct Place {
  long long row;
  int first;
  int step;
};

__device__ __forceinline__ Place place_of(const Rows& rows) {
  if (!rows.is_warp) return {blockIdx.x, static_cast<int>(threadIdx.x), static_cast<int>(blockDim.x)};
  const long long warp = static_cast<long long>(blockIdx.x) * (blockDim.x / kWarp) + threadIdx.x / kWarp;
  return {warp, static_cast<int>(threadIdx.x) % kWarp, kWarp};
}

__device__ __forceinline__ float largest_of_row(const float* x, const Rows& rows, const Place& place, float* held) {
  float largest = __int_as_float(0xff800000);
  for (int i = place.first; i < rows.columns; i += place.step) largest = Largest()(largest, x[i]);
  return combine_group(largest, rows.is_warp, held, Largest());
}

__device__ __forceinline__ float sum_of_exponentials(const float* x, const Rows& rows, const Place& place, float largest,
                                                     float* held) {
  float sum = 0.0f;
  for (int i = place.first; i < rows.columns; i += place.step) sum += expf(x[i] - largest);
  return combine_group(sum, rows.is_warp, held, Addition());
}

extern "C" __global__ void softmax(const float* from, float* to, Rows rows) {
  __shared__ float held[kMaxWarps];
  const Place place = place_of(rows);
  if (place.row >= rows.count) return;
  const float* x = from + place.row * rows.columns;
  float* y = to + place.row * rows.columns;
  const float largest = largest_of_row(x, rows, place, held);
  const float sum = sum_of_exponentials(x, rows, place, largest, held);
  for (int i = place.first; i < rows.columns; i += place.step) y[i] = expf(x[i] - largest) / sum;
}

extern "C" __global__ void log_softmax(const float* from, float* to, Rows rows) {
  __shared__ float held[kMaxWarps];
  const Place place = place_of(rows);
  if (place.row >= rows.count) return;
  const float* x = from + place.row * rows.columns;
  float* y = to + place.row * rows.columns;
  const float largest = largest_of_row(x, rows, place, held);
  const float rest = logf(sum_of_exponentials(x, rows, place, largest, held));
  for (int i = place.first; i < rows.columns; i += place.step) y[i] = (x[i] - largest) - rest;
}

__device__ __forceinline__ int nearest_class(int label, int classes) {
  return label < 0 ? 0 : label >= classes ? classes - 1 : label;
}

/**
 * The loss of a row is `log(1 + the other exp(x - largest)) + (largest - x[label])`: without the first of the largest, whose
 * exponential is 1, it keeps its digits where the answer is almost sure.
 */
extern "C" __global__ void softmax_cross_entropy(const float* logits, const int* labels, float* loss, float* probabilities,
                                                 Rows rows) {
  __shared__ float held[kMaxWarps];
  __shared__ int held_places[kMaxWarps];
  const Place place = place_of(rows);
  if (place.row >= rows.count) return;
  const float* x = logits + place.row * rows.columns;
  float* y = probabilities + place.row * rows.columns;
  const float largest = largest_of_row(x, rows, place, held);
  int own = rows.columns;
  for (int i = place.first; i < rows.columns; i += place.step) {
    if (own == rows.columns && x[i] == largest) own = i;
  }
  const int hottest = combine_group(own, rows.is_warp, held_places, Least());
  float others = 0.0f;
  for (int i = place.first; i < rows.columns; i += place.step) {
    if (i != hottest) others += expf(x[i] - largest);
  }
  // Of an infinite score nothing is left but NaN, as everywhere.
  others = combine_group(others, rows.is_warp, held, Addition()) + (largest - largest);
  const float sum = 1.0f + others;
  for (int i = place.first; i < rows.columns; i += place.step) y[i] = expf(x[i] - largest) / sum;
  if (place.first != 0) return;
  const int label = nearest_class(labels[place.row], rows.columns);
  loss[place.row] = log1pf(others) + (largest - x[label]);
}

/** `(probabilities - onehot(labels)) * dLoss`, `[n, classes]`. */
extern "C" __global__ void softmax_cross_entropy_gradient(const float* d_loss, const int* labels, const float* probabilities,
                                                          float* d_logits, long long count, int classes) {
  const long long first = first_element();
  if (first >= count) return;
  const Quad<float> p = load_quad(probabilities, first, count);
  Quad<float> results;
  long long row = first / classes;
  int column = static_cast<int>(first - row * classes);
  for (int i = 0; i < kElements && first + i < count; i++) {
    const bool is_hit = column == nearest_class(labels[row], classes);
    results.at[i] = (is_hit ? p.at[i] - 1.0f : p.at[i]) * d_loss[row];
    if (++column < classes) continue;
    column = 0;
    row++;
  }
  store_quad(d_logits, first, count, results);
}
