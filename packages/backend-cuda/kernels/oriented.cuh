#include "place.cuh"
// The channels of a convolution's product as rows and what meets them, pixels or taps, as columns. With CHANNELS_LAST they
// change places, so that neighbours along columns are neighbours in memory.

/** A problem of `channels()` and `others()` as the tiles' rows and columns. */
template <class Problem>
struct Oriented {
  const Problem problem;

  __device__ int inner() const { return problem.inner(); }
#if CHANNELS_LAST
  __device__ int rows() const { return problem.others(); }
  __device__ int columns() const { return problem.channels(); }
  __device__ Place a_row(int i) const { return problem.other(i); }
  __device__ Place b_row(int j) const { return problem.channel(j); }
  __device__ Place a_inner(int k) const { return problem.other_inner(k); }
  __device__ Place b_inner(int k) const { return problem.channel_inner(k); }
  __device__ auto a() const { return problem.other_operand(); }
  __device__ auto b() const { return problem.channel_operand(); }
  __device__ int row_offset(int i) const { return problem.other_offset(i); }
  __device__ int column_offset(int j) const { return problem.channel_offset(j); }
#else
  __device__ int rows() const { return problem.channels(); }
  __device__ int columns() const { return problem.others(); }
  __device__ Place a_row(int i) const { return problem.channel(i); }
  __device__ Place b_row(int j) const { return problem.other(j); }
  __device__ Place a_inner(int k) const { return problem.channel_inner(k); }
  __device__ Place b_inner(int k) const { return problem.other_inner(k); }
  __device__ auto a() const { return problem.channel_operand(); }
  __device__ auto b() const { return problem.other_operand(); }
  __device__ int row_offset(int i) const { return problem.channel_offset(i); }
  __device__ int column_offset(int j) const { return problem.other_offset(j); }
#endif
};
