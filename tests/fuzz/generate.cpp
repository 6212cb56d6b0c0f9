#include <descent/tests/fuzz/generate.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/all.hpp>
#include <descent/tests/fuzz/calls.hpp>

namespace descent::fuzz {
namespace {

/// Ops without which a program is a heap of unary functions.
const Op& drawn_op(Draw& draw) {
  static const std::vector<const Op*> all(all_ops().begin(), all_ops().end());
  static const std::vector<const Op*> frequent = [] {
    std::vector<const Op*> list;
    for (const std::string_view name : {"add", "mul", "sub", "matmul", "sum", "concat", "slice", "take", "where", "permute", "reshape",
                                        "broadcast_to", "softmax", "max", "stop_gradient", "cumsum", "take_along_axis", "place"})
      for (const Op* op : all)
        if (op->name == name) list.push_back(op);
    return list;
  }();
  return *draw.of(draw.chance(0.35) ? frequent : all);
}

}  // namespace

Program generate(std::uint64_t seed, const Limits& limits) {
  Draw draw(seed);
  Builder builder(draw, limits);
  const Index leaves = draw.between(1, 4);
  for (Index i = 0; i < leaves; ++i) builder.offer(builder.leaf(builder.shape()));
  const Index wanted = draw.chance(0.5) ? draw.between(1, 12) : draw.between(1, limits.calls);
  for (Index attempt = 0; attempt < 4 * wanted && builder.calls() < wanted; ++attempt) {
    const std::size_t before = builder.size();
    const Op& op = drawn_op(draw);
    try {
      add_call(builder, op);
    } catch (const Error&) { builder.cut(before); }
  }
  return builder.finish();
}

}  // namespace descent::fuzz
