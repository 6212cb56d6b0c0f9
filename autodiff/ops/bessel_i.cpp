// Modified Bessel functions of the first kind: I_0' = I_1, I_n' = (I_n-1 + I_n+1) / 2. All are positive on the right, and of one parity:
// nothing cancels, at 0 neither, where the formula I_1' = I_0 - I_1 / x has no value.
#include <descent/autodiff/ops/ops.hpp>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/math/special.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct BesselI : Pointwise<BesselI> {
  static constexpr std::string_view name = "bessel_i";
  struct Params {
    Index order = 0;
  };
  static auto value(const Params& p, auto x) { return bessel_i(p.order, x); }
  static auto slope(const Params& p, const auto& x) {
    if (p.order == 0) return bessel_i(Index{1}, x);
    return 0.5 * (bessel_i(p.order - 1, x) + bessel_i(p.order + 1, x));
  }
  static Samples samples() {
    return {with(Params{0}, {uniform({3, 4}, -4, 4)}), with(Params{1}, {uniform({3, 4}, -4, 4)}), with(Params{0}, {values({0, 1, 12})}),
            with(Params{1}, {values({0, 1, -12})}), with(Params{3}, {values({0, 2, -7})})};
  }
};

struct BesselIe : Pointwise<BesselIe> {
  static constexpr std::string_view name = "bessel_ie";
  using Params = BesselI::Params;
  static auto value(const Params& p, auto x) { return bessel_ie(p.order, x); }
  static auto slope(const Params& p, const auto& x) {
    const auto sign = where(x > 0.0, like(x, 1), where(x < 0.0, like(x, -1), like(x, 0)));
    const auto decay = sign * bessel_ie(p.order, x);
    if (p.order == 0) return bessel_ie(Index{1}, x) - decay;
    return 0.5 * (bessel_ie(p.order - 1, x) + bessel_ie(p.order + 1, x)) - decay;
  }
  static constexpr std::string_view at_zero = "the slope of |x| at 0 is taken as 0, the subgradient of least norm";
  static Samples samples() {
    return {with(Params{0}, {uniform({3, 4}, 0.5, 4)}),
            with(Params{1}, {uniform({3, 4}, -4, -0.5)}),
            with(Params{0}, {values({1, 12, -40})}),
            with(Params{3}, {values({2, -7})}),
            kink(with(Params{0}, {values({0, -0.0})}), at_zero),
            kink(with(Params{1}, {values({0, -0.0})}), at_zero)};
  }
};

void check_order(const char* who, Index order, const Arg& x) {
  if (order < 0) throw ValueError(fmt::format("{}: the order is {}; it must be 0 or more: I_-n is I_n", who, order), x.where());
}

}  // namespace

constinit const Op bessel_i_op = make_op<BesselI>();
constinit const Op bessel_ie_op = make_op<BesselIe>();
Tensor bessel_i(Index order, Arg x) {
  check_order("bessel_i", order, x);
  return bind(bessel_i_op, BesselI::Params{order}, std::move(x));
}
Tensor bessel_ie(Index order, Arg x) {
  check_order("bessel_ie", order, x);
  return bind(bessel_ie_op, BesselIe::Params{order}, std::move(x));
}
Tensor i0(Arg x) { return bessel_i(0, std::move(x)); }
Tensor i1(Arg x) { return bessel_i(1, std::move(x)); }
Tensor i0e(Arg x) { return bessel_ie(0, std::move(x)); }
Tensor i1e(Arg x) { return bessel_ie(1, std::move(x)); }

}  // namespace descent::inline v1
