// Threads that stay: a kernel's chunks are handed out one at a time, so that a core which is busy with something else
// takes fewer of them. What a chunk computes never depends on who computes it, which makes results the same bits at any
// number of threads.
#pragma once
#include <cstdint>
#include <type_traits>

namespace camada {

/**
 * Threads that a kernel of the calling JavaScript thread may use, the calling one included; within a chunk, those of the
 * kernel that it belongs to. Other JavaScript threads have numbers of their own: what a kernel has sized by it stays right.
 */
int32_t thread_count();

/** One call of a kernel's body: `thread` is below `thread_count()` and its own for as long as the call lasts. */
using ChunkFunction = void (*)(void* body, int64_t chunk, int32_t thread);

void run_chunks(int64_t count, ChunkFunction function, void* body);

/**
 * Runs `body(chunk, thread)` once for every chunk in `[0, count)`, in any order, on all threads; returns when all are
 * done. Denormals are flushed inside. Calls must not be nested.
 */
template <class Body>
void parallel_for(int64_t count, Body&& body) {
  using Plain = std::remove_reference_t<Body>;
  run_chunks(
      count, [](void* plain, int64_t chunk, int32_t thread) { (*static_cast<Plain*>(plain))(chunk, thread); },
      const_cast<void*>(static_cast<const void*>(&body)));
}

/** Runs `body(begin, end, thread)` over stretches of `[0, size)`, each `grain` long but the last. */
template <class Body>
void parallel_ranges(int64_t size, int64_t grain, Body&& body) {
  const int64_t chunks = (size + grain - 1) / grain;
  parallel_for(chunks, [&](int64_t chunk, int32_t thread) {
    const int64_t begin = chunk * grain;
    const int64_t end = begin + grain < size ? begin + grain : size;
    body(begin, end, thread);
  });
}

}  // namespace camada
