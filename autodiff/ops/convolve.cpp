// convolve: bilinear. It and its two adjoints are the three ways to leave one tensor out of sum w[o, c, j] x[n, c, at(q, j)] y[n, o, q], so
// the derivatives of each are the other two.
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/convolve.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

using Sizes = std::vector<Index>;

struct ConvolveParams {
  Sizes stride, before, after, dilation;
  Index groups = 1;
  Sizes sizes;  ///< of what an adjoint gives: spatial axes of x, or taps of w

  ConvolutionForm form() const { return {stride, before, after, dilation, groups}; }
};
ConvolveParams convolve_params(const ConvolutionForm& f, Sizes sizes = {}) {
  return {f.stride, f.before, f.after, f.dilation, f.groups, std::move(sizes)};
}

std::string axis_text(std::size_t a) { return " on spatial axis " + std::to_string(a); }

/// Entries for each of `axes` spatial axes, in their ranges.
void check_form(const std::string& who, const ConvolveParams& p, std::size_t axes) {
  if (axes < 1 || axes > 3)
    throw ShapeError(who + ": " + std::to_string(axes) + " spatial axes; there must be 1 to 3 behind the first two");
  for (const Sizes* list : {&p.stride, &p.before, &p.after, &p.dilation})
    if (list->size() != axes)
      throw ShapeError(who + ": the form is for " + std::to_string(list->size()) + " spatial axes; it must be for the " +
                       std::to_string(axes) + " that there are");
  if (p.groups < 1) throw ValueError(who + ": " + std::to_string(p.groups) + " groups; there must be at least 1");
  constexpr Index most = Index{1} << 40;  // sums and products of a few stay within Index
  for (std::size_t a = 0; a < axes; ++a) {
    const auto number = [&](const char* what, Index n, Index least) {
      if (n < least || n > most)
        throw ValueError(who + ": the " + what + " is " + std::to_string(n) + axis_text(a) + "; it must be at " +
                         (n < least ? "least " + std::to_string(least) : "most 2^40"));
    };
    number("stride", p.stride[a], 1);
    number("dilation", p.dilation[a], 1);
    number("margin", p.before[a], -most);
    number("margin", p.after[a], -most);
  }
}

/// Windows on each axis: as many as fit.
Index windows_that_fit(const std::string& who, const ConvolveParams& p, std::size_t a, Index in, Index taps) {
  if (taps < 1) throw ShapeError(who + ": windows have " + std::to_string(taps) + " taps" + axis_text(a) + "; there must be at least 1");
  const Index padded = in + p.before[a] + p.after[a];
  if (padded < 1 || (padded - 1) / p.dilation[a] < taps - 1)
    throw ShapeError(who + ": the window of " + std::to_string(taps) + " taps, " + std::to_string(p.dilation[a]) +
                     " apart, is larger than " + std::to_string(in) + " elements and margins of " + std::to_string(p.before[a]) + " and " +
                     std::to_string(p.after[a]) + axis_text(a));
  return (padded - 1 - p.dilation[a] * (taps - 1)) / p.stride[a] + 1;
}

/// x's channels and the weight's go together.
void check_channels(const std::string& who, Index groups, const Shape& x, const Shape& w) {
  if (x[1] % groups != 0 || w[0] % groups != 0)
    throw ShapeError(who + ": " + std::to_string(groups) + " groups do not divide the channels: x is " + to_string(x) + ", the weight is " +
                     to_string(w) + "; x's second axis and the weight's first must be multiples of it");
  if (x[1] != groups * w[1])
    throw ShapeError(who + ": channels differ: x is " + to_string(x) + ", the weight is " + to_string(w) + "; x's second axis (" +
                     std::to_string(x[1]) + ") must be the groups (" + std::to_string(groups) + ") times the weight's second (" +
                     std::to_string(w[1]) + ")");
}

void check_ranks(const std::string& who, const char* first, const Shape& a, const char* second, const Shape& b) {
  if (a.rank() != b.rank() || a.rank() < 3 || a.rank() > 5)
    throw ShapeError(who + ": " + first + " is " + to_string(a) + ", " + second + " is " + to_string(b) +
                     "; both must have two axes and the same 1 to 3 spatial ones behind them");
}

