// Checks the threads and the pool of buffers, under AddressSanitizer and ThreadSanitizer alike: every chunk runs once,
// what chunks wrote is there afterwards, threads that fell asleep wake up, several callers do not disturb each other,
// blocks are aligned and never overlap, and counters return to where they were.
#include <pthread.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <vector>

#include "../src/buffer-pool.h"
#include "../src/parallel.h"

extern "C" {
int32_t camada_set_threads(int32_t count);
int32_t camada_threads();
camada::BufferPool* camada_pool_create(double cap_bytes);
void camada_pool_set_cap(camada::BufferPool* pool, double cap_bytes);
void* camada_allocate(camada::BufferPool* pool, double size_bytes);
void camada_free(camada::BufferPool* pool, void* block);
void camada_pool_statistics(camada::BufferPool* pool, double* statistics);
void camada_pool_trim(camada::BufferPool* pool);
}

namespace {

int failures = 0;

void expect(bool holds, const char* what) {
  if (holds) return;
  std::printf("expected %s\n", what);
  failures++;
}

/** Every chunk writes its own place without a lock: a chunk that ran twice, or not yet, is a wrong count or a race. */
void check_chunks(int64_t count) {
  std::vector<int32_t> runs(static_cast<size_t>(count), 0);
  std::vector<int32_t> threads(static_cast<size_t>(count), -1);
  camada::parallel_for(count, [&](int64_t chunk, int32_t thread) {
    runs[static_cast<size_t>(chunk)]++;
    threads[static_cast<size_t>(chunk)] = thread;
  });
  for (int64_t i = 0; i < count; i++) {
    expect(runs[static_cast<size_t>(i)] == 1, "every chunk to run once");
    const int32_t thread = threads[static_cast<size_t>(i)];
    expect(thread >= 0 && thread < camada_threads(), "a thread below the number of threads");
  }
}

void check_ranges(int64_t size, int64_t grain) {
  std::vector<int32_t> seen(static_cast<size_t>(size), 0);
  camada::parallel_ranges(size, grain, [&](int64_t begin, int64_t end, int32_t) {
    for (int64_t i = begin; i < end; i++) seen[static_cast<size_t>(i)]++;
  });
  for (const int32_t count : seen) expect(count == 1, "every element in one range");
}

void check_threads() {
  expect(camada_set_threads(0) != 0 && camada_set_threads(-1) != 0, "no thread to be refused");
  expect(camada_set_threads(100000) != 0, "too many threads to be refused");
  for (const int32_t threads : {1, 2, 3, 5, 8, 2, 1, 4}) {
    expect(camada_set_threads(threads) == 0, "a number of threads to be taken");
    for (int64_t count = 0; count <= 70; count++) check_chunks(count);
    for (int64_t size = 0; size <= 70; size++) check_ranges(size, 7);
    // Longer than workers spin: they sleep now, and have to be woken.
    usleep(2000);
    check_chunks(64);
  }
}

/** Kernels give each thread a part of their scratch: no other caller's choice may send a thread beyond it. */
void* call_often(void* argument) {
  const auto most = static_cast<int32_t>(reinterpret_cast<intptr_t>(argument));
  for (int repeat = 0; repeat < 300; repeat++) {
    const int32_t threads = 1 + repeat % most;
    camada_set_threads(threads);
    check_chunks(9);
    expect(camada_threads() == threads, "a caller's number of threads to be its own");
  }
  return nullptr;
}

void check_callers() {
  pthread_t callers[3];
  for (intptr_t i = 0; i < 3; i++) {
    pthread_create(&callers[i], nullptr, call_often, reinterpret_cast<void*>(2 + 3 * i));
  }
  for (const pthread_t caller : callers) pthread_join(caller, nullptr);
}

struct Block {
  unsigned char* start;
  uint64_t size;
  unsigned char mark;
};

void release(camada::BufferPool* pool, const Block& block) {
  bool is_whole = true;
  for (uint64_t i = 0; i < block.size; i++) is_whole &= block.start[i] == block.mark;
  expect(is_whole, "a block to keep its bytes");
  camada_free(pool, block.start);
}

void check_pool(camada::BufferPool* pool, uint32_t seed) {
  std::mt19937 source(seed);
  std::vector<Block> blocks;
  for (int step = 0; step < 1500; step++) {
    if (blocks.size() < 40 && source() % 3 != 0) {
      const uint64_t size = source() % 20 == 0 ? source() % 700000 : source() % 3000;
      auto* start = static_cast<unsigned char*>(camada_allocate(pool, static_cast<double>(size)));
      expect(start != nullptr, "a block");
      expect(reinterpret_cast<uintptr_t>(start) % 64 == 0, "a block aligned to 64 bytes");
      const auto mark = static_cast<unsigned char>(source());
      std::memset(start, mark, size);
      blocks.push_back({start, size, mark});
    } else if (!blocks.empty()) {
      const size_t chosen = source() % blocks.size();
      release(pool, blocks[chosen]);
      blocks[chosen] = blocks.back();
      blocks.pop_back();
    }
    if (step % 500 == 499) camada_pool_trim(pool);
  }
  for (const Block& block : blocks) release(pool, block);
}

struct PoolUser {
  camada::BufferPool* pool;
  uint32_t seed;
};

void* use_pool(void* argument) {
  const auto* user = static_cast<PoolUser*>(argument);
  check_pool(user->pool, user->seed);
  return nullptr;
}

void check_pools() {
  camada::BufferPool* pool = camada_pool_create(0);
  check_pool(pool, 1);
  PoolUser users[3] = {{pool, 2}, {pool, 3}, {pool, 4}};
  pthread_t threads[3];
  for (int i = 0; i < 3; i++) pthread_create(&threads[i], nullptr, use_pool, &users[i]);
  for (const pthread_t thread : threads) pthread_join(thread, nullptr);
  double statistics[4];
  camada_pool_statistics(pool, statistics);
  expect(statistics[0] == 0, "no byte in use once all are freed");
  camada_pool_trim(pool);
  camada_pool_statistics(pool, statistics);
  expect(statistics[2] == 0, "no large block kept once trimmed");

  for (const double size : {-1.0, 0.0 / 0.0, 9e15, 1e300, 1e14}) {
    expect(camada_allocate(pool, size) == nullptr, "no block of an impossible size");
  }
  camada_pool_set_cap(pool, 1 << 20);
  void* first = camada_allocate(pool, 600000);
  expect(first != nullptr, "a block under the cap");
  expect(camada_allocate(pool, 600000) == nullptr, "no block above the cap");
  camada_free(pool, first);
  void* again = camada_allocate(pool, 600000);
  expect(again != nullptr, "a block once another was freed");
  camada_free(pool, again);
  camada_free(pool, nullptr);
  expect(camada::Scratch<float>(-1).get() == nullptr, "no scratch of a negative size");
}

}  // namespace

int main() {
  check_threads();
  check_callers();
  check_pools();
  std::printf("%d failures\n", failures);
  return failures == 0 ? 0 : 1;
}
