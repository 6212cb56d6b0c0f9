#include <descent/autodiff/transforms/op_check/variants.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace descent::inline v1::op_check {
namespace {

/// The sample with other shapes; listed values are taken round and round, or cut.
Sample reshaped(const Sample& sample, const std::vector<Shape>& shapes) {
  Sample result = sample;
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    SampleInput& input = result.inputs[i];
    input.shape = shapes[i];
    input.values.resize(std::min(input.values.size(), static_cast<std::size_t>(input.shape.numel())));
  }
  return result;
}

std::vector<Shape> shapes_of(const Sample& sample) {
  std::vector<Shape> shapes;
  for (const SampleInput& input : sample.inputs) shapes.push_back(input.shape);
  return shapes;
}

/// The sizes of each shape's axes changed by f.
template <class F> std::vector<Shape> mapped(std::vector<Shape> shapes, F f) {
  for (Shape& shape : shapes)
    for (int axis = 0; axis < shape.rank(); ++axis) shape = shape.with(axis, f(shape[axis]));
  return shapes;
}

/// The largest of the inputs and results.
Shape largest(const Op& op, const Sample& sample) {
  std::vector<Abstract> in, out(static_cast<std::size_t>(op.outputs));
  for (const SampleInput& input : sample.inputs) in.push_back({input.shape, input.dtype});
  op.infer(op, sample.params.get(), in, out);
  in.insert(in.end(), out.begin(), out.end());
  const auto smaller = [](const Abstract& a, const Abstract& b) { return a.shape.numel() < b.shape.numel(); };
  return std::max_element(in.begin(), in.end(), smaller)->shape;
}

}  // namespace

Samples shapes_of_pointwise(const Op& op, const Sample& sample) {
  const std::size_t n = sample.inputs.size();
  Samples result;
  if (op.kind != Kind::pointwise) return result;
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{3, 0}, Shape{2, 3, 5}})
    result.push_back(reshaped(sample, std::vector<Shape>(n, shape)));
  if (n == 1) return result;
  for (std::size_t i = 0; i < n; ++i)
    for (const Shape& small : {Shape{4}, Shape{3, 1}, Shape{}, Shape{1, 1, 1}}) {
      std::vector<Shape> shapes(n, Shape{3, 4});
      shapes[i] = small;
      result.push_back(reshaped(sample, shapes));
    }
  std::vector<Shape> crossed(n, Shape{4});
  crossed[0] = Shape{3, 1};
  result.push_back(reshaped(sample, crossed));
  return result;
}

Samples with_axes_of_size(const Sample& sample, Index size) {
  const std::vector<Shape> shapes = shapes_of(sample);
  Samples result;
  std::set<Index> seen;
  for (std::size_t i = 0; i < shapes.size(); ++i)
    for (int axis = 0; axis < shapes[i].rank(); ++axis) {
      const Index old = shapes[i][axis];
      std::vector<Shape> one = shapes;
      one[i] = one[i].with(axis, size);
      result.push_back(reshaped(sample, one));
      if (seen.insert(old).second) result.push_back(reshaped(sample, mapped(shapes, [&](Index s) { return s == old ? size : s; })));
    }
  return result;
}

Samples with_other_ranks(const Sample& sample) {
  const std::vector<Shape> shapes = shapes_of(sample);
  Samples result;
  for (std::size_t i = 0; i < shapes.size(); ++i)
    for (const Shape& other : {Shape{}, Shape{shapes[i].numel()}, shapes[i].inserted(0, 1)}) {
      std::vector<Shape> changed = shapes;
      changed[i] = other;
      result.push_back(reshaped(sample, changed));
    }
  return result;
}

Sample enlarged(const Op& op, const Sample& sample, Index elements) {
  const Shape most = largest(op, sample);
  const auto stretched = std::count_if(most.begin(), most.end(), [](Index size) { return size != 1; });
  if (stretched == 0 || most.numel() == 0) return sample;
  const double ratio = static_cast<double>(elements) / static_cast<double>(most.numel());
  const auto factor = static_cast<Index>(std::ceil(std::pow(std::max(1.0, ratio), 1.0 / static_cast<double>(stretched))));
  return reshaped(sample, mapped(shapes_of(sample), [&](Index size) { return size == 1 ? size : size * factor; }));
}

}  // namespace descent::inline v1::op_check
