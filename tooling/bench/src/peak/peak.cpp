// The greatest arithmetic rate of some threads, from registers alone: `peak <kind> <threads>` prints GFLOP/s.
//
// Instructions are written out: of an array of accumulators compilers keep a part in memory, and then measure that.
// Fourteen independent sums hide a latency of seven instructions; sixteen registers exist at every level.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <thread>
#include <vector>

#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace {

constexpr int kSums = 14;
constexpr int kRepetitions = 60;
constexpr double kSeconds = 0.01;  // short, so that some repetitions find the processors free

using Loop = void (*)(long iterations);

#if defined(__x86_64__)
#define EACH_SUM(I, P)                                                                                             \
  I " %%" P "14, %%" P "15, %%" P "0\n\t" I " %%" P "14, %%" P "15, %%" P "1\n\t"                                  \
  I " %%" P "14, %%" P "15, %%" P "2\n\t" I " %%" P "14, %%" P "15, %%" P "3\n\t"                                  \
  I " %%" P "14, %%" P "15, %%" P "4\n\t" I " %%" P "14, %%" P "15, %%" P "5\n\t"                                  \
  I " %%" P "14, %%" P "15, %%" P "6\n\t" I " %%" P "14, %%" P "15, %%" P "7\n\t"                                  \
  I " %%" P "14, %%" P "15, %%" P "8\n\t" I " %%" P "14, %%" P "15, %%" P "9\n\t"                                  \
  I " %%" P "14, %%" P "15, %%" P "10\n\t" I " %%" P "14, %%" P "15, %%" P "11\n\t"                                \
  I " %%" P "14, %%" P "15, %%" P "12\n\t" I " %%" P "14, %%" P "15, %%" P "13\n\t"
