// Words of two bfloat16: a product adds both pairs to a float32.
#pragma once
#include "arithmetic-code.h"
#include "tile-kernel.h"

namespace camada {

#if CAMADA_HAS_BFLOAT16

/** A word is two neighbours along the sum, the first in the lower half, rounded to the nearest, ties to even. */
struct Bfloat16Arithmetic : VectorTiles {
  static constexpr int64_t kValuesPerWord = 2;

  static float word(float first, float second) { return words(splat(first), splat(second))[0]; }

  /** Pairs of the lanes of two vectors. */
  static Floats words(Floats first, Floats second) {
    Floats halves;
    asm("vcvtne2ps2bf16 %1, %2, %0" : "=v"(halves) : "v"(first), "v"(second));
    const __m512i order = _mm512_setr_epi32(0x00100000, 0x00110001, 0x00120002, 0x00130003, 0x00140004, 0x00150005,
                                            0x00160006, 0x00170007, 0x00180008, 0x00190009, 0x001a000a, 0x001b000b,
                                            0x001c000c, 0x001d000d, 0x001e000e, 0x001f000f);
    return reinterpret_cast<Floats>(_mm512_permutexvar_epi16(order, reinterpret_cast<__m512i>(halves)));
  }

  /** Neighbours in memory as words: 32 numbers, `low` before `high`. */
  static Floats neighbour_words(Floats low, Floats high) {
    Floats halves;
    asm("vcvtne2ps2bf16 %1, %2, %0" : "=v"(halves) : "v"(low), "v"(high));
    return halves;
  }

  static Floats broadcast(const float* word) {
    int32_t bits;
    std::memcpy(&bits, word, sizeof bits);
    return floats_of(Ints{} + bits);
  }

  static Floats multiply_add(Floats a, Floats b, Floats sum) {
    asm("vdpbf16ps %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
    return sum;
  }
};

#endif

}  // namespace camada
