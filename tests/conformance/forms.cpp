#include <descent/tests/conformance/forms.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

#include <descent/autodiff/functions/select.hpp>
#include <descent/nn/norm.hpp>

namespace descent::conformance {
namespace {

bool is_placed(const Value& value) { return value.is(Value::Kind::list) || value.is(Value::Kind::tensor); }

std::vector<Index> to_list(const Tensor& x) { return x.to_vector<Index>(); }

/// A list or tensor of positions on an axis of `size`, none of them negative.
Tensor places(const Value& value, const Args& a, Index size) {
  Tensor found;
  if (value.is(Value::Kind::tensor)) {
    found = a.tensor(value);
  } else {
    std::vector<Index> list;
    for (const Value& one : value.list) list.push_back(one.whole);
    found = from_vector(list);
  }
  if (found.dtype() == boolean) found = reshape(nonzero(found), {-1});
  return where(found < 0, found + size, found);
}

AxisSlice to_slice(const Value& value) {
  if (value.is(Value::Kind::whole)) return AxisSlice(value.whole);
  if (!value.is(Value::Kind::slice)) return AxisSlice(Slice{});
  Slice slice;
  if (value.list[0].is_number()) slice.start = value.list[0].whole;
  if (value.list[1].is_number()) slice.stop = value.list[1].whole;
  if (value.list[2].is_number()) slice.step = value.list[2].whole;
  return AxisSlice(slice);
}

Index axis_in(const Tensor& x, Index axis) { return checked_axis("dim", axis, x.rank()); }

/// Pairs for the last axes, the last one first.
std::vector<Padding> paddings(const Tensor& x, const std::vector<Index>& widths) {
  std::vector<Padding> all(static_cast<std::size_t>(x.rank()));
  for (std::size_t i = 0; i < widths.size() / 2; ++i) all[all.size() - 1 - i] = {widths[2 * i], widths[2 * i + 1]};
  return all;
}

}  // namespace

// ---------------------------------------------------------------- options

Axes axes_of(const Tensor& x, const Args& a, std::size_t place, std::string_view name) {
  const std::vector<Index> list = a.wholes(place, name);
  return list.empty() || x.rank() == 0 ? Axes() : Axes(std::span(list));
}

KeepAxes keep_of(const Args& a, std::size_t place) { return a.flag(place, "keepdim", false) ? KeepAxes::yes : KeepAxes::no; }

Shape sizes_of(const Tensor& x, const Args& a, std::size_t place) {
  std::vector<Index> sizes = a.wholes(place, "shape");
  for (std::size_t i = place + 1; i < a.count(); ++i) sizes.push_back(a.whole(i, "shape", 0));
  const auto open = std::find(sizes.begin(), sizes.end(), -1);
  if (open != sizes.end()) {
    *open = 1;
    *open = x.numel() / Shape(sizes).numel();
  }
  return Shape(sizes);
}

Shape expanded_sizes(const Tensor& x, const Args& a, std::size_t place) {
  std::vector<Index> sizes = a.wholes(place, "size");
  for (std::size_t i = 0; i < sizes.size(); ++i)
    if (sizes[i] == -1) sizes[i] = x.size(static_cast<Index>(i) - static_cast<Index>(sizes.size()));
  return Shape(sizes);
}

nn::Reduction reduction_of(const Args& a) {
  const std::string text = a.text(99, "reduction", "mean");
  return text == "sum" ? nn::Reduction::sum : text == "none" ? nn::Reduction::none : nn::Reduction::mean;
}

Tensor reduced(const Tensor& losses, const Args& a) {
  const nn::Reduction reduction = reduction_of(a);
  return reduction == nn::Reduction::mean ? mean(losses) : reduction == nn::Reduction::sum ? sum(losses) : losses;
}

// ---------------------------------------------------------------- shapes

Tensor at_least_1d(const Tensor& x) { return x.rank() == 0 ? reshape(x, {1}) : x; }
Tensor at_least_2d(const Tensor& x) { return x.rank() < 2 ? expand_dims(at_least_1d(x), 0) : x; }
Tensor at_least_3d(const Tensor& x) { return x.rank() < 3 ? expand_dims(at_least_2d(x), -1) : x; }

Tensor like_rank(const Tensor& x, const Tensor& result) { return x.rank() == 0 ? reshape(result, Shape{}) : result; }

Tensor squeezed(const Tensor& x, const std::vector<Index>& axes) {
  std::vector<Index> ones;
  for (const Index axis : axes)
    if (x.rank() > 0 && x.size(axis) == 1) ones.push_back(axis);
  return ones.empty() ? x : squeeze(x, Axes(std::span<const Index>(ones)));
}

Tensor sliced(const Tensor& x, Index axis, Slice slice) {
  std::vector<AxisSlice> axes(static_cast<std::size_t>(x.rank()), AxisSlice(Slice{}));
  axes[static_cast<std::size_t>(axis_in(x, axis))] = AxisSlice(slice);
  return descent::slice(x, axes);
}

Tensor chosen(const Tensor& x, Index axis, Index position) {
  std::vector<AxisSlice> axes(static_cast<std::size_t>(x.rank()), AxisSlice(Slice{}));
  axes[static_cast<std::size_t>(axis_in(x, axis))] = AxisSlice(position);
  return slice(x, axes);
}

Tensors pieces(const Tensor& x, Index axis, const std::vector<Index>& ends) {
  std::vector<Index> sizes;
  Index start = 0;
  for (const Index end : ends) {
    sizes.push_back(end - start);
    start = end;
  }
  sizes.push_back(x.size(axis) - start);
  return split_sizes(x, sizes, axis);
}

Tensors pieces(const Tensor& x, Index axis, const Args& a) {
  const Value& how = *a.find(1, "indices_or_sections");
  std::vector<Index> ends = how.is(Value::Kind::tensor) ? to_list(a.tensor(how)) : a.wholes(1, "indices_or_sections");
  const bool sections = how.is(Value::Kind::tensor) ? a.tensor(how).rank() == 0 : how.is(Value::Kind::whole);
  if (!sections) return pieces(x, axis, ends);
  const Index count = ends[0], size = x.size(axis);
  ends.clear();
  for (Index i = 1; i < count; ++i) ends.push_back(i * (size / count) + std::min(i, size % count));
  return pieces(x, axis, ends);
}

Tensor moved(const Tensor& x, const std::vector<Index>& from, const std::vector<Index>& to) {
  const auto rank = static_cast<std::size_t>(x.rank());
  std::vector<Index> order(rank, -1), rest;
  for (std::size_t i = 0; i < from.size(); ++i) order[static_cast<std::size_t>(axis_in(x, to[i]))] = axis_in(x, from[i]);
  for (Index axis = 0; axis < x.rank(); ++axis)
    if (std::find(order.begin(), order.end(), axis) == order.end()) rest.push_back(axis);
  auto next = rest.begin();
  for (Index& axis : order)
    if (axis < 0) axis = *next++;
  return permute(x, rank == 0 ? Axes::none() : Axes(std::span<const Index>(order)));
}

Tensor padded(const Tensor& x, const std::vector<Index>& widths, const Tensor& value) { return pad(x, paddings(x, widths), value); }
Tensor padded(const Tensor& x, const std::vector<Index>& widths, PadMode mode) { return pad(x, paddings(x, widths), mode); }

Tensors broadcast_all(const Tensors& xs) {
  Shape shape;
  for (const Tensor& x : xs) shape = broadcast("broadcast_tensors", shape, x.shape());
  Tensors result;
  for (const Tensor& x : xs) result.push_back(broadcast_to(x, shape));
  return result;
}

Tensors grid(const Tensors& xs, bool xy) {
  Tensors lines;
  for (std::size_t i = 0; i < xs.size(); ++i) {
    const Shape line = Shape(std::vector<Index>(xs.size(), 1)).with(static_cast<int>(i), xs[i].numel());
    lines.push_back(reshape(xs[i], line));
  }
  Tensors result = broadcast_all(lines);
  if (xy && xs.size() > 1)
    for (Tensor& x : result) x = transpose(x, 0, 1);
  return result;
}

Tensor combinations(const Tensor& x, Index size, bool repeated) {
  std::vector<Index> list, row(static_cast<std::size_t>(size));
  const std::function<void(std::size_t, Index)> extend = [&](std::size_t filled, Index from) {
    if (filled == row.size()) {
      list.insert(list.end(), row.begin(), row.end());
      return;
    }
    for (Index i = from; i < x.numel(); ++i) {
      row[filled] = i;
      extend(filled + 1, repeated ? i : i + 1);
    }
  };
  extend(0, 0);
  return take(x, from_span<Index>(list, {static_cast<Index>(list.size()) / size, size}));
}

Tensor repeated(const Args& a) {
  const Value& times = *a.find(1, "repeats");
  const Tensor x = a.has(2, "dim") ? a.x(0) : flatten(a.x(0));
  const Index axis = a.whole(2, "dim", 0);
  if (times.is(Value::Kind::whole)) return repeat(x, times.whole, axis);
  const std::vector<Index> counts = to_list(a.tensor(times));
  std::vector<Index> list;
  for (std::size_t i = 0; i < static_cast<std::size_t>(x.size(axis)); ++i)
    list.insert(list.end(), static_cast<std::size_t>(counts[counts.size() == 1 ? 0 : i]), static_cast<Index>(i));
  return take(x, from_vector(list), axis);
}

// ---------------------------------------------------------------- positions

Tensor positions(const Tensor& x, const View& view) { return view(reshape(arange(x.numel()), x.shape())); }

Tensor strided_positions(const std::vector<Index>& sizes, const std::vector<Index>& strides, Index offset) {
  const Shape shape(sizes);
  std::vector<Index> list;
  for (Index i = 0; i < shape.numel(); ++i) {
    Index at = offset, rest = i;
    for (std::size_t axis = sizes.size(); axis-- > 0; rest /= sizes[axis]) at += rest % sizes[axis] * strides[axis];
    list.push_back(at);
  }
  return from_span<Index>(list, shape);
}

Tensor added(const Tensor& x, const Tensor& positions, const Tensor& src) {
  return x + reshape(segment_sum(flatten(broadcast_to(src, positions.shape())), flatten(positions), x.numel()), x.shape());
}

Tensor written(const Tensor& x, const Tensor& positions, const Tensor& src) {
  return added(x, positions, src - take(flatten(x), positions));
}

Tensor gathered(const Tensor& x, Index axis, const Tensor& index) {
  Tensor cut = at_least_1d(x);
  const Tensor at = at_least_1d(index);
  if (at.numel() == 0) return take(flatten(x), at);  // of any shape
  for (Index i = 0; i < cut.rank(); ++i)
    if (i != axis_in(cut, axis)) cut = sliced(cut, i, {.stop = at.size(i)});
  return like_rank(index, take_along_axis(cut, at, axis));
}

Tensor accumulated(const Tensor& x, const Tensor& positions, const Tensor& src, const Args& a, bool mean) {
  const bool own = a.flag(99, "include_self", true);
  const Tensor count = added(zeros_like(x), positions, ones_like(src));
  const Tensor sum = added(own ? x : where(count > 0, 0.0, x), positions, src);
  return mean ? sum / maximum(own ? count + 1.0 : count, 1.0) : sum;
}

Tensor item_of(const Tensor& x, const Args& a) {
  const Value* key = a.find(1, "key");
  const bool one_list = std::all_of(key->list.begin(), key->list.end(), [](const Value& value) { return value.is(Value::Kind::whole); });
  std::vector<Value> keys = key->is(Value::Kind::list) && !one_list ? key->list : std::vector<Value>{*key};  // x[[1, 2]] is one list
  const auto dots = std::find_if(keys.begin(), keys.end(), [](const Value& value) { return value.is(Value::Kind::ellipsis); });
  if (dots != keys.end()) {
    const auto missing = static_cast<std::size_t>(x.rank()) + 1 - keys.size();
    keys.insert(keys.erase(dots), missing, Value{.kind = Value::Kind::ellipsis});
  }
  std::vector<AxisSlice> slices;
  for (const Value& one : keys) slices.push_back(to_slice(one));
  Tensor rest = slice(x, slices);
  std::erase_if(keys, [](const Value& value) { return value.is(Value::Kind::whole); });
  // Lists of positions that stand next to each other stay there, others come first, as in NumPy; their axes are taken as one.
  auto first = std::find_if(keys.begin(), keys.end(), is_placed);
  auto last = std::find_if_not(first, keys.end(), is_placed);
  if (first == keys.end()) return rest;
  if (std::any_of(last, keys.end(), is_placed)) {
    std::vector<Index> order(static_cast<std::size_t>(rest.rank()));
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_partition(order.begin(), order.end(), [&](Index i) {
      const auto place = static_cast<std::size_t>(i);
      return place < keys.size() && is_placed(keys[place]);
    });
    rest = permute(rest, Axes(std::span<const Index>(order)));
    first = keys.begin();
    last = std::stable_partition(keys.begin(), keys.end(), is_placed);
  }
  const auto axis = first - keys.begin();
  Tensor at;
  for (auto one = first; one != last; ++one) {
    const Index size = rest.size(one - keys.begin());
    const Tensor next = places(*one, a, size);
    at = at.absent() ? next : at * size + next;
  }
  return take(flatten(rest, axis, axis + (last - first) - 1), at, axis);
}

// ---------------------------------------------------------------- mathematics

Tensor plus(const Tensor& x, const Tensor& maybe) { return maybe.absent() ? x : x + maybe; }

Tensor bilinear(const Tensor& x, const Tensor& y, const Tensor& weight, const Tensor& bias) {
  const Tensor left = matmul(expand_dims(expand_dims(x, -2), -3), weight);  // [..., out, 1, width of y]
  return plus(sum(squeeze(left, -2) * expand_dims(y, -2), -1), bias);
}

Tensor matrix_norm(const Tensor& x, const Value* ord, Index first, Index second, KeepAxes keep) {
  const Index rows = axis_in(x, first), columns = axis_in(x, second);
  if (ord == nullptr || ord->text == "fro") return norm(x, 2, Axes{rows, columns}, keep);
  if (!ord->is_number() || std::abs(ord->real) == 2) {
    const Tensor matrices = moved(x, {rows, columns}, {-2, -1});
    const Tensor found = !ord->is_number() ? nuclear_norm(matrices) : ord->real > 0 ? spectral_norm(matrices) : min(svdvals(matrices), -1);
    if (keep == KeepAxes::no) return found;
    return expand_dims(expand_dims(found, std::min(rows, columns)), std::max(rows, columns));
  }
  const bool of_rows = std::isinf(ord->real);
  const Tensor sums = sum(abs(x), of_rows ? columns : rows, keep_axes);
  const Index rest = of_rows ? rows : columns;
  const Tensor found = ord->real > 0 ? max(sums, rest, keep_axes) : min(sums, rest, keep_axes);
  return keep == KeepAxes::yes ? found : squeeze(found, Axes{rows, columns});
}

Tensor any_norm(const Args& a) {
  const Tensor& x = a.x(0);
  const Value* ord = a.find(1, "ord");
  const std::vector<Index> axes = a.wholes(2, "dim");
  if (axes.size() == 2) return matrix_norm(x, ord, axes[0], axes[1], keep_of(a));
  if (axes.empty() && ord != nullptr && x.rank() == 2) return matrix_norm(x, ord, 0, 1, keep_of(a));
  return norm(x, ord == nullptr ? 2 : ord->real, axes_of(x, a, 2), keep_of(a));
}

Tensor renormed(const Tensor& x, double ord, Index axis, double most) {
  std::vector<Index> others;
  for (Index i = 0; i < x.rank(); ++i)
    if (i != axis_in(x, axis)) others.push_back(i);
  const Tensor size = norm(x, ord, Axes(std::span<const Index>(others)), keep_axes);
  return x * where(size > most, most / (size + 1e-7), number(1));
}

Tensor spread(Spread f, const Args& a) {
  const Value* second = a.find(1, "dim");
  const bool flag_first = second != nullptr && second->is(Value::Kind::flag);  // var(x, unbiased)
  const bool unbiased = a.flag(flag_first ? 1 : 99, "unbiased", true);
  return f(a.x(0), flag_first ? Axes() : axes_of(a.x(0), a, 1), a.real(99, "correction", unbiased ? 1 : 0), keep_of(a));
}

Tensor differences(const Tensor& x, Index n, Index axis, const Tensor& before, const Tensor& behind) {
  if (n == 0) return x;
  Tensors parts;
  for (const Tensor& part : {before, x, behind})
    if (part.present()) parts.push_back(part);
  Tensor result = concat(parts, axis);
  for (Index i = 0; i < n; ++i) result = sliced(result, axis, {.start = 1}) - sliced(result, axis, {.stop = -1});
  return result;
}

Tensor trapezoid(const Args& a) {
  const Tensor& y = a.x(0);
  const Index axis = a.whole(2, "dim", -1);
  const Tensor x = a.tensor(1, "x");
  const Tensor heights = (sliced(y, axis, {.start = 1}) + sliced(y, axis, {.stop = -1})) / 2.0;
  if (x.absent()) return sum(heights * a.real(99, "dx", 1), axis);
  return sum(heights * differences(x, 1, x.rank() == y.rank() ? axis : -1, {}, {}), axis);
}

Tensor attention(const Args& a) {
  if (a.real(99, "dropout_p", 0) != 0) throw Later("random numbers of the producer");
  return descent::attention(a.x(0), a.x(1), a.x(2), {.mask = a.tensor(3, "attn_mask"), .causal = a.flag(5, "is_causal", false)});
}

}  // namespace descent::conformance
