#pragma once

#include <cstdint>

/// Pairwise combination of a stream of values: the tree over their numbers, whatever portions they come in. Private.
namespace descent::inline v1::kernels {

/// Holds one value per complete subtree of 2^l leaves, as the bits of the count of leaves so far. A subtree of 2^l
/// consecutive leaves, made elsewhere, may be pushed as if it were one leaf of a stream of such: the result is the same.
template <class Value, Value (*combine)(const Value&, const Value&)> class Cascade {
 public:
  void push(Value value) {
    int level = 0;
    for (std::uint64_t bits = count_; bits & 1; bits >>= 1) value = combine(levels_[level++], value);
    levels_[level] = value;
    ++count_;
  }
  /// requires: something was pushed
  Value total() const {
    int level = 0;
    std::uint64_t bits = count_;
    for (; !(bits & 1); bits >>= 1) ++level;
    Value value = levels_[level];
    for (bits >>= 1, ++level; bits != 0; bits >>= 1, ++level)
      if (bits & 1) value = combine(levels_[level], value);
    return value;
  }

 private:
  Value levels_[48];
  std::uint64_t count_ = 0;
};

}  // namespace descent::inline v1::kernels
