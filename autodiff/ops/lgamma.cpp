// lgamma and its derivatives, of which each is the slope of the one before: digamma = polygamma(0, x), polygamma(n, x).
#include <descent/autodiff/ops/special.hpp>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/math/special.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct LGamma : Pointwise<LGamma> {
  static constexpr std::string_view name = "lgamma";
  static auto value(auto x) { return lgamma(x); }
  static auto slope(const auto& x) { return polygamma(Index{0}, x); }
  static Samples samples() {
    return {uniform({3, 4}, 0.5, 5), uniform({4}, -2.6, -2.4), values({1, 2, 30}), values({1e5}),
            kink(values({0, -0.0, -1, -2}), "at a pole the slope is digamma there: infinite at 0, NaN where the sides differ")};
  }
};

struct Polygamma : Pointwise<Polygamma> {
  static constexpr std::string_view name = "polygamma";
  struct Params {
    Index n = 0;
  };
  static auto value(const Params& p, auto x) { return polygamma(p.n, x); }
  static auto slope(const Params& p, const auto& x) { return polygamma(p.n + 1, x); }
  static constexpr std::string_view pole = "at a pole the limit of the zero's side is taken, and NaN where the sides differ";
  static Samples samples() {
    return {with(Params{0}, {uniform({3, 4}, 1, 5)}), with(Params{1}, {uniform({4}, 1, 5)}), with(Params{2}, {values({1, 2, 30})}),
            kink(with(Params{1}, {values({0, -0.0, -1})}), pole), kink(with(Params{0}, {values({0, -0.0, -1})}), pole)};
  }
};

}  // namespace

constinit const Op lgamma_op = make_op<LGamma>();
constinit const Op polygamma_op = make_op<Polygamma>();
Tensor lgamma(Arg x) { return bind(lgamma_op, std::move(x)); }
Tensor digamma(Arg x) { return polygamma(0, std::move(x)); }
Tensor polygamma(Index n, Arg x) {
  if (n < 0) throw ValueError(fmt::format("polygamma: n is {}; it must be 0 or more: it counts derivatives of digamma", n), x.where());
  return bind(polygamma_op, Polygamma::Params{n}, std::move(x));
}

}  // namespace descent::inline v1
