#include <descent/autodiff/functions/pooling.hpp>

#include <algorithm>
#include <cmath>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>

namespace descent::inline v1 {
namespace {

using Sizes = std::vector<Index>;

std::string on_axis(std::size_t a) { return " on spatial axis " + std::to_string(a); }

/// The last axes of x that are pooled.
struct Pooled {
  const char* who;
  const Given& x;
  std::size_t axes;

  Pooled(const char* name, const Given& given, std::size_t count) : who(name), x(given), axes(count) {
    if (axes < 1 || axes > 3 || static_cast<int>(axes) > x.x.rank())
      throw ShapeError(std::string(who) + ": " + std::to_string(axes) + " sizes for x, " + to_string(x.x.shape()) +
                           "; give 1 to 3, one for each of the last axes of x that are pooled",
                       x.where);
  }
  int axis(std::size_t a) const { return x.x.rank() - static_cast<int>(axes - a); }
  Index in(std::size_t a) const { return x.x.size(axis(a)); }
  Sizes numbers(const PerAxis& given, const char* what, Index least) const {
    return located(x.where, [&] { return given.of(who, what, axes, least); });
  }
};

struct Sliding {
  Sizes window, stride, padding, dilation;
  bool ceil_mode;

  Sliding(const Pooled& p, const PerAxis& window_, const std::optional<PerAxis>& stride_, const PerAxis& padding_, const PerAxis& dilation_,
          bool ceil)
      : window(p.numbers(window_, "window", 1)),
        stride(stride_ && stride_->count() > 0 ? p.numbers(*stride_, "stride", 1) : window),
        padding(p.numbers(padding_, "padding", 0)),
        dilation(p.numbers(dilation_, "dilation", 1)),
        ceil_mode(ceil) {
    for (std::size_t a = 0; a < p.axes; ++a) {
      if (padding[a] > window[a] / 2)
        throw ValueError(std::string(p.who) + ": the padding is " + std::to_string(padding[a]) + on_axis(a) +
                             "; it may be at most half the window of " + std::to_string(window[a]),
                         p.x.where);
      if (room(p, a) < 0)
        throw ShapeError(std::string(p.who) + ": the window of " + std::to_string(window[a]) + ", " + std::to_string(dilation[a]) +
                             " apart, is larger than x with its padding" + on_axis(a) + ", " + std::to_string(p.in(a)) + " + " +
                             std::to_string(2 * padding[a]),
                         p.x.where);
    }
  }
  Index room(const Pooled& p, std::size_t a) const { return p.in(a) + 2 * padding[a] - dilation[a] * (window[a] - 1) - 1; }
  Index first(std::size_t a, Index q) const { return q * stride[a] - padding[a]; }
  Index windows(const Pooled& p, std::size_t a) const {
    const Index fitting = room(p, a) / stride[a] + 1;
    const bool more = ceil_mode && room(p, a) % stride[a] != 0 && first(a, fitting) < p.in(a);
    return more ? fitting + 1 : fitting;
  }
};

Index floor_part(Index q, Index in, Index out) { return q * in / out; }
Index ceil_part(Index q, Index in, Index out) { return (q * in + out - 1) / out; }

void check_parts(const Pooled& p, const Sizes& sizes) {
  for (std::size_t a = 0; a < p.axes; ++a)
    if (sizes[a] < 0 || (p.in(a) == 0 && sizes[a] > 0))
      throw ShapeError(std::string(p.who) + ": " + std::to_string(sizes[a]) + " parts of axis " + std::to_string(p.axis(a)) + " of " +
                           to_string(p.x.x.shape()) + (sizes[a] < 0 ? "; there must be 0 or more" : ", which has no element"),
                       p.x.where);
}

/// A matrix of windows with one weight each.
struct Means {
  Bands bands;
  void add(Index first, Index count, double weight) {
    bands.first.push_back(first);
    bands.count.push_back(count);
    bands.weights.insert(bands.weights.end(), static_cast<std::size_t>(count), weight);
  }
};

Bands sliding_means(const Pooled& p, const Sliding& s, std::size_t a, bool count_padding, bool sums) {
  Means means{{p.in(a), {}, {}, {}}};
  for (Index q = 0; q < s.windows(p, a); ++q) {
    const Index begin = s.first(a, q), end = std::min(begin + s.window[a], p.in(a) + s.padding[a]);
    const Index from = std::max<Index>(begin, 0), to = std::min(end, p.in(a));
    const Index count = std::max<Index>(0, to - from);
    means.add(std::min(from, p.in(a)), count, sums ? 1 : 1 / static_cast<double>(count_padding ? end - begin : count));
  }
  return means.bands;
}

/// All axes, those first that shorten x the most.
Tensor resampled(const Pooled& p, const std::vector<Bands>& matrices) {
  std::vector<std::size_t> order(p.axes);
  for (std::size_t a = 0; a < p.axes; ++a) order[a] = a;
  const auto growth = [&](std::size_t a) { return static_cast<double>(matrices[a].first.size()) / static_cast<double>(p.in(a) + 1); };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return growth(a) < growth(b); });
  Tensor y = p.x.x;
  for (const std::size_t a : order) y = resample({std::move(y), p.x.where}, matrices[a], p.axis(a));
  return y;
}

