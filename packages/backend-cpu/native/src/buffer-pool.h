// Memory of tensors and of kernels' scratch space: fresh pages cost more than many kernels, so freed blocks are kept and
// given out again. Blocks are aligned to 64 bytes, and large ones lie in huge pages where the system has them.
#pragma once
#include <cstdint>

namespace camada {

struct BufferPool;

/** Scratch space of kernels, one for the whole library. */
BufferPool* scratch_pool();

/** A block, or null when memory or the pool's cap is exhausted. */
void* pool_allocate(BufferPool* pool, uint64_t size_bytes);
void pool_free(BufferPool* pool, void* block);

/** A block of the scratch pool for as long as it lives; `get()` is null when there was no memory. */
template <class T>
class Scratch {
 public:
  explicit Scratch(int64_t count)
      : block_(static_cast<T*>(
            count >= 0 ? pool_allocate(scratch_pool(), static_cast<uint64_t>(count) * sizeof(T)) : nullptr)) {}
  ~Scratch() { pool_free(scratch_pool(), block_); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  T* get() const { return block_; }

 private:
  T* block_;
};

}  // namespace camada
