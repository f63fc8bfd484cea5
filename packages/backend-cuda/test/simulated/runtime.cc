// Runs the kernels of one library. Compiled once, and linked to every one.
#include "entry.h"

extern "C" char __start_camada_shared[] __attribute__((weak, visibility("hidden")));
extern "C" char __stop_camada_shared[] __attribute__((weak, visibility("hidden")));

namespace camada_simulated {

uint3 thread_index, block_index;
dim3 block_extents, grid_extents;

namespace {

constexpr size_t kStackBytes = 256 * 1024;
constexpr unsigned kMaxThreads = 1024;
constexpr uint32_t kCanary = 0x5afec0de;

/** One thread of the block. Its stack is taken from those that are free when it begins, and given back at its end. */
struct Fiber {
  enum State { kNew, kReady, kAtBlockBarrier, kAtWarpBarrier, kEnded } state;
  void* stack_pointer;
  char* stack;
  uint3 index;
};

/** What the lanes of a warp bring to an exchange. Twofold: some may bring the next while others read the last. */
struct Warp {
  uint64_t values[2][32];
  unsigned arrived;
  /** Counts the exchanges of each lane. */
  unsigned turn[32];
};

pthread_mutex_t one_launch = PTHREAD_MUTEX_INITIALIZER;
Fiber fibers[kMaxThreads];
Warp warps[kMaxThreads / 32];
char* free_stacks[kMaxThreads];
unsigned free_stack_count = 0;
Fiber* running = nullptr;
unsigned thread_count = 0;
void* scheduler_stack_pointer = nullptr;
Body current_body = nullptr;
const void* current_arguments = nullptr;
char* shared_memory = nullptr;
/** Where a launch goes on when its kernel fails, and the thread that it runs on; null between launches. */
sigjmp_buf* volatile on_fault = nullptr;
pthread_t launching_thread;
volatile int fault_code = 0;

}  // namespace

// Leaves one stack for another: `from` is where the pointer of the first is kept.
extern "C" void camada_switch_stack(void** from, void* to);
#if defined(__x86_64__)
asm(R"(
.text
.local camada_switch_stack
.type camada_switch_stack, @function
camada_switch_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
)");
#elif defined(__aarch64__)
asm(R"(
.text
.local camada_switch_stack
.type camada_switch_stack, %function
camada_switch_stack:
  sub sp, sp, #160
  stp x19, x20, [sp]
  stp x21, x22, [sp, #16]
  stp x23, x24, [sp, #32]
  stp x25, x26, [sp, #48]
  stp x27, x28, [sp, #64]
  stp x29, x30, [sp, #80]
  stp d8, d9, [sp, #96]
  stp d10, d11, [sp, #112]
  stp d12, d13, [sp, #128]
  stp d14, d15, [sp, #144]
  mov x2, sp
  str x2, [x0]
  mov sp, x1
  ldp x19, x20, [sp]
  ldp x21, x22, [sp, #16]
  ldp x23, x24, [sp, #32]
  ldp x25, x26, [sp, #48]
  ldp x27, x28, [sp, #64]
  ldp x29, x30, [sp, #80]
  ldp d8, d9, [sp, #96]
  ldp d10, d11, [sp, #112]
  ldp d12, d13, [sp, #128]
  ldp d14, d15, [sp, #144]
  add sp, sp, #160
  ret
)");
#else
#error "the simulated device knows x86-64 and arm64"
#endif

namespace {

void leave_fiber(Fiber::State state) {
  running->state = state;
  camada_switch_stack(&running->stack_pointer, scheduler_stack_pointer);
}

void run_fiber() {
  current_body(current_arguments);
  leave_fiber(Fiber::kEnded);
  __builtin_trap();
}

void begin_fiber(Fiber* fiber) {
  if (free_stack_count == 0) {
    void* memory = mmap(nullptr, kStackBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) abort();
    free_stacks[free_stack_count++] = static_cast<char*>(memory);
    std::memcpy(memory, &kCanary, sizeof kCanary);
  }
  fiber->stack = free_stacks[--free_stack_count];
  void** top = reinterpret_cast<void**>(fiber->stack + kStackBytes);
#if defined(__x86_64__)
  // Where the switch returns to, with the alignment that a call leaves behind.
  *(top - 2) = reinterpret_cast<void*>(&run_fiber);
  fiber->stack_pointer = top - 8;
#else
  fiber->stack_pointer = top - 20;
  *(top - 20 + 11) = reinterpret_cast<void*>(&run_fiber);
#endif
}

void resume(Fiber* fiber) {
  if (fiber->state == Fiber::kNew) begin_fiber(fiber);
  running = fiber;
  thread_index = fiber->index;
  camada_switch_stack(&scheduler_stack_pointer, fiber->stack_pointer);
  if (fiber->state != Fiber::kEnded) return;
  uint32_t canary;
  std::memcpy(&canary, fiber->stack, sizeof canary);
  if (canary != kCanary) trap();
  free_stacks[free_stack_count++] = fiber->stack;
}

/** Lanes of a warp that have not ended. */
unsigned live_lanes(unsigned warp) {
  unsigned live = 0;
  for (unsigned lane = 0; lane < 32 && warp * 32 + lane < thread_count; lane++) {
    if (fibers[warp * 32 + lane].state != Fiber::kEnded) live |= 1u << lane;
  }
  return live;
}

/** Runs the threads of a block to their end; false when they wait for each other for ever. */
bool run_block(bool backwards) {
  for (unsigned thread = 0; thread < thread_count; thread++) {
    fibers[thread].state = Fiber::kNew;
    const unsigned rest = thread / block_extents.x;
    fibers[thread].index = {thread % block_extents.x, rest % block_extents.y, rest / block_extents.y};
  }
  for (Warp& warp : warps) {
    warp.arrived = 0;
    std::memset(warp.turn, 0, sizeof warp.turn);
  }
  for (;;) {
    unsigned ended = 0;
    unsigned at_barrier = 0;
    bool has_run = false;
    for (unsigned i = 0; i < thread_count; i++) {
      Fiber& fiber = fibers[backwards ? thread_count - 1 - i : i];
      if (fiber.state == Fiber::kNew || fiber.state == Fiber::kReady) {
        resume(&fiber);
        has_run = true;
      }
      ended += fiber.state == Fiber::kEnded;
      at_barrier += fiber.state == Fiber::kAtBlockBarrier;
    }
    if (ended == thread_count) return true;
    if (at_barrier > 0 && ended + at_barrier == thread_count) {
      for (unsigned thread = 0; thread < thread_count; thread++) {
        if (fibers[thread].state == Fiber::kAtBlockBarrier) fibers[thread].state = Fiber::kReady;
      }
    } else if (!has_run) {
      return false;
    }
  }
}

void handle_fault(int signal_number, siginfo_t* info, void* context);
struct sigaction earlier_segv, earlier_bus;

void install_handler() {
  static bool installed = false;
  if (installed) return;
  installed = true;
  struct sigaction action {};
  action.sa_sigaction = handle_fault;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_ONSTACK;
  sigaction(SIGSEGV, &action, &earlier_segv);
  sigaction(SIGBUS, &action, &earlier_bus);
}

/** A kernel that touches what is not its own ends its launch; every other fault is whose it was. */
void handle_fault(int signal_number, siginfo_t* info, void* context) {
  if (on_fault != nullptr && pthread_equal(launching_thread, pthread_self())) {
    fault_code = kIllegalAddress;
    siglongjmp(*on_fault, 1);
  }
  const struct sigaction& earlier = signal_number == SIGSEGV ? earlier_segv : earlier_bus;
  if (earlier.sa_flags & SA_SIGINFO) {
    earlier.sa_sigaction(signal_number, info, context);
  } else if (earlier.sa_handler != SIG_DFL && earlier.sa_handler != SIG_IGN) {
    earlier.sa_handler(signal_number);
  } else {
    signal(signal_number, SIG_DFL);
    raise(signal_number);
  }
}

constexpr size_t kPageBytes = 4096;
constexpr size_t kSharedBytes = 256 * 1024;

/** Spoils all shared memory: NaN as float32, -1 as int32. */
void spoil_shared(size_t dynamic_bytes) {
  if (__start_camada_shared != nullptr) {
    std::memset(__start_camada_shared, 0xff, __stop_camada_shared - __start_camada_shared);
  }
  if (dynamic_bytes > 0) std::memset(dynamic_shared(), 0xff, dynamic_bytes);
}

size_t dynamic_shared_bytes = 0;

}  // namespace

/** Ends, up to alignment, where a page begins that may not be touched. */
void* dynamic_shared() {
  if (shared_memory == nullptr) {
    void* memory = mmap(nullptr, kSharedBytes + kPageBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) abort();
    shared_memory = static_cast<char*>(memory);
    mprotect(shared_memory + kSharedBytes, kPageBytes, PROT_NONE);
  }
  return shared_memory + kSharedBytes - (dynamic_shared_bytes + 127) / 128 * 128;
}

void wait_for_block() { leave_fiber(Fiber::kAtBlockBarrier); }

const uint64_t* exchange(unsigned mask, uint64_t value) {
  const unsigned thread = running - fibers;
  Warp& warp = warps[thread / 32];
  const unsigned lane = thread % 32;
  if (!(mask >> lane & 1)) trap();
  uint64_t* values = warp.values[warp.turn[lane]++ & 1];
  values[lane] = value;
  warp.arrived |= 1u << lane;
  if ((warp.arrived & mask) == mask) {
    warp.arrived &= ~mask;
    for (unsigned other = 0; other < 32; other++) {
      Fiber& fiber = fibers[thread / 32 * 32 + other];
      if ((mask >> other & 1) && fiber.state == Fiber::kAtWarpBarrier) fiber.state = Fiber::kReady;
    }
    return values;
  }
  // A partial last warp has no fibers for its missing lanes: those in the mask are waited for in vain, as on a device.
  leave_fiber(Fiber::kAtWarpBarrier);
  return values;
}

void trap() {
  fault_code = kAssert;
  siglongjmp(*on_fault, 1);
}

/** Runs a grid; gives a `CUresult`. */
int run_grid(dim3 grid, dim3 block, size_t shared_bytes, Body body, const void* arguments) {
  const uint64_t threads = static_cast<uint64_t>(block.x) * block.y * block.z;
  if (threads == 0 || threads > kMaxThreads || grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.y > 65535 ||
      grid.z > 65535 || block.z > 64 || shared_bytes > kSharedBytes) {
    return kInvalidValue;
  }
  pthread_mutex_lock(&one_launch);
  install_handler();
  thread_count = threads;
  block_extents = block;
  grid_extents = grid;
  dynamic_shared_bytes = shared_bytes;
  current_body = body;
  current_arguments = arguments;
  const char* order = getenv("CAMADA_SIMULATED_ORDER");
  const bool backwards = order != nullptr && std::strcmp(order, "backwards") == 0;
  sigjmp_buf fault;
  volatile int result = kSuccess;
  launching_thread = pthread_self();
  if (sigsetjmp(fault, 0) == 0) {
    on_fault = &fault;
    for (unsigned z = 0; z < grid.z; z++) {
      for (unsigned y = 0; y < grid.y; y++) {
        for (unsigned x = 0; x < grid.x; x++) {
          block_index = {x, y, z};
          spoil_shared(shared_bytes);
          if (!run_block(backwards)) {
            fault_code = kLaunchTimeout;
            siglongjmp(fault, 1);
          }
        }
      }
    }
  } else {
    result = fault_code;
    // The stacks of threads that did not come to their end are not used again: a few pages, once for each failure.
  }
  on_fault = nullptr;
  pthread_mutex_unlock(&one_launch);
  return result;
}

}  // namespace camada_simulated

unsigned __activemask() {
  const unsigned warp = camada_simulated::thread_number() / 32;
  return camada_simulated::live_lanes(warp);
}
