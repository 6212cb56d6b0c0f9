#include <descent/autodiff/kernels/parallel.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::kernels;

namespace {

using Chunks = std::vector<std::pair<Index, Index>>;

Chunks chunks_of(Index begin, Index end, Index grain) {
  std::mutex mutex;
  Chunks chunks;
  parallel_for(begin, end, grain, [&](Index lo, Index hi) {
    const std::lock_guard lock(mutex);
    chunks.emplace_back(lo, hi);
  });
  std::sort(chunks.begin(), chunks.end());
  return chunks;
}

}  // namespace

TEST_CASE("parallel_for cuts by shape, whatever the number of threads") {
  for (const int n : {1, 2, 3, 7}) {
    const auto some = set_threads(n);
    CHECK(chunks_of(5, 28, 10) == Chunks{{5, 15}, {15, 25}, {25, 28}});
    CHECK(chunks_of(0, 10, 10) == Chunks{{0, 10}});
    CHECK(chunks_of(3, 3, 1).empty());
  }
}

TEST_CASE("set_threads holds for a scope and goes back") {
  const int before = threads();
  {
    const auto three = set_threads(3);
    CHECK(threads() == 3);
    {
      const auto one = set_threads(1);
      CHECK(threads() == 1);
    }
    CHECK(threads() == 3);
  }
  CHECK(threads() == before);
}

TEST_CASE("parallel_for throws what the first chunk in order threw") {
  for (const int n : {1, 2, 7}) {
    const auto some = set_threads(n);
    for (int repeat = 0; repeat < 50; ++repeat) {
      std::string caught;
      try {
        parallel_for(0, 100, 1, [](Index lo, Index) {
          if (lo % 10 == 7) throw std::runtime_error(std::to_string(lo));
        });
      } catch (const std::runtime_error& error) { caught = error.what(); }
      CHECK(caught == "7");
    }
  }
}

TEST_CASE("a parallel_for inside another runs in its thread") {
  const auto two = set_threads(2);
  std::atomic<Index> sum = 0;
  parallel_for(0, 8, 1, [&](Index lo, Index) {
    Index inner = 0;  // no atomic: all in one thread
    parallel_for(0, 100, 10, [&](Index a, Index b) { inner += b - a; });
    sum += inner * (lo + 1);
  });
  CHECK(sum == 100 * 36);
}

TEST_CASE("a process forked after use works on one thread") {
  const auto two = set_threads(2);
  CHECK(chunks_of(0, 100, 1).size() == 100);
  const pid_t child = fork();
  if (child == 0) {
    alarm(5);
    Index sum = 0;  // no atomic: one thread
    parallel_for(0, 100, 1, [&](Index lo, Index) { sum += lo; });
    _exit(sum == 4950 ? 0 : 1);
  }
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
}
