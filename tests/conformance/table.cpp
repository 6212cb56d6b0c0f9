#include <descent/tests/conformance/table.hpp>

#include <cmath>
#include <numbers>

#include <descent/autodiff/functions/activations.hpp>
#include <descent/autodiff/functions/arithmetic.hpp>
#include <descent/autodiff/functions/distances.hpp>
#include <descent/autodiff/functions/matrix_products.hpp>
#include <descent/autodiff/functions/normalising.hpp>
#include <descent/autodiff/functions/rearrange.hpp>
#include <descent/autodiff/functions/select.hpp>
#include <descent/tests/conformance/forms.hpp>

// One line an op: the producer's name, and the same in descent's. `a` holds the arguments, a.x(i) is the tensor at place i.
// A place of 99 stands for an option that is given by name only.

namespace descent::conformance {
namespace {

using A = const Args&;

auto of(Tensor (*f)(Arg)) {
  return [f](A a) { return f(a.x(0)); };
}
auto of(Tensor (*f)(Arg, Arg)) {
  return [f](A a) { return f(a.tensor(0, "input"), a.tensor(1, "other")); };
}
/// A reduction over the axes of argument 1.
auto over(Tensor (*f)(Arg, Axes, KeepAxes)) {
  return [f](A a) { return f(a.x(0), axes_of(a.x(0), a, 1), keep_of(a, 2)); };
}
/// The position of an extreme, on one axis or among all.
auto where_is(Tensor (*along)(Arg, Index, KeepAxes), Tensor (*among_all)(Arg)) {
  return [=](A a) { return a.has(1, "dim") && a.x(0).rank() > 0 ? along(a.x(0), a.whole(1, "dim", 0), keep_of(a, 2)) : among_all(a.x(0)); };
}
/// An extreme with its position.
auto with_index(ValuesAndIndices (*f)(Arg, Index, KeepAxes)) {
  return [f](A a) {
    const auto [values, indices] = f(at_least_1d(a.x(0)), a.whole(1, "dim", 0), keep_of(a, 2));
    return Tensors{like_rank(a.x(0), values), like_rank(a.x(0), indices)};
  };
}
/// f of a tensor, or of each in a list.
auto each(Tensor (*f)(const Tensor&)) {
  return [f](A a) {
    Tensors result;
    for (const Tensor& x : a.list(0)) result.push_back(f(x));
    return result;
  };
}
/// The tensors of a list one after the other, each made to have at least so many axes.
auto joined(Tensor (*f)(const Tensor&), Index (*axis)(const Tensor&)) {
  return [=](A a) {
    Tensors parts;
    for (const Tensor& x : a.list(0)) parts.push_back(f(x));
    return concat(parts, axis(parts[0]));
  };
}

double alpha(A a) { return a.real(99, "alpha", 1); }
double beta(A a) { return a.real(99, "beta", 1); }
Index axis(A a, std::size_t place, Index otherwise) { return a.whole(place, "dim", otherwise); }
Index first_axis(const Tensor&) { return 0; }
Index third_axis(const Tensor&) { return 2; }
Index second_axis(const Tensor& x) { return x.rank() == 1 ? 0 : 1; }

Tensor same(A a) { return a.x(0); }
Tensor plus_product(A a) { return beta(a) * a.x(0) + alpha(a) * matmul(a.x(1), a.x(2)); }
Tensor swapped_pair(const Tensor& x) { return x.rank() < 2 ? x : transpose(x); }
Tensor swapped(A a) { return swapped_pair(a.x(0)); }
Tensor finite_sum(A a) { return sum(where(isnan(a.x(0)), 0.0, a.x(0)), axes_of(a.x(0), a, 1), keep_of(a)); }
Tensor average(A a) { return mean(a.x(0), axes_of(a.x(0), a, 1), keep_of(a)); }
/// The producer joins an empty list of numbers to anything.
Tensors without_empty(Tensors xs) {
  std::erase_if(xs, [&](const Tensor& x) { return x.shape() == Shape{0} && xs.back().rank() > 1; });
  return xs;
}
Tensor as_column(const Tensor& x) { return x.rank() < 2 ? reshape(x, {-1, 1}) : x; }
Tensor weight_of_channels(A a) {  // [channels, 1, ...] for x of [batch, channels, ...]
  const Tensor weight = a.tensor(1, "weight");
  if (weight.numel() == 1) return reshape(weight, Shape{});
  return reshape(weight, Shape(std::vector<Index>(static_cast<std::size_t>(a.x(0).rank() - 1), 1)).with(0, weight.numel()));
}
Tensor padded_with(A a, std::size_t value_at) { return padded(a.x(0), a.wholes(1, "pad"), number(a.real(value_at, "value", 0))); }
Tensor joined_sizes(A a) {
  const Tensor& x = a.x(0);
  return x.rank() == 0 ? reshape(x, {1}) : flatten(x, a.whole(1, "start_dim", 0), a.whole(2, "end_dim", -1));
}
Tensor unflattened(A a) {
  const Tensor& x = a.x(0);
  const Shape shape = x.shape();
  const auto at = checked_axis("unflatten", axis(a, 1, 0), x.rank());
  std::vector<Index> sizes(shape.begin(), shape.begin() + at), inner = a.wholes(2, "sizes");
  Index open = x.size(at);
  for (const Index size : inner) open = size > 0 ? open / size : open;
  for (const Index size : inner) sizes.push_back(size < 0 ? open : size);
  sizes.insert(sizes.end(), shape.begin() + at + 1, shape.end());
  return reshape(x, Shape(sizes));
}
Tensor rolled(A a) {
  const std::vector<Index> shifts = a.wholes(1, "shifts"), axes = a.wholes(2, "dims");
  if (axes.empty()) return roll(a.x(0), shifts[0]);
  Tensor x = a.x(0);
  for (std::size_t i = 0; i < axes.size(); ++i) x = roll(x, shifts[i], axes[i]);
  return x;
}
Tensors of_size(A a) {
  const Index size = a.whole(1, "split_size", 1), dim = axis(a, 2, 0);
  std::vector<Index> ends;
  for (Index end = size; end < a.x(0).size(dim); end += size) ends.push_back(end);
  return pieces(a.x(0), dim, ends);
}
Tensor scattered(A a) {
  const Tensor at = positions(a.x(0), [&](const Tensor& p) { return gathered(p, axis(a, 1, 0), a.x(2)); });
  Tensor src = a.tensor(3, "src");
  if (src.shape() != at.shape() && src.rank() > 0)
    for (Index i = 0; i < src.rank(); ++i) src = sliced(src, i, {.stop = at.size(i)});
  return written(a.x(0), at, src);
}
Tensor scatter_summed(A a) {
  const Tensor &x = a.x(0), &index = a.x(2), &src = a.x(3);
  if (src.shape() == index.shape() && x.rank() > 0) {
    const int dim = checked_axis("dim", axis(a, 1, 0), x.rank());
    if (x.shape().with(dim, 1) == index.shape().with(dim, 1)) return scatter_add(x, index, src, dim);
  }
  Tensor part = src;
  for (Index i = 0; i < src.rank(); ++i) part = sliced(part, i, {.stop = index.size(i)});
  return added(x, positions(x, [&](const Tensor& p) { return gathered(p, axis(a, 1, 0), index); }), part);
}
Tensor scatter_reduced(A a, bool mean) {
  Tensor src = a.x(3);
  for (Index i = 0; i < src.rank(); ++i) src = sliced(src, i, {.stop = a.x(2).size(i)});
  return accumulated(a.x(0), positions(a.x(0), [&](const Tensor& p) { return gathered(p, axis(a, 1, 0), a.x(2)); }), src, a, mean);
}
Tensor as_indices(const Tensor& x) { return x.dtype() == boolean ? flatten(nonzero(x)) : x; }
/// The positions that an index of rows names along an axis.
Tensor rows_at(A a) {
  return positions(a.x(0), [&](const Tensor& p) { return like_rank(p, take(at_least_1d(p), a.x(2), axis(a, 1, 0))); });
}
/// Classes are on the second axis, or the only one.
Tensor classes_last(const Tensor& x) { return x.rank() > 1 ? moveaxis(x, 1, -1) : x; }
Tensor cross_entropy(A a) {
  const Tensor& target = a.x(1);
  return nn::cross_entropy(classes_last(a.x(0)), is_floating(target.dtype()) ? classes_last(target) : target,
                           {.ignore_index = a.whole(99, "ignore_index", -100),
                            .weight = a.tensor(2, "weight"),
                            .label_smoothing = a.real(99, "label_smoothing", 0),
                            .reduction = reduction_of(a)});
}
Tensor logistic_loss(A a) {
  return nn::binary_cross_entropy_with_logits(a.x(0), a.x(1), {a.tensor(2, "weight"), a.tensor(99, "pos_weight"), reduction_of(a)});
}
Tensor divergence(A a) {
  const bool by_row = a.text(99, "reduction", "mean") == "batchmean";
  const Tensor losses = nn::kl_div(a.x(0), a.x(1), {a.flag(99, "log_target", false), by_row ? nn::Reduction::sum : reduction_of(a)});
  return by_row ? losses / static_cast<double>(a.x(0).size(0)) : losses;
}
Tensor binary_cross_entropy(A a) {
  const Tensor weight = a.tensor(2, "weight");
  if (weight.absent()) return nn::binary_cross_entropy(a.x(0), a.x(1), reduction_of(a));
  return reduced(weight * nn::binary_cross_entropy(a.x(0), a.x(1), nn::Reduction::none), a);
}
Tensor gaussian_loss(A a) {
  const bool by_row = a.x(2).rank() + 1 == a.x(0).rank() && a.x(0).shape().without(a.x(2).rank()) == a.x(2).shape();
  return nn::gaussian_nll(a.x(0), a.x(1), by_row ? expand_dims(a.x(2), -1) : a.x(2),
                          {a.flag(99, "full", false), a.real(99, "eps", 1e-6), reduction_of(a)});
}
Tensor poisson_loss(A a) {
  return nn::poisson_nll(a.x(0), a.x(1),
                         {a.flag(99, "log_input", true), a.flag(99, "full", false), a.real(99, "eps", 1e-8), reduction_of(a)});
}
Tensor triplet_loss(A a) {
  return nn::triplet(a.x(0), a.x(1), a.x(2),
                     {.margin = a.real(99, "margin", 1), .swap = a.flag(99, "swap", false), .reduction = reduction_of(a)});
}
Tensor multilabel_loss(A a) { return nn::multilabel_soft_margin(a.x(0), a.x(1), a.tensor(2, "weight"), reduction_of(a)); }
Tensor clamped(A a) { return clamp(a.x(0), a.has(1, "min") ? a.x(1) : number(-INFINITY), a.has(2, "max") ? a.x(2) : number(INFINITY)); }
Tensor as_diagonals(A a) {
  return moved(diag_embed(a.x(0), a.whole(1, "offset", 0)), {-2, -1}, {a.whole(2, "dim1", -2), a.whole(3, "dim2", -1)});
}
Tensor norm_of_matrices(A a) {
  const std::vector<Index> axes = a.wholes(2, "dim");
  return matrix_norm(a.x(0), a.find(1, "ord"), axes[0], axes[1], keep_of(a, 3));
}
Tensors extremes(A a) {
  const Axes axes = axes_of(a.x(0), a, 1);
  return {min(a.x(0), axes, keep_of(a)), max(a.x(0), axes, keep_of(a))};
}
/// The positions that a size, strides and an offset from argument `place` on name.
Tensor strided(A a, std::size_t place) {
  return strided_positions(a.wholes(place, "size"), a.wholes(place + 1, "stride"), a.whole(place + 2, "storage_offset", 0));
}
Tensor all_pairs(A a) {
  Tensors columns;
  for (const Tensor& x : grid(a.list(0), false)) columns.push_back(flatten(x));
  return columns.size() == 1 ? columns[0] : stack(columns, 1);
}
Tensor diagonal_at(const Tensor& x, A a, std::size_t place, Index first) {
  return diagonal(x, a.whole(place, "offset", 0), a.whole(place + 1, "dim1", first), a.whole(place + 2, "dim2", first + 1));
}
/// x with argument 1 where the view shows it.
Tensor seen_as(A a, const View& view) { return written(a.x(0), positions(a.x(0), view), a.x(1)); }
Tensor narrowed(A a) {
  const Index start = a.tensor(2, "start").item<Index>();
  return sliced(a.x(0), axis(a, 1, 0), {start, start + a.whole(3, "length", 0)});
}
Tensor turned(A a) {
  const std::vector<Index> axes = a.has(2, "dims") ? a.wholes(2, "dims") : std::vector<Index>{0, 1};
  return rot90(a.x(0), a.whole(1, "k", 1), axes[0], axes[1]);
}
Slice slice_of(A a) { return {a.whole(3, "start", 0), a.whole(4, "end", 0), a.whole(5, "step", 1)}; }
Tensor rows_added(A a) { return like_rank(a.x(0), index_add(at_least_1d(a.x(0)), a.x(2), alpha(a) * at_least_1d(a.x(3)), axis(a, 1, 0))); }
Tensor rows_filled(A a) { return where(added(zeros_like(a.x(0)), rows_at(a), number(1)) > 0, a.tensor(3, "value"), a.x(0)); }
/// Argument 2 at these positions of x, in their place or added.
Tensor put(A a, const Tensor& at) {
  const Tensor src = a.x(2).numel() == at.numel() ? reshape(a.x(2), at.shape()) : a.x(2);
  return a.flag(3, "accumulate", false) ? added(a.x(0), at, src) : written(a.x(0), at, src);
}
Tensor taken_along(A a) {
  if (!a.has(2, "dim")) return take_along_axis(flatten(a.x(0)), flatten(a.x(1)), 0);
  const int dim = checked_axis("dim", axis(a, 2, 0), a.x(0).rank());
  const Shape shape = broadcast("take_along_dim", a.x(0).shape().with(dim, 1), a.x(1).shape().with(dim, 1));
  const auto whole = [&](const Tensor& x) { return broadcast_to(x, shape.with(dim, x.size(dim))); };
  return take_along_axis(whole(a.x(0)), whole(a.x(1)), dim);
}
Tensor mask_filled(A a) {
  const Tensors both = broadcast_all({a.x(0), a.x(1)});
  const Tensor at = flatten(nonzero(flatten(both[1])));
  return written(both[0], at, sliced(flatten(a.x(2)), 0, {.stop = at.numel()}));
}
Tensor layer_normalized(A a) {
  std::vector<Index> axes;
  for (std::size_t i = a.wholes(1, "shape").size(); i > 0; --i) axes.push_back(-static_cast<Index>(i));
  return layer_norm(a.x(0), Axes(std::span<const Index>(axes)), {a.tensor(2, "weight"), a.tensor(3, "bias"), a.real(4, "eps", 1e-5)});
}
Tensor made_unit(A a) {
  return normalize(a.x(0), {a.real(1, "p", 2), a.x(0).rank() == 0 ? Axes() : Axes(axis(a, 2, 1)), a.real(3, "eps", 1e-12)});
}
Tensor similarity(A a) {
  const auto wide = [](const Tensor& x) { return at_least_1d(x); };
  const Index axis_of_rows = a.x(0).rank() == 0 ? 0 : axis(a, 2, 1);
  return cosine_similarity(wide(a.x(0)), wide(a.x(1)), axis_of_rows, a.real(3, "eps", 1e-8));
}
Tensor thresholded_softplus(A a) { return where(a.x(0) * beta(a) > a.real(99, "threshold", 20), a.x(0), softplus(a.x(0), beta(a))); }

Tensor like_windows(A a) {
  const Tensor shown = descent::windows(at_least_1d(a.x(0)), a.whole(2, "size", 1), a.whole(3, "step", 1), axis(a, 1, 0));
  return a.x(0).rank() == 0 ? reshape(shown, {-1}) : shown;
}
Tensors grid_of(A a) {
  Tensors all = meshgrid(a.list(0));
  if (a.text(99, "indexing", "ij") == "xy" && all.size() > 1)
    for (Tensor& x : all) x = transpose(x, 0, 1);
  return all;
}

const Row rows[] = {
    // ---------------------------------------------------------------- one input, element by element
    {"abs", of(abs)},
    {"acos", of(acos)},
    {"acosh", of(acosh)},
    {"angle", [](A a) { return atan2(zeros_like(a.x(0)), a.x(0)); }},
    {"asin", of(asin)},
    {"asinh", of(asinh)},
    {"atan", of(atan)},
    {"atanh", of(atanh)},
    {"ceil", of(ceil)},
    {"clone", same},
    {"cos", of(cos)},
    {"cosh", of(cosh)},
    {"deg2rad", [](A a) { return a.x(0) * (std::numbers::pi / 180); }},
    {"erf", of(erf)},
    {"erfc", of(erfc)},
    {"exp", of(exp)},
    {"exp2", of(exp2)},
    {"expm1", of(expm1)},
    {"floor", of(floor)},
    {"frac", of(frac)},
    {"log", of(log)},
    {"log10", of(log10)},
    {"log1p", of(log1p)},
    {"log2", of(log2)},
    {"logit", [](A a) { return logit(a.has(1, "eps") ? clamp(a.x(0), a.real(1, "eps", 0), 1 - a.real(1, "eps", 0)) : a.x(0)); }},
    {"nan_to_num", [](A a) { return nan_to_num(a.x(0)); }},
    {"neg", of(neg)},
    {"positive", same},
    {"rad2deg", [](A a) { return a.x(0) * (180 / std::numbers::pi); }},
    {"reciprocal", of(reciprocal)},
    {"resolve_conj", same},
    {"round", of(round)},
    {"rsqrt", of(rsqrt)},
    {"sgn", of(sign)},
    {"sigmoid", of(sigmoid)},
    {"sign", of(sign)},
    {"sin", of(sin)},
    {"sinh", of(sinh)},
    {"special.entr", [](A a) { return where(a.x(0) < 0, number(-INFINITY), -xlogy(a.x(0), a.x(0))); }},
    {"special.ndtr", [](A a) { return erfc(a.x(0) * (-std::numbers::sqrt2 / 2)) / 2; }},
    {"sqrt", of(sqrt)},
    {"square", of(square)},
    {"tan", of(tan)},
    {"tanh", of(tanh)},
    {"trunc", of(trunc)},

    // ---------------------------------------------------------------- two and three inputs, element by element
    {"__radd__", of(add)},
    {"__rdiv__", [](A a) { return a.x(1) / a.x(0); }},
    {"__rmod__", [](A a) { return remainder(a.x(1), a.x(0)); }},
    {"__rmul__", of(mul)},
    {"__rpow__", [](A a) { return pow(a.x(1), a.x(0)); }},
    {"__rsub__", [](A a) { return a.x(1) - a.x(0); }},
    {"add", [](A a) { return a.x(0) + alpha(a) * a.x(1); }},
    {"addcdiv", [](A a) { return a.x(0) + a.real(99, "value", 1) * (a.x(1) / a.x(2)); }},
    {"addcmul", [](A a) { return a.x(0) + a.real(99, "value", 1) * (a.x(1) * a.x(2)); }},
    {"atan2", of(atan2)},
    {"clamp", clamped},
    {"clamp_max", of(minimum)},
    {"clamp_min", of(maximum)},
    {"copysign", of(copysign)},
    {"dist", [](A a) { return norm(a.x(0) - a.x(1), a.real(2, "p", 2)); }},
    {"div.floor_rounding", of(floor_div)},
    {"div.no_rounding_mode", of(div)},
    {"div.trunc_rounding", [](A a) { return trunc(a.x(0) / a.x(1)); }},
    {"float_power", of(pow)},
    {"floor_divide", of(floor_div)},
    {"fmax", [](A a) { return where(isnan(a.x(0)), a.x(1), where(isnan(a.x(1)), a.x(0), maximum(a.x(0), a.x(1)))); }},
    {"fmin", [](A a) { return where(isnan(a.x(0)), a.x(1), where(isnan(a.x(1)), a.x(0), minimum(a.x(0), a.x(1)))); }},
    {"fmod", of(fmod)},
    {"hypot", of(hypot)},
    {"ldexp", [](A a) { return a.x(0) * exp2(a.x(1)); }},
    {"lerp", [](A a) { return lerp(a.x(0), a.x(1), a.tensor(2, "weight")); }},
    {"logaddexp", of(logaddexp)},
    {"logaddexp2", [](A a) { return logaddexp(a.x(0) * std::numbers::ln2, a.x(1) * std::numbers::ln2) / std::numbers::ln2; }},
    {"masked_fill", [](A a) { return masked_fill(a.x(0), a.x(1), a.tensor(2, "value")); }},
    {"max.binary", of(maximum)},
    {"maximum", of(maximum)},
    {"min.binary", of(minimum)},
    {"minimum", of(minimum)},
    {"mul", of(mul)},
    {"pow", of(pow)},
    {"remainder", of(remainder)},
    {"rsub", [](A a) { return a.x(1) - alpha(a) * a.x(0); }},
    {"special.xlog1py", [](A a) { return xlogy(a.x(0), 1 + a.x(1)); }},
    {"sub", [](A a) { return a.x(0) - alpha(a) * a.x(1); }},
    {"true_divide", of(div)},
    {"where", [](A a) { return where(a.x(1), a.x(0), a.x(2)); }},
    {"xlogy", of(xlogy)},

    // ---------------------------------------------------------------- products
    {"__rmatmul__", [](A a) { return matmul(a.x(1), a.x(0)); }},
    {"addbmm", [](A a) { return beta(a) * a.x(0) + alpha(a) * sum(matmul(a.x(1), a.x(2)), 0); }},
    {"addmm",
     [](A a) {
       return addmm(a.x(0), a.x(1), a.x(2), {alpha(a), beta(a)});
     }},
    {"addmm.decomposed",
     [](A a) {
       return addmm(a.x(0), a.x(1), a.x(2), {alpha(a), beta(a)});
     }},
    {"addmv", plus_product},
    {"addr", [](A a) { return beta(a) * a.x(0) + alpha(a) * outer(a.x(1), a.x(2)); }},
    {"baddbmm",
     [](A a) {
       return addmm(a.x(0), a.x(1), a.x(2), {alpha(a), beta(a)});
     }},
    {"bmm", of(bmm)},
    {"dot", of(dot)},
    {"inner", [](A a) { return a.x(0).rank() * a.x(1).rank() == 0 ? a.x(0) * a.x(1) : matmul(a.x(0), swapped_pair(a.x(1))); }},
    {"kron", of(kron)},
    {"linalg.vecdot", [](A a) { return sum(a.x(0) * a.x(1), axis(a, 2, -1)); }},
    {"matmul", of(matmul)},
    {"mm", of(matmul)},
    {"mv", of(matmul)},
    {"nn.functional.bilinear", [](A a) { return bilinear(a.x(0), a.x(1), a.x(2), a.tensor(3, "bias")); }},
    {"nn.functional.linear", [](A a) { return plus(matmul(a.x(0), a.x(1), {.transpose_b = true}), a.tensor(2, "bias")); }},
    {"nn.functional.scaled_dot_product_attention", attention},
    {"outer", of(outer)},
    {"vdot", of(dot)},

    // ---------------------------------------------------------------- matrices
    {"cross", [](A a) { return descent::cross(a.x(0), a.x(1), axis(a, 2, -1)); }},
    {"diag", [](A a) { return a.x(0).rank() == 1 ? diag_embed(a.x(0), a.whole(1, "k", 0)) : diagonal(a.x(0), a.whole(1, "k", 0)); }},
    {"diag_embed", as_diagonals},
    {"diagflat", [](A a) { return diag_embed(flatten(a.x(0)), a.whole(1, "offset", 0)); }},
    {"diagonal", [](A a) { return diagonal_at(a.x(0), a, 1, 0); }},
    {"linalg.cross", [](A a) { return descent::cross(a.x(0), a.x(1), axis(a, 2, -1)); }},
    {"linalg.diagonal", [](A a) { return diagonal_at(a.x(0), a, 1, -2); }},
    {"linalg.matrix_norm", norm_of_matrices},
    {"linalg.norm", any_norm},
    {"linalg.norm.subgradients_at_zero", any_norm, 1},  // its second derivatives at 0 are NaN, for some orders
    {"linalg.vector_norm", [](A a) { return norm(a.x(0), a.real(1, "ord", 2), axes_of(a.x(0), a, 2), keep_of(a)); }},
    {"trace", [](A a) { return trace(a.x(0)); }},
    {"tril", [](A a) { return tril(a.x(0), a.whole(1, "diagonal", 0)); }},
    {"triu", [](A a) { return triu(a.x(0), a.whole(1, "diagonal", 0)); }},

    // ---------------------------------------------------------------- reductions
    {"all", over(all)},
    {"amax", over(max)},
    {"amin", over(min)},
    {"aminmax", extremes},
    {"any", over(any)},
    {"argmax", where_is(argmax, argmax)},
    {"argmin", where_is(argmin, argmin)},
    {"count_nonzero", over(count_nonzero)},
    {"diff", [](A a) { return differences(a.x(0), a.whole(1, "n", 1), axis(a, 2, -1), a.tensor(3, "prepend"), a.tensor(4, "append")); }},
    {"logsumexp", over(logsumexp)},
    {"max.reduction_no_dim", [](A a) { return max(a.x(0)); }},
    {"max.reduction_with_dim", with_index(max_with_index)},
    {"mean", over(mean)},
    {"min.reduction_no_dim", [](A a) { return min(a.x(0)); }},
    {"min.reduction_with_dim", with_index(min_with_index)},
    {"nanmean", [](A a) { return finite_sum(a) / sum(!isnan(a.x(0)), axes_of(a.x(0), a, 1), keep_of(a)); }},
    {"nansum", finite_sum},
    {"norm", [](A a) { return norm(a.x(0), a.real(1, "p", 2), axes_of(a.x(0), a, 2), keep_of(a, 3)); }},
    {"norm.fro", [](A a) { return norm(a.x(0), 2, axes_of(a.x(0), a, 2)); }},
    {"norm.inf", [](A a) { return norm(a.x(0), a.real(1, "p", 2), axes_of(a.x(0), a, 2)); }},
    {"prod", over(prod)},
    {"renorm", [](A a) { return renormed(a.x(0), a.real(1, "p", 2), axis(a, 2, 0), a.real(3, "maxnorm", 1)); }},
    {"std", [](A a) { return spread(descent::std, a); }},
    {"std.unbiased", [](A a) { return spread(descent::std, a); }},
    {"std_mean", [](A a) { return Tensors{spread(descent::std, a), average(a)}; }},
    {"sum", over(sum)},
    {"sum_to_size", [](A a) { return sum_to(a.x(0), Abstract{sizes_of(a.x(0), a, 1), f64}); }},
    {"trapezoid", trapezoid},
    {"trapz", trapezoid},
    {"var", [](A a) { return spread(var, a); }},
    {"var.unbiased", [](A a) { return spread(var, a); }},
    {"var_mean", [](A a) { return Tensors{spread(var, a), average(a)}; }},

    // ---------------------------------------------------------------- shapes
    {"H", swapped},
    {"T", swapped},
    {"as_strided", [](A a) { return take(flatten(a.x(0)), strided(a, 1)); }},
    {"as_strided_scatter", [](A a) { return written(a.x(0), strided(a, 2), a.x(1)); }},
    {"atleast_1d", each(at_least_1d)},
    {"atleast_2d", each(at_least_2d)},
    {"atleast_3d", each(at_least_3d)},
    {"block_diag", [](A a) { return block_diag(a.list(0)); }},
    {"broadcast_tensors", [](A a) { return broadcast_tensors(a.list(0)); }},
    {"broadcast_to", [](A a) { return broadcast_to(a.x(0), sizes_of(a.x(0), a, 1)); }},
    {"cartesian_prod", all_pairs},
    {"cat", [](A a) { return concat(without_empty(a.list(0)), axis(a, 1, 0)); }},
    {"chunk", [](A a) { return chunk(a.x(0), a.whole(1, "chunks", 1), axis(a, 2, 0)); }},
    {"column_stack", joined(as_column, second_axis)},
    {"combinations", [](A a) { return combinations(a.x(0), a.whole(1, "r", 2), a.flag(2, "with_replacement", false)); }},
    {"constant_pad_nd", [](A a) { return padded_with(a, 2); }},
    {"contiguous", same},
    {"diagonal_scatter", [](A a) { return seen_as(a, [&](const Tensor& p) { return diagonal_at(p, a, 2, 0); }); }},
    {"dsplit", [](A a) { return pieces(a.x(0), 2, a); }},
    {"dstack", joined(at_least_3d, third_axis)},
    {"expand", [](A a) { return broadcast_to(a.x(0), expanded_sizes(a.x(0), a, 1)); }},
    {"expand_as", [](A a) { return broadcast_to(a.x(0), a.x(1).shape()); }},
    {"flatten", joined_sizes},
    {"flip", [](A a) { return a.wholes(1, "dims").empty() ? a.x(0) : flip(a.x(0), axes_of(a.x(0), a, 1, "dims")); }},
    {"fliplr", [](A a) { return flip(a.x(0), 1); }},
    {"flipud", [](A a) { return flip(a.x(0), 0); }},
    {"hsplit", [](A a) { return pieces(a.x(0), second_axis(a.x(0)), a); }},
    {"hstack", joined(at_least_1d, second_axis)},
    {"mH", swapped},
    {"mT", swapped},
    {"meshgrid.list_of_tensors", [](A a) { return grid_of(a); }},
    {"meshgrid.variadic_tensors", [](A a) { return grid_of(a); }},
    {"movedim", [](A a) { return moved(a.x(0), a.wholes(1, "source"), a.wholes(2, "destination")); }},
    {"narrow", narrowed},
    {"nn.functional.pad.circular", [](A a) { return padded(a.x(0), a.wholes(1, "pad"), PadMode::circular); }},
    {"nn.functional.pad.constant", [](A a) { return padded_with(a, 3); }},
    {"nn.functional.pad.reflect", [](A a) { return padded(a.x(0), a.wholes(1, "pad"), PadMode::reflect); }},
    {"nn.functional.pad.replicate", [](A a) { return padded(a.x(0), a.wholes(1, "pad"), PadMode::replicate); }},
    {"permute", [](A a) { return moved(a.x(0), a.wholes(1, "dims"), arange(a.x(0).rank()).to_vector<Index>()); }},
    {"ravel", [](A a) { return flatten(a.x(0)); }},
    {"repeat", [](A a) { return tile(a.x(0), a.wholes(1, "repeats")); }},
    {"repeat_interleave", repeated},
    {"reshape", [](A a) { return reshape(a.x(0), sizes_of(a.x(0), a, 1)); }},
    {"reshape_as", [](A a) { return reshape(a.x(0), a.x(1).shape()); }},
    {"roll", rolled},
    {"rot90", turned},
    {"select", [](A a) { return chosen(a.x(0), axis(a, 1, 0), a.whole(2, "index", 0)); }},
    {"select_scatter", [](A a) { return seen_as(a, [&](const Tensor& p) { return chosen(p, axis(a, 2, 0), a.whole(3, "index", 0)); }); }},
    {"slice", [](A a) { return sliced(a.x(0), axis(a, 1, 0), {}); }},
    {"slice_scatter", [](A a) { return seen_as(a, [&](const Tensor& p) { return sliced(p, axis(a, 2, 0), slice_of(a)); }); }},
    {"split", of_size},
    {"split.list_args", [](A a) { return split_sizes(a.x(0), a.wholes(1, "split_size"), axis(a, 2, 0)); }},
    {"split_with_sizes", [](A a) { return split_sizes(a.x(0), a.wholes(1, "split_size"), axis(a, 2, 0)); }},
    {"squeeze", [](A a) { return a.has(1, "dim") ? squeezed(a.x(0), a.wholes(1, "dim")) : squeeze(a.x(0)); }},
    {"squeeze.multiple", [](A a) { return squeezed(a.x(0), a.wholes(1, "dim")); }},
    {"stack", [](A a) { return stack(a.list(0), axis(a, 1, 0)); }},
    {"t", swapped},
    {"tensor_split", [](A a) { return pieces(a.x(0), axis(a, 2, 0), a); }},
    {"tile", [](A a) { return tile(a.x(0), a.wholes(1, "dims")); }},
    {"transpose", [](A a) { return a.x(0).rank() == 0 ? a.x(0) : transpose(a.x(0), a.whole(1, "dim0", 0), a.whole(2, "dim1", 0)); }},
    {"unbind", [](A a) { return unbind(a.x(0), axis(a, 1, 0)); }},
    {"unflatten", unflattened},
    {"unfold", [](A a) { return like_windows(a); }},
    {"unsqueeze", [](A a) { return expand_dims(a.x(0), axis(a, 1, 0)); }},
    {"view", [](A a) { return reshape(a.x(0), sizes_of(a.x(0), a, 1)); }},
    {"view_as", [](A a) { return reshape(a.x(0), a.x(1).shape()); }},
    {"vsplit", [](A a) { return pieces(a.x(0), 0, a); }},
    {"vstack", joined(at_least_2d, first_axis)},

    // ---------------------------------------------------------------- indexing
    {"__getitem__", [](A a) { return item_of(a.x(0), a); }},
    {"gather", [](A a) { return gathered(a.x(0), axis(a, 1, 0), a.x(2)); }},
    {"index_add", rows_added},
    {"index_copy", [](A a) { return written(a.x(0), rows_at(a), a.x(3)); }},
    {"index_fill", rows_filled},
    {"index_put", [](A a) { return put(a, positions(a.x(0), [&](const Tensor& p) { return take(p, as_indices(a.list(1)[0])); })); }},
    {"index_reduce.mean", [](A a) { return accumulated(a.x(0), rows_at(a), a.x(3), a, true); }},
    {"index_select", [](A a) { return like_rank(a.x(0), take(at_least_1d(a.x(0)), a.x(2), axis(a, 1, 0))); }},
    {"masked_scatter", mask_filled},
    {"masked_select", [](A a) { return masked_select(a.x(0), a.x(1)); }},
    {"nn.functional.embedding", [](A a) { return embedding(a.x(0), a.x(1)); }},
    {"put", [](A a) { return put(a, a.x(1)); }},
    {"scatter", scattered},
    {"scatter_add", scatter_summed},
    {"scatter_reduce.mean", [](A a) { return scatter_reduced(a, true); }},
    {"scatter_reduce.sum", [](A a) { return scatter_reduced(a, false); }},
    {"take", [](A a) { return take(flatten(a.x(0)), a.x(1)); }},
    {"take_along_dim", taken_along},

    // ---------------------------------------------------------------- activations
    {"log_softmax", [](A a) { return log_softmax(a.x(0), axes_of(a.x(0), a, 1)); }},
    {"nn.functional.celu", [](A a) { return celu(a.x(0)); }},
    {"nn.functional.elu", [](A a) { return elu(a.x(0)); }},
    {"nn.functional.gelu", [](A a) { return a.text(99, "approximate", "none") == "tanh" ? gelu_tanh(a.x(0)) : gelu(a.x(0)); }},
    {"nn.functional.glu", [](A a) { return glu(a.x(0), axis(a, 1, -1)); }},
    {"nn.functional.hardshrink", [](A a) { return hard_shrink(a.x(0), a.real(99, "lambd", 0.5)); }},
    {"nn.functional.hardsigmoid", of(hard_sigmoid), 0},  // its slope is 1/6 in f32
    {"nn.functional.hardswish", of(hard_swish)},
    {"nn.functional.hardtanh", [](A a) { return hard_tanh(a.x(0), a.real(99, "min_val", -1), a.real(99, "max_val", 1)); }},
    {"nn.functional.leaky_relu", [](A a) { return leaky_relu(a.x(0)); }},
    {"nn.functional.logsigmoid", of(log_sigmoid)},
    {"nn.functional.mish", of(mish)},
    {"nn.functional.prelu", [](A a) { return prelu(a.x(0), weight_of_channels(a)); }},
    {"nn.functional.relu", of(relu)},
    {"nn.functional.relu6", of(relu6)},
    {"nn.functional.selu", of(selu)},
    {"nn.functional.silu", of(silu)},
    {"nn.functional.softmin", [](A a) { return softmin(a.x(0), axes_of(a.x(0), a, 1)); }},
    {"nn.functional.softplus", thresholded_softplus},
    {"nn.functional.softshrink", [](A a) { return soft_shrink(a.x(0), a.real(99, "lambd", 0.5)); }},
    {"nn.functional.softsign", of(softsign)},
    {"nn.functional.tanhshrink", of(tanh_shrink)},
    {"nn.functional.threshold", [](A a) { return threshold(a.x(0), a.real(1, "threshold", 0), a.real(2, "value", 0)); }},
    {"softmax", [](A a) { return softmax(a.x(0), axes_of(a.x(0), a, 1)); }},

    // ---------------------------------------------------------------- normalising
    {"nn.functional.layer_norm", layer_normalized},
    {"nn.functional.normalize", made_unit},

    // ---------------------------------------------------------------- losses and distances
    {"cdist", [](A a) { return cdist(a.x(0), a.x(1), a.real(2, "p", 2)); }},
    {"nn.functional.binary_cross_entropy", binary_cross_entropy},
    {"nn.functional.binary_cross_entropy_with_logits", logistic_loss},
    {"nn.functional.cosine_embedding_loss",
     [](A a) { return nn::cosine_embedding(a.x(0), a.x(1), a.x(2), a.real(99, "margin", 0), reduction_of(a)); }},
    {"nn.functional.cosine_similarity", similarity},
    {"nn.functional.cross_entropy", cross_entropy},
    {"nn.functional.gaussian_nll_loss", gaussian_loss},
    {"nn.functional.hinge_embedding_loss",
     [](A a) { return nn::hinge_embedding(a.x(0), a.x(1), a.real(99, "margin", 1), reduction_of(a)); }},
    {"nn.functional.huber_loss", [](A a) { return nn::huber(a.x(0), a.x(1), a.real(99, "delta", 1), reduction_of(a)); }},
    {"nn.functional.kl_div", divergence},
    {"nn.functional.l1_loss", [](A a) { return nn::mae(a.x(0), a.x(1), reduction_of(a)); }},
    {"nn.functional.margin_ranking_loss",
     [](A a) { return nn::margin_ranking(a.x(0), a.x(1), a.x(2), a.real(99, "margin", 0), reduction_of(a)); }},
    {"nn.functional.mse_loss", [](A a) { return nn::mse(a.x(0), a.x(1), reduction_of(a)); }},
    {"nn.functional.multilabel_soft_margin_loss", multilabel_loss},
    {"nn.functional.pairwise_distance",
     [](A a) { return pairwise_distance(a.x(0), a.x(1), a.real(2, "p", 2), a.real(3, "eps", 1e-6), keep_of(a)); }},
    {"nn.functional.pdist", [](A a) { return pdist(a.x(0), a.real(1, "p", 2)); }},
    {"nn.functional.poisson_nll_loss", poisson_loss},
    {"nn.functional.smooth_l1_loss", [](A a) { return nn::smooth_l1(a.x(0), a.x(1), a.real(99, "beta", 1), reduction_of(a)); }},
    {"nn.functional.soft_margin_loss", [](A a) { return nn::soft_margin(a.x(0), a.x(1), reduction_of(a)); }},
    {"nn.functional.triplet_margin_loss", triplet_loss},
};

}  // namespace

std::span<const Row> basic_rows() { return rows; }

const std::vector<Row>& table() {
  static const std::vector<Row> all = [] {
    std::vector<Row> gathered;
    for (const auto family : {basic_rows(), convolution_rows(), linalg_rows(), order_rows(), nn_rows(), special_rows()})
      gathered.insert(gathered.end(), family.begin(), family.end());
    return gathered;
  }();
  return all;
}

}  // namespace descent::conformance