Shape with_spatial(Index first, Index second, const Sizes& rest) {
  Shape result{first, second};
  for (const Index size : rest) result = result.inserted(result.rank(), size);
  return result;
}
Sizes spatial(const Shape& x) { return Sizes(x.begin() + 2, x.end()); }

Sizes outputs(const std::string& who, const ConvolveParams& p, const Sizes& in, const Sizes& taps) {
  Sizes out;
  for (std::size_t a = 0; a < in.size(); ++a) out.push_back(windows_that_fit(who, p, a, in[a], taps[a]));
  return out;
}

/// The y of an x and a w, with all checks.
Shape shape_of_y(const std::string& who, const ConvolveParams& p, const Shape& x, const Shape& w) {
  check_channels(who, p.groups, x, w);
  return with_spatial(x[0], w[0], outputs(who, p, spatial(x), spatial(w)));
}
void require_y(const std::string& who, const Shape& y, const Shape& wanted) {
  if (y != wanted) throw ShapeError(who + ": y is " + to_string(y) + "; of such an x and weight it would be " + to_string(wanted));
}

void check_sizes(const std::string& who, const Sizes& sizes, std::size_t axes, const char* what) {
  if (sizes.size() != axes)
    throw ShapeError(who + ": " + std::to_string(sizes.size()) + " " + what + "; give one for each of the " + std::to_string(axes) +
                     " spatial axes");
}

kernels::Convolution kernel_form(const ConvolveParams& p, const Shape& x, const Shape& w, const Shape& y) {
  kernels::Convolution form{x[0], p.groups, w[1], w[0] / p.groups, {}};
  const auto axes = static_cast<std::size_t>(x.rank() - 2);
  for (std::size_t a = 0; a < axes; ++a) {
    const int axis = static_cast<int>(a) + 2;
    // One window has no stride, one tap no dilation; so neither is larger than the padded axis.
    const Index stride = y[axis] == 1 ? 1 : p.stride[a], dilation = w[axis] == 1 ? 1 : p.dilation[a];
    form.axes[3 - axes + a] = {x[axis], y[axis], w[axis], stride, p.before[a], dilation};
  }
  return form;
}

template <class F> Tensor computed(const Shape& shape, Dtype dtype, F f) {
  Tensor result = raw::make(shape, dtype);
  if (result.numel() > 0) raw::visit_floating(dtype, [&](auto tag) { f(result, tag); });
  return result;
}

// Batches. Where they share one weight, the examples of all are examples of one; else each batch gets channels of its own.

/// [b, n, ...] -> [b n, ...], and back.
Tensor examples_together(const Tensor& x) {
  const Shape shape = x.shape();
  return reshape(x, shape.without(0).with(0, shape[0] * shape[1]));
}
Tensor examples_apart(const Tensor& x, Index size) {
  const Shape shape = x.shape();
  return reshape(x, shape.with(0, shape[0] / size).inserted(0, size));
}
Tensor first_two_swapped(const Tensor& x) {
  std::vector<Index> order{1, 0};
  for (int i = 2; i < x.rank(); ++i) order.push_back(i);
  return permute(x, Axes(std::span<const Index>(order)));
}
/// [b, n, c, ...] -> [n, b c, ...], and back.
Tensor channels_beside(const Tensor& x) {
  const Shape shape = x.shape();
  return reshape(first_two_swapped(x), shape.without(0).with(1, shape[0] * shape[2]));
}
Tensor channels_apart(const Tensor& y, Index size) {
  const Shape shape = y.shape();
  return first_two_swapped(reshape(y, shape.with(1, shape[1] / size).inserted(1, size)));
}
template <class P, class F> Tensor on_batches(const BatchCall& call, F convolved) {
  P p = *static_cast<const P*>(call.params);
  if (call.batched[1] == 0) return examples_apart(convolved(examples_together(call.in[0]), call.in[1], p), call.size);
  p.groups *= call.size;
  return channels_apart(convolved(channels_beside(whole(call, 0)), examples_together(call.in[1]), p), call.size);
}

struct Convolve : Bilinear<Convolve> {
  static constexpr std::string_view name = "convolve";
  using Params = ConvolveParams;

