#pragma once

#include <source_location>

#include <descent/autodiff/ops/ops.hpp>

// Draws made of uniform, permutation and loggamma; the Rng's counter moves on. What is drawn is a constant to every tape but for
// gumbel_softmax, gamma, beta and dirichlet, which have derivatives in what they are drawn from.

namespace descent::inline v1 {

/// Whole numbers from low to below high, all alike.   dtype i64   throws ValueError: high not above low, or more than 2^53 numbers
Tensor randint(const Shape& shape, Rng& rng, Index low, Index high, std::source_location where = std::source_location::current());
/// Exponential with density rate e^(-rate x), x >= 0.   dtype floating   throws ValueError: rate not finite and above 0
Tensor exponential(const Shape& shape, Rng& rng, double rate = 1, Dtype dtype = f32,
                   std::source_location where = std::source_location::current());
/// Gumbel: -log of an exponential. Always finite.   dtype floating
Tensor gumbel(const Shape& shape, Rng& rng, Dtype dtype = f32, std::source_location where = std::source_location::current());

/// Gamma, with density x^(a - 1) e^-x / gamma(a), a the concentration of each element; divide by a rate. Drawn in double.
///
/// shape   the concentration's   dtype the concentration's if floating, else f32
/// grad    in the concentration: of the quantile that the draw stands on, of any order
/// edge    0 for a = 0, NaN below; where the variable underflows, 0 with slope 0: loggamma is finite there
/// source  Figurnov, Mohamed and Mnih 2018, "Implicit reparameterization gradients"
Tensor gamma(Arg concentration, Rng& rng);

/// Beta, with density x^(a - 1) (1 - x)^(b - 1) / B(a, b): sigmoid(loggamma(a) - loggamma(b)), which small a and b do not make 0 / 0.
///
/// shape   a and b broadcast   dtype promoted, floating   grad in a and b, as gamma   edge NaN for a or b below 0
Tensor beta(Arg a, Arg b, Rng& rng);

/// Probabilities that add up to 1 along the last axis, with density prod x_i^(a_i - 1) up to a factor: softmax(loggamma(a)).
///
/// shape   [..., classes] -> the same   grad as gamma   throws ShapeError: no class
Tensor dirichlet(Arg concentration, Rng& rng);

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

/// x with each element 0 with probability `rate`, else divided by 1 - rate, so that the mean stays. Nothing is drawn for a rate of 0.
///
/// dtype   x's if floating, else f32   throws ValueError: rate outside [0, 1)
/// source  Srivastava et al. 2014, "Dropout: a simple way to prevent neural networks from overfitting"
Tensor dropout(Arg x, double rate, Rng& rng);

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
