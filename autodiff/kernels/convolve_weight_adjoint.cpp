#include <descent/autodiff/kernels/convolve.hpp>

#include <algorithm>
#include <vector>

#include <descent/autodiff/kernels/convolve_work.hpp>
#include <descent/autodiff/kernels/indirect_product.hpp>
#include <descent/autodiff/kernels/padded_planes.hpp>
#include <descent/autodiff/kernels/parallel.hpp>

// Products over the windows: y, [out channels, windows], times what each window sees. There are three ways to lay out x so that this is a
// run of memory:
//
//   channels  the channels of a position; a product for each tap
//   columns   all that a window sees: the matrix of windows, so only where it is small
//   runs      taps of the last axis, which follow each other in a padded copy; a product for each channel and each tap of the other axes
namespace descent::inline v1::kernels {
namespace {

constexpr Index kMostColumns = 512;  // of the matrix of windows

enum class Layout { channels, columns, runs };

/// About the cycles for a window: so many Lanes, each with all rows, and so many elements to lay out.
Index cost(Index lanes, Index rows, Index copied) { return lanes * std::max<Index>(4, rows) + copied; }

/// One example of one group, laid out.
template <class T> struct View {
  const Convolution& form;
  Sizes tap_sizes = sizes_of(form.axes, &Windows::taps), out = sizes_of(form.axes, &Windows::out);
  Index taps = product(tap_sizes), windows = product(out), positions = product(sizes_of(form.axes, &Windows::in));
  Index channels = form.in_channels;
  Layout layout = chosen();
  Index columns = layout == Layout::channels ? channels : layout == Layout::columns ? channels * taps : tap_sizes[2];
  Index products = layout == Layout::channels ? taps : layout == Layout::columns ? 1 : channels * tap_sizes[0] * tap_sizes[1];
  Padded axes = run_axes();  ///< of runs
  Index size = elements() + width_of<T>;

  /// Where column l of a product is in a row of w.
  Index place(Index product, Index l) const {
    if (layout == Layout::channels) return l * taps + product;
    return layout == Layout::columns ? l : product * columns + l;
  }
  /// Where a product begins, beyond the offsets of its windows.
  Index start(Index product) const {
    if (layout != Layout::runs) return 0;
    const Index j1 = product % tap_sizes[1], j0 = product / tap_sizes[1] % tap_sizes[0], c = product / (tap_sizes[0] * tap_sizes[1]);
    return c * plane_size(axes) + (j0 * form.axes[0].dilation * axes[1].width + j1 * form.axes[1].dilation) * axes[2].width;
  }
  bool same_offsets() const { return layout != Layout::channels; }  ///< of all products
  void offsets(Index product, Index* to) const {
    const Index j2 = product % tap_sizes[2], j1 = product / tap_sizes[2] % tap_sizes[1], j0 = product / (tap_sizes[2] * tap_sizes[1]);
    for_each_of(out, [&](const Sizes& q) {
      if (layout == Layout::columns) {
        *to++ = ((q[0] * out[1] + q[1]) * out[2] + q[2]) * columns;
      } else if (layout == Layout::channels) {
        const Index at = position(q, {j0, j1, j2});
        *to++ = (at < 0 ? positions : at) * columns;  // a row of zeros is behind the others
      } else {
        const auto& w = form.axes;
        const Index reach = q[2] * w[2].stride, phase = reach % w[2].dilation;
        *to++ =
            phase * product_of_widths() + (q[0] * w[0].stride * axes[1].width + q[1] * w[1].stride) * axes[2].width + reach / w[2].dilation;
      }
    });
  }

  /// x: the channels of the group
  void fill(const T* x, T* to) const {
    if (layout == Layout::runs) {
      for (Index c = 0; c < channels; ++c) pad_plane(x + c * positions, axes, to + c * plane_size(axes));
    } else if (layout == Layout::channels) {
      for (Index c = 0; c < channels; ++c)
        for (Index i = 0; i < positions; ++i) to[i * channels + c] = x[c * positions + i];
      std::fill_n(to + positions * channels, channels, T(0));
    } else {
      for (Index c = 0; c < channels; ++c) {
        Index column = c * taps;
        for_each_of(tap_sizes, [&](const Sizes& tap) {
          T* place = to + column++;
          for_each_of(out, [&](const Sizes& q) {
            const Index at = position(q, tap);
            *place = at < 0 ? T(0) : x[c * positions + at];
            place += columns;
          });
        });
      }
    }
  }

 private:
  Layout chosen() const {
    const auto lanes = [](Index n) { return ceil_div(n, width_of<T>); };
    const Index rows = form.out_channels, all = channels * taps;
    const Index by_channels = cost(taps * lanes(channels), rows, channels);
    const Index by_columns = cost(lanes(all), rows, 3 * all);
    const Index by_runs = cost(channels * tap_sizes[0] * tap_sizes[1] * lanes(tap_sizes[2]), rows, channels);
    if (all <= kMostColumns && by_columns < std::min(by_channels, by_runs)) return Layout::columns;
    return by_runs < by_channels ? Layout::runs : Layout::channels;
  }
  Padded run_axes() const {
    const auto axis = [](const Windows& w) {
      return PaddedAxis{w.in, w.before, 1, (w.out - 1) * w.stride + (w.taps - 1) * w.dilation + 1};
    };
    const Windows& w = form.axes[2];
    PaddedAxis last{w.in, w.before, w.dilation, (w.out - 1) * w.stride / w.dilation + w.taps, {}};
    for (Index phase = 0; phase < w.dilation; ++phase) last.phases.push_back(phase);
    return {axis(form.axes[0]), axis(form.axes[1]), last};
  }
  Index product_of_widths() const { return product(widths(axes)); }
  Index elements() const {
    if (layout == Layout::runs) return channels * plane_size(axes);
    return layout == Layout::columns ? windows * columns : (positions + 1) * columns;
  }
  Index position(const Sizes& q, const Sizes& tap) const {
    Index result = 0;
    for (std::size_t a = 0; a < 3; ++a) {
      const Windows& w = form.axes[a];
      const Index i = w.at(q[a], tap[a]);
      if (!w.has(i)) return -1;
      result = result * w.in + i;
    }
    return result;
  }
};

}  // namespace

template <class T> void convolve_weight_adjoint(const Convolution& form, const T* x, const T* y, T* w) {
  const Index weights = form.in_channels * product(sizes_of(form.axes, &Windows::taps));
  std::fill_n(w, form.groups * form.out_channels * weights, T(0));
  if (product(sizes_of(form.axes, &Windows::out)) == 0 || weights == 0 || form.groups == 0) return;
  const View<T> view{form};
  const Index together = std::clamp<Index>((Index{1} << 20) / (view.size * form.groups), 1, std::max<Index>(1, form.batch));
  T* examples = thread_buffer<T, struct Examples>(together * form.groups * view.size);
  const Index strips = ceil_div(view.columns, strip_of<T>), blocks = ceil_div(form.out_channels, block_rows);
  const Index flops = 2 * std::min(view.columns, strip_of<T>) * std::min(form.out_channels, block_rows) * view.windows * together;
  for (Index first = 0; first < form.batch; first += together) {
    const Index last = std::min(form.batch, first + together);
    parallel_for(first * form.groups, last * form.groups, std::max<Index>(1, kCopyGrain / view.size), [&](Index lo, Index hi) {
      for (Index i = lo; i < hi; ++i)
        view.fill(x + i * form.in_channels * view.positions, examples + (i - first * form.groups) * view.size);
    });
    parallel_for(0, form.groups * view.products * strips * blocks, grain_of(flops), [&](Index lo, Index hi) {
      T* c = thread_buffer<T, struct Block>(block_rows * strip_of<T>);
      Index* offsets = thread_buffer<Index, struct Offsets>(view.windows);
      for (Index task = lo, of = -1; task < hi; ++task) {
        const Index o = task % blocks * block_rows, height = std::min(block_rows, form.out_channels - o);
        const Index column = task / blocks % strips * strip_of<T>, width = std::min(strip_of<T>, view.columns - column);
        const Index one = task / (blocks * strips) % view.products, g = task / (blocks * strips * view.products);
        const Index key = view.same_offsets() ? 0 : one;
        if (key != of) view.offsets(of = key, offsets);
        for (Index n = first; n < last; ++n)
          run_block<T>(height, width,
                       {view.windows, y + ((n * form.groups + g) * form.out_channels + o) * view.windows, view.windows,
                        examples + ((n - first) * form.groups + g) * view.size + view.start(one) + column, offsets},
                       c, n > first);
        T* to = w + (g * form.out_channels + o) * weights;
        for (Index i = 0; i < height; ++i)
          for (Index l = 0; l < width; ++l) to[i * weights + view.place(one, column + l)] += c[i * strip_of<T> + l];
      }
    });
  }
}

template void convolve_weight_adjoint(const Convolution&, const float*, const float*, float*);
template void convolve_weight_adjoint(const Convolution&, const double*, const double*, double*);

}  // namespace descent::inline v1::kernels
