// A compiled step calls the system's allocator no more from its third call on: every way to it is counted here. A program of its own,
// since it puts itself in the place of malloc. Exits with 77, skipped, where that cannot be.
#include <algorithm>
#include <cstddef>
#include <cstdio>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/bench/training/models.hpp>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define DESCENT_COUNTS_ALLOCATIONS 1
#endif
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#undef DESCENT_COUNTS_ALLOCATIONS
#endif
#endif

#ifdef DESCENT_COUNTS_ALLOCATIONS
namespace {
thread_local long allocations = 0;
}

extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* block, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);

void* malloc(std::size_t bytes) noexcept { return ++allocations, __libc_malloc(bytes); }
void* calloc(std::size_t count, std::size_t bytes) noexcept { return ++allocations, __libc_calloc(count, bytes); }
void* realloc(void* block, std::size_t bytes) noexcept { return ++allocations, __libc_realloc(block, bytes); }
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept { return ++allocations, __libc_memalign(alignment, bytes); }
int posix_memalign(void** block, std::size_t alignment, std::size_t bytes) noexcept {
  *block = (++allocations, __libc_memalign(alignment, bytes));
  return *block == nullptr;
}
}

namespace {

using namespace descent_bench;

/// Whether calls after the second allocate nothing.
bool holds(const char* what, auto step) {
  long most = 0;
  for (int call = 0; call < 10; ++call) {
    const long before = allocations;
    step();
    if (call >= 2) most = std::max(most, allocations - before);
  }
  if (most != 0) std::fprintf(stderr, "allocations: %s: %ld in a call\n", what, most);
  return most == 0;
}

}  // namespace

int main() {
  const auto one_thread = kernels::set_threads(1);
  const Tensor x = full({5000}, 0.3);
  const auto chain = compile(value_and_grad([](const Tensor& v) { return sum(v * sigmoid(v) + tanh(v) * exp(-v * v)); }));
  bool right = holds("chain", [&] { chain(x); });
  for (const bool adam : {false, true}) {
    right &= holds(adam ? "xor, Adam" : "xor, SGD", xor_step(adam).compiled());
    right &= holds(adam ? "mlp, Adam" : "mlp, SGD", mlp_step(32, adam).compiled());
  }
  long before = allocations;
  const Tensor fresh = full({100'000'000 / 4}, 0.0);
  right &= holds("nothing", [] {}) && allocations > before;  // the counting counts
  return right ? 0 : 1;
}
#else
int main() { return 77; }
#endif
