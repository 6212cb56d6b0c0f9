#include <algorithm>
#include <map>
#include <numeric>

#include <descent/autodiff/base/error.hpp>
#include <descent/tests/fuzz/calls.hpp>

namespace descent::fuzz {
namespace {

using Sizes = std::vector<Index>;

Sizes sizes_of(const Shape& shape) { return {shape.begin(), shape.end()}; }
Shape shape_of(const Sizes& sizes) { return Shape(std::span<const Index>(sizes)); }
Ref ranged(Builder& b, Ref x) { return b.within(x, -2, 2); }

std::vector<Ref> reshape(Builder& b, const Op& op) {
  const Ref x = b.any();
  Sizes sizes;
  Index left = b.at(x).numel();
  for (const Index factor : {2, 3, 5, 7, 13})
    if (left > 0 && left % factor == 0 && b.draw.chance(0.5)) {
      sizes.push_back(factor);
      left /= factor;
    }
  sizes.insert(sizes.begin() + b.draw.below(std::ssize(sizes) + 1), left);
  if (b.draw.chance(0.3)) sizes.insert(sizes.begin() + b.draw.below(std::ssize(sizes) + 1), 1);
  return b.call(op, {x}, {{"shape", shape_of(sizes)}});
}

std::vector<Ref> permute(Builder& b, const Op& op) {
  const Ref x = b.any_of_rank(2);
  Sizes order(static_cast<std::size_t>(b.at(x).rank()));
  std::iota(order.begin(), order.end(), Index{0});
  for (std::size_t i = order.size(); i-- > 1;)
    std::swap(order[i], order[static_cast<std::size_t>(b.draw.below(static_cast<Index>(i) + 1))]);
  return b.call(op, {x}, {{"order", Axes(std::span<const Index>(order))}});
}

/// A shape and another that broadcasts to it.
struct Pair {
  Shape small, whole;
};
Pair broadcast_pair(Builder& b, const Shape& given) {
  Sizes small = sizes_of(given), whole = small;
  for (std::size_t i = 0; i < small.size(); ++i) {
    if (whole[i] == 1 && b.draw.chance(0.6)) whole[i] = b.draw.between(0, 5);
    else if (b.draw.chance(0.3)) small[i] = 1;
  }
  if (b.draw.chance(0.5) && whole.size() < 4) whole.insert(whole.begin(), b.draw.between(1, 3));
  return {shape_of(small), shape_of(whole)};
}

std::vector<Ref> broadcast_to(Builder& b, const Op& op) {
  const auto [small, whole] = broadcast_pair(b, b.shape_of(b.any()));
  return b.call(op, {b.fit(b.any(), small)}, {{"shape", whole}});
}

std::vector<Ref> sum_to(Builder& b, const Op& op) {
  const auto [small, whole] = broadcast_pair(b, b.shape_of(b.any()));
  return b.call(op, {b.fit(b.any(), whole)}, {{"shape", small}, {"dtype", f64}});
}

std::vector<Ref> concat(Builder& b, const Op& op) {
  std::vector<Ref> in = {b.any_of_rank(1)};
  const Shape first = b.shape_of(in[0]);
  const Index axis = b.draw.below(first.rank());
  for (Index more = b.draw.between(0, 3); more > 0; --more)
    in.push_back(b.draw.chance(0.2) ? in[0] : b.fit(b.any(), first.with(static_cast<int>(axis), b.draw.between(0, 4))));
  return b.call(op, in, {{"axis", b.draw.chance(0.5) ? axis : axis - first.rank()}});
}

/// Positions start + k step, k < count, on an axis of this size.
struct Stride {
  Index start, step, count;
};
Stride stride(Builder& b, Index size) {
  if (size == 0 || b.draw.chance(0.05)) return {0, 1, 0};
  const Index step = b.draw.chance(0.6) ? 1 : b.draw.between(1, 3);
  const Index count = b.draw.between(1, (size - 1) / step + 1);
  const Index start = b.draw.between(0, size - 1 - (count - 1) * step);
  return b.draw.chance(0.3) ? Stride{start + (count - 1) * step, -step, count} : Stride{start, step, count};
}

std::vector<Ref> slice_or_place(Builder& b, const Op& op) {
  const Ref x = b.any();
  const bool place = op.name == "place";
  Sizes start, step, small, whole;
  for (const Index size : b.shape_of(x)) {
    whole.push_back(place ? std::min<Index>(size + b.draw.between(0, 4), 70) : size);
    const Stride along = stride(b, whole.back());
    start.push_back(along.start);
    step.push_back(along.step);
    small.push_back(along.count);
  }
  if (place) return b.call(op, {b.fit(x, shape_of(small))}, {{"start", start}, {"step", step}, {"shape", shape_of(whole)}});
  return b.call(op, {x}, {{"start", start}, {"step", step}, {"size", shape_of(small)}});
}

Tensor indices(Builder& b, const Shape& shape, Index size) {
  std::vector<Index> values(static_cast<std::size_t>(shape.numel()));
  for (Index& value : values) value = b.draw.between(-size, size - 1);
  return from_span<std::int64_t>(values, shape);
}

/// The indices' axes in the place of one axis of x.
Shape replaced(const Shape& x, int axis, const Shape& index) {
  Sizes sizes = sizes_of(x.without(axis));
  sizes.insert(sizes.begin() + axis, index.begin(), index.end());
  return shape_of(sizes);
}

std::vector<Ref> take_or_segment_sum(Builder& b, const Op& op) {
  const Ref x = b.any_of_rank(1);
  const Shape rows = b.shape_of(x);
  const auto axis = static_cast<int>(b.draw.below(rows.rank()));
  Sizes index_sizes;
  for (Index rank = b.draw.between(0, 2); rank > 0; --rank) index_sizes.push_back(b.draw.between(b.draw.chance(0.1) ? 0 : 1, 5));
  if (rows[axis] == 0) index_sizes = {0};
  const Shape shape = shape_of(index_sizes);
  const Ref index = b.constant(indices(b, shape, rows[axis]));
  if (op.name == "take") return b.call(op, {x, index}, {{"axis", Index{axis}}});
  return b.call(op, {b.fit(b.any(), replaced(rows, axis, shape)), index}, {{"count", rows[axis]}, {"axis", Index{axis}}});
}

std::vector<Ref> along_axis(Builder& b, const Op& op) {
  const Ref x = b.any_of_rank(1);
  const Shape rows = b.shape_of(x);
  const auto axis = static_cast<int>(b.draw.below(rows.rank()));
  const Index count = rows[axis];
  const Shape picked = rows.with(axis, count == 0 ? 0 : b.draw.between(0, 2 * std::min<Index>(count, 8)));
  if (op.name == "take_along_axis") {
    if (b.draw.chance(0.3)) {
      const Ref order = b.call("argsort", {ranged(b, b.fit(b.any(), rows))}, {{"axis", Index{axis}}});
      return b.call(op, {x, order}, {{"axis", Index{axis}}});
    }
    return b.call(op, {x, b.constant(indices(b, picked, count))}, {{"axis", Index{axis}}});
  }
  const Ref values = b.fit(b.any(), picked);
  return b.call(op, {values, b.constant(indices(b, picked, count))}, {{"count", count}, {"axis", Index{axis}}});
}

Sizes with_front(Sizes front, std::initializer_list<Index> last) {
  front.insert(front.end(), last);
  return front;
}

std::vector<Ref> matmul(Builder& b, const Op& op) {
  static const Sizes common = {0, 1, 1, 2, 3, 4, 5, 7, 7, 13, 13, 65};
  const Ref x = b.any_of_rank(1);
  const Shape from = b.at(x).rank() >= 2 ? b.shape_of(x) : Shape{1, b.at(x).numel()};
  const bool ta = b.draw.chance(0.4), tb = b.draw.chance(0.4);
  const Index k = from.back(ta ? 1 : 0), n = b.draw.of(common);
  Sizes front = sizes_of(from);
  front.resize(front.size() - 2);
  for (Index& size : front)
    if (b.draw.chance(0.4)) size = 1;
  if (b.draw.chance(0.5)) front.clear();
  const Ref y = b.fit(b.any(), shape_of(with_front(front, {tb ? n : k, tb ? k : n})));
  return b.call(op, {b.fit(x, from), y}, {{"transpose_a", ta}, {"transpose_b", tb}});
}

/// A well conditioned square matrix, or several: diag(1, 1.5, 2, ...), disturbed by a value of the program.
Ref matrix(Builder& b, Sizes front, Index n) {
  std::vector<double> diagonal(static_cast<std::size_t>(n * n));
  for (Index i = 0; i < n; ++i) diagonal[static_cast<std::size_t>(i * n + i)] = 1 + 0.5 * static_cast<double>(i);
  const Ref base = b.constant(from_span<double>(diagonal, Shape{n, n}, f64));
  const double most = 0.4 / static_cast<double>(std::max<Index>(n, 1));
  return b.call("add", {b.within(b.fit(b.any(), shape_of(with_front(std::move(front), {n, n}))), -most, most), base});
}

std::vector<Ref> of_matrices(Builder& b, const Op& op) {
  Sizes front;
  for (Index rank = b.draw.between(0, 2); rank > 0; --rank) front.push_back(b.draw.between(b.draw.chance(0.1) ? 0 : 1, 3));
  const Index n = b.draw.chance(0.1) ? 0 : b.draw.between(1, 6);
  std::vector<Ref> in = {matrix(b, front, n)};
  NamedParams params;
  if (op.params.size != 0) params = params_of(op, b.draw.of(op.samples()));
  if (op.min_inputs == 2)
    in.push_back(ranged(b, b.fit(b.any(), shape_of(with_front(b.draw.chance(0.5) ? front : Sizes{}, {n, b.draw.between(0, 4)})))));
  return b.call(op, in, params);
}

}  // namespace

AddCall shaped_call(std::string_view op) {
  static const std::map<std::string_view, AddCall> table = {
      {"reshape", reshape},
      {"permute", permute},
      {"broadcast_to", broadcast_to},
      {"sum_to", sum_to},
      {"concat", concat},
      {"slice", slice_or_place},
      {"place", slice_or_place},
      {"take", take_or_segment_sum},
      {"segment_sum", take_or_segment_sum},
      {"take_along_axis", along_axis},
      {"scatter_sum", along_axis},
      {"scatter_max", along_axis},
      {"scatter_min", along_axis},
      {"matmul", matmul},
      {"cholesky", of_matrices},
      {"cofactors", of_matrices},
      {"det", of_matrices},
      {"eigh", of_matrices},
      {"lu", of_matrices},
      {"matrix_exp", of_matrices},
      {"pinv", of_matrices},
      {"qr", of_matrices},
      {"slogdet", of_matrices},
      {"solve", of_matrices},
      {"svd", of_matrices},
      {"triangular_solve", of_matrices},
  };
  const auto found = table.find(op);
  return found == table.end() ? nullptr : found->second;
}

}  // namespace descent::fuzz
