#include <descent/autodiff/tape/open_tapes.hpp>

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/record.hpp>

namespace descent::inline v1 {

constinit thread_local ThreadTapes thread_tapes;  // its address names the thread

namespace {

// A generation is a running number with the place in this table in its low bits.
constexpr std::size_t kPlaces = 4096;
constexpr std::uint64_t kPlaceMask = kPlaces - 1;

struct Place {
  std::atomic<std::uint64_t> generation{0};  // 0: free
  std::atomic<const void*> thread{nullptr};
  Record* record = nullptr;
};

std::array<Place, kPlaces> places;
std::atomic<std::uint64_t> openings{0};

/// The generation after all that are open now.
std::uint64_t next_generation() { return (openings.load(std::memory_order_relaxed) + 1) << std::countr_one(kPlaceMask); }

}  // namespace

std::uint64_t open_generation(Record& record) {
  const std::uint64_t number = openings.fetch_add(1, std::memory_order_relaxed) + 1;
  for (std::size_t tried = 0; tried < kPlaces; ++tried) {
    Place& place = places[(number + tried) & kPlaceMask];
    std::uint64_t free = 0;
    const std::uint64_t generation = number << std::countr_one(kPlaceMask) | ((number + tried) & kPlaceMask);
    if (place.generation.load(std::memory_order_relaxed) != 0) continue;
    // The thread and the record are written before the generation that announces them; a claim in between holds the place.
    if (!place.generation.compare_exchange_strong(free, kPlaceMask, std::memory_order_acquire)) continue;
    place.thread.store(&thread_tapes, std::memory_order_relaxed);
    place.record = &record;
    place.generation.store(generation, std::memory_order_release);
    return generation;
  }
  throw TapeError("tape: 4096 tapes are open in this process; close some");
}

void close_generation(std::uint64_t generation) { places[generation & kPlaceMask].generation.store(0, std::memory_order_release); }

Record* find_open(std::uint64_t generation) {
  const Place& place = places[generation & kPlaceMask];
  if (place.generation.load(std::memory_order_acquire) != generation) return nullptr;
  if (place.thread.load(std::memory_order_relaxed) != &thread_tapes)
    throw TapeError(
        "tape: a tensor watched by another thread's open tape was used; compute on plain tensors and watch them on this thread");
  return place.record;
}

Seal::Seal(const char* sentence) : outer_sentence_(thread_tapes.sealed_sentence), outer_generation_(thread_tapes.sealed_generation) {
  thread_tapes.sealed_sentence = sentence;
  thread_tapes.sealed_generation = next_generation();
}
Seal::~Seal() {
  thread_tapes.sealed_sentence = outer_sentence_;
  thread_tapes.sealed_generation = outer_generation_;
}
bool Seal::closes(const Record& record) { return record.generation() < thread_tapes.sealed_generation && record.purpose != Purpose::batch; }

Lowering::Lowering(std::uint64_t generation) : first_(generation), end_(next_generation()), outer_(thread_tapes.lowering) {
  thread_tapes.lowering = this;
}
Lowering::~Lowering() { thread_tapes.lowering = outer_; }
bool Lowering::hides(std::uint64_t generation) {
  for (const Lowering* now = thread_tapes.lowering; now != nullptr; now = now->outer_)
    if (generation >= now->first_ && generation < now->end_) return true;
  return false;
}

bool program_open() {
  for (const Record* program = thread_tapes.newest_program; program != nullptr; program = program->older_program())
    if (program->recording() && !Seal::closes(*program)) return true;
  return false;
}

}  // namespace descent::inline v1
