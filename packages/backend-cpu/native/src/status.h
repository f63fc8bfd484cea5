// What an exported function answers: JavaScript turns it into a typed error.
#pragma once
#include <cstdint>

namespace camada {

enum Status : int32_t {
  kOk = 0,
  kOutOfMemory = 1,
  /** Sizes that no caller of ours produces: a wrong descriptor, an overflow. */
  kInvalid = 2,
  /** Not built in here; the caller has another way. */
  kUnsupported = 3,
};

}  // namespace camada

#define CAMADA_EXPORT extern "C" __attribute__((visibility("default")))
