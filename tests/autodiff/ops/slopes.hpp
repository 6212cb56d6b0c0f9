#pragma once

#include <functional>
#include <iosfwd>
#include <type_traits>
#include <utility>
#include <vector>

#include <descent/autodiff/tensor/arg.hpp>

// Values and derivatives of element-wise functions at listed points, in f64, to compare with closed forms.

namespace descent::test {

using Numbers = std::vector<double>;

/// A function of one tensor: an op by its name, `slope(sqrt, {4})`, or a lambda.
class Unary {
 public:
  Unary(Tensor (*op)(Arg)) : call_([op](const Tensor& x) { return op(x); }) {}  // NOLINT: the conversion is its purpose
  template <class F>
    requires std::is_invocable_r_v<Tensor, F, const Tensor&>
  Unary(F f) : call_(std::move(f)) {}  // NOLINT
  Tensor operator()(const Tensor& x) const { return call_(x); }

 private:
  std::function<Tensor(const Tensor&)> call_;
};

/// Of two tensors.
class Binary {
 public:
  Binary(Tensor (*op)(Arg, Arg)) : call_([op](const Tensor& x, const Tensor& y) { return op(x, y); }) {}  // NOLINT
  template <class F>
    requires std::is_invocable_r_v<Tensor, F, const Tensor&, const Tensor&>
  Binary(F f) : call_(std::move(f)) {}  // NOLINT
  Tensor operator()(const Tensor& x, const Tensor& y) const { return call_(x, y); }

 private:
  std::function<Tensor(const Tensor&, const Tensor&)> call_;
};

Numbers value(const Unary& f, const Numbers& x);
Numbers value(const Binary& f, const Numbers& x, const Numbers& y);
/// The gradient of sum f(x): f's slope at each point.
Numbers slope(const Unary& f, const Numbers& x);
/// The gradient of sum f(x, y) in x and in y.
Numbers slope_x(const Binary& f, const Numbers& x, const Numbers& y);
Numbers slope_y(const Binary& f, const Numbers& x, const Numbers& y);
/// The second derivative at each point, by a tape over a tape.
Numbers curvature(const Unary& f, const Numbers& x);
/// d^2 f / dx dy at each point.
Numbers mixed(const Binary& f, const Numbers& x, const Numbers& y);

/// What numbers are compared with: each within a relative tolerance; 0, NaN and infinities exactly.
struct Near {
  Numbers want;
  double tolerance;
};
inline Near near(Numbers want, double tolerance = 4e-15) { return {std::move(want), tolerance}; }
bool operator==(const Numbers& got, const Near& near);
std::ostream& operator<<(std::ostream& out, const Near& near);

inline constexpr double inf = __builtin_huge_val();
inline constexpr double NaN = __builtin_nan("");

}  // namespace descent::test
