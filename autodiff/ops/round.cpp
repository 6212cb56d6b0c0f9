// floor, ceil, round, trunc: piecewise constant, so the slope is 0 everywhere, at the jumps and at NaN too. Values are exact.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

Samples between_integers() {
  return {values({-1.7, -0.4, 0.3, 2.6}), kink(values({-1, -0.5, 0, 0.5, 1.5, 2.5}), "a step has slope 0 everywhere")};
}

struct Floor : Pointwise<Floor> {
  static constexpr std::string_view name = "floor";
  static auto value(auto x) { return floor(x); }
  static auto slope(const auto&) { return Zero{}; }
  static Samples samples() { return between_integers(); }
};

struct Ceil : Pointwise<Ceil> {
  static constexpr std::string_view name = "ceil";
  static auto value(auto x) { return ceil(x); }
  static auto slope(const auto&) { return Zero{}; }
  static Samples samples() { return between_integers(); }
};

struct Round : Pointwise<Round> {
  static constexpr std::string_view name = "round";
  static auto value(auto x) { return round(x); }
  static auto slope(const auto&) { return Zero{}; }
  static Samples samples() { return between_integers(); }
};

struct Trunc : Pointwise<Trunc> {
  static constexpr std::string_view name = "trunc";
  static auto value(auto x) { return trunc(x); }
  static auto slope(const auto&) { return Zero{}; }
  static Samples samples() { return between_integers(); }
};

}  // namespace

constinit const Op floor_op = make_op<Floor>();
constinit const Op ceil_op = make_op<Ceil>();
constinit const Op round_op = make_op<Round>();
constinit const Op trunc_op = make_op<Trunc>();
Tensor floor(Arg x) { return bind(floor_op, std::move(x)); }
Tensor ceil(Arg x) { return bind(ceil_op, std::move(x)); }
Tensor round(Arg x) { return bind(round_op, std::move(x)); }
Tensor trunc(Arg x) { return bind(trunc_op, std::move(x)); }

}  // namespace descent::inline v1
