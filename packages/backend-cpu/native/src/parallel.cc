#include "parallel.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <ctime>

#include "denormals.h"
#include "status.h"

namespace camada {
namespace {

constexpr int32_t kMaxThreads = 256;
/** A worker that found nothing to do for so long goes to sleep: waking it takes about as long. */
constexpr int64_t kSpinNs = 100'000;

struct Job {
  ChunkFunction function;
  void* body;
  int64_t count;
  int32_t threads;
  std::atomic<int64_t> next{0};
};

/** One of several JavaScript threads at a time; the others run their chunks alone meanwhile. */
pthread_mutex_t owner = PTHREAD_MUTEX_INITIALIZER;
thread_local int32_t own_threads = 1;
/** Workers that run, without the calling thread. Changed by the owner alone. */
int32_t workers = 0;
/** Rises with every job. */
std::atomic<uint32_t> generation{0};
std::atomic<int32_t> sleeping{0};
std::atomic<Job*> current{nullptr};
/** Workers that may hold a pointer to the job. */
std::atomic<int32_t> active{0};

int64_t now_ns() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec;
}

void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

void take_chunks(Job& job, int32_t thread) {
  for (;;) {
    const int64_t chunk = job.next.fetch_add(1, std::memory_order_relaxed);
    if (chunk >= job.count) return;
    job.function(job.body, chunk, thread);
  }
}

/** Spins for a while, then sleeps, until the generation is another than `seen`. */
uint32_t await_generation(uint32_t seen) {
  const int64_t deadline = now_ns() + kSpinNs;
  for (int spin = 0;; spin++) {
    const uint32_t value = generation.load(std::memory_order_seq_cst);
    if (value != seen) return value;
    pause_briefly();
    if (spin % 64 == 63) {
      // Another program may need this core more than we do.
      sched_yield();
      if (now_ns() > deadline) break;
    }
  }
  sleeping.fetch_add(1, std::memory_order_seq_cst);
  generation.wait(seen, std::memory_order_seq_cst);
  sleeping.fetch_sub(1, std::memory_order_seq_cst);
  return generation.load(std::memory_order_seq_cst);
}

void* work(void* argument) {
  const auto thread = static_cast<int32_t>(reinterpret_cast<intptr_t>(argument));
  FlushDenormals flush;
  uint32_t seen = 0;
  for (;;) {
    seen = await_generation(seen);
    // Announced before the job is read: whoever ends the job takes it away first and then waits for the announced.
    active.fetch_add(1, std::memory_order_seq_cst);
    Job* job = current.load(std::memory_order_seq_cst);
    // Another caller may have wanted more threads than this one.
    if (job != nullptr && thread < job->threads) {
      own_threads = job->threads;
      take_chunks(*job, thread);
    }
    active.fetch_sub(1, std::memory_order_seq_cst);
  }
  return nullptr;
}

/**
 * Keeps this library in memory when its user closes it, as Node does at the end of a worker thread: our threads have no
 * end, and would run on in code that is gone.
 */
bool keep_loaded() {
  Dl_info library;
  return dladdr(reinterpret_cast<void*>(&work), &library) != 0 &&
         dlopen(library.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_NODELETE) != nullptr;
}

/** Starts the workers that the caller misses. Fewer than wanted are no failure: results do not depend on their number. */
void start_workers() {
  const int32_t target = own_threads - 1;
  if (workers == 0 && target > 0 && !keep_loaded()) return;
  while (workers < target) {
    pthread_t thread;
    auto* number = reinterpret_cast<void*>(static_cast<intptr_t>(workers + 1));
    if (pthread_create(&thread, nullptr, work, number) != 0) return;
    pthread_detach(thread);
    workers++;
  }
}

}  // namespace

int32_t thread_count() { return own_threads; }

void run_chunks(int64_t count, ChunkFunction function, void* body) {
  if (count <= 0) return;
  FlushDenormals flush;
  const bool alone = count == 1 || own_threads == 1 || pthread_mutex_trylock(&owner) != 0;
  if (alone) {
    for (int64_t chunk = 0; chunk < count; chunk++) function(body, chunk, 0);
    return;
  }
  start_workers();
  Job job{function, body, count, own_threads};
  current.store(&job, std::memory_order_seq_cst);
  generation.fetch_add(1, std::memory_order_seq_cst);
  if (sleeping.load(std::memory_order_seq_cst) > 0) generation.notify_all();
  take_chunks(job, 0);
  current.store(nullptr, std::memory_order_seq_cst);
  for (int spin = 0; active.load(std::memory_order_seq_cst) > 0; spin++) {
    pause_briefly();
    if (spin % 1024 == 1023) sched_yield();
  }
  pthread_mutex_unlock(&owner);
}

}  // namespace camada

/** Sets how many threads the calling thread's kernels use, the calling one included. */
CAMADA_EXPORT int32_t camada_set_threads(int32_t count) {
  using namespace camada;
  if (count < 1 || count > kMaxThreads) return kInvalid;
  own_threads = count;
  return kOk;
}

CAMADA_EXPORT int32_t camada_threads() { return camada::thread_count(); }
