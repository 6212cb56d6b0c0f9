// nonzero: positions, so without derivative. How many there are depends on the data, so only the form of fixed size can be traced.
#include <algorithm>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Nonzero : General<Nonzero> {
  static constexpr std::string_view name = "nonzero";
  static constexpr bool differentiable = false;
  static constexpr auto batch = no_rule("the size of the result depends on the data");
  struct Params {
    Index size = -1;  ///< -1: as many as there are
    Index fill = 0;
  };
  static Shape shape(const Params& p, const Shape& x) {
    if (p.size < 0)
      throw AbstractError("nonzero: the size of the result depends on the values of x, which is abstract, " + to_string(x) +
                          " without values, because a function is being traced; fix it with nonzero(x, {.size = n}), or use where");
    return {p.size, x.rank()};
  }
  static Dtype dtype(const Params&, Dtype) { return i64; }
  static Tensor forward(const Params& p, const Tensor& x) {
    const Tensor truth = converted(x, boolean);
    const auto* is_true = raw::read<std::uint8_t>(truth);
    const Index found = std::count_if(is_true, is_true + x.numel(), [](std::uint8_t b) { return b != 0; });
    const Index size = p.size < 0 ? found : p.size;
    const Shape from = x.shape();
    Tensor result = raw::make({size, from.rank()}, i64);
    auto* to = raw::write<std::int64_t>(result);
    auto* const end = to + result.numel();
    for (Index i = 0; i < x.numel() && to != end; ++i) {
      if (!is_true[i]) continue;
      Index rest = i;
      for (int axis = from.rank() - 1; axis >= 0; --axis) {
        to[axis] = rest % from[axis];
        rest /= from[axis];
      }
      to += from.rank();
    }
    std::fill(to, end, p.fill);
    return result;
  }
  static Samples samples() {
    return {with(Params{4, 0}, {flags({2, 3}, {0, 1, 1, 0, 0, 1})}), with(Params{2, -1}, {values({0, 2, 0, 3, 4})}),
            with(Params{1, 0}, {flags({}, {1})})};
  }
};

}  // namespace

constinit const Op nonzero_op = make_op<Nonzero>();
Tensor nonzero(Arg x, NonzeroOptions options) {
  if (options.size && *options.size < 0)
    throw ValueError("nonzero: size " + std::to_string(*options.size) + "; it must be 0 or more", x.where());
  return bind(nonzero_op, Nonzero::Params{options.size.value_or(-1), options.fill}, std::move(x));
}

}  // namespace descent::inline v1
