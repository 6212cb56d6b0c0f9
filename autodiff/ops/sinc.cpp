// sinc(x) = sin(pi x) / (pi x), with a parameter that counts derivatives: each is the slope of the one before, and right near 0, where
// the quotient rule would lose its digits.
#include <descent/autodiff/kernels/math/special.hpp>
#include <descent/autodiff/ops/special.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

Tensor sinc(Index derivative, Arg x);

struct Sinc : Pointwise<Sinc> {
  static constexpr std::string_view name = "sinc";
  struct Params {
    Index derivative = 0;
  };
  static auto value(const Params& p, auto x) { return sinc(p.derivative, x); }
  static auto slope(const Params& p, const auto& x) { return sinc(p.derivative + 1, x); }
  static Samples samples() {
    return {with(Params{0}, {uniform({3, 4}, -3, 3)}), with(Params{0}, {values({0, 1, -2, 1e-3})}),
            with(Params{1}, {uniform({3, 4}, -2, 2)}), with(Params{2}, {values({0, 0.5, 1e-3})})};
  }
};

}  // namespace

constinit const Op sinc_op = make_op<Sinc>();
Tensor sinc(Arg x) { return bind(sinc_op, Sinc::Params{}, std::move(x)); }

namespace {

Tensor sinc(Index derivative, Arg x) { return bind(sinc_op, Sinc::Params{derivative}, std::move(x)); }

}  // namespace

}  // namespace descent::inline v1
