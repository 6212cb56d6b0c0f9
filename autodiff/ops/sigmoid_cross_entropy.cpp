// sigmoid_cross_entropy: -t log(s(x)) - (1 - t) log(1 - s(x)) for a logit x and a probability t, where s is the sigmoid. In its two
// softplus, max(+-x, 0) + log1p(e^-|x|), nothing overflows and no digits cancel; a weight of 0 absorbs an infinite one.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct SigmoidCrossEntropy : Pointwise<SigmoidCrossEntropy, 2> {
  static constexpr std::string_view name = "sigmoid_cross_entropy";
  static auto value(auto x, auto t) {
    const auto both = log1p(exp(-abs(x)));
    return absorb(t, where(x < 0.0, -x, 0.0) + both) + absorb(1.0 - t, where(x > 0.0, x, 0.0) + both);
  }
  template <int i> static auto slope(const auto& x, const auto& t) {
    if constexpr (i == 0) return sigmoid(x) - t;
    else return -x;
  }
  static Samples samples() {
    return {inputs({uniform({3, 4}, -3, 3), uniform({3, 4}, 0.1, 0.9)}), inputs({uniform({3, 1}, -3, 3), values({0, 1, 0.5})}),
            inputs({values({0, 1000, -1000}), values({1, 0, 1})})};
  }
};

}  // namespace

constinit const Op sigmoid_cross_entropy_op = make_op<SigmoidCrossEntropy>();
Tensor sigmoid_cross_entropy(Arg logit, Arg probability) {
  return bind(sigmoid_cross_entropy_op, std::move(logit), std::move(probability));
}

}  // namespace descent::inline v1
