#include <descent/autodiff/functions/random.hpp>

#include <cmath>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/arithmetic.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/tape/op.hpp>

namespace descent::inline v1 {
namespace {

Given logits_of(const char* who, Arg logits) {
  Given given(std::move(logits));
  if (given.x.rank() == 0 || given.x.size(-1) == 0)
    throw ShapeError(
        std::string(who) + ": the logits are " + to_string(given.x.shape()) + "; their last axis must hold the classes, at least one",
        given.where);
  if (!is_floating(given.x.dtype())) given.x = cast(given.x, f32);
  return given;
}

/// loggamma in double, whatever the dtype that the result is to have.
Tensor loggamma_in_double(const Tensor& concentration, Rng& rng, std::source_location where) {
  return loggamma({cast(concentration, f64), where}, rng);
}

Tensor with_noise(const Given& logits, Rng& rng) { return logits.x + gumbel(logits.x.shape(), rng, logits.x.dtype(), logits.where); }

}  // namespace

Tensor randint(const Shape& shape, Rng& rng, Index low, Index high, std::source_location where) {
  const double count = static_cast<double>(high) - static_cast<double>(low);
  if (!(count >= 1 && count <= 0x1p53))
    throw ValueError("randint: from " + std::to_string(low) + " to below " + std::to_string(high) +
                         "; there must be at least one number and at most 2^53",
                     where);
  return cast({floor(uniform(shape, rng, 0, count, f64, where)), where}, i64) + low;
}

Tensor exponential(const Shape& shape, Rng& rng, double rate, Dtype dtype, std::source_location where) {
  if (!(rate > 0) || !std::isfinite(rate))
    throw ValueError("exponential: the rate is " + std::to_string(rate) + "; it must be finite and above 0", where);
  return -log1p(-uniform(shape, rng, 0, 1, dtype, where)) / rate;
}

// An exact 0 among the uniform numbers stands for what lies between it and the next one: half of that.
Tensor gumbel(const Shape& shape, Rng& rng, Dtype dtype, std::source_location where) {
  return -log(maximum(exponential(shape, rng, 1, dtype, where), dtype == f64 ? 0x1p-54 : 0x1p-25));
}

Tensor categorical(Arg logits, Rng& rng) {
  const Given given = logits_of("categorical", std::move(logits));
  return argmax(with_noise(given, rng), -1);
}

Tensor gumbel_softmax(Arg logits, Rng& rng, GumbelSoftmaxOptions options) {
  const Given given = logits_of("gumbel_softmax", std::move(logits));
  if (!(options.temperature > 0) || !std::isfinite(options.temperature))
    throw ValueError("gumbel_softmax: the temperature is " + std::to_string(options.temperature) + "; it must be finite and above 0",
                     given.where);
  const Tensor soft = softmax(with_noise(given, rng) / options.temperature, -1);
  return options.hard ? straight_through(one_hot(argmax(soft, -1), soft.size(-1), soft.dtype()), soft) : soft;
}

Tensor gamma(Arg concentration, Rng& rng) {
  const Given given(std::move(concentration));
  return cast(exp(loggamma_in_double(given.x, rng, given.where)), promote(f32, given.x.dtype()));
}

Tensor beta(Arg a, Arg b, Rng& rng) {
  const std::source_location place = a.where();
  Arg* const both[] = {&a, &b};
  Tensor x[2];
  resolve(add_op, both, x);  // weak numbers take the other's dtype
  const Shape shape = located(place, [&] { return broadcast("beta", x[0].shape(), x[1].shape()); });
  const Dtype dtype = promote(f32, promote(x[0].dtype(), x[1].dtype()));
  const Tensor first = loggamma_in_double(broadcast_to({x[0], place}, shape), rng, place);
  return cast(sigmoid(first - loggamma_in_double(broadcast_to({x[1], place}, shape), rng, place)), dtype);
}

Tensor dirichlet(Arg concentration, Rng& rng) {
  const Given given(std::move(concentration));
  if (given.x.rank() == 0 || given.x.size(-1) == 0)
    throw ShapeError(
        "dirichlet: the concentration is " + to_string(given.x.shape()) + "; its last axis must hold the classes, at least one",
        given.where);
  return cast(softmax(loggamma_in_double(given.x, rng, given.where), -1), promote(f32, given.x.dtype()));
}

Tensor dropout(Arg x, double rate, Rng& rng) {
  const Given given(std::move(x));
  if (!(rate >= 0 && rate < 1)) throw ValueError("dropout: the rate is " + std::to_string(rate) + "; it must lie in [0, 1)", given.where);
  if (rate == 0) return cast(given.arg(), promote(f32, given.x.dtype()));
  return where(bernoulli(given.x.shape(), rng, 1 - rate, given.where), given.x / (1 - rate), 0.0);
}

Tensor choice(Arg x, Index count, Rng& rng, const ChoiceOptions& options) {
  const Given given(std::move(x));
  if (given.x.rank() == 0 || (given.x.size(0) == 0 && count > 0))
    throw ShapeError("choice: x is " + to_string(given.x.shape()) + "; it must have rows to choose from", given.where);
  const Index rows = given.x.size(0);
  if (count < 0 || (!options.replace && count > rows))
    throw ValueError("choice: " + std::to_string(count) + " of " + std::to_string(rows) + " rows" +
                         (options.replace ? "" : " without replacement") + "; there are not so many",
                     given.where);
  if (options.probabilities.absent()) {
    if (!options.replace) return take(given.x, slice(permutation(rows, rng, given.where), {Slice{0, count}}));
    return take(given.x, cast(uniform({count}, rng, 0, static_cast<double>(rows), f64, given.where), i64));
  }
  if (!options.replace) throw ValueError("choice: probabilities without replacement; leave one of them out", given.where);
  if (options.probabilities.shape() != Shape{rows})
    throw ShapeError("choice: the probabilities are " + to_string(options.probabilities.shape()) + "; they must be [" +
                         std::to_string(rows) + "], one for each row of x",
                     given.where);
  return take(given.x, categorical({broadcast_to(log(options.probabilities), Shape{count, rows}), given.where}, rng));
}

}  // namespace descent::inline v1
