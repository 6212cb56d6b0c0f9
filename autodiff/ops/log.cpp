// log, log2, log10, log1p: slopes 1/x over the logarithm of the base. At 0 (log1p: -1) the value is -infinity and the slope infinite.
#include <descent/autodiff/ops/ops.hpp>

#include <numbers>

#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Log : Pointwise<Log> {
  static constexpr std::string_view name = "log";
  static auto value(auto x) { return log(x); }
  static auto slope(const auto& x) { return 1.0 / x; }
  static Samples samples() { return {uniform({3, 4}, 0.3, 3), kink(values({0, 1}), "IEEE: the slope 1/x is infinite at the pole")}; }
};

struct Log2 : Pointwise<Log2> {
  static constexpr std::string_view name = "log2";
  static auto value(auto x) { return log2(x); }
  static auto slope(const auto& x) { return 1.0 / (std::numbers::ln2 * x); }
  static Samples samples() { return {uniform({3, 4}, 0.3, 3), kink(values({0, 1}), "IEEE: the slope 1/x is infinite at the pole")}; }
};

struct Log10 : Pointwise<Log10> {
  static constexpr std::string_view name = "log10";
  static auto value(auto x) { return log10(x); }
  static auto slope(const auto& x) { return 1.0 / (std::numbers::ln10 * x); }
  static Samples samples() { return {uniform({3, 4}, 0.3, 3), kink(values({0, 1}), "IEEE: the slope 1/x is infinite at the pole")}; }
};

struct Log1p : Pointwise<Log1p> {
  static constexpr std::string_view name = "log1p";
  static auto value(auto x) { return log1p(x); }
  static auto slope(const auto& x) { return 1.0 / (1.0 + x); }
  static Samples samples() {
    return {uniform({3, 4}, -0.7, 2), values({0, 1e-12}), kink(values({-1}), "IEEE: the slope is infinite at the pole, -1")};
  }
};

}  // namespace

constinit const Op log_op = make_op<Log>();
constinit const Op log2_op = make_op<Log2>();
constinit const Op log10_op = make_op<Log10>();
constinit const Op log1p_op = make_op<Log1p>();
Tensor log(Arg x) { return bind(log_op, std::move(x)); }
Tensor log2(Arg x) { return bind(log2_op, std::move(x)); }
Tensor log10(Arg x) { return bind(log10_op, std::move(x)); }
Tensor log1p(Arg x) { return bind(log1p_op, std::move(x)); }

}  // namespace descent::inline v1
