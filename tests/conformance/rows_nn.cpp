#include <descent/tests/conformance/table.hpp>

#include <limits>

#include <descent/autodiff/functions/einsum.hpp>
#include <descent/autodiff/functions/embedding_bag.hpp>
#include <descent/autodiff/functions/normalising.hpp>
#include <descent/tests/conformance/forms.hpp>

// The rows of layers that normalise, losses.

namespace descent::conformance {
namespace {

using A = const Args&;

NormOptions weights_of(A a, std::size_t weight, std::size_t bias, std::size_t eps, double least = 1e-5) {
  return {a.tensor(weight, "weight"), a.tensor(bias, "bias"), a.real(eps, "eps", least)};
}
/// The last axes of x, as many as the shape in argument 1 has.
Axes last_axes(A a) {
  std::vector<Index> axes;
  for (std::size_t i = a.wholes(1, "shape").size(); i > 0; --i) axes.push_back(-static_cast<Index>(i));
  return Axes(std::span<const Index>(axes));
}
Tensors layer_norm_with_statistics(A a) {
  const Tensor& x = a.x(0);
  const NormOptions options = weights_of(a, 2, 3, 4);
  const Axes axes = last_axes(a);
  return {layer_norm(x, axes, options), mean(x, axes, keep_axes), rsqrt(var(x, axes, 0, keep_axes) + options.eps)};
}
Tensor batch_normalized(A a) {
  const Tensor& x = a.x(0);
  const Tensor batch = x.rank() == 1 ? expand_dims(x, 0) : x;  // of no channel
  const BatchStatistics running{a.tensor(1, "running_mean"), a.tensor(2, "running_var")};
  const NormOptions options = weights_of(a, 3, 4, 99);
  if (!a.flag(99, "training", false)) return reshape(batch_norm(batch, running, options), x.shape());
  return reshape(batch_norm_training(batch, running, a.real(99, "momentum", 0.1), options).value, x.shape());
}
Tensor responses(A a) {
  return local_response_norm(a.x(0), a.whole(1, "size", 1), {a.real(99, "alpha", 1e-4), a.real(99, "beta", 0.75), a.real(99, "k", 1)});
}
Tensor contracted(A a) {
  const Value& axes = *a.find(99, "dims");
  if (axes.is(Value::Kind::whole)) return tensordot(a.x(0), a.x(1), axes.whole);
  std::vector<Index> pairs[2];
  for (std::size_t i = 0; i < 2; ++i)
    for (const Value& axis : axes.list[i].list) pairs[i].push_back(axis.whole);
  return tensordot(a.x(0), a.x(1), pairs[0], pairs[1]);
}
Tensor pooled_rows(A a) {
  const std::string mode = a.text(99, "mode", "mean");
  EmbeddingBagOptions options{.pooling = mode == "sum"   ? Pooling::sum
                                         : mode == "max" ? Pooling::max
                                                         : Pooling::mean,
                              .offsets = a.tensor(99, "offsets"),
                              .weights = a.tensor(99, "per_sample_weights")};
  if (a.flag(99, "include_last_offset", false)) options.offsets = sliced(options.offsets, 0, {.stop = -1});
  if (a.has(99, "padding_idx")) options.padding = a.whole(99, "padding_idx", 0);
  return embedding_bag(a.x(0), a.x(1), options);
}
/// Classes are on the second axis, or the only one.
Tensor classes_last(const Tensor& x) { return x.rank() > 1 ? moveaxis(x, 1, -1) : x; }
Tensor likelihood(A a) {
  return nn::nll(classes_last(a.x(0)), a.x(1),
                 {.ignore_index = a.whole(99, "ignore_index", -100), .weight = a.tensor(99, "weight"), .reduction = reduction_of(a)});
}
/// Losses of one row where the producer has several: x as [n, classes], or as it is where targets fit.
Tensor margins(A a) {
  const Tensor x = at_least_1d(a.x(0));
  const Tensor target = x.rank() == 1 ? reshape(a.x(1), Shape{}) : a.x(1);
  return nn::multi_margin(x, target,
                          {.margin = a.real(99, "margin", 1),
                           .power = static_cast<int>(a.whole(99, "p", 1)),
                           .weight = a.tensor(99, "weight"),
                           .reduction = reduction_of(a)});
}
Tensor temporal(A a) {
  const auto lengths = [&](std::size_t place) {
    const Value* given = a.find(place, "lengths");
    return given->is(Value::Kind::tensor) ? a.tensor(*given) : from_vector(a.wholes(place, "lengths"));
  };
  return nn::ctc(a.x(0), a.x(1), lengths(2), lengths(3),
                 {.blank = a.whole(99, "blank", 0), .zero_infinity = a.flag(99, "zero_infinity", false), .reduction = reduction_of(a)});
}

const Row rows[] = {
    {"einsum", [](A a) { return einsum(a.text(1, "equation", ""), a.list(0)); }},
    {"native_layer_norm", layer_norm_with_statistics},
    {"nn.functional.batch_norm", batch_normalized},
    {"nn.functional.ctc_loss", temporal},
    {"nn.functional.embedding_bag", pooled_rows},
    {"nn.functional.group_norm", [](A a) { return group_norm(a.x(0), a.whole(1, "num_groups", 1), weights_of(a, 2, 3, 4)); }},
    {"nn.functional.instance_norm", [](A a) { return instance_norm(a.x(0), weights_of(a, 99, 99, 99)); }},
    {"nn.functional.local_response_norm", responses},
    {"nn.functional.multi_margin_loss", margins},
    {"nn.functional.multilabel_margin_loss",
     [](A a) { return nn::multilabel_margin(at_least_1d(a.x(0)), at_least_1d(a.x(1)), reduction_of(a)); }},
    {"nn.functional.nll_loss", likelihood},
    {"nn.functional.rms_norm",
     [](A a) { return rms_norm(a.x(0), last_axes(a), weights_of(a, 2, 99, 99, std::numeric_limits<double>::epsilon())); }},
    {"tensordot", contracted},
};

}  // namespace

std::span<const Row> nn_rows() { return rows; }

}  // namespace descent::conformance
