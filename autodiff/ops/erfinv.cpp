// erfinv and ndtri, the inverses of erf and of the normal distribution's function. The slope of an inverse is one over the slope there,
// and so is taken from the output.
#include <descent/autodiff/ops/ops.hpp>

#include <numbers>

#include <descent/autodiff/kernels/math/special.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct ErfInv : Pointwise<ErfInv> {
  static constexpr std::string_view name = "erfinv";
  static auto value(auto x) { return erfinv(x); }
  static auto slope_from_output(const auto& y) { return 0.5 / std::numbers::inv_sqrtpi * exp(y * y); }
  static Samples samples() {
    return {uniform({3, 4}, -0.9, 0.9), values({0, 0.5}), kink(values({1, -1, 2}), "infinite at the ends, NaN outside")};
  }
};

struct Ndtri : Pointwise<Ndtri> {
  static constexpr std::string_view name = "ndtri";
  static auto value(auto p) { return ndtri(p); }
  static auto slope_from_output(const auto& y) { return std::numbers::sqrt2 / std::numbers::inv_sqrtpi * exp(0.5 * (y * y)); }
  static Samples samples() {
    return {uniform({3, 4}, 0.05, 0.95), values({0.5, 0.25}), kink(values({0, 1, 2}), "infinite at the ends, NaN outside")};
  }
};

}  // namespace

constinit const Op erfinv_op = make_op<ErfInv>();
constinit const Op ndtri_op = make_op<Ndtri>();
Tensor erfinv(Arg x) { return bind(erfinv_op, std::move(x)); }
Tensor ndtri(Arg p) { return bind(ndtri_op, std::move(p)); }

}  // namespace descent::inline v1
