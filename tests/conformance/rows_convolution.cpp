#include <descent/tests/conformance/table.hpp>

#include <cmath>

#include <descent/autodiff/functions/convolution.hpp>
#include <descent/autodiff/functions/grid_sample.hpp>
#include <descent/autodiff/functions/interpolation.hpp>
#include <descent/autodiff/functions/patches.hpp>
#include <descent/autodiff/functions/pooling.hpp>
#include <descent/tests/conformance/forms.hpp>

// The rows of convolution, pooling, interpolation, and what rearranges windows.

namespace descent::conformance {
namespace {

using A = const Args&;

/// A number, or one for each axis.
PerAxis each(A a, std::size_t place, std::string_view name, Index otherwise) {
  const Value* given = a.find(place, name);
  if (given == nullptr) return otherwise;
  return given->is(Value::Kind::whole) ? PerAxis(given->whole) : PerAxis(a.wholes(place, name));
}
/// The same; a list of one number counts for all axes.
PerAxis spread_out(A a, std::size_t place, std::string_view name, Index otherwise) {
  const PerAxis list = each(a, place, name, otherwise);
  return list.count() == 1 ? PerAxis(list.listed()[0]) : list;
}
std::optional<PerAxis> maybe(A a, std::size_t place, std::string_view name) {
  if (!a.has(place, name) || a.wholes(place, name).empty()) return {};
  return spread_out(a, place, name, 1);
}
/// One for each of so many axes.
PerAxis window_of(A a, std::size_t place, std::size_t axes) {
  return PerAxis(spread_out(a, place, "kernel_size", 1).of("conformance", "window", axes, 1));
}

Tensor convolved(A a) {
  ConvOptions options{.bias = a.tensor(2, "bias"),
                      .stride = spread_out(a, 3, "stride", 1),
                      .dilation = spread_out(a, 5, "dilation", 1),
                      .groups = a.whole(6, "groups", 1)};
  const Value* padding = a.find(4, "padding");
  if (padding != nullptr && padding->is(Value::Kind::text)) options.padding = padding->text == "same" ? Fit::same : Fit::valid;
  else options.padding = Margins(spread_out(a, 4, "padding", 0));
  return conv(a.x(0), a.x(1), options);
}
Tensor transposed(A a) {
  return conv_transpose(a.x(0), a.x(1),
                        {.bias = a.tensor(2, "bias"),
                         .stride = spread_out(a, 3, "stride", 1),
                         .padding = spread_out(a, 4, "padding", 0),
                         .output_padding = spread_out(a, 5, "output_padding", 0),
                         .dilation = spread_out(a, 7, "dilation", 1),
                         .groups = a.whole(6, "groups", 1)});
}

auto mean_pooled(std::size_t axes) {
  return [axes](A a) {
    AvgPoolOptions options{.stride = maybe(a, 2, "stride"),
                           .padding = spread_out(a, 3, "padding", 0),
                           .ceil_mode = a.flag(4, "ceil_mode", false),
                           .count_padding = a.flag(5, "count_include_pad", true)};
    if (a.has(6, "divisor_override")) options.divisor = a.real(6, "divisor_override", 1);
    return avg_pool(a.x(0), window_of(a, 1, axes), options);
  };
}
Results with_or_without(const ValuesAndIndices& both, bool with_index) {
  if (with_index) return both;
  return both.values;
}
auto greatest_pooled(std::size_t axes) {
  return [axes](A a) {
    return with_or_without(max_pool_with_index(a.x(0), window_of(a, 1, axes),
                                               {.stride = maybe(a, 2, "stride"),
                                                .padding = spread_out(a, 3, "padding", 0),
                                                .dilation = spread_out(a, 4, "dilation", 1),
                                                .ceil_mode = a.flag(5, "ceil_mode", false)}),
                           a.flag(6, "return_indices", false));
  };
}
/// Sizes of the last axes; None is x's own.
std::vector<Index> parts(A a, std::size_t axes) {
  const Value& given = *a.find(1, "output_size");
  std::vector<Index> sizes;
  for (std::size_t i = 0; i < axes; ++i) {
    const Value& size = given.is(Value::Kind::list) ? given.list[i] : given;
    sizes.push_back(size.is(Value::Kind::none) ? a.x(0).size(static_cast<Index>(i) - static_cast<Index>(axes)) : size.whole);
  }
  return sizes;
}
auto mean_parts(std::size_t axes) {
  return [axes](A a) { return adaptive_avg_pool(a.x(0), parts(a, axes)); };
}
auto greatest_parts(std::size_t axes) {
  return [axes](A a) { return with_or_without(adaptive_max_pool_with_index(a.x(0), parts(a, axes)), a.flag(2, "return_indices", false)); };
}

/// All axes behind the first two: a size, or a factor, by which positions go too unless it is to be computed anew.
auto interpolated(Interpolation by) {
  return [by](A a) {
    const auto axes = static_cast<std::size_t>(a.x(0).rank()) - 2;
    InterpolateOptions options{.by = by, .align_corners = a.flag(4, "align_corners", false)};
    if (a.has(1, "size")) return interpolate(a.x(0), spread_out(a, 1, "size", 1).of("conformance", "size", axes, 1), options);
    const std::vector<double> factors(axes, a.real(2, "scale_factor", 1));
    if (!a.flag(5, "recompute_scale_factor", false)) return interpolate_by(a.x(0), factors, options);
    std::vector<Index> sizes;
    for (std::size_t i = 0; i < axes; ++i)
      sizes.push_back(static_cast<Index>(std::floor(static_cast<double>(a.x(0).size(static_cast<Index>(i) + 2)) * factors[i])));
    return interpolate(a.x(0), sizes, options);
  };
}
Tensor read_at(A a) {
  const std::string by = a.text(2, "mode", "bilinear"), outside = a.text(3, "padding_mode", "zeros");
  return grid_sample(a.x(0), a.x(1),
                     {.by = by == "bilinear"  ? Interpolation::linear
                            : by == "nearest" ? Interpolation::nearest_exact
                                              : Interpolation::cubic,
                      .outside = outside == "zeros"    ? Outside::zeros
                                 : outside == "border" ? Outside::border
                                                       : Outside::reflection,
                      .align_corners = a.flag(4, "align_corners", false)});
}
Tensor columns(A a) {
  return unfold(
      a.x(0), window_of(a, 1, 2),
      {.stride = spread_out(a, 4, "stride", 1), .padding = spread_out(a, 3, "padding", 0), .dilation = spread_out(a, 2, "dilation", 1)});
}

const Row rows[] = {
    {"nn.functional.adaptive_avg_pool1d", mean_parts(1)},
    {"nn.functional.adaptive_avg_pool2d", mean_parts(2)},
    {"nn.functional.adaptive_max_pool1d", greatest_parts(1)},
    {"nn.functional.adaptive_max_pool2d", greatest_parts(2)},
    {"nn.functional.avg_pool1d", mean_pooled(1)},
    {"nn.functional.avg_pool2d", mean_pooled(2)},
    {"nn.functional.avg_pool3d", mean_pooled(3)},
    {"nn.functional.channel_shuffle", [](A a) { return channel_shuffle(a.x(0), a.whole(1, "groups", 1)); }},
    {"nn.functional.conv1d", convolved},
    {"nn.functional.conv2d", convolved},
    {"nn.functional.conv3d", convolved},
    {"nn.functional.conv_transpose1d", transposed},
    {"nn.functional.conv_transpose2d", transposed},
    {"nn.functional.conv_transpose3d", transposed},
    {"nn.functional.grid_sample", read_at},
    {"nn.functional.interpolate.bicubic", interpolated(Interpolation::cubic)},
    {"nn.functional.interpolate.bilinear", interpolated(Interpolation::linear)},
    {"nn.functional.interpolate.linear", interpolated(Interpolation::linear)},
    {"nn.functional.interpolate.nearest", interpolated(Interpolation::nearest)},
    {"nn.functional.max_pool1d", greatest_pooled(1)},
    {"nn.functional.max_pool2d", greatest_pooled(2)},
    {"nn.functional.max_pool3d", greatest_pooled(3)},
    {"nn.functional.pixel_shuffle", [](A a) { return pixel_shuffle(a.x(0), a.whole(1, "upscale_factor", 1)); }},
    {"nn.functional.pixel_unshuffle", [](A a) { return pixel_unshuffle(a.x(0), a.whole(1, "downscale_factor", 1)); }},
    {"nn.functional.unfold", columns},
};

}  // namespace

std::span<const Row> convolution_rows() { return rows; }

}  // namespace descent::conformance
