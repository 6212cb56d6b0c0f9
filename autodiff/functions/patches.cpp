#include <descent/autodiff/functions/patches.hpp>

#include <algorithm>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>

namespace descent::inline v1 {
namespace {

using Sizes = std::vector<Index>;

/// The windows of unfold and fold on axes of these sizes.
struct Columns {
  Sizes in, window, stride, padding, dilation, out;
  Index taps = 1, windows = 1;

  Columns(const char* who, Sizes in_, const PerAxis& window_, const UnfoldOptions& options, std::source_location where)
      : in(std::move(in_)) {
    const auto numbers = [&](const PerAxis& given, const char* what, Index least) {
      return located(where, [&] { return given.of(who, what, in.size(), least); });
    };
    if (in.empty() || in.size() > 3)
      throw ShapeError(std::string(who) + ": " + std::to_string(in.size()) + " spatial axes; give 1 to 3 sizes", where);
    window = numbers(window_, "window", 1);
    stride = numbers(options.stride, "stride", 1);
    padding = numbers(options.padding, "padding", 0);
    dilation = numbers(options.dilation, "dilation", 1);
    for (std::size_t a = 0; a < in.size(); ++a) {
      const Index room = in[a] + 2 * padding[a] - dilation[a] * (window[a] - 1) - 1;
      if (room < 0)
        throw ShapeError(std::string(who) + ": the window of " + std::to_string(window[a]) + ", " + std::to_string(dilation[a]) +
                             " apart, is larger than spatial axis " + std::to_string(a) + " with its padding, " + std::to_string(in[a]) +
                             " + " + std::to_string(2 * padding[a]),
                         where);
      out.push_back(room / stride[a] + 1);
      taps *= window[a];
      windows *= out[a];
    }
  }
  /// Where each tap of each window is on a padded axis: [windows, taps].
  Tensor positions(std::size_t a) const { return reshape(stride[a] * arange(out[a]), {-1, 1}) + dilation[a] * arange(window[a]); }
  /// The axes of [..., c, out 0, taps 0, out 1, taps 1, ...] in the order [..., c, taps..., out...], or back.
  std::vector<Index> order(int leading, bool back) const {
    std::vector<Index> forward;
    for (Index i = 0; i < leading; ++i) forward.push_back(i);
    for (std::size_t a = 0; a < in.size(); ++a) forward.push_back(leading + 2 * static_cast<Index>(a) + 1);
    for (std::size_t a = 0; a < in.size(); ++a) forward.push_back(leading + 2 * static_cast<Index>(a));
    if (!back) return forward;
    std::vector<Index> backward(forward.size());
    for (std::size_t i = 0; i < forward.size(); ++i) backward[static_cast<std::size_t>(forward[i])] = static_cast<Index>(i);
    return backward;
  }
  /// All axes padded, or cut by as much.
  std::vector<Padding> widths(int leading, Index sign) const {
    std::vector<Padding> result(static_cast<std::size_t>(leading));
    for (std::size_t a = 0; a < in.size(); ++a) result.push_back({sign * padding[a], sign * padding[a]});
    return result;
  }
};

/// [leading..., rest...]
Shape followed_by(Shape leading, std::initializer_list<std::vector<Index>> rest) {
  for (const std::vector<Index>& sizes : rest)
    for (const Index size : sizes) leading = leading.inserted(leading.rank(), size);
  return leading;
}

/// The axes before the last `count`, which are dropped.
Shape without_last(Shape x, std::size_t count) {
  for (; count > 0; --count) x = x.without(x.rank() - 1);
  return x;
}

/// The leading axes made one, so that the rank stays within bounds: [n, c].
Shape as_channels(const Shape& leading) {
  const Index channels = leading.back();
  return {leading.without(leading.rank() - 1).numel(), channels};
}

}  // namespace

Tensor unfold(Arg x, const PerAxis& window, const UnfoldOptions& options) {
  const Given given(std::move(x));
  const Shape shape = given.x.shape();
  const std::size_t axes = window.count();
  if (shape.rank() < static_cast<int>(axes) + 1)
    throw ShapeError("unfold: x is " + to_string(shape) + " for a window of " + std::to_string(axes) +
                         " sizes; it must have an axis of channels before so many spatial ones",
                     given.where);
  const Shape leading = without_last(shape, axes);
  const Columns columns("unfold", Sizes(shape.end() - axes, shape.end()), window, options, given.where);
  Tensor y = pad(reshape(given.arg(), followed_by(as_channels(leading), {columns.in})), columns.widths(2, 1));
  for (std::size_t a = 0; a < axes; ++a) y = take(std::move(y), columns.positions(a), 2 + 2 * static_cast<Index>(a));
  y = permute(std::move(y), Axes(std::span<const Index>(columns.order(2, false))));
  const Shape before = leading.without(leading.rank() - 1);
  return reshape(std::move(y), followed_by(before, {{leading.back() * columns.taps, columns.windows}}));
}

Tensor fold(Arg x, const Sizes& sizes, const PerAxis& window, const UnfoldOptions& options) {
  const Given given(std::move(x));
  const Shape shape = given.x.shape();
  const Columns columns("fold", sizes, window, options, given.where);
  if (shape.rank() < 2 || shape.back() != columns.windows || shape.back(1) % columns.taps != 0)
    throw ShapeError("fold: x is " + to_string(shape) + "; its last axes must be a multiple of " + std::to_string(columns.taps) +
                         ", the elements of a window, and " + std::to_string(columns.windows) + ", the windows of such sizes",
                     given.where);
  const Shape before = without_last(shape, 2);
  const Index channels = shape.back(1) / columns.taps;
  Tensor y = reshape(given.arg(), followed_by({before.numel(), channels}, {columns.window, columns.out}));
  y = permute(std::move(y), Axes(std::span<const Index>(columns.order(2, true))));
  for (std::size_t a = sizes.size(); a-- > 0;)
    y = segment_sum(std::move(y), columns.positions(a), sizes[a] + 2 * columns.padding[a], 2 + 2 * static_cast<Index>(a));
  y = pad(std::move(y), columns.widths(2, -1));
  return reshape(std::move(y), followed_by(before, {{channels}, sizes}));
}

namespace {

/// x as [n, c, in...] with a factor that is at least 1.
Shape shuffled_shape(const char* who, const Given& x, Index factor, int least) {
  if (factor < 1) throw ValueError(std::string(who) + ": the factor is " + std::to_string(factor) + "; it must be at least 1", x.where);
  if (x.x.rank() < least || x.x.rank() > 5)
    throw ShapeError(std::string(who) + ": x is " + to_string(x.x.shape()) + "; it must be [n, channels, ...] with 1 to 3 spatial axes",
                     x.where);
  return x.x.shape();
}

}  // namespace

Tensor pixel_shuffle(Arg x, Index factor) {
  const Given given(std::move(x));
  const Shape shape = shuffled_shape("pixel_shuffle", given, factor, 3);
  const int axes = shape.rank() - 2;
  Index each = 1;
  for (int a = 0; a < axes; ++a) each = located(given.where, [&] { return checked_product("pixel_shuffle", each, factor); });
  if (shape[1] % each != 0)
    throw ShapeError("pixel_shuffle: x is " + to_string(shape) + "; its channels must be a multiple of " + std::to_string(each),
                     given.where);
  Shape cut{shape[0], shape[1] / each}, result = cut;
  std::vector<Index> order{0, 1};
  for (int a = 0; a < axes; ++a) cut = cut.inserted(cut.rank(), factor);
  for (int a = 0; a < axes; ++a) {
    cut = cut.inserted(cut.rank(), shape[2 + a]);
    result = result.inserted(2 + a, shape[2 + a] * factor);
    order.push_back(2 + axes + a);
    order.push_back(2 + a);
  }
  return reshape(permute(reshape(given.arg(), cut), Axes(std::span<const Index>(order))), result);
}

Tensor pixel_unshuffle(Arg x, Index factor) {
  const Given given(std::move(x));
  const Shape shape = shuffled_shape("pixel_unshuffle", given, factor, 3);
  const int axes = shape.rank() - 2;
  Index channels = shape[1];
  Shape cut{shape[0], shape[1]}, result = cut;
  std::vector<Index> order{0, 1};
  for (int a = 0; a < axes; ++a) {
    if (shape[2 + a] % factor != 0)
      throw ShapeError("pixel_unshuffle: x is " + to_string(shape) + "; its spatial axes must be multiples of " + std::to_string(factor),
                       given.where);
    channels *= factor;
    cut = cut.inserted(cut.rank(), shape[2 + a] / factor).inserted(cut.rank() + 1, factor);
    result = result.inserted(2 + a, shape[2 + a] / factor);
    order.push_back(3 + 2 * a);
  }
  for (int a = 0; a < axes; ++a) order.push_back(2 + 2 * a);
  return reshape(permute(reshape(given.arg(), cut), Axes(std::span<const Index>(order))), result.with(1, channels));
}

Tensor channel_shuffle(Arg x, Index groups) {
  const Given given(std::move(x));
  const Shape shape = given.x.shape();
  if (groups < 1) throw ValueError("channel_shuffle: " + std::to_string(groups) + " groups; there must be at least 1", given.where);
  if (shape.rank() < 2 || shape[1] % groups != 0)
    throw ShapeError(
        "channel_shuffle: x is " + to_string(shape) + "; its second axis must be a multiple of " + std::to_string(groups) + " groups",
        given.where);
  Index after = 1;
  for (int i = 2; i < shape.rank(); ++i) after *= shape[i];
  return reshape(permute(reshape(given.arg(), Shape{shape[0], groups, shape[1] / groups, after}), {0, 2, 1, 3}), shape);
}

}  // namespace descent::inline v1
