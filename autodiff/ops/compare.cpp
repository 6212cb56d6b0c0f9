// Comparisons: piecewise constant, to bool, so without derivative. x > y and x >= y are these with sides swapped, which NaN,
// false either way, allows.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

Samples compared_pairs() {
  return {inputs({values({-1, 0, 1, 2}), values({0, 0, 0, 3})}), inputs({uniform({3, 1}, -1, 1), uniform({4}, -1, 1)})};
}

struct Less : Pointwise<Less, 2> {
  static constexpr std::string_view name = "less";
  static constexpr Domain domain = Domain::any;
  static auto value(auto x, auto y) { return x < y; }
  static Samples samples() { return compared_pairs(); }
};

struct LessEqual : Pointwise<LessEqual, 2> {
  static constexpr std::string_view name = "less_equal";
  static constexpr Domain domain = Domain::any;
  static auto value(auto x, auto y) { return x <= y; }
  static Samples samples() { return compared_pairs(); }
};

struct Equal : Pointwise<Equal, 2> {
  static constexpr std::string_view name = "equal";
  static constexpr Domain domain = Domain::any;
  static auto value(auto x, auto y) { return x == y; }
  static Samples samples() { return compared_pairs(); }
};

struct NotEqual : Pointwise<NotEqual, 2> {
  static constexpr std::string_view name = "not_equal";
  static constexpr Domain domain = Domain::any;
  static auto value(auto x, auto y) { return x != y; }
  static Samples samples() { return compared_pairs(); }
};

}  // namespace

constinit const Op less_op = make_op<Less>();
constinit const Op less_equal_op = make_op<LessEqual>();
constinit const Op equal_op = make_op<Equal>();
constinit const Op not_equal_op = make_op<NotEqual>();
Tensor less(Arg x, Arg y) { return bind(less_op, std::move(x), std::move(y)); }
Tensor less_equal(Arg x, Arg y) { return bind(less_equal_op, std::move(x), std::move(y)); }
Tensor equal(Arg x, Arg y) { return bind(equal_op, std::move(x), std::move(y)); }
Tensor not_equal(Arg x, Arg y) { return bind(not_equal_op, std::move(x), std::move(y)); }

}  // namespace descent::inline v1
