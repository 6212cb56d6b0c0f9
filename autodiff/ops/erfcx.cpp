// erfcx(x) = e^(x^2) erfc(x), with a parameter that counts derivatives: they are iterated integrals of erfc, of one sign, and each is the
// slope of the one before. The formula 2x erfcx(x) - 2 / sqrt(pi) would lose all digits for a large x.
#include <descent/autodiff/kernels/math/special.hpp>
#include <descent/autodiff/ops/special.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

Tensor erfcx(Index derivative, Arg x);

struct Erfcx : Pointwise<Erfcx> {
  static constexpr std::string_view name = "erfcx";
  struct Params {
    Index derivative = 0;
  };
  static auto value(const Params& p, auto x) { return erfcx(p.derivative, x); }
  static auto slope(const Params& p, const auto& x) { return erfcx(p.derivative + 1, x); }
  static Samples samples() {
    return {with(Params{0}, {uniform({3, 4}, -1.5, 3)}), with(Params{1}, {uniform({3, 4}, -1, 3)}), with(Params{2}, {values({0, 0.5, 2})}),
            with(Params{0}, {values({0, 20})})};
  }
};

}  // namespace

constinit const Op erfcx_op = make_op<Erfcx>();
Tensor erfcx(Arg x) { return bind(erfcx_op, Erfcx::Params{}, std::move(x)); }

namespace {

Tensor erfcx(Index derivative, Arg x) { return bind(erfcx_op, Erfcx::Params{derivative}, std::move(x)); }

}  // namespace

}  // namespace descent::inline v1