#define ZERO(N) "vpxor %%xmm" #N ", %%xmm" #N ", %%xmm" #N "\n\t"
// Zeros stay zeros: no infinity and no denormal slows anything down. Zeroing the low part clears the whole register.
#define LOOP(NAME, I, P)                                                                                           \
  void NAME(long iterations) {                                                                                     \
    asm volatile(ZERO(0) ZERO(1) ZERO(2) ZERO(3) ZERO(4) ZERO(5) ZERO(6) ZERO(7) ZERO(8) ZERO(9) ZERO(10) ZERO(11) \
                     ZERO(12) ZERO(13) ZERO(14) ZERO(15) "1:\n\t" EACH_SUM(I, P) "dec %0\n\tjnz 1b\n\tvzeroupper"  \
                 : "+r"(iterations)                                                                                \
                 :                                                                                                 \
                 : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",  \
                   "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");                                                   \
  }
LOOP(avx2, "vfmadd231ps", "ymm")
LOOP(avx512, "vfmadd231ps", "zmm")
LOOP(avx512Bf16, "vdpbf16ps", "zmm")

// Rows and bytes per row of the tiles, as LDTILECFG takes them.
struct alignas(64) TileConfig {
  unsigned char palette = 1, startRow = 0, reserved[14] = {};
  unsigned short rowBytes[16] = {64, 64, 64, 64, 64, 64, 64, 64};
  unsigned char rows[16] = {16, 16, 16, 16, 16, 16, 16, 16};
};

// Six sums, two operands: every one of eight tiles.
void amxBf16(long iterations) {
  const TileConfig config;
  asm volatile(
      "ldtilecfg %1\n\ttilezero %%tmm0\n\ttilezero %%tmm1\n\ttilezero %%tmm2\n\ttilezero %%tmm3\n\t"
      "tilezero %%tmm4\n\ttilezero %%tmm5\n\ttilezero %%tmm6\n\ttilezero %%tmm7\n\t"
      "1:\n\t"
      "tdpbf16ps %%tmm7, %%tmm6, %%tmm0\n\ttdpbf16ps %%tmm7, %%tmm6, %%tmm1\n\ttdpbf16ps %%tmm7, %%tmm6, %%tmm2\n\t"
      "tdpbf16ps %%tmm7, %%tmm6, %%tmm3\n\ttdpbf16ps %%tmm7, %%tmm6, %%tmm4\n\ttdpbf16ps %%tmm7, %%tmm6, %%tmm5\n\t"
      "dec %0\n\tjnz 1b\n\ttilerelease"
      : "+r"(iterations)
      : "m"(config)
      : "cc");
}
#elif defined(__aarch64__)
void neon(long iterations) {
  asm volatile(
      "1:\n\t"
      "fmla v0.4s, v14.4s, v15.4s\n\tfmla v1.4s, v14.4s, v15.4s\n\tfmla v2.4s, v14.4s, v15.4s\n\t"
      "fmla v3.4s, v14.4s, v15.4s\n\tfmla v4.4s, v14.4s, v15.4s\n\tfmla v5.4s, v14.4s, v15.4s\n\t"
      "fmla v6.4s, v14.4s, v15.4s\n\tfmla v7.4s, v14.4s, v15.4s\n\tfmla v8.4s, v14.4s, v15.4s\n\t"
      "fmla v9.4s, v14.4s, v15.4s\n\tfmla v10.4s, v14.4s, v15.4s\n\tfmla v11.4s, v14.4s, v15.4s\n\t"
      "fmla v12.4s, v14.4s, v15.4s\n\tfmla v13.4s, v14.4s, v15.4s\n\t"
      "subs %0, %0, #1\n\tb.ne 1b"
      : "+r"(iterations)
      :
      : "cc", "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15");
}
#endif

struct Kind {
  const char* name;
  Loop loop;
  int flopsPerIteration;
};

const Kind kKinds[] = {
#if defined(__x86_64__)
    {"avx2", avx2, kSums * 16},
    {"avx512", avx512, kSums * 32},
    {"avx512-bf16", avx512Bf16, kSums * 64},
    {"amx-bf16", amxBf16, 6 * 16 * 16 * 32 * 2},
#elif defined(__aarch64__)
    {"neon", neon, kSums * 8},
#endif
};

// Linux lends tiles only to programs that ask for them.
bool mayRun(const Kind& kind) {
#if defined(__x86_64__) && defined(__linux__)
  if (std::strcmp(kind.name, "amx-bf16") == 0) return syscall(SYS_arch_prctl, 0x1023, 18) == 0;
#endif
  return std::strcmp(kind.name, "amx-bf16") != 0;
}

// Time that this thread computed: what other programs take away is no property of the machine.
double seconds() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

// All threads start together; each has its own rate.
double rate(const Kind& kind, int threads, long iterations) {
  std::atomic<int> waiting{threads};
  std::vector<std::thread> workers;
  std::vector<double> rates(threads);
  for (int i = 0; i < threads; i++) {
    workers.emplace_back([&, i] {
      for (waiting--; waiting > 0;) std::this_thread::yield();
      const double start = seconds();
      kind.loop(iterations);
      rates[i] = double(iterations) * kind.flopsPerIteration / (seconds() - start) / 1e9;
    });
  }
  double sum = 0;
  for (int i = 0; i < threads; i++) {
    workers[i].join();
    sum += rates[i];
  }
  return sum;
}

}  // namespace

int main(int count, char** arguments) {
  const char* name = count > 1 ? arguments[1] : "";
  const int threads = count > 2 ? std::atoi(arguments[2]) : 1;
  for (const Kind& kind : kKinds) {
    if (std::strcmp(kind.name, name) != 0 || threads < 1) continue;
    if (!mayRun(kind)) break;
    const long trial = 1'000'000;
    const double quick = rate(kind, 1, trial);
    const long iterations = long(quick * 1e9 * kSeconds / kind.flopsPerIteration) + 1;
    double best = 0;
    for (int i = 0; i < kRepetitions; i++) {
      const double one = rate(kind, threads, iterations);
      if (one > best) best = one;
    }
    std::printf("%.1f\n", best);
    return 0;
  }
  std::fprintf(stderr, "peak: expected a kind that this processor family has and a thread count\n");
  return 2;
}
