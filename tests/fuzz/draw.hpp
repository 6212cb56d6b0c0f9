#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include <descent/autodiff/base/index.hpp>

namespace descent::fuzz {

/// Random choices of one seed, the same on every machine: the standard fixes the generator, the mappings are ours.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : bits_(seed) {}

  Index below(Index n) { return static_cast<Index>(bits_() % static_cast<std::uint64_t>(n)); }  ///< requires: n >= 1
  Index between(Index low, Index high) { return low + below(high - low + 1); }                  ///< both included
  bool chance(double probability) { return real(0, 1) < probability; }
  double real(double low, double high) { return low + (high - low) * (static_cast<double>(bits_() >> 11) * 0x1p-53); }
  template <class T> const T& of(const std::vector<T>& list) { return list[static_cast<std::size_t>(below(std::ssize(list)))]; }

  std::vector<double> reals(Index n, double low, double high) {
    std::vector<double> values(static_cast<std::size_t>(n));
    for (double& x : values) x = real(low, high);
    return values;
  }

 private:
  std::mt19937_64 bits_;
};

}  // namespace descent::fuzz
