#include <descent/autodiff/kernels/lapack.hpp>

#include <mutex>

#include <descent/autodiff/kernels/parallel.hpp>

// OpenBLAS' own switches, null where the program has another LAPACK.
extern "C" {
[[gnu::weak]] int openblas_get_parallel();  // 0: it has no threads, 1: threads of its own, 2: OpenMP's
[[gnu::weak]] int openblas_get_num_threads();
[[gnu::weak]] void openblas_set_num_threads(int n);
}

namespace descent::inline v1::kernels::lapack {
namespace {

enum class ThreadsOf { nobody, openblas, openmp };

ThreadsOf threads_of_library() {
  if (!openblas_get_parallel || !openblas_get_num_threads || !openblas_set_num_threads) return ThreadsOf::nobody;
  const int kind = openblas_get_parallel();
  return kind == 2 ? ThreadsOf::openmp : kind == 1 ? ThreadsOf::openblas : ThreadsOf::nobody;
}

std::mutex mutex;
int inside = 0;   // regions that are open, in any thread
int outside = 0;  // the count that the first of them found

}  // namespace

// OpenBLAS with threads of its own has one count for the whole process, so the regions are counted: the first to open sets it to 1, the
// last to close sets it back, and between them no thread can see it change. To set it to 1 for good would be simpler, and would take
// away the threads of whoever else in the process uses OpenBLAS. With OpenMP's threads the count is the calling thread's.
OneThread::OneThread() {
  static const ThreadsOf kind = threads_of_library();
  if (kind == ThreadsOf::openmp) openmp_threads_ = limit_openmp(1);
  if (kind != ThreadsOf::openblas) return;
  counted_ = true;
  const std::lock_guard lock(mutex);
  if (inside++ > 0) return;
  outside = openblas_get_num_threads();
  if (outside > 1) openblas_set_num_threads(1);
}

OneThread::~OneThread() {
  if (openmp_threads_ > 0) limit_openmp(openmp_threads_);
  if (!counted_) return;
  const std::lock_guard lock(mutex);
  if (--inside == 0 && outside > 1) openblas_set_num_threads(outside);
}

}  // namespace descent::inline v1::kernels::lapack