Tensor sums_of_windows(const Pooled& p, const Sliding& s) {
  std::vector<Bands> matrices;
  for (std::size_t a = 0; a < p.axes; ++a) matrices.push_back(sliding_means(p, s, a, true, true));
  return resampled(p, matrices);
}

}  // namespace

ValuesAndIndices max_pool_with_index(Arg x, const PerAxis& window, const PoolOptions& options) {
  const Given given(std::move(x));
  const Pooled p("max_pool", given, window.count());
  const Sliding s(p, window, options.stride, options.padding, options.dilation, options.ceil_mode);
  WindowList list{{}, s.dilation, {}, {}};
  for (std::size_t a = 0; a < p.axes; ++a) {
    list.windows.push_back(s.windows(p, a));
    for (Index q = 0; q < list.windows[a]; ++q) {
      list.first.push_back(s.first(a, q));
      list.count.push_back(s.window[a]);
    }
  }
  return window_max(given.arg(), list);
}
Tensor max_pool(Arg x, const PerAxis& window, const PoolOptions& options) {
  return max_pool_with_index(std::move(x), window, options).values;
}

Tensor max_unpool(Arg x, Arg index, const Sizes& sizes) {
  const Given given(std::move(x));
  const Tensor positions = index.take();
  const Pooled p("max_unpool", given, sizes.size());
  if (positions.shape() != given.x.shape())
    throw ShapeError("max_unpool: x is " + to_string(given.x.shape()) + ", the indices are " + to_string(positions.shape()) +
                         "; the shapes must be equal",
                     given.where);
  Shape leading = given.x.shape();
  Index windows = 1;
  for (std::size_t a = 0; a < p.axes; ++a) {
    windows *= leading.back();
    leading = leading.without(leading.rank() - 1);
  }
  Index count = 1;
  Shape result = leading;
  for (const Index size : sizes) {
    if (size < 0) throw ShapeError("max_unpool: a size is " + std::to_string(size) + "; it must be 0 or more", given.where);
    count = located(given.where, [&] { return checked_product("max_unpool", count, size); });
    result = result.inserted(result.rank(), size);
  }
  const Shape planes = leading.inserted(leading.rank(), windows);
  const Tensor placed = scatter_sum({reshape(given.x, planes), given.where}, reshape(positions, planes), count, -1);
  return reshape(placed, result);
}

Tensor avg_pool(Arg x, const PerAxis& window, const AvgPoolOptions& options) {
  const Given given(std::move(x));
  const Pooled p("avg_pool", given, window.count());
  const Sliding s(p, window, options.stride, options.padding, 1, options.ceil_mode);
  if (options.divisor) {
    if (*options.divisor == 0) throw ValueError("avg_pool: the divisor is 0; it must be another number", given.where);
    return sums_of_windows(p, s) / *options.divisor;
  }
  std::vector<Bands> matrices;
  for (std::size_t a = 0; a < p.axes; ++a) matrices.push_back(sliding_means(p, s, a, options.count_padding, false));
  return resampled(p, matrices);
}

Tensor lp_pool(Arg x, double p, const PerAxis& window, const LpPoolOptions& options) {
  if (!(p > 0) || !std::isfinite(p)) throw ValueError("lp_pool: p is " + std::to_string(p) + "; it must be above 0 and finite", x.where());
  const Given given(std::move(x));
  const Pooled before("lp_pool", given, window.count());
  const Sliding s(before, window, options.stride, 0, 1, options.ceil_mode);
  const Given powers({pow(abs(given.x), p), given.where});
  const Tensor total = sums_of_windows(Pooled("lp_pool", powers, window.count()), s);
  const Tensor none = total == 0.0;  // the root has no slope there
  return where(none, 0.0, pow(where(none, 1.0, total), 1 / p));
}

Tensor adaptive_avg_pool(Arg x, const Sizes& sizes) {
  const Given given(std::move(x));
  const Pooled p("adaptive_avg_pool", given, sizes.size());
  check_parts(p, sizes);
  std::vector<Bands> matrices;
  for (std::size_t a = 0; a < p.axes; ++a) {
    Means means{{p.in(a), {}, {}, {}}};
    for (Index q = 0; q < sizes[a]; ++q) {
      const Index from = floor_part(q, p.in(a), sizes[a]), count = ceil_part(q + 1, p.in(a), sizes[a]) - from;
      means.add(from, count, 1 / static_cast<double>(count));
    }
    matrices.push_back(means.bands);
  }
  return resampled(p, matrices);
}

ValuesAndIndices adaptive_max_pool_with_index(Arg x, const Sizes& sizes) {
  const Given given(std::move(x));
  const Pooled p("adaptive_max_pool", given, sizes.size());
  check_parts(p, sizes);
  WindowList list{sizes, Sizes(p.axes, 1), {}, {}};
  for (std::size_t a = 0; a < p.axes; ++a)
    for (Index q = 0; q < sizes[a]; ++q) {
      list.first.push_back(floor_part(q, p.in(a), sizes[a]));
      list.count.push_back(ceil_part(q + 1, p.in(a), sizes[a]) - list.first.back());
    }
  return window_max(given.arg(), list);
}
Tensor adaptive_max_pool(Arg x, const Sizes& sizes) { return adaptive_max_pool_with_index(std::move(x), sizes).values; }

}  // namespace descent::inline v1
