#include "buffer-pool.h"

#include <pthread.h>
#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>

#include "poison.h"
#include "status.h"

namespace camada {
namespace {

constexpr uint64_t kAlignment = 64;
constexpr uint64_t kHugePage = 2ull << 20;
/** Smaller blocks share slabs, which stay; larger ones are mappings of their own, which can be given back. */
constexpr uint64_t kLargeBytes = 256ull << 10;
constexpr uint64_t kSlabBytes = kHugePage;
/** Blocks kept for reuse beyond what was once in use at the same time. */
constexpr uint64_t kSlackBytes = 64ull << 20;
/** Eight sizes for every power of two: at most an eighth of a block is unused. */
constexpr int kClasses = 64 * 8;

/** Stands in front of every block. */
struct alignas(64) Header {
  uint64_t size_bytes;
  Header* next;
  /** Start of the mapping that a large block is, and its length. */
  void* mapping;
  uint64_t mapping_bytes;
  int32_t size_class;
};
static_assert(sizeof(Header) == kAlignment);

int class_of(uint64_t size_bytes) {
  const int power = 63 - __builtin_clzll(size_bytes);
  return power * 8 + static_cast<int>((size_bytes >> (power - 3)) & 7);
}

/** `size_bytes` rounded up to the least size of a class, a multiple of the alignment; 0 when there is none. */
uint64_t rounded(uint64_t size_bytes) {
  if (size_bytes > (1ull << 47)) return 0;
  if (size_bytes <= kAlignment * 8) {
    const uint64_t lines = (size_bytes + kAlignment - 1) / kAlignment;
    return (lines == 0 ? 1 : lines) * kAlignment;
  }
  const uint64_t step = 1ull << (63 - __builtin_clzll(size_bytes) - 3);
  return (size_bytes + step - 1) / step * step;
}

}  // namespace

struct BufferPool {
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  Header* free_blocks[kClasses] = {};
  char* slab = nullptr;
  uint64_t slab_left = 0;
  uint64_t cap_bytes = 0;
  uint64_t in_use_bytes = 0;
  uint64_t peak_bytes = 0;
  uint64_t cached_bytes = 0;
  uint64_t large_blocks = 0;
};

namespace {

class Locked {
 public:
  explicit Locked(BufferPool* pool) : pool_(pool) { pthread_mutex_lock(&pool_->lock); }
  ~Locked() { pthread_mutex_unlock(&pool_->lock); }

