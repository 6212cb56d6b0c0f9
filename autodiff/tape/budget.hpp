#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1 {

struct Entry;
class Record;

/// The values that the rules of a reverse tape will read, in about so many bytes: when there are more, some are let go, and
/// computed again, from those still there, when their rule's turn comes.
///
/// chosen  what costs least to compute again for each byte, and is needed latest
/// same    the ops run again on the same inputs, constants and random keys: the same bits
/// exceeded  by the constants of the calls, which are all held, and by what one rule reads
/// source  after Kirisame et al. 2021 (dynamic tensor rematerialization); the cost of what was let go is that of the stretch of tape
///         between the neighbours that stayed
class Budget {
 public:
  Budget(const Record& record, Index bytes) : record_(record), limit_(bytes) {}

  /// A value that the user gave is at hand anyway.
  void watch(std::uint32_t slot, const Tensor& x);
  /// A value that some rule reads.
  void keep(std::uint32_t slot, const Tensor& x);
  /// A call that has been listed, and its results.
  void list(const Entry& entry, std::span<const Tensor> out);
  /// The handles that the entry's rule reads, the others absent.   in, out  as many as the entry has
  void fetch(const Entry& entry, std::span<Tensor> in, std::span<Tensor> out);

  Index limit() const { return limit_; }
  Index calls_again() const { return calls_again_; }  ///< run for values that had been let go
  /// Calls f(the entry that made it, value) for each value held.
  template <class F> void visit(F f) const {
    for (const auto& [slot, value] : values_) f(*origins_[slot].entry, value);
  }

 private:
  struct Origin {
    const Entry* entry;  // null: watched
    double work;         // of this entry and all before it
    bool read = false;   // by some rule
  };
  using Values = std::map<std::uint32_t, Tensor>;

  const Tensor* find(std::uint32_t slot) const;
  void put(std::uint32_t slot, const Tensor& x, std::uint32_t swept);
  Values::iterator drop(Values::iterator value);
  /// Lets values go until the rest fits. Those from slot `swept` on have served.
  void make_room(std::uint32_t swept);
  bool thin_out(double now);
  std::map<std::uint32_t, Tensor> computed_again(std::vector<std::uint32_t> slots, std::uint32_t swept);

  const Record& record_;
  Index limit_;
  Index bytes_ = 0;
  Index calls_again_ = 0;
  std::vector<Origin> origins_;  // by slot
  Values watched_, values_;      // by slot
};

}  // namespace descent::inline v1
