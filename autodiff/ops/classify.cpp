// isnan, isinf, isfinite: to bool, so without derivative.
#include <descent/autodiff/ops/ops.hpp>

#include <cmath>

#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

Samples with_specials() { return {values({0, -1.5, HUGE_VAL, -HUGE_VAL, std::nan("")})}; }

struct IsNan : Pointwise<IsNan> {
  static constexpr std::string_view name = "isnan";
  static auto value(auto x) { return isnan(x); }
  static Samples samples() { return with_specials(); }
};

struct IsInf : Pointwise<IsInf> {
  static constexpr std::string_view name = "isinf";
  static auto value(auto x) { return isinf(x); }
  static Samples samples() { return with_specials(); }
};

struct IsFinite : Pointwise<IsFinite> {
  static constexpr std::string_view name = "isfinite";
  static auto value(auto x) { return isfinite(x); }
  static Samples samples() { return with_specials(); }
};

}  // namespace

constinit const Op isnan_op = make_op<IsNan>();
constinit const Op isinf_op = make_op<IsInf>();
constinit const Op isfinite_op = make_op<IsFinite>();
Tensor isnan(Arg x) { return bind(isnan_op, std::move(x)); }
Tensor isinf(Arg x) { return bind(isinf_op, std::move(x)); }
Tensor isfinite(Arg x) { return bind(isfinite_op, std::move(x)); }

}  // namespace descent::inline v1
