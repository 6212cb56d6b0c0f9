#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>

// How tests ask for values, slopes and sentences.

namespace descent::test {

/// A vector in f64.
inline Tensor vec(std::vector<double> values) { return from_vector(values); }
/// f64 in this shape.
inline Tensor grid(const Shape& shape, const std::vector<double>& values) { return from_span<double>(values, shape); }
inline Tensor ints(std::vector<std::int64_t> values) { return from_vector(values); }

inline std::vector<double> list(const Tensor& x) { return x.to_vector<double>(); }

/// Whether x holds these numbers to within tolerance * max(1, |wanted|); NaN and infinities in the same places.
inline bool holds(const Tensor& x, const std::vector<double>& wanted, double tolerance = 0) {
  const std::vector<double> got = list(x);
  return std::equal(got.begin(), got.end(), wanted.begin(), wanted.end(), [tolerance](double a, double b) {
    if (std::isnan(b)) return std::isnan(a);
    return a == b || std::abs(a - b) <= tolerance * std::max(1.0, std::abs(b));
  });
}

/// The gradient of sum(f(x)) at x.
template <class F> Tensor slope(F f, const Tensor& x) {
  Tape tape;
  const Tensor watched = tape.watch(x);
  return tape.gradient(sum(f(watched)), watched);
}

/// The gradient of sum(weights * f(x)) at x.
template <class F> Tensor slope(F f, const Tensor& x, const Tensor& weights) {
  return slope([&](const Tensor& at) { return weights * f(at); }, x);
}

/// The product of the Hessian of sum(weights * f(x)) with v, reverse over reverse.
template <class F> Tensor hessian_times(F f, const Tensor& x, const Tensor& weights, const Tensor& v) {
  return slope(
      [&](const Tensor& at) {
        Tape tape;
        const Tensor watched = tape.watch(at);
        return v * tape.gradient(sum(weights * f(watched)), watched);
      },
      x);
}

/// The sentence of the E that f throws; what else happens is told instead.
template <class E, class F> std::string sentence(F f) {
  try {
    f();
  } catch (const E& error) { return error.sentence(); } catch (const Error& error) {
    return "another type of error: " + error.sentence();
  }
  return "nothing was thrown";
}

}  // namespace descent::test
