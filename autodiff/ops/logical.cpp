// and, or, xor, not: on truth values, so without derivative. Any dtype goes in, as x != 0.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

Samples truth_pairs() {
  return {inputs({flags({4}, {0, 0, 1, 1}), flags({4}, {0, 1, 0, 1})}), inputs({flags({2, 1}, {0, 1}), flags({3}, {0, 1, 1})})};
}

struct LogicalAnd : Pointwise<LogicalAnd, 2> {
  static constexpr std::string_view name = "logical_and";
  static constexpr int masks = 2;
  static constexpr Domain domain = Domain::logical;
  static auto value(auto x, auto y) { return x & y; }
  static Samples samples() { return truth_pairs(); }
};

struct LogicalOr : Pointwise<LogicalOr, 2> {
  static constexpr std::string_view name = "logical_or";
  static constexpr int masks = 2;
  static constexpr Domain domain = Domain::logical;
  static auto value(auto x, auto y) { return x | y; }
  static Samples samples() { return truth_pairs(); }
};

struct LogicalXor : Pointwise<LogicalXor, 2> {
  static constexpr std::string_view name = "logical_xor";
  static constexpr int masks = 2;
  static constexpr Domain domain = Domain::logical;
  static auto value(auto x, auto y) { return x ^ y; }
  static Samples samples() { return truth_pairs(); }
};

struct LogicalNot : Pointwise<LogicalNot> {
  static constexpr std::string_view name = "logical_not";
  static constexpr int masks = 1;
  static constexpr Domain domain = Domain::logical;
  static auto value(auto x) { return !x; }
  static Samples samples() { return {flags({2}, {0, 1})}; }
};

}  // namespace

constinit const Op logical_and_op = make_op<LogicalAnd>();
constinit const Op logical_or_op = make_op<LogicalOr>();
constinit const Op logical_xor_op = make_op<LogicalXor>();
constinit const Op logical_not_op = make_op<LogicalNot>();
Tensor logical_and(Arg x, Arg y) { return bind(logical_and_op, std::move(x), std::move(y)); }
Tensor logical_or(Arg x, Arg y) { return bind(logical_or_op, std::move(x), std::move(y)); }
Tensor logical_xor(Arg x, Arg y) { return bind(logical_xor_op, std::move(x), std::move(y)); }
Tensor logical_not(Arg x) { return bind(logical_not_op, std::move(x)); }

}  // namespace descent::inline v1
