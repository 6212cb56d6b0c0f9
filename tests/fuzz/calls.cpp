#include <descent/tests/fuzz/calls.hpp>

#include <algorithm>
#include <cmath>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/transforms/op_check/variants.hpp>

namespace descent::fuzz {
namespace {

bool listed(const SampleInput& input) { return is_floating(input.dtype) && !input.values.empty(); }
bool listed(const Sample& sample) {
  return std::any_of(sample.inputs.begin(), sample.inputs.end(), [](auto& in) { return listed(in); });
}

/// A smooth sample with ranges if there is one, else a smooth one, else any.
Sample sample_of(Builder& b, const Op& op) {
  Samples all = op.samples(), smooth, ranges;
  for (const Sample& sample : all) {
    if (sample.smooth) smooth.push_back(sample);
    if (sample.smooth && !listed(sample)) ranges.push_back(sample);
  }
  return b.draw.of(!ranges.empty() ? ranges : !smooth.empty() ? smooth : all);
}

/// The range of a floating input. Listed values stand for those near the largest: a divisor may be listed with either sign, never as 0.
struct Range {
  double low, high;
};
Range range_of(const SampleInput& input) {
  if (input.values.empty()) return {input.low, input.high};
  double most = 0;
  for (const double value : input.values)
    if (std::isfinite(value) && std::abs(value) > std::abs(most)) most = value;
  if (most == 0) return {-1, 1};
  return most > 0 ? Range{most / 2, most} : Range{most, most / 2};
}

Tensor integers(Builder& b, const SampleInput& input, const Shape& shape) {
  std::vector<double> values(static_cast<std::size_t>(shape.numel()));
  for (double& value : values) {
    if (input.dtype == Dtype::boolean) value = b.draw.chance(0.5) ? 1 : 0;
    else value = input.values.empty() ? std::floor(b.draw.real(input.low, input.high)) : b.draw.of(input.values);
  }
  return from_span<double>(values, shape, input.dtype);
}

/// A value for an input whose dtype is no floating one: a constant, or for a mask what a comparison gives.
Ref integer_input(Builder& b, const SampleInput& input, const Shape& shape) {
  if (input.dtype == Dtype::boolean && b.draw.chance(0.5)) return b.call("less", {b.fit(b.any(), shape), b.number(b.draw.real(-1, 1))});
  return b.constant(integers(b, input, shape));
}

std::vector<Ref> pointwise(Builder& b, const Op& op) {
  const Sample sample = sample_of(b, op);
  Shape whole = b.shape_of(b.any());
  std::vector<Ref> in;
  for (const SampleInput& input : sample.inputs) {
    if (!is_floating(input.dtype)) {
      in.push_back(integer_input(b, input, whole));
      continue;
    }
    const Shape before = whole;
    const Ref x = in.empty() && b.draw.chance(0.7) ? b.fit(b.any(), before) : b.beside(before, whole);
    const auto [low, high] = range_of(input);
    in.push_back(b.within(x, low, high));
  }
  if (!sample.smooth && !op.stops) b.not_smooth();
  return b.call(op, std::move(in), params_of(op, sample));
}

/// Ops of one input along an axis or several.
std::vector<Ref> along_axes(Builder& b, const Op& op) {
  const Sample sample = sample_of(b, op);
  NamedParams params = params_of(op, sample);
  const Ref x = b.any_of_rank(params.contains("axis") ? 1 : 0);
  const Index rank = b.at(x).rank();
  for (auto& [name, value] : params) {
    if (std::holds_alternative<bool>(value)) value = b.draw.chance(0.5);
    if (name == "axis") value = b.draw.between(-rank, rank - 1);
    if (name != "axes") continue;
    std::vector<Index> axes;
    for (Index axis = 0; axis < rank; ++axis)
      if (b.draw.chance(0.5)) axes.push_back(b.draw.chance(0.5) ? axis : axis - rank);
    value = b.draw.chance(0.3) ? Axes() : Axes(std::span<const Index>(axes));
  }
  const auto [low, high] = range_of(sample.inputs[0]);
  const Ref ready = is_floating(sample.inputs[0].dtype) ? b.within(x, low, high) : x;
  return b.call(op, {ready}, std::move(params));
}

/// The shapes of a sample, some of them with other sizes.
std::vector<Ref> as_sampled(Builder& b, const Op& op) {
  Sample sample = sample_of(b, op);
  if (b.draw.chance(0.5) && !listed(sample)) {
    static const std::vector<Index> sizes = {0, 1, 2, 5, 7, 11};
    const Samples others = op_check::with_axes_of_size(sample, b.draw.of(sizes));
    if (!others.empty()) sample = b.draw.of(others);
  }
  std::vector<Ref> in;
  for (const SampleInput& input : sample.inputs) {
    const auto [low, high] = range_of(input);
    if (!is_floating(input.dtype)) in.push_back(b.constant(integers(b, input, input.shape)));
    else in.push_back(b.within(b.fit(b.any(), input.shape), low, high));
  }
  if (!sample.smooth) b.not_smooth();
  return b.call(op, std::move(in), params_of(op, sample));
}

}  // namespace

NamedParams params_of(const Op& op, const Sample& sample) {
  NamedParams params;
  if (sample.params != nullptr) op.params.list(sample.params.get(), params);
  for (auto& [name, value] : params)
    if (std::holds_alternative<Dtype>(value) && is_floating(std::get<Dtype>(value))) value = f64;
  return params;
}

void add_call(Builder& b, const Op& op) {
  std::vector<Ref> results;
  if (const AddCall shaped = shaped_call(op.name)) results = shaped(b, op);
  else if (op.kind == Kind::pointwise) results = pointwise(b, op);
  else if (NamedParams params; op.min_inputs == 1 && op.max_inputs == 1) {
    if (op.params.size != 0) params = params_of(op, op.samples()[0]);
    const bool axes = params.contains("axes") || (params.contains("axis") && op.name != "resample");
    results = axes ? along_axes(b, op) : as_sampled(b, op);
  } else {
    results = as_sampled(b, op);
  }
  for (const Ref& ref : results) {
    if (b.at(ref).dtype() != f64 && b.draw.chance(0.3)) b.offer(b.call("cast", {ref}, {{"dtype", f64}}));
    b.offer(ref);
  }
}

}  // namespace descent::fuzz
