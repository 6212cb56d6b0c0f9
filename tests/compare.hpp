#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

// How the programs that judge many results compare them.

namespace descent::test {

/// NaN and infinities agree with themselves.
inline bool agree(double got, double wanted, double tolerance) {
  if (std::isnan(wanted)) return std::isnan(got);
  if (std::isinf(wanted)) return got == wanted;
  return std::abs(got - wanted) <= tolerance;
}

/// What tolerances are relative to: the largest finite magnitude, at least 1.
inline double scale_of(const std::vector<double>& wanted) {
  double scale = 1;
  for (const double x : wanted)
    if (std::isfinite(x)) scale = std::max(scale, std::abs(x));
  return scale;
}

/// The sum of the products of all elements, and of their magnitudes.
struct Dot {
  double value = 0;
  double magnitude = 0;
};
inline Dot dot(const std::vector<Tensor>& a, const std::vector<Tensor>& b) {
  Dot sum;
  for (std::size_t k = 0; k < a.size(); ++k) {
    const std::vector<double> left = a[k].to_vector<double>(), right = b[k].to_vector<double>();
    for (std::size_t i = 0; i < left.size(); ++i) {
      sum.value += left[i] * right[i];
      sum.magnitude += std::abs(left[i] * right[i]);
    }
  }
  return sum;
}

}  // namespace descent::test
