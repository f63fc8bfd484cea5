// Tensors as `[outer, channels, inner]`, for kernels that treat every channel by itself, and how their work is shared out:
// the pieces depend on sizes alone, so that sums have the same bits at any number of threads.
#pragma once
#include <algorithm>

#include "element-wise.h"
#include "fields.h"
#include "parallel.h"
#include "status.h"

namespace camada {

struct ChannelAxis {
  /** Elements that are added up in single precision. */
  static constexpr int64_t kPiece = 4096;
  /** Rows of channels-last tensors that are added up in single precision. */
  static constexpr int64_t kRows = 32;

  int64_t outer;
  int64_t channels;
  int64_t inner;

  Status read(Fields& fields) {
    outer = fields.integer();
    channels = fields.integer();
    inner = fields.integer();
    return outer < 0 || channels < 0 || inner < 0 ? kInvalid : kOk;
  }

  bool is_empty() const { return outer == 0 || channels == 0 || inner == 0; }
  /** Elements of a channel. */
  int64_t count() const { return outer * inner; }
  bool is_channels_last() const { return inner == 1; }

  /** Outer places that one piece of work covers. */
  int64_t part_size() const {
    return is_channels_last() ? kGrain / kLanes : std::max<int64_t>(1, kGrain / inner);
  }
  int64_t parts() const { return (outer + part_size() - 1) / part_size(); }
  /** Numbers of a channel, or of the lanes of a block of channels, for every part. */
  int64_t padded_channels() const { return (channels + kLanes - 1) / kLanes * kLanes; }

  /**
   * Runs `rows(part, channel, first row, its length, rows)` over all rows of a part and channel, or for channels-last
   * tensors `columns(part, first channel, their number, first row, rows)`. A row begins `channels * inner` after the last.
   */
  template <class Rows, class Columns>
  void for_parts(Rows rows, Columns columns) const {
    const int64_t per_part = is_channels_last() ? padded_channels() / kLanes : channels;
    parallel_for(parts() * per_part, [&](int64_t item, int32_t) {
      const int64_t part = item / per_part;
      const int64_t place = item - part * per_part;
      const int64_t first = part * part_size();
      const int64_t count = std::min(part_size(), outer - first);
      if (is_channels_last()) {
        const int64_t channel = place * kLanes;
        columns(part, channel, std::min(kLanes, channels - channel), first * channels + channel, count);
      } else {
        rows(part, place, (first * channels + place) * inner, inner, count);
      }
    });
  }

  /**
   * Runs `row(channel, where it begins, length)` over all rows of neighbours of one channel, or for channels-last tensors
   * `columns(where a row of all channels begins)`.
   */
  template <class Row, class Columns>
  void for_rows(Row row, Columns columns) const {
    if (is_channels_last()) {
      parallel_ranges(outer, std::max<int64_t>(1, kGrain / channels), [&](int64_t begin, int64_t end, int32_t) {
        for (int64_t i = begin; i < end; i++) columns(i * channels);
      });
      return;
    }
    parallel_ranges(outer * channels, std::max<int64_t>(1, kGrain / inner), [&](int64_t begin, int64_t end, int32_t) {
      for (int64_t i = begin; i < end; i++) row(i % channels, i * inner, inner);
    });
  }
};

}  // namespace camada
