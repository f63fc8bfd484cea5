// What makes kernels of a library callable.
#pragma once
#include "device.h"

namespace camada_simulated {

/** `CUresult`s. */
enum Result { kSuccess = 0, kInvalidValue = 1, kIllegalAddress = 700, kLaunchTimeout = 702, kAssert = 710 };

using Body = void (*)(const void* arguments);

/** Runs a grid; gives a `CUresult`. In `runtime.cc`. */
int run_grid(dim3 grid, dim3 block, size_t shared_bytes, Body body, const void* arguments);

/** Arguments where C's rules of alignment put them in a packed buffer. */
template <class... Parameters>
struct Packed {
  static constexpr size_t bytes() {
    size_t end = 0;
    ((end = (end + alignof(Parameters) - 1) / alignof(Parameters) * alignof(Parameters) + sizeof(Parameters)), ...);
    return end;
  }

  template <class Function, size_t... I>
  static void call(Function function, const void* packed, std::index_sequence<I...>) {
    constexpr auto places = offsets();
    function(*reinterpret_cast<const Parameters*>(static_cast<const char*>(packed) + std::get<I>(places))...);
  }

 private:
  static constexpr auto offsets() {
    size_t end = 0;
    const auto place = [&end](size_t alignment, size_t size) {
      const size_t at = (end + alignment - 1) / alignment * alignment;
      end = at + size;
      return at;
    };
    return std::array<size_t, sizeof...(Parameters)>{place(alignof(Parameters), sizeof(Parameters))...};
  }
};

template <auto kKernel, class... Parameters>
int launch(void (*)(Parameters...), const uint32_t* extents, const void* arguments, size_t argument_bytes) {
  if (argument_bytes != Packed<Parameters...>::bytes()) return kInvalidValue;
  const Body body = [](const void* packed) {
    Packed<Parameters...>::call(kKernel, packed, std::index_sequence_for<Parameters...>());
  };
  return run_grid({extents[0], extents[1], extents[2]}, {extents[3], extents[4], extents[5]}, extents[6], body, arguments);
}

}  // namespace camada_simulated

/** `extents`: grid, block, bytes of dynamic shared memory. */
#define CAMADA_SIMULATED_ENTRY(name)                                                                              \
  extern "C" __attribute__((visibility("default"))) int camada_launch_##name(                                     \
      const uint32_t* extents, const void* arguments, uint32_t argument_bytes) {                                  \
    return camada_simulated::launch<&name>(&name, extents, arguments, argument_bytes);                            \
  }
