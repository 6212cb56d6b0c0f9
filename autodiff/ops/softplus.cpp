// softplus: log(1 + e^(beta x)) / beta, and log_sigmoid(x) = -softplus(-x). Written max(x, 0) + log1p(e^-|x|), in which
// nothing overflows and no digits cancel. Their slopes are sigmoids.
#include <descent/autodiff/ops/ops.hpp>

#include <cmath>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Softplus : Pointwise<Softplus> {
  static constexpr std::string_view name = "softplus";
  struct Params {
    double beta = 1;
  };
  static auto value(const Params& p, auto x) {
    const auto z = p.beta * x;
    return (where(z > 0.0, z, 0.0) + log1p(exp(-abs(z)))) / p.beta;
  }
  static auto slope(const Params& p, const auto& x) { return sigmoid(p.beta * x); }
  static Samples samples() {
    return {with(Params{}, {uniform({3, 4}, -3, 3)}), with(Params{2.5}, {uniform({4}, -3, 3)}), with(Params{}, {values({0, 1000, -1000})})};
  }
};

struct LogSigmoid : Pointwise<LogSigmoid> {
  static constexpr std::string_view name = "log_sigmoid";
  static auto value(auto x) { return where(x < 0.0, x, 0.0) - log1p(exp(-abs(x))); }
  static auto slope(const auto& x) { return sigmoid(-x); }
  static Samples samples() { return {uniform({3, 4}, -3, 3), values({0, 1000, -1000})}; }
};

}  // namespace

constinit const Op softplus_op = make_op<Softplus>();
constinit const Op log_sigmoid_op = make_op<LogSigmoid>();
Tensor softplus(Arg x, double beta) {
  if (!std::isfinite(beta) || beta == 0)
    throw ValueError(fmt::format("softplus: beta is {}; it must be finite and not 0", beta), x.where());
  return bind(softplus_op, Softplus::Params{beta}, std::move(x));
}
Tensor log_sigmoid(Arg x) { return bind(log_sigmoid_op, std::move(x)); }

}  // namespace descent::inline v1
