#include <descent/autodiff/kernels/parallel.hpp>

#include <omp.h>
#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>

namespace descent::inline v1::kernels {
namespace {

thread_local int thread_limit = 0;  // 0: none
std::atomic<bool> forked = false;   // the OpenMP runtime's threads did not come along

void notice_forks() {
  static std::once_flag once;
  std::call_once(once, [] { pthread_atfork(nullptr, nullptr, [] { forked = true; }); });
}

/// The exception of the first chunk in order among those that threw.
class FirstFailure {
 public:
  bool before(Index chunk) const { return chunk_.load(std::memory_order_relaxed) < chunk; }
  void record(Index chunk) {
    const std::lock_guard lock(mutex_);
    if (before(chunk)) return;
    chunk_.store(chunk, std::memory_order_relaxed);
    exception_ = std::current_exception();
  }
  void rethrow() const {
    if (exception_) std::rethrow_exception(exception_);
  }

 private:
  std::mutex mutex_;
  std::atomic<Index> chunk_ = INT64_MAX;
  std::exception_ptr exception_;
};

}  // namespace

int threads() { return thread_limit != 0 ? thread_limit : omp_get_max_threads(); }

Threads::Threads(int n) : previous_(thread_limit) { thread_limit = std::max(n, 1); }
Threads::~Threads() { thread_limit = previous_; }
Threads set_threads(int n) { return Threads(n); }

int limit_openmp(int n) {
  const int before = omp_get_max_threads();
  omp_set_num_threads(n);
  return before;
}

void run_chunks(Index begin, Index end, Index grain, ChunkBody body, void* context) {
  const Index chunks = (end - begin + grain - 1) / grain;
  const auto run = [&](Index chunk) { body(begin + chunk * grain, std::min(end, begin + (chunk + 1) * grain), context); };
  const int team = static_cast<int>(std::min<Index>(threads(), chunks));
  if (team <= 1 || omp_in_parallel() || forked) {
    for (Index chunk = 0; chunk < chunks; ++chunk) run(chunk);
    return;
  }
  notice_forks();
  FirstFailure failure;
#pragma omp parallel for num_threads(team) schedule(dynamic, 1)
  for (Index chunk = 0; chunk < chunks; ++chunk) {
    if (failure.before(chunk)) continue;
    try {
      run(chunk);
    } catch (...) { failure.record(chunk); }
  }
  failure.rethrow();
}

}  // namespace descent::inline v1::kernels