  static Shape shape(const Params& p, const Shape& x, const Shape& w) {
    check_ranks("convolve", "x", x, "the weight", w);
    check_form("convolve", p, static_cast<std::size_t>(x.rank() - 2));
    return shape_of_y("convolve", p, x, w);
  }
  static Tensor forward(const Params& p, const Tensor& x, const Tensor& w) {
    const Shape y = shape(p, x.shape(), w.shape());
    return computed(y, x.dtype(), [&]<class T>(Tensor& result, TypeTag<T>) {
      kernels::convolve(kernel_form(p, x.shape(), w.shape(), y), raw::read<T>(x), raw::read<T>(w), raw::write<T>(result));
    });
  }
  template <int i> static Tensor adjoint(const Params& p, const Abstract& like, const Tensor& other, const Tensor& ct) {
    if constexpr (i == 0) return convolve_input_adjoint(ct, other, p.form(), spatial(like.shape));
    else return convolve_weight_adjoint(other, ct, p.form(), spatial(like.shape));
  }
  static void batch(const BatchCall& call, std::span<Tensor> out) {
    out[0] = on_batches<Params>(call, [](const Tensor& x, const Tensor& w, const Params& p) { return convolve(x, w, p.form()); });
  }
  static Samples samples() {
    return {
        with(Params{{1}, {0}, {0}, {1}, 1, {}}, {uniform({2, 3, 5}, -2, 2), uniform({2, 3, 3}, -2, 2)}),
        with(Params{{2, 1}, {1, 0}, {2, 1}, {1, 2}, 2, {}}, {uniform({2, 4, 5, 6}, -2, 2), uniform({2, 2, 3, 2}, -2, 2)}),
        with(Params{{1, 3}, {0, 2}, {0, 0}, {1, 1}, 1, {}}, {uniform({1, 2, 4, 7}, -2, 2), uniform({3, 2, 1, 2}, -2, 2)}),
        with(Params{{1, 2, 1}, {0, 1, 1}, {0, 1, 0}, {1, 1, 2}, 1, {}}, {uniform({1, 2, 3, 4, 5}, -2, 2), uniform({2, 2, 2, 3, 2}, -2, 2)}),
        with(Params{{1, 1}, {-1, 0}, {-1, 0}, {1, 1}, 1, {}}, {uniform({1, 1, 4, 6}, -2, 2), uniform({1, 1, 1, 2}, -2, 2)}),
        with(Params{{1}, {0}, {0}, {1}, 1, {}}, {uniform({2, 0, 5}, -2, 2), uniform({2, 0, 3}, -2, 2)})};
  }
};

struct ConvolveInputAdjoint : Bilinear<ConvolveInputAdjoint> {
  static constexpr std::string_view name = "convolve_input_adjoint";
  using Params = ConvolveParams;

  static Shape shape(const Params& p, const Shape& y, const Shape& w) {
    const std::string who(name);
    check_ranks(who, "y", y, "the weight", w);
    const auto axes = static_cast<std::size_t>(y.rank() - 2);
    check_form(who, p, axes);
    check_sizes(who, p.sizes, axes, "sizes of x");
    const Shape x = with_spatial(y[0], checked_product(name.data(), p.groups, w[1]), p.sizes);
    require_y(who, y, shape_of_y(who, p, x, w));
    return x;
  }
  static Tensor forward(const Params& p, const Tensor& y, const Tensor& w) {
    const Shape x = shape(p, y.shape(), w.shape());
    return computed(x, y.dtype(), [&]<class T>(Tensor& result, TypeTag<T>) {
      kernels::convolve_input_adjoint(kernel_form(p, x, w.shape(), y.shape()), raw::read<T>(y), raw::read<T>(w), raw::write<T>(result));
    });
  }
  template <int i> static Tensor adjoint(const Params& p, const Abstract& like, const Tensor& other, const Tensor& ct) {
    if constexpr (i == 0) return convolve(ct, other, p.form());
    else return convolve_weight_adjoint(ct, other, p.form(), spatial(like.shape));
  }
  static void batch(const BatchCall& call, std::span<Tensor> out) {
    out[0] = on_batches<Params>(
        call, [](const Tensor& y, const Tensor& w, const Params& p) { return convolve_input_adjoint(y, w, p.form(), p.sizes); });
  }
  static Samples samples() {
    return {with(Params{{1}, {0}, {0}, {1}, 1, {5}}, {uniform({2, 2, 3}, -2, 2), uniform({2, 3, 3}, -2, 2)}),
            with(Params{{2, 1}, {1, 0}, {2, 1}, {1, 2}, 2, {5, 6}}, {uniform({2, 2, 3, 5}, -2, 2), uniform({2, 2, 3, 2}, -2, 2)}),
            with(Params{{3}, {2}, {0}, {1}, 1, {7}}, {uniform({1, 3, 3}, -2, 2), uniform({3, 2, 2}, -2, 2)}),
            with(Params{{1}, {0}, {0}, {1}, 1, {5}}, {uniform({2, 0, 3}, -2, 2), uniform({0, 3, 3}, -2, 2)})};
  }
};

