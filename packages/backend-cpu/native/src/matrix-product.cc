#include "matrix-product.h"

#include "arithmetic.h"
#include "buffer-pool.h"
#include "parallel.h"
#include "prefetch.h"
#include "product-plan.h"
#include "tap-kernel.h"
#include "word-pack.h"

namespace camada {
namespace {

/** Steps of one pass where both operands are packed on the way: what comes next has to fit into the cache too. */
constexpr int64_t kSplitSteps = 256;

/** Adds the bias of its columns to a finished row and applies the activation. */
void finish_row(const MatrixProduct& p, float* row, int64_t first_column, int64_t columns) {
  if (p.column_bias != nullptr) {
    const float* bias = p.column_bias + first_column;
    for (int64_t i = 0; i < columns; i++) row[i] += bias[i];
  }
  activate(p.activation, row, columns);
}

/** Words of a sum of so many products. */
template <class Arithmetic>
int64_t words_of(int64_t steps) {
  return (steps + Arithmetic::kValuesPerWord - 1) / Arithmetic::kValuesPerWord;
}

struct MatrixSink {
  const MatrixProduct& p;
  float* c;
  Prefetch ahead;

  void begin_tile() { ahead.advance(); }

  float* place(const TileRange& range, int64_t* stride) const {
    if (p.c_column != 1) return nullptr;
    *stride = p.c_row;
    return c + range.row * p.c_row + range.column;
  }

  void finish(const TileRange& range, float* tile, int64_t stride, bool placed) const {
    for (int64_t r = 0; r < range.rows; r++) {
      float* row = tile + r * stride;
      finish_row(p, row, range.column, range.columns);
      if (placed) continue;
      float* to = c + (range.row + r) * p.c_row + range.column * p.c_column;
      for (int64_t i = 0; i < range.columns; i++) to[i * p.c_column] = row[i];
    }
  }
};

template <class Arithmetic>
Status multiply_whole(const MatrixProduct& p) {
  const ProductPlan plan(p.rows, p.columns, words_of<Arithmetic>(p.steps), p.batch, tile_sizes<Arithmetic>());
  const int64_t words = plan.steps;
  const int64_t thread_words = plan.block_words() + plan.partial_words();
  Scratch<float> packed(p.batch * p.rows * words);
  Scratch<float> scratch(thread_count() * thread_words);
  if (packed.get() == nullptr || scratch.get() == nullptr) return kOutOfMemory;
  const int64_t panels = plan.row_panels.parts;
  parallel_for(p.batch * panels, [&](int64_t chunk, int32_t) {
    const int64_t first = plan.row_panels.begin(chunk % panels);
    const int64_t rows = plan.row_panels.size(chunk % panels);
    const int64_t batch = chunk / panels;
    const MatrixView a = {p.a.data + batch * p.a_batch, p.a.row_stride, p.a.column_stride};
    for (int64_t pass = 0; pass < plan.passes.parts; pass++) {
      const int64_t begin = plan.passes.begin(pass);
      const int64_t count = plan.passes.size(pass);
      pack_row_words<Arithmetic>({a.at(first, 0), a.row_stride, a.column_stride}, rows, begin, count, p.steps,
                                 packed.get() + (batch * words + begin) * p.rows + first * count);
    }
  });
  parallel_for(p.batch * plan.column_chunks * plan.row_chunks, [&](int64_t chunk, int32_t thread) {
    const int64_t row_chunk = chunk % plan.row_chunks;
    const int64_t column_chunk = chunk / plan.row_chunks % plan.column_chunks;
    const int64_t batch = chunk / plan.row_chunks / plan.column_chunks;
    float* block = scratch.get() + thread * thread_words;
    const int64_t first = column_chunk * plan.block_columns();
    const int64_t columns = plan.chunk_columns(column_chunk);
    const MatrixView b = {p.b.data + batch * p.b_batch, p.b.row_stride, p.b.column_stride};
    MatrixSink sink = {p, p.c + batch * p.c_batch, {}};
    // Threads take chunks in turn, so this is likely to be the block that this thread packs next.
    const int64_t next_first = (column_chunk + thread_count()) * plan.block_columns();
    if (plan.row_chunks == 1 && plan.passes.parts == 1 && b.column_stride == 1 && next_first < p.columns) {
      sink.ahead = {b.at(0, next_first), std::min(plan.block_columns(), p.columns - next_first), p.steps, b.row_stride,
                    plan.row_panels.parts * plan.block_panels};
    }
    for (int64_t pass = 0; pass < plan.passes.parts; pass++) {
      const int64_t begin = plan.passes.begin(pass);
      const int64_t count = plan.passes.size(pass);
      pack_column_words<Arithmetic>({b.at(0, first), b.row_stride, b.column_stride}, begin, count, p.steps, columns,
                                    block);
      run_packed_product<Arithmetic>(
          {plan.row_panels, plan.first_panel(row_chunk), plan.first_panel(row_chunk + 1), first, columns,
           plan.tile_columns, count, packed.get() + (batch * words + begin) * p.rows, block, p.row_bias,
           block + plan.block_words(), plan.block_columns(), pass == 0, pass == plan.passes.parts - 1},
          sink);
    }
  });
  return kOk;
}

/** Tiles of a part of the sum, to be added to those of the other parts. */
struct PartSink {
  float* sums;
  int64_t stride;
  Prefetch ahead[2];

