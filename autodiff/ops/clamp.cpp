// clamp to [lo, hi]: slope 1 strictly inside, 0 outside and at the bounds, where it is the subgradient of least norm. With
// lo > hi the result is hi everywhere, as in NumPy.
#include <descent/autodiff/ops/ops.hpp>

#include <cmath>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Clamp : Pointwise<Clamp> {
  static constexpr std::string_view name = "clamp";
  struct Params {
    double lo = 0;
    double hi = 1;
  };
  static auto value(const Params& p, auto x) {
    const auto raised = where(x < p.lo, p.lo, x);
    return where(raised > p.hi, p.hi, raised);
  }
  static auto slope(const Params& p, const auto& x) { return where((x > p.lo) & (x < p.hi), 1.0, 0.0); }
  static Samples samples() {
    return {with(Params{-1, 0.5}, {uniform({3, 4}, -2, 2)}), kink(with(Params{0, 1}, {values({0, 1})}), "least norm at a bound, as relu"),
            with(Params{2, 1}, {values({0.5, 1.5, 3})})};
  }
};

void check_bounds(const Arg& lo, const Arg& hi, std::source_location place) {
  if (lo.is_number() && std::isnan(lo.number().real))
    throw ValueError("clamp: lo is NaN; it must be a number, or -infinity for none", place);
  if (hi.is_number() && std::isnan(hi.number().real))
    throw ValueError("clamp: hi is NaN; it must be a number, or infinity for none", place);
}

bool floats_between_numbers(const Arg& x, const Arg& lo, const Arg& hi) {
  return lo.is_number() && hi.is_number() && !x.is_number() && x.tensor().present() && is_floating(x.tensor().dtype());
}

}  // namespace

constinit const Op clamp_op = make_op<Clamp>();
Tensor clamp(Arg x, Arg lo, Arg hi) {
  check_bounds(lo, hi, x.where());
  if (floats_between_numbers(x, lo, hi)) return bind(clamp_op, Clamp::Params{lo.number().real, hi.number().real}, std::move(x));
  return minimum(maximum(std::move(x), std::move(lo)), std::move(hi));
}

}  // namespace descent::inline v1
