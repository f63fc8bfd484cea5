// AMX's tiles behind a few functions, and the same functions in software for CPUs without them, so that packing and
// blocking can be checked anywhere.
#pragma once
#include <algorithm>
#include <cstring>

#include "arithmetic-code.h"

namespace camada {

#if CAMADA_HAS_BFLOAT16

/** Rows and bytes per row of every tile, in the format of LDTILECFG. */
struct alignas(64) TileConfig {
  uint8_t palette = 1;
  uint8_t start_row = 0;
  uint8_t reserved[14] = {};
  uint16_t row_bytes[16] = {};
  uint8_t rows[16] = {};

  void set(int tile, int64_t row_count, int64_t bytes) {
    rows[tile] = static_cast<uint8_t>(row_count);
    row_bytes[tile] = static_cast<uint16_t>(bytes);
  }
};
static_assert(sizeof(TileConfig) == 64);

/** The CPU's tiles. A thread configures them before use and releases them afterwards. */
struct AmxTiles {
  // The compiler's own functions lack the memory clobbers, and stores to what they read have been dropped.
  static void configure(const TileConfig& config) { asm volatile("ldtilecfg %0" ::"m"(config) : "memory"); }
  static void release() { asm volatile("tilerelease" ::: "memory"); }

  template <int kTile>
  static void zero() {
    asm volatile("tilezero %%tmm%c0" ::"i"(kTile) : "memory");
  }
  template <int kTile>
  static void load(const float* from, int64_t stride_bytes) {
    asm volatile("tileloadd (%0,%1,1), %%tmm%c2" ::"r"(from), "r"(stride_bytes), "i"(kTile) : "memory");
  }
  /** Adds to `kSum` the product of `[rows, pairs]` and `[pairs, columns]`. */
  template <int kSum, int kA, int kB>
  static void dot() {
    asm volatile("tdpbf16ps %%tmm%c2, %%tmm%c1, %%tmm%c0" ::"i"(kSum), "i"(kA), "i"(kB) : "memory");
  }
  template <int kTile>
  static void store(float* to, int64_t stride_bytes) {
    asm volatile("tilestored %%tmm%c2, (%0,%1,1)" ::"r"(to), "r"(stride_bytes), "i"(kTile) : "memory");
  }
};

/** The same in software. */
struct EmulatedTiles {
  struct State {
    TileConfig config;
    float words[8][16][16];
  };

  static State& state() {
    static thread_local State instance;
    return instance;
  }
  static void configure(const TileConfig& config) {
    state() = {};
    state().config = config;
  }
  static void release() { state().config = {}; }

  template <int kTile>
  static void zero() {
    for (auto& row : state().words[kTile]) std::fill(row, row + 16, 0.0f);
  }
  template <int kTile>
  static void load(const float* from, int64_t stride_bytes) {
    zero<kTile>();
    const TileConfig& config = state().config;
    for (int row = 0; row < config.rows[kTile]; row++) {
      std::memcpy(state().words[kTile][row], reinterpret_cast<const char*>(from) + row * stride_bytes,
                  config.row_bytes[kTile]);
    }
  }
  template <int kSum, int kA, int kB>
  static void dot() {
    State& s = state();
    const int pairs = s.config.row_bytes[kA] / 4;
    for (int row = 0; row < s.config.rows[kSum]; row++) {
      for (int pair = 0; pair < std::min<int>(pairs, s.config.rows[kB]); pair++) {
        for (int column = 0; column < s.config.row_bytes[kSum] / 4; column++) {
          const uint32_t a = bits(s.words[kA][row][pair]);
          const uint32_t b = bits(s.words[kB][pair][column]);
          s.words[kSum][row][column] += value(a << 16) * value(b << 16);
          s.words[kSum][row][column] += value(a & 0xffff0000u) * value(b & 0xffff0000u);
        }
      }
    }
  }
  template <int kTile>
  static void store(float* to, int64_t stride_bytes) {
    const TileConfig& config = state().config;
    for (int row = 0; row < config.rows[kTile]; row++) {
      std::memcpy(reinterpret_cast<char*>(to) + row * stride_bytes, state().words[kTile][row], config.row_bytes[kTile]);
    }
  }

 private:
  static uint32_t bits(float value) {
    uint32_t result;
    std::memcpy(&result, &value, sizeof result);
    return result;
  }
  static float value(uint32_t bits) {
    float result;
    std::memcpy(&result, &bits, sizeof result);
    return result;
  }
};

#endif

}  // namespace camada