  void begin_tile() {
    ahead[0].advance();
    ahead[1].advance();
  }

  float* place(const TileRange& range, int64_t* out_stride) const {
    *out_stride = stride;
    return sums + range.row * stride + range.column;
  }
  void finish(const TileRange&, const float*, int64_t, bool) const {}
};

/** `steps` of so many rows, where a row's steps are neighbours. */
Prefetch rows_ahead(const float* from, MatrixView view, int64_t rows, int64_t steps, int64_t calls) {
  if (view.column_stride != 1) return {};
  return {from, steps, rows, view.row_stride, calls};
}

/**
 * Whether rows may be read where they stand, or as words in the same order: rows a multiple of a page apart would push
 * each other out of the cache.
 */
template <class Arithmetic>
bool can_read_rows(MatrixView a) {
  return Arithmetic::kHasPatchKernel && a.column_stride == 1 &&
         (Arithmetic::kValuesPerWord == 2 || a.row_stride % 1024 >= 32);
}

/** Adds a product of rows as they stand and packed columns. */
template <class Arithmetic>
void add_rows(const float* a, int64_t a_stride, const float* b, const Parts& panels, int64_t columns, int64_t steps,
              float* sums, PartSink& sink) {
  for (int64_t column = 0; column < columns; column += kTileColumns) {
    const int64_t width = std::min(kTileColumns, columns - column);
    for (int64_t panel = 0; panel < panels.parts; panel++) {
      sink.begin_tile();
      const int64_t row = panels.begin(panel);
      compute_taps<Arithmetic>(panels.size(panel), width / kLanes,
                               {1, 1, 1, steps, a + row * a_stride, a_stride, 0, 0, 0, b + column * steps, 0, 0, 0,
                                width, sums + row * columns + column, columns});
    }
  }
}

/** A result of few tiles and a long sum: threads share the sum, whose parts are then added up in order. */
template <class Arithmetic>
Status multiply_split(const MatrixProduct& p, const Passes& parts) {
  const int64_t stride = (p.columns + kLanes - 1) / kLanes * kLanes;
  const int64_t part_words = p.rows * stride;
  const Passes longest(parts.size(0), Arithmetic::kStepGrain, kSplitSteps);
  const int64_t a_words = p.rows * longest.size(0);
  const int64_t thread_words = a_words + stride * longest.size(0);
  Scratch<float> sums(p.batch * parts.parts * part_words);
  Scratch<float> scratch(thread_count() * thread_words);
  if (sums.get() == nullptr || scratch.get() == nullptr) return kOutOfMemory;
  const Parts panels(p.rows, Arithmetic::kRows);
  const bool reads_rows = can_read_rows<Arithmetic>(p.a);
  parallel_for(p.batch * parts.parts, [&](int64_t chunk, int32_t thread) {
    const int64_t part = chunk % parts.parts;
    const int64_t batch = chunk / parts.parts;
    float* a = scratch.get() + thread * thread_words;
    float* b = a + a_words;
    float* sum = sums.get() + chunk * part_words;
    PartSink sink = {sum, stride, {}};
    const Passes passes(parts.size(part), Arithmetic::kStepGrain, longest.size(0));
    for (int64_t pass = 0; pass < passes.parts; pass++) {
      const int64_t begin = parts.begin(part) + passes.begin(pass);
      const int64_t count = passes.size(pass);
      const MatrixView rows = {p.a.data + batch * p.a_batch, p.a.row_stride, p.a.column_stride};
      const MatrixView columns = {p.b.data + batch * p.b_batch, p.b.row_stride, p.b.column_stride};
      for (int64_t panel = 0; panel < panels.parts && !reads_rows; panel++) {
        const int64_t first = panels.begin(panel);
        pack_row_words<Arithmetic>({rows.at(first, 0), rows.row_stride, rows.column_stride}, panels.size(panel), begin,
                                   count, p.steps, a + first * count);
      }
      pack_column_words<Arithmetic>(columns, begin, count, p.steps, p.columns, b);
      sink.ahead[0] = sink.ahead[1] = {};
      if (pass + 1 < passes.parts) {
        const int64_t calls = panels.parts * ((p.columns + Arithmetic::kColumns - 1) / Arithmetic::kColumns);
        constexpr int64_t kValues = Arithmetic::kValuesPerWord;
        const int64_t next = (begin + count) * kValues;
        const int64_t length = std::min(count * kValues, p.steps - next);
        sink.ahead[0] = rows_ahead(rows.at(0, next), rows, p.rows, length, calls);
        sink.ahead[1] = rows_ahead(columns.at(next, 0), columns.transposed(), p.columns, length, calls);
      }
      if (reads_rows) {
        if (pass == 0) std::fill_n(sum, part_words, 0.0f);
        MatrixView as_words = {rows.at(0, begin), rows.row_stride, 1};
        if constexpr (Arithmetic::kValuesPerWord == 2) {
          convert_rows<Arithmetic>(rows, p.rows, begin, count, p.steps, a);
          as_words = {a, count, 1};
        }
        add_rows<Arithmetic>(as_words.data, as_words.row_stride, b, panels, stride, count, sum, sink);
        continue;
      }
      run_packed_product<Arithmetic>({panels, 0, panels.parts, 0, stride, Arithmetic::kColumns, count, a, b, nullptr,
                                      sum, stride, pass == 0, pass == passes.parts - 1},
                                     sink);
    }
  });
  parallel_for(p.batch * p.rows, [&](int64_t index, int32_t) {
    const int64_t row = index % p.rows;
    const int64_t batch = index / p.rows;
    float* sum = sums.get() + batch * parts.parts * part_words + row * stride;
    for (int64_t i = 0; i < stride; i += kLanes) {
      Floats total = load(sum + i);
      for (int64_t part = 1; part < parts.parts; part++) total += load(sum + part * part_words + i);
      store(sum + i, p.row_bias == nullptr ? total : total + splat(p.row_bias[row]));
    }
    finish_row(p, sum, 0, p.columns);
    float* to = p.c + batch * p.c_batch + row * p.c_row;
    for (int64_t i = 0; i < p.columns; i++) to[i * p.c_column] = sum[i];
  });
  return kOk;
}

/** Lanes that tiles compute and nobody needs, for every one that is needed. */
double waste(int64_t columns) {
  return static_cast<double>((columns + kLanes - 1) / kLanes * kLanes) / static_cast<double>(columns);
}

/** Parts of the sum: one where the result alone gives threads enough to do. */
Passes sum_parts(const MatrixProduct& p, int64_t words, int64_t grain) {
  constexpr int64_t kEnough = 32;
  constexpr int64_t kShortest = 512;
  constexpr int64_t kMostPartWords = 4 << 20;
  const int64_t panels = (p.columns + kTileColumns - 1) / kTileColumns;
  const int64_t chunks = p.batch * panels * std::max<int64_t>(1, p.rows / ProductPlan::kFewestRows);
  if (chunks >= kEnough || words < 2 * kShortest) return Passes(0, 1, 1);
  const int64_t fitting = kMostPartWords / std::max<int64_t>(p.batch * p.rows * p.columns, 1);
  const int64_t count = std::clamp<int64_t>(std::min(words / kShortest, fitting), 1, kEnough);
  const int64_t whole = (words + grain - 1) / grain * grain;
  return Passes(whole, grain, (whole + count - 1) / count + grain - 1);
}

}  // namespace

namespace {

template <class Arithmetic>
Status multiply(const MatrixProduct& p) {
  if (p.batch == 0 || p.rows == 0 || p.columns == 0) return kOk;
  const Passes parts = sum_parts(p, words_of<Arithmetic>(p.steps), Arithmetic::kStepGrain);
  const bool is_split = parts.parts > 1;
  // Lanes run along the columns. A split result is written at the end, in any order.
  const bool fits_transposed = is_split || p.c_row == 1 || p.c_column != 1;
  const bool exchange = (p.c_column != 1 && p.c_row == 1) || (fits_transposed && waste(p.rows) < waste(p.columns));
  const MatrixProduct product = exchange ? p.transposed() : p;
  return is_split ? multiply_split<Arithmetic>(product, parts) : multiply_whole<Arithmetic>(product);
}

}  // namespace

Status multiply(const MatrixProduct& p, ArithmeticCode arithmetic) {
  const bool pays = p.steps >= kFewestPairedChannels;
  const bool fills_tiles = std::min(p.rows, p.columns) >= kAmxFewestRows && p.steps >= kAmxFewestSteps;
  return with_arithmetic(pays ? arithmetic : ArithmeticCode::kFloat32, fills_tiles,
                         [&]<class Arithmetic>() { return multiply<Arithmetic>(p); });
}

}  // namespace camada

/**
 * `c = act(a b + bias)`, for every member of a batch. `bias` has a number for every column and may be null.
 *
 * `fields`: batch, rows of a, columns of b, columns of a, then for a, b and c the strides of row, column and member of
 * the batch, activation, arithmetic.
 */
CAMADA_EXPORT int32_t camada_matrix_product(const double* fields, const float* a, const float* b, const float* bias,
                                            float* c) {
  using namespace camada;
  constexpr int kSizes = 13;
  int64_t f[kSizes];
  for (int i = 0; i < kSizes; i++) {
    if (!(fields[i] >= 0 && fields[i] <= 9007199254740992.0)) return kInvalid;
    f[i] = static_cast<int64_t>(fields[i]);
  }
  if (!is_activation(fields[kSizes]) || !is_arithmetic_code(fields[kSizes + 1])) return kInvalid;
  return multiply({f[0], f[1], f[2], f[3], {a, f[4], f[5]}, {b, f[7], f[8]}, f[6], f[9], c, f[10],
                                      f[11], f[12], bias, nullptr, static_cast<Activation>(fields[kSizes])},
                  static_cast<ArithmeticCode>(fields[kSizes + 1]));
}
