#pragma once

#include <type_traits>

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1::kernels {

/// The number of threads that parallel_for may use in this thread: all cores unless set_threads says otherwise.
int threads();

/// Holds a thread count until it is destroyed, then the count that was there before. Belongs to one thread.
class [[nodiscard]] Threads {
 public:
  explicit Threads(int n);
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads();

 private:
  int previous_;
};

/// Limits parallel_for to n threads for the life of the result: `const auto one = set_threads(1);`. Results never
/// depend on n. requires: n >= 1
Threads set_threads(int n);

/// Sets how many threads OpenMP gives a library that this thread calls, and returns how many it gave. For libraries that are not ours:
/// parallel_for is not to be called before it is set back.
int limit_openmp(int n);

/// Runs body(lo, hi, context) on the chunks of [begin, end); see parallel_for.
using ChunkBody = void (*)(Index lo, Index hi, void* context);
void run_chunks(Index begin, Index end, Index grain, ChunkBody body, void* context);

/// Calls body(lo, hi) on consecutive chunks of `grain` (the last may be shorter) that together are [begin, end), on up
/// to threads() threads. The cut depends on the range and the grain, never on the thread count. One chunk runs in
/// place, and so does everything inside a parallel_for or in a process forked after its parent used threads. When bodies
/// throw, the exception of the first such chunk in order is thrown again at the end; later chunks may not have run.
/// requires: grain >= 1
template <class Body> void parallel_for(Index begin, Index end, Index grain, Body&& body) {
  if (end - begin <= grain) {
    if (begin < end) body(begin, end);
    return;
  }
  using Plain = std::remove_reference_t<Body>;
  const ChunkBody call = [](Index lo, Index hi, void* context) { (*static_cast<Plain*>(context))(lo, hi); };
  run_chunks(begin, end, grain, call, const_cast<void*>(static_cast<const void*>(&body)));
}

}  // namespace descent::inline v1::kernels
