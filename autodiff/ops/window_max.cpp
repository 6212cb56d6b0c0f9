// window_max: picks elements, which the values decide, so General; the cotangents go back to the positions they came from.
#include <algorithm>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/window_max.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

/// The axes before the windows' ones, and those of the windows made one.
Shape as_planes(const Shape& x, int axes) {
  Index planes = 1, size = 1;
  for (int i = 0; i < x.rank(); ++i) (i < x.rank() - axes ? planes : size) *= x[i];
  return {planes, size};
}

struct WindowMax : GeneralList<WindowMax, 1, 2> {
  static constexpr std::string_view name = "window_max";
  static constexpr auto batch = in_front();
  static constexpr Keep keep = keep::output;
  using Params = WindowList;

  static int axes(const Params& p) { return static_cast<int>(p.windows.size()); }

  static void check(const Params& p, const Shape& x) {
    if (axes(p) < 1 || axes(p) > 3 || axes(p) > x.rank())
      throw ShapeError("window_max: windows on " + std::to_string(axes(p)) + " axes of " + to_string(x) +
                       "; there must be 1 to 3, and x must have them");
    Index total = 0;
    for (const Index n : p.windows) {
      if (n < 0) throw ShapeError("window_max: " + std::to_string(n) + " windows on an axis; there must be 0 or more");
      total += n;
    }
    if (p.dilation.size() != p.windows.size() || static_cast<Index>(p.first.size()) != total || p.first.size() != p.count.size())
      throw ShapeError("window_max: " + std::to_string(p.dilation.size()) + " dilations, " + std::to_string(p.first.size()) +
                       " first taps and " + std::to_string(p.count.size()) + " counts for " + std::to_string(total) + " windows on " +
                       std::to_string(axes(p)) + " axes; give one of each");
    std::size_t at = 0;
    for (int a = 0; a < axes(p); ++a)
      for (Index q = 0; q < p.windows[static_cast<std::size_t>(a)]; ++q, ++at) check_window(p, x, a, q, at);
  }
  static void check_window(const Params& p, const Shape& x, int a, Index q, std::size_t at) {
    const Index in = x[x.rank() - axes(p) + a], dilation = p.dilation[static_cast<std::size_t>(a)];
    if (dilation < 1) throw ValueError("window_max: the dilation is " + std::to_string(dilation) + "; it must be at least 1");
    const Index first = p.first[at], skipped = first >= 0 ? 0 : (-first + dilation - 1) / dilation;
    if (p.count[at] <= skipped || first + skipped * dilation >= in)
      throw ValueError("window_max: window " + std::to_string(q) + " of spatial axis " + std::to_string(a) + " has " +
                       std::to_string(p.count[at]) + " taps from " + std::to_string(first) + " on, " + std::to_string(dilation) +
                       " apart; one must be within the axis of " + std::to_string(in));
  }
  static void infer(const Params& p, std::span<const Abstract> in, std::span<Abstract> out) {
    check(p, in[0].shape);
    Shape shape = in[0].shape;
    for (int a = 0; a < axes(p); ++a) shape = shape.with(shape.rank() - axes(p) + a, p.windows[static_cast<std::size_t>(a)]);
    out[0] = {shape, in[0].dtype};
    out[1] = {shape, i64};
  }
  static void forward(const Params& p, std::span<Tensor> in, std::span<Tensor> out) {
    const Tensor x = std::move(in[0]);
    const Abstract like[] = {abstract_of(x)};
    Abstract results[2];
    infer(p, like, results);
    for (std::size_t k = 0; k < 2; ++k) out[k] = raw::make(results[k].shape, results[k].dtype);
    std::array<kernels::WindowAxis, 3> form;
    std::size_t at = 0;
    for (int a = 0; a < axes(p); ++a) {
      const auto i = static_cast<std::size_t>(a);
      form[i + 3 - p.windows.size()] = {x.size(a - axes(p)), p.windows[i], p.dilation[i], p.first.data() + at, p.count.data() + at};
      at += static_cast<std::size_t>(p.windows[i]);
    }
    raw::visit_stored(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::window_max<T>(as_planes(x.shape(), axes(p))[0], form, raw::read<T>(x), raw::write<T>(out[0]),
                             raw::write<std::int64_t>(out[1]));
    });
  }
  static void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
    if (!wanted[0] || ct[0].absent()) return;
    const Params& p = *static_cast<const Params*>(call.params);
    const Shape& x = call.like[0]->shape;
    const Shape planes = as_planes(x, axes(p)), windows = as_planes(ct[0].shape(), axes(p));
    out[0] = reshape(scatter_sum(reshape(ct[0], windows), reshape(call.out[1], windows), planes[1], 1), x);
  }
  static Samples samples() {
    return {with(Params{{3}, {1}, {0, 2, 4}, {2, 2, 2}}, {uniform({2, 6}, -2, 2)}),
            with(Params{{3, 2}, {1, 2}, {-1, 1, 3, 0, 1}, {3, 3, 3, 2, 2}}, {uniform({2, 5, 4}, -2, 2)}),
            with(Params{{2, 1, 3}, {1, 1, 1}, {0, 1, 0, 0, 1, 3}, {2, 2, 3, 2, 3, 1}}, {uniform({1, 3, 3, 4}, -2, 2)}),
            kink(with(Params{{3}, {1}, {0, 2, 3}, {2, 2, 2}}, {values({1, 1, 0, 3, 3})}),
                 "of ties the first takes the cotangent, as it is the one whose index is returned"),
            with(Params{{0}, {1}, {}, {}}, {uniform({2, 3}, -2, 2)})};
  }
};

}  // namespace

constinit const Op window_max_op = make_op<WindowMax>();
ValuesAndIndices window_max(Arg x, const WindowList& list) {
  const std::source_location where = x.where();
  Tensor in[] = {x.take()};
  Tensor out[2];
  execute(window_max_op, &list, in, out, where);
  return {std::move(out[0]), std::move(out[1])};
}

}  // namespace descent::inline v1
