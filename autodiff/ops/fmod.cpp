// fmod and remainder: x - q y with the quotient q = x / y cut towards 0 (fmod) or down (remainder). q is piecewise constant,
// so the slopes are 1 and -q; -q is read off the result, (r - x) / y, as x / y itself may round up to the next whole number.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

Samples divisions() {
  return {inputs({values({-5, 5, -4.5, 7.25}), values({3, -3, 1.75, 2})}), inputs({values({3, 1}, {-5.5, 0.5, 4.25}), values({3, -2})}),
          kink(inputs({values({6, -6}), values({3, 3})}),
               "at a multiple the slope is that of the branch that the value is on: 1 in x, minus the whole quotient in y")};
}

struct Fmod : Pointwise<Fmod, 2> {
  static constexpr std::string_view name = "fmod";
  static auto value(auto x, auto y) { return fmod(x, y); }
  template <int i> static auto slope(const auto& x, const auto& y) {
    if constexpr (i == 0) return One{};
    else return round((value(x, y) - x) / y);
  }
  static Samples samples() { return divisions(); }
};

struct Remainder : Pointwise<Remainder, 2> {
  static constexpr std::string_view name = "remainder";
  static auto value(auto x, auto y) {
    const auto r = fmod(x, y);
    return where((r != 0.0) & ((r < 0.0) ^ (y < 0.0)), r + y, r);
  }
  template <int i> static auto slope(const auto& x, const auto& y) {
    if constexpr (i == 0) return One{};
    else return round((value(x, y) - x) / y);
  }
  static Samples samples() { return divisions(); }
};

}  // namespace

constinit const Op fmod_op = make_op<Fmod>();
constinit const Op remainder_op = make_op<Remainder>();
Tensor fmod(Arg x, Arg y) { return bind(fmod_op, std::move(x), std::move(y)); }
Tensor remainder(Arg x, Arg y) { return bind(remainder_op, std::move(x), std::move(y)); }

}  // namespace descent::inline v1