struct ConvolveWeightAdjoint : Bilinear<ConvolveWeightAdjoint> {
  static constexpr std::string_view name = "convolve_weight_adjoint";
  using Params = ConvolveParams;

  static Shape shape(const Params& p, const Shape& x, const Shape& y) {
    const std::string who(name);
    check_ranks(who, "x", x, "y", y);
    const auto axes = static_cast<std::size_t>(x.rank() - 2);
    check_form(who, p, axes);
    check_sizes(who, p.sizes, axes, "numbers of taps");
    const Shape w = with_spatial(y[1], x[1] / p.groups, p.sizes);
    require_y(who, y, shape_of_y(who, p, x, w));
    return w;
  }
  static Tensor forward(const Params& p, const Tensor& x, const Tensor& y) {
    const Shape w = shape(p, x.shape(), y.shape());
    return computed(w, x.dtype(), [&]<class T>(Tensor& result, TypeTag<T>) {
      kernels::convolve_weight_adjoint(kernel_form(p, x.shape(), w, y.shape()), raw::read<T>(x), raw::read<T>(y), raw::write<T>(result));
    });
  }
  template <int i> static Tensor adjoint(const Params& p, const Abstract& like, const Tensor& other, const Tensor& ct) {
    if constexpr (i == 0) return convolve_input_adjoint(other, ct, p.form(), spatial(like.shape));
    else return convolve(other, ct, p.form());
  }
  static void batch(const BatchCall& call, std::span<Tensor> out) {
    Params p = *static_cast<const Params*>(call.params);
    p.groups *= call.size;
    const Tensor w = convolve_weight_adjoint(channels_beside(whole(call, 0)), channels_beside(whole(call, 1)), p.form(), p.sizes);
    out[0] = examples_apart(w, call.size);
  }
  static Samples samples() {
    return {with(Params{{1}, {0}, {0}, {1}, 1, {3}}, {uniform({2, 3, 5}, -2, 2), uniform({2, 2, 3}, -2, 2)}),
            with(Params{{2, 1}, {1, 0}, {2, 1}, {1, 2}, 2, {3, 2}}, {uniform({2, 4, 5, 6}, -2, 2), uniform({2, 2, 3, 5}, -2, 2)}),
            with(Params{{3}, {2}, {0}, {1}, 1, {2}}, {uniform({1, 2, 7}, -2, 2), uniform({1, 3, 3}, -2, 2)}),
            with(Params{{1}, {0}, {0}, {1}, 1, {3}}, {uniform({0, 3, 5}, -2, 2), uniform({0, 2, 3}, -2, 2)})};
  }
};

}  // namespace

constinit const Op convolve_op = make_op<Convolve>();
Tensor convolve(Arg x, Arg w, const ConvolutionForm& form) { return bind(convolve_op, convolve_params(form), std::move(x), std::move(w)); }

constinit const Op convolve_input_adjoint_op = make_op<ConvolveInputAdjoint>();
Tensor convolve_input_adjoint(Arg y, Arg w, const ConvolutionForm& form, Sizes in) {
  return bind(convolve_input_adjoint_op, convolve_params(form, std::move(in)), std::move(y), std::move(w));
}

constinit const Op convolve_weight_adjoint_op = make_op<ConvolveWeightAdjoint>();
Tensor convolve_weight_adjoint(Arg x, Arg y, const ConvolutionForm& form, Sizes taps) {
  return bind(convolve_weight_adjoint_op, convolve_params(form, std::move(taps)), std::move(x), std::move(y));
}

}  // namespace descent::inline v1
