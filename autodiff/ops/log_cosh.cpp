// log_cosh: |x| + log(1 + e^(-2 |x|)) - log 2, which cannot overflow; the slope is tanh(x).
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct LogCosh : Pointwise<LogCosh> {
  static constexpr std::string_view name = "log_cosh";
  static auto value(auto x) { return abs(x) + log1p(exp(-2.0 * abs(x))) - 0.693147180559945309; }
  static auto slope(const auto& x) { return tanh(x); }
  static Samples samples() { return {uniform({3, 4}, -3, 3), values({0.5, 1000, -1000})}; }
};

}  // namespace

constinit const Op log_cosh_op = make_op<LogCosh>();
Tensor log_cosh(Arg x) { return bind(log_cosh_op, std::move(x)); }

}  // namespace descent::inline v1
