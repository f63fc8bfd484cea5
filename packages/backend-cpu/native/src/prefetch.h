// Fetches memory that the next chunk will read while this one computes: streams of it cost more than their arithmetic
// where the machine has to wait.
#pragma once
#include <algorithm>
#include <cstdint>

namespace camada {

constexpr int64_t kLineFloats = 16;

/** Rows of memory that are fetched bit by bit into the second-level cache. */
class Prefetch {
 public:
  /** Fetches nothing. */
  Prefetch() = default;

  /** `rows` stretches of `length` numbers, `stride` apart, in about `calls` calls; nothing where `from` is null. */
  Prefetch(const float* from, int64_t length, int64_t rows, int64_t stride, int64_t calls)
      : row_(from), length_(length), stride_(stride), rows_(from == nullptr ? 0 : rows) {
    const int64_t lines = rows_ * (length / kLineFloats + 1);
    lines_per_call_ = lines / std::max<int64_t>(calls, 1) + 1;
  }

  void advance() {
    for (int64_t i = 0; i < lines_per_call_ && rows_ > 0; i++) {
      __builtin_prefetch(row_ + at_, 0, 2);
      at_ += kLineFloats;
      if (at_ < length_) continue;
      at_ = 0;
      row_ += stride_;
      rows_--;
    }
  }

 private:
  const float* row_ = nullptr;
  int64_t length_ = 0;
  int64_t stride_ = 0;
  int64_t rows_ = 0;
  int64_t at_ = 0;
  int64_t lines_per_call_ = 0;
};

}  // namespace camada
