#pragma once

#include <source_location>

#include <descent/autodiff/ops/ops.hpp>

// Draws made of uniform and permutation; the Rng's counter moves on. What is drawn is a constant to every tape but for gumbel_softmax,
// whose derivatives go through the logits.

namespace descent::inline v1 {

/// Exponential with density rate e^(-rate x), x >= 0.   dtype floating   throws ValueError: rate not finite and above 0
Tensor exponential(const Shape& shape, Rng& rng, double rate = 1, Dtype dtype = f32,
                   std::source_location where = std::source_location::current());
/// Gumbel: -log of an exponential. Always finite.   dtype floating
Tensor gumbel(const Shape& shape, Rng& rng, Dtype dtype = f32, std::source_location where = std::source_location::current());

/// A class for each row of logits, with the probability softmax gives it: argmax(logits + gumbel). A logit of -infinity is never drawn
/// beside a finite one.
///
/// shape   [..., classes] -> [...] of i64   throws ShapeError: no class
Tensor categorical(Arg logits, Rng& rng);

struct GumbelSoftmaxOptions {
  double temperature = 1;
  bool hard = false;  ///< the value is one-hot; the slope is that of the soft one (straight through)
};
/// softmax((logits + gumbel) / temperature): a draw that has derivatives in the logits.
///
/// shape   [..., classes] -> the same   throws ShapeError: no class; ValueError: temperature not finite and above 0
/// source  Jang, Gu and Poole 2017, "Categorical reparameterization with Gumbel-softmax"
Tensor gumbel_softmax(Arg logits, Rng& rng, GumbelSoftmaxOptions options = {});

struct ChoiceOptions {
  bool replace = true;     ///< the same row may be drawn again
  Tensor probabilities{};  ///< of each row, up to a common factor; all alike when absent; only with `replace`
};
/// `count` rows of x at random.
///
/// shape   [n, ...] -> [count, ...]   grad in x
/// throws  ShapeError: x is 0-d, or has no row; ValueError: more rows than there are without replacement, probabilities without
///         replacement; ShapeError: not one probability for each row
Tensor choice(Arg x, Index count, Rng& rng, const ChoiceOptions& options = {});

}  // namespace descent::inline v1
