#include <descent/tests/fuzz/builder.hpp>

#include <algorithm>
#include <cmath>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/all.hpp>
#include <descent/autodiff/ops/call.hpp>

namespace descent::fuzz {
namespace {

const Op& op_of(std::string_view name) {
  for (const Op* op : all_ops())
    if (op->name == name) return *op;
  throw ValueError("there is no op " + std::string(name));
}

/// Infinity where an element is not finite.
double largest_of(const Tensor& x) {
  double largest = 0;
  for (const double value : x.to_vector<double>()) largest = std::isfinite(value) ? std::max(largest, std::abs(value)) : INFINITY;
  return largest;
}

}  // namespace

Ref Builder::add(Node node, Tensors values) {
  program_.nodes.push_back(std::move(node));
  values_.push_back(std::move(values));
  return {size() - 1, 0};
}

std::vector<Ref> Builder::call(const Op& op, std::vector<Ref> in, NamedParams params) {
  constexpr double kTame = 8;
  Tensors arguments;
  for (const Ref& ref : in) arguments.push_back(at(ref));
  Tensors abstract;
  for (const Tensor& x : arguments) abstract.push_back(abstract_tensor(x.shape(), x.dtype()));
  Tensors results = call_all(op.name, op.name == "nonzero" ? arguments : abstract, params);
  for (const Tensor& y : results)
    if (y.numel() > limits.elements || y.dtype() == f32) throw ValueError("the result is too large, or f32");
  results = call_all(op.name, arguments, params);
  std::vector<double> largest;
  for (const Tensor& y : results) {
    largest.push_back(is_floating(y.dtype()) ? largest_of(y) : 0);
    if (!std::isfinite(largest.back())) throw ValueError("the result is not finite");
  }
  const std::size_t count = results.size();
  const Ref first = add({.op = &op, .params = std::move(params), .in = std::move(in)}, std::move(results));
  std::vector<Ref> refs;
  for (std::size_t k = 0; k < count; ++k) {
    const Ref ref{first.node, k};
    refs.push_back(largest[k] > kTame ? squashed(ref, largest[k]) : ref);
  }
  return refs;
}

Ref Builder::call(std::string_view op, std::vector<Ref> in, NamedParams params) {
  return call(op_of(op), std::move(in), std::move(params))[0];
}

Ref Builder::squashed(const Ref& ref, double largest) {
  if (largest < 100 && draw.chance(0.5)) return call("tanh", {call("mul", {ref, number(0.1)})});
  return call("mul", {ref, number(std::exp2(1 - std::ceil(std::log2(largest))))});
}

Ref Builder::leaf(const Shape& shape) {
  const Ref ref = add({.value = from_span<double>(draw.reals(shape.numel(), -2, 2), shape, f64)}, {});
  values_[ref.node] = {program_.nodes[ref.node].value};
  return ref;
}

Ref Builder::constant(const Tensor& value) { return add({.value = value, .constant = true}, {value}); }

void Builder::offer(const Ref& ref) {
  if (at(ref).dtype() == f64) offered_.push_back(ref);
}

Shape Builder::limited(std::vector<Index> sizes) {
  const auto too_many = [&] {
    Index count = 1;
    for (const Index size : sizes) count *= size;
    return count > limits.elements;
  };
  while (too_many()) *std::max_element(sizes.begin(), sizes.end()) /= 2;
  return Shape(std::span<const Index>(sizes));
}

Shape Builder::shape() {
  static const std::vector<Index> common = {1, 1, 2, 2, 3, 3, 4, 5, 7, 11, 13};
  std::vector<Index> sizes(static_cast<std::size_t>(draw.between(0, 4)));
  for (Index& size : sizes) size = draw.chance(0.02) ? 0 : draw.chance(0.08) ? limits.long_axis : draw.of(common);
  return limited(sizes);
}

Ref Builder::any() {
  if (offered_.empty() || draw.chance(0.08)) {
    const Ref ref = leaf(shape());
    offer(ref);
    return ref;
  }
  const Index count = std::ssize(offered_);
  const Index recent = draw.chance(0.6) ? std::min<Index>(count, 3) : count;
  return offered_[static_cast<std::size_t>(count - 1 - draw.below(recent))];
}

Ref Builder::any_of_rank(int least) {
  for (int attempt = 0; attempt < 4; ++attempt)
    if (const Ref ref = any(); at(ref).rank() >= least) return ref;
  std::vector<Index> sizes;
  for (int i = 0; i < least; ++i) sizes.push_back(draw.between(1, 5));
  return leaf(limited(sizes));
}

Ref Builder::fit(Ref x, const Shape& shape) {
  const Index have = at(x).numel(), want = shape.numel();
  if (at(x).shape() == shape) return x;
  if (have == 0 && want > 0) return leaf(shape);
  if (have != want) {
    x = call("reshape", {x}, {{"shape", Shape{have}}});
    if (want < have) {
      const Index start = draw.below(have - want + 1);
      const NamedParams part = {{"start", std::vector{start}}, {"step", std::vector<Index>{1}}, {"size", Shape{want}}};
      x = call("slice", {x}, part);
    } else {
      std::vector<Index> round(static_cast<std::size_t>(want));
      for (Index i = 0; i < want; ++i) round[static_cast<std::size_t>(i)] = i % have;
      x = call("take", {x, constant(from_vector(round))}, {{"axis", Index{0}}});
    }
  }
  return at(x).shape() == shape ? x : call("reshape", {x}, {{"shape", shape}});
}

Ref Builder::within(Ref x, double low, double high) {
  if (at(x).dtype() != f64) x = call("cast", {x}, {{"dtype", f64}});
  const std::vector<double> values = at(x).to_vector<double>();
  const bool inside = std::all_of(values.begin(), values.end(), [&](double v) { return low <= v && v < high; });
  if (inside && draw.chance(0.7)) return x;
  const double middle = (low + high) / 2, half = 0.49 * (high - low);
  const Ref y = call("mul", {call(draw.chance(0.5) ? "tanh" : "sin", {x}), number(half)});
  return middle == 0 ? y : call("add", {y, number(middle)});
}

Ref Builder::beside(const Shape& shape, Shape& whole) {
  if (draw.chance(0.6))
    if (const Ref ref = any(); broadcasts(shape, at(ref).shape())) {
      whole = broadcast("fuzz", shape, at(ref).shape());
      if (whole.numel() <= limits.elements) return ref;
    }
  whole = shape;
  std::vector<Index> sizes(shape.begin(), shape.end());
  if (!sizes.empty() && draw.chance(0.5)) sizes.erase(sizes.begin(), sizes.begin() + draw.below(std::ssize(sizes) + 1));
  for (Index& size : sizes)
    if (draw.chance(0.2)) size = 1;
  return draw.chance(0.5) ? leaf(Shape(std::span<const Index>(sizes))) : fit(any(), Shape(std::span<const Index>(sizes)));
}

void Builder::cut(std::size_t nodes) {
  program_.nodes.resize(nodes);
  values_.resize(nodes);
  std::erase_if(offered_, [&](const Ref& ref) { return ref.node >= nodes; });
}

Program Builder::finish() {
  std::vector<std::uint8_t> used(size());
  for (const Node& node : program_.nodes)
    for (const Ref& ref : node.in) used[ref.node] = 1;
  const std::size_t most = static_cast<std::size_t>(draw.between(1, 4));
  for (std::size_t i = offered_.size(); i-- > 0 && program_.outputs.size() < most;)
    if (used[offered_[i].node] == 0 || draw.chance(0.1)) program_.outputs.push_back(offered_[i]);
  if (program_.outputs.empty()) program_.outputs.push_back(offered_.back());
  if (draw.chance(0.2)) program_.outputs.push_back(program_.outputs[0]);
  if (draw.chance(0.5)) {
    const std::size_t first = static_cast<std::size_t>(draw.below(std::ssize(program_.nodes)));
    const std::size_t last = first + 1 + static_cast<std::size_t>(draw.below(static_cast<Index>(size() - first)));
    program_.regions.push_back({first, last});
    const std::size_t inner = first + static_cast<std::size_t>(draw.below(static_cast<Index>(last - first)));
    if (draw.chance(0.4)) program_.regions.push_back({inner, draw.chance(0.5) ? last : std::min(inner + 2, last)});
    if (draw.chance(0.4) && last < size()) program_.regions.push_back({last, size()});
  }
  Program result = pruned(program_);
  if (result.leaves().empty()) {  // nothing to differentiate by: the first node is a leaf
    program_.outputs.push_back({0, 0});
    result = pruned(program_);
  }
  return result;
}

}  // namespace descent::fuzz
