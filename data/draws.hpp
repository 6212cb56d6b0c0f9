#pragma once

#include <cstdint>
#include <span>

#include <descent/autodiff/kernels/philox.hpp>

namespace descent::inline v1::data {

/// Numbers drawn one after the other for one row of a generated set. They depend on the set's seed, its kind and the row
/// alone, so a longer set begins with the rows of a shorter one.
class Draws {
 public:
  Draws(std::uint64_t seed, std::uint64_t kind, Index row)
      : key_(kernels::split(kernels::split(seed, kind), static_cast<std::uint64_t>(row))) {}

  double uniform(double low = 0, double high = 1) {
    double u = 0;
    kernels::uniform(key_, counter_++, &u, 1);
    return low + (high - low) * u;
  }
  double normal() {
    double z = 0;
    kernels::normal(key_, counter_++, &z, 1);
    return z;
  }
  void normal(std::span<float> out) { kernels::normal(key_, counter_++, out.data(), static_cast<Index>(out.size())); }

 private:
  std::uint64_t key_;
  std::uint64_t counter_ = 0;
};

}  // namespace descent::inline v1::data
