// A stand-in for NVIDIA's driver library: the functions that the backend calls, on the host's memory. Its one kernel adds
// what its packed arguments say. It is there to try the calls themselves, of which a wrong one ends a process.
#include <cstdint>
#include <cstdlib>
#include <cstring>

#pragma GCC visibility push(default)
extern "C" {

/** What every later call answers, as after a kernel that failed; 0 for success. */
int camada_sticky = 0;
/** How many calls were made without the context being current. */
int camada_strays = 0;
/** Launches, and what the last one was. */
int camada_launches = 0;
uint32_t camada_last_launch[8];

/** Recorded graphs that are still there, and what making one of them run answers; 0 for success. */
int camada_recorded = 0;
int camada_instantiation = 0;

static uint64_t current = 0;
static int queries = 0;

static int enter() {
  if (current != 0xc0de) camada_strays++;
  return camada_sticky;
}

int cuInit(uint32_t flags) { return flags == 0 ? 0 : 1; }
int cuDriverGetVersion(int* version) { return *version = 13010, 0; }
int cuDeviceGetCount(int* count) { return *count = 2, 0; }
int cuDeviceGet(int* device, int index) { return *device = 70 + index, 0; }
int cuDeviceGetName(char* name, int length, int device) {
  const char text[] = "Stand-in 0";
  if (length < static_cast<int>(sizeof text)) return 1;
  std::memcpy(name, text, sizeof text);
  name[9] = '0' + (device - 70);
  return 0;
}
int cuDeviceGetAttribute(int* value, int attribute, int device) {
  if (device != 70 && device != 71) return 101;
  switch (attribute) {
    case 16: return *value = 132, 0;
    case 38: return *value = 50 << 20, 0;
    case 75: return *value = 9, 0;
    case 76: return *value = 0, 0;
    case 97: return *value = 232448, 0;
    default: return 1;
  }
}
int cuDeviceTotalMem_v2(uint64_t* bytes, int) { return *bytes = 80ull << 30, 0; }
int cuDevicePrimaryCtxRetain(uint64_t* context, int) { return *context = 0xc0de, 0; }
int cuDevicePrimaryCtxRelease_v2(int) { return 0; }
int cuDevicePrimaryCtxReset_v2(int) { return camada_sticky = 0, 0; }
int cuCtxSetCurrent(uint64_t context) { return current = context, 0; }
int cuMemGetInfo_v2(uint64_t* free_bytes, uint64_t* total) {
  *free_bytes = 5ull << 32;
  *total = 80ull << 30;
  return enter();
}
int cuMemAlloc_v2(uint64_t* address, uint64_t bytes) {
  if (bytes > (1ull << 30)) return 2;
  *address = reinterpret_cast<uint64_t>(std::malloc(bytes));
  return enter();
}
int cuMemFree_v2(uint64_t address) { return std::free(reinterpret_cast<void*>(address)), enter(); }
int cuMemHostAlloc(void** memory, uint64_t bytes, uint32_t flags) {
  if (flags != 0) return 1;
  *memory = std::malloc(bytes);
  return enter();
}
int cuMemFreeHost(void* memory) { return std::free(memory), enter(); }
int cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, uint64_t bytes, uint64_t stream) {
  if (stream == 0) return 400;
  std::memcpy(reinterpret_cast<void*>(to), from, bytes);
  return enter();
}
int cuMemcpyDtoHAsync_v2(void* to, uint64_t from, uint64_t bytes, uint64_t stream) {
  if (stream == 0) return 400;
  std::memcpy(to, reinterpret_cast<const void*>(from), bytes);
  return enter();
}
int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, uint64_t bytes, uint64_t) {
  std::memmove(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes);
  return enter();
}
int cuMemsetD8Async(uint64_t to, unsigned char value, uint64_t bytes, uint64_t) {
  std::memset(reinterpret_cast<void*>(to), value, bytes);
  return enter();
}
int cuModuleLoadData(uint64_t* module, const void* image) {
  if (std::memcmp(image, "image", 5) != 0) return 200;
  *module = 0x30d;
  return enter();
}
int cuModuleUnload(uint64_t) { return enter(); }
int cuModuleGetFunction(uint64_t* function, uint64_t module, const char* name) {
  if (module != 0x30d || std::strcmp(name, "add") != 0) return 500;
  *function = 0xadd;
  return enter();
}
static uint32_t dynamic_shared = 0;
int cuFuncSetAttribute(uint64_t function, int attribute, int value) {
  if (function != 0xadd || attribute != 8) return 1;
  dynamic_shared = value;
  return enter();
}
int cuLaunchKernel(uint64_t function, uint32_t gx, uint32_t gy, uint32_t gz, uint32_t bx, uint32_t by, uint32_t bz,
                   uint32_t shared, uint64_t stream, void** parameters, void** extra) {
  if (function != 0xadd || stream == 0 || parameters != nullptr || shared > dynamic_shared) return 1;
  const uint32_t launch[8] = {gx, gy, gz, bx, by, bz, shared, 0};
  std::memcpy(camada_last_launch, launch, sizeof launch);
  camada_launches++;
  struct Arguments {
    const float* a;
    const float* b;
    float* to;
    int count;
  } arguments;
  if (reinterpret_cast<uint64_t>(extra[0]) != 1 || reinterpret_cast<uint64_t>(extra[2]) != 2 || extra[4] != nullptr) return 1;
  if (*static_cast<uint64_t*>(extra[3]) != 28) return 1;
  std::memcpy(&arguments, extra[1], 28);
  for (int i = 0; i < arguments.count; i++) arguments.to[i] = arguments.a[i] + arguments.b[i];
  return enter();
}
int cuStreamCreate(uint64_t* stream, uint32_t flags) { return *stream = 0x57 + flags, enter(); }
int cuStreamDestroy_v2(uint64_t) { return enter(); }
int cuStreamSynchronize(uint64_t stream) { return stream == 0x58 ? enter() : 400; }
int cuStreamWaitEvent(uint64_t, uint64_t event, uint32_t flags) { return event == 0xe1 && flags == 0 ? enter() : 400; }
int cuStreamBeginCapture_v2(uint64_t, int mode) { return mode == 2 ? enter() : 1; }
int cuStreamEndCapture(uint64_t, uint64_t* graph) { return *graph = 0x9a, camada_recorded++, enter(); }
int cuGraphInstantiateWithFlags(uint64_t* executable, uint64_t graph, uint64_t flags) {
  *executable = 0x9b;
  if (camada_instantiation != 0) return camada_instantiation;
  return graph == 0x9a && flags == 0 ? enter() : 1;
}
int cuGraphLaunch(uint64_t executable, uint64_t stream) { return executable == 0x9b && stream != 0 ? enter() : 1; }
int cuGraphExecDestroy(uint64_t executable) { return executable == 0x9b ? enter() : 1; }
int cuGraphDestroy(uint64_t graph) { return camada_recorded--, graph == 0x9a ? enter() : 1; }
int cuEventCreate(uint64_t* event, uint32_t flags) { return *event = 0xe1, flags == 0 ? enter() : 1; }
int cuEventDestroy_v2(uint64_t event) { return event == 0xe1 ? enter() : 1; }
int cuEventRecord(uint64_t event, uint64_t stream) { return event == 0xe1 && stream != 0 ? enter() : 1; }
/** Not ready at every other call. */
int cuEventQuery(uint64_t) { return enter() != 0 ? camada_sticky : queries++ % 2 == 0 ? 600 : 0; }
int cuEventSynchronize(uint64_t) { return enter(); }
int cuEventElapsedTime(float* milliseconds, uint64_t, uint64_t) { return *milliseconds = 1.25f, enter(); }
int cuGetErrorName(int code, const char** name) {
  *name = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : code == 700 ? "CUDA_ERROR_ILLEGAL_ADDRESS" : "CUDA_ERROR_INVALID_VALUE";
  return code == 999 ? 1 : 0;
}
int cuGetErrorString(int code, const char** text) { return *text = code == 2 ? "out of memory" : "something is wrong", 0; }

}  // extern "C"
#pragma GCC visibility pop
