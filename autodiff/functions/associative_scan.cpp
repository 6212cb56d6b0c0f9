#include <descent/autodiff/functions/associative_scan.hpp>

#include <string>
#include <utility>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/located.hpp>
#include <descent/autodiff/functions/shape.hpp>

namespace descent::inline v1 {
namespace {

using Elements = std::vector<Tensor>;

class Scan {
 public:
  Scan(const CombineAll& f, std::vector<int> axes, std::source_location where) : f_(f), axes_(std::move(axes)), where_(where) {}

  /// Pairs are combined and scanned, which gives every second result; each of the others is one step from the one before it.
  Elements operator()(const Elements& x) const {
    const Index n = x[0].size(axes_[0]);
    if (n < 2) return x;
    const Elements odd = (*this)(combined(cut(x, {0, n - 1, 2}), cut(x, {1, n, 2})));
    const Elements first = cut(x, {0, 1, 1});
    if (n == 2) return joined(first, odd);
    const Elements later = combined(cut(odd, {0, (n - 1) / 2, 1}), cut(x, {2, n, 2}));
    return interleaved(joined(first, later), odd, n);
  }

 private:
  Elements cut(const Elements& x, const Slice& slice) const {
    return each([&](std::size_t i) {
      std::vector<AxisSlice> at(static_cast<std::size_t>(axes_[i]) + 1, AxisSlice(Slice{}));
      at.back() = slice;
      return descent::slice(x[i], at);
    });
  }
  Elements joined(const Elements& a, const Elements& b) const {
    return each([&](std::size_t i) { return concat({a[i], b[i]}, axes_[i]); });
  }
  Elements interleaved(const Elements& even, const Elements& odd, Index n) const {
    std::vector<Index> order;
    for (Index k = 0; k < n; ++k) order.push_back(k / 2 + (k % 2 == 0 ? 0 : (n + 1) / 2));
    const Elements both = joined(even, odd);
    return each([&](std::size_t i) { return take(both[i], from_vector(order), axes_[i]); });
  }
  template <class F> Elements each(F f) const {
    Elements result;
    for (std::size_t i = 0; i < axes_.size(); ++i) result.push_back(f(i));
    return result;
  }

  Elements combined(const Elements& before, const Elements& next) const {
    Elements result = f_(before, next);
    if (result.size() != before.size())
      throw ShapeError("associative_scan: f gave " + std::to_string(result.size()) + " tensors for elements of " +
                           std::to_string(before.size()) + "; it must give as many as it takes",
                       where_);
    for (std::size_t i = 0; i < result.size(); ++i)
      if (result[i].shape() != before[i].shape())
        throw ShapeError("associative_scan: f gave " + to_string(result[i].shape()) + " for neighbours of " + to_string(before[i].shape()) +
                             "; it must keep the shape",
                         where_);
    return result;
  }

  const CombineAll& f_;
  std::vector<int> axes_;
  std::source_location where_;
};

}  // namespace

std::vector<Tensor> associative_scan(const CombineAll& f, const std::vector<Tensor>& xs, Index axis, ScanForm form,
                                     std::source_location where) {
  if (xs.empty()) throw ShapeError("associative_scan: no tensors were given; it needs at least one", where);
  std::vector<int> axes;
  for (const Tensor& x : xs) {
    axes.push_back(located(where, [&] { return checked_axis("associative_scan", axis, x.rank()); }));
    if (x.size(axes.back()) != xs[0].size(axes[0]))
      throw ShapeError("associative_scan: input " + std::to_string(axes.size() - 1) + " is " + to_string(x.shape()) + ", input 0 is " +
                           to_string(xs[0].shape()) + "; their sizes on axis " + std::to_string(axis) + " must be equal",
                       where);
  }
  const Scan scan(f, axes, where);
  if (!form.reverse) return scan(xs);
  std::vector<Tensor> mirrored;
  for (std::size_t i = 0; i < xs.size(); ++i) mirrored.push_back(flip(xs[i], axes[i]));
  mirrored = scan(mirrored);
  for (std::size_t i = 0; i < xs.size(); ++i) mirrored[i] = flip(mirrored[i], axes[i]);
  return mirrored;
}

Tensor associative_scan(const Combine& f, Arg x, Index axis, ScanForm form) {
  const Given given(std::move(x));
  const CombineAll all = [&f](const Elements& before, const Elements& next) { return Elements{f(before[0], next[0])}; };
  return associative_scan(all, Elements{given.x}, axis, form, given.where)[0];
}

}  // namespace descent::inline v1