 private:
  BufferPool* pool_;
};

void unmap(BufferPool* pool, Header* block) {
  pool->cached_bytes -= block->size_bytes;
  void* mapping = block->mapping;
  const uint64_t mapping_bytes = block->mapping_bytes;
  // Whoever gets these addresses next knows nothing of us.
  unpoison(mapping, mapping_bytes);
  munmap(mapping, mapping_bytes);
}

/** Gives large blocks that nobody uses back to the system until at most `limit` bytes of them are left. */
void trim(BufferPool* pool, uint64_t limit) {
  for (int size_class = kClasses - 1; size_class >= class_of(kLargeBytes) && pool->cached_bytes > limit; size_class--) {
    while (Header* block = pool->free_blocks[size_class]) {
      if (pool->cached_bytes <= limit) return;
      pool->free_blocks[size_class] = block->next;
      unmap(pool, block);
    }
  }
}

void* map_pages(uint64_t size_bytes) {
  void* pages = mmap(nullptr, size_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pages == MAP_FAILED ? nullptr : pages;
}

/** A mapping that starts on a huge page. */
char* map_huge_pages(uint64_t size_bytes) {
  auto* start = static_cast<char*>(map_pages(size_bytes + kHugePage));
  if (start == nullptr) return nullptr;
  const uint64_t before = (kHugePage - reinterpret_cast<uintptr_t>(start) % kHugePage) % kHugePage;
  if (before > 0) munmap(start, before);
  if (before < kHugePage) munmap(start + before + size_bytes, kHugePage - before);
#if defined(MADV_HUGEPAGE)
  madvise(start + before, size_bytes, MADV_HUGEPAGE);
#endif
  return start + before;
}

Header* make_large(BufferPool* pool, uint64_t size_bytes) {
  // Arrays that all start at one place of a page fight for the same lines of the first-level cache.
  const uint64_t offset = (pool->large_blocks % 32) * 2 * kAlignment;
  const uint64_t page = size_bytes >= kHugePage ? kHugePage : 4096;
  const uint64_t mapping_bytes = (size_bytes + sizeof(Header) + offset + page - 1) / page * page;
  auto* start = page == kHugePage ? map_huge_pages(mapping_bytes) : static_cast<char*>(map_pages(mapping_bytes));
  if (start == nullptr) return nullptr;
  pool->large_blocks++;
  auto* block = reinterpret_cast<Header*>(start + offset);
  *block = {size_bytes, nullptr, start, mapping_bytes, class_of(size_bytes)};
  return block;
}

Header* make_small(BufferPool* pool, uint64_t size_bytes) {
  const uint64_t needed = size_bytes + sizeof(Header);
  if (pool->slab_left < needed) {
    char* slab = map_huge_pages(kSlabBytes);
    if (slab == nullptr) return nullptr;
    poison(slab, kSlabBytes);
    pool->slab = slab;
    pool->slab_left = kSlabBytes;
  }
  auto* block = reinterpret_cast<Header*>(pool->slab);
  unpoison(block, sizeof(Header));
  pool->slab += needed;
  pool->slab_left -= needed;
  *block = {size_bytes, nullptr, nullptr, 0, class_of(size_bytes)};
  return block;
}

/** A free block of the class, or of the next ones: it may be a quarter larger than asked for. */
Header* take_free(BufferPool* pool, uint64_t size_bytes) {
  const int wanted = class_of(size_bytes);
  const int last = size_bytes >= kLargeBytes && wanted + 2 < kClasses ? wanted + 2 : wanted;
  for (int size_class = wanted; size_class <= last; size_class++) {
    if (Header* block = pool->free_blocks[size_class]) {
      pool->free_blocks[size_class] = block->next;
      if (block->mapping != nullptr) pool->cached_bytes -= block->size_bytes;
      return block;
    }
  }
  return nullptr;
}

/** Only the bytes asked for may be used, neither the rest of the block nor the header in front of it. */
void lend(Header* block, uint64_t size_bytes) {
  poison(block + 1, block->size_bytes);
  unpoison(block + 1, size_bytes);
  poison(block, sizeof(Header));
}

void take_back(Header* block) {
  unpoison(block, sizeof(Header));
  poison(block + 1, block->size_bytes);
}

Header* make(BufferPool* pool, uint64_t size_bytes) {
  if (size_bytes < kLargeBytes) return make_small(pool, size_bytes);
  const uint64_t kept = pool->peak_bytes + pool->peak_bytes / 8 + kSlackBytes;
  const uint64_t used = pool->in_use_bytes + size_bytes;
  trim(pool, kept > used ? kept - used : 0);
  if (Header* block = make_large(pool, size_bytes)) return block;
  trim(pool, 0);
  return make_large(pool, size_bytes);
}

}  // namespace

void* pool_allocate(BufferPool* pool, uint64_t size_bytes) {
  const uint64_t size = rounded(size_bytes);
  if (size == 0) return nullptr;
  Locked locked(pool);
  if (pool->cap_bytes > 0 && pool->in_use_bytes + size > pool->cap_bytes) return nullptr;
  Header* block = take_free(pool, size);
  if (block == nullptr) block = make(pool, size);
  if (block == nullptr) return nullptr;
  pool->in_use_bytes += block->size_bytes;
  if (pool->in_use_bytes > pool->peak_bytes) pool->peak_bytes = pool->in_use_bytes;
  lend(block, size_bytes);
  return block + 1;
}

void pool_free(BufferPool* pool, void* start) {
  if (start == nullptr) return;
  Locked locked(pool);
  Header* block = static_cast<Header*>(start) - 1;
  take_back(block);
  pool->in_use_bytes -= block->size_bytes;
  if (block->mapping != nullptr) pool->cached_bytes += block->size_bytes;
  block->next = pool->free_blocks[block->size_class];
  pool->free_blocks[block->size_class] = block;
}

BufferPool* scratch_pool() {
  static constinit BufferPool pool;
  return &pool;
}

}  // namespace camada

using camada::BufferPool;

/** A pool of its own, with at most `cap_bytes` in use at a time (0: no cap); null without memory. */
CAMADA_EXPORT BufferPool* camada_pool_create(double cap_bytes) {
  auto* pool = static_cast<BufferPool*>(std::calloc(1, sizeof(BufferPool)));
  if (pool == nullptr) return nullptr;
  pthread_mutex_init(&pool->lock, nullptr);
  pool->cap_bytes = static_cast<uint64_t>(cap_bytes);
  return pool;
}

CAMADA_EXPORT void camada_pool_set_cap(BufferPool* pool, double cap_bytes) {
  camada::Locked locked(pool);
  pool->cap_bytes = static_cast<uint64_t>(cap_bytes);
}

CAMADA_EXPORT void* camada_allocate(BufferPool* pool, double size_bytes) {
  if (!(size_bytes >= 0) || size_bytes > 9e15) return nullptr;
  return camada::pool_allocate(pool, static_cast<uint64_t>(size_bytes));
}

CAMADA_EXPORT void camada_free(BufferPool* pool, void* block) { camada::pool_free(pool, block); }

/** `[bytes in use, most bytes in use, bytes kept for reuse, most bytes of scratch in use]` */
CAMADA_EXPORT void camada_pool_statistics(BufferPool* pool, double* statistics) {
  {
    camada::Locked locked(pool);
    statistics[0] = static_cast<double>(pool->in_use_bytes);
    statistics[1] = static_cast<double>(pool->peak_bytes);
    statistics[2] = static_cast<double>(pool->cached_bytes);
  }
  camada::Locked locked(camada::scratch_pool());
  statistics[3] = static_cast<double>(camada::scratch_pool()->peak_bytes);
}

/** Gives blocks that nobody uses back to the system. */
CAMADA_EXPORT void camada_pool_trim(BufferPool* pool) {
  camada::Locked locked(pool);
  camada::trim(pool, 0);
}
