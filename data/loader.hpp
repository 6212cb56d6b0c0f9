#pragma once

#include <cstdint>
#include <vector>

#include <descent/data/dataset.hpp>

namespace descent::inline v1::data {

struct LoaderOptions {
  Index batch = 32;
  bool shuffle = true;
  std::uint64_t seed = 1;
  bool drop_last = false;         ///< leave out a last batch with fewer rows
  bool allow_non_finite = false;  ///< NaN and infinities are data too
};

struct Batch {
  Tensor inputs;    ///< [batch, ...]
  Tensor targets;   ///< [batch, ...]
  Index index = 0;  ///< 0 for the first of its epoch
};

/// One pass over a set, batch by batch, in an order of its own. A value; it holds the set's tensors, not copies of them.
class Epoch {
 public:
  /// Number of batches.
  Index size() const;
  /// Batch i, the same each time it is asked for. throws IndexError
  Batch operator[](Index i) const;
  /// The rows in the order they come in.
  const std::vector<std::int64_t>& order() const { return order_; }

  class Iterator {
   public:
    Iterator(const Epoch* epoch, Index at) : epoch_(epoch), at_(at) {}
    Batch operator*() const { return (*epoch_)[at_]; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    const Epoch* epoch_;
    Index at_;
  };
  Iterator begin() const { return {this, 0}; }
  Iterator end() const { return {this, size()}; }

 private:
  friend class Loader;
  Tensor inputs_;
  Tensor targets_;
  std::vector<std::int64_t> order_;
  LoaderOptions options_;
};

/// Cuts a set into batches. The order of an epoch depends on the seed and the epoch's number alone, so training can be
/// taken up at any batch of any epoch: `loader.epoch(3)[17]`.
class Loader {
 public:
  /// throws  ValueError: batch < 1, no rows, drop_last with fewer rows than a batch, or a value that is not
  ///         finite and not allowed; as checked_rows()
  explicit Loader(Dataset set, const LoaderOptions& options = {});

  /// throws  ValueError: a negative number
  Epoch epoch(Index number) const;
  /// Batches in an epoch.
  Index size() const;
  const Dataset& dataset() const { return set_; }

 private:
  Dataset set_;
  LoaderOptions options_;
};

}  // namespace descent::inline v1::data
