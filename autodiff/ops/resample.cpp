// resample: a banded matrix along an axis, so linear; its adjoint is the transposed matrix, which is banded too.
#include <algorithm>
#include <numeric>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/resample.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct ResampleParams {
  Index axis = 0;
  Index columns = 0;
  std::vector<Index> first, count;
  std::vector<double> weights;

  Index rows() const { return static_cast<Index>(first.size()); }
};

/// Where each row's weights begin.
std::vector<Index> starts(const std::vector<Index>& count) {
  std::vector<Index> start(count.size());
  std::exclusive_scan(count.begin(), count.end(), start.begin(), Index{0});
  return start;
}

void check_bands(const ResampleParams& p) {
  Index total = 0;
  if (p.first.size() != p.count.size())
    throw ValueError("resample: " + std::to_string(p.first.size()) + " runs begin and " + std::to_string(p.count.size()) +
                     " have a length; give both for each row");
  for (std::size_t q = 0; q < p.first.size(); ++q) {
    const Index first = p.first[q], end = first + p.count[q];
    if (p.count[q] < 0 || first < 0 || first > p.columns || end > p.columns)
      throw ValueError("resample: row " + std::to_string(q) + " has " + std::to_string(p.count[q]) + " weights from column " +
                       std::to_string(first) + " on; they must lie within " + std::to_string(p.columns) + " columns");
    if (q > 0 && (first < p.first[q - 1] || end < p.first[q - 1] + p.count[q - 1]))
      throw ValueError("resample: row " + std::to_string(q) + " begins or ends before row " + std::to_string(q - 1) +
                       "; the runs must go forwards");
    total += p.count[q];
  }
  if (total != static_cast<Index>(p.weights.size()))
    throw ValueError("resample: " + std::to_string(p.weights.size()) + " weights for runs of " + std::to_string(total) + " in all");
}

/// The transposed matrix: column k's weights are those of the rows that reach it, which follow each other.
Bands transposed(const ResampleParams& p) {
  const std::vector<Index> start = starts(p.count);
  Bands t{p.rows(), {}, {}, {}};
  Index first = 0;
  for (Index k = 0; k < p.columns; ++k) {
    const auto at = [&](Index q) { return static_cast<std::size_t>(q); };
    while (first < p.rows() && p.first[at(first)] + p.count[at(first)] <= k) ++first;
    t.first.push_back(first);
    Index count = 0;
    for (Index q = first; q < p.rows() && p.first[at(q)] <= k; ++q, ++count)
      t.weights.push_back(p.weights[at(start[at(q)] + k - p.first[at(q)])]);
    t.count.push_back(count);
  }
  return t;
}

struct Resample : Linear<Resample> {
  static constexpr std::string_view name = "resample";
  using Params = ResampleParams;

  static Shape shape(const Params& p, const Shape& x) {
    const int axis = checked_axis("resample", p.axis, x.rank());
    check_bands(p);
    if (x[axis] != p.columns)
      throw ShapeError("resample: axis " + std::to_string(axis) + " of " + to_string(x) + " has " + std::to_string(x[axis]) +
                       " elements; the matrix has " + std::to_string(p.columns) + " columns");
    return x.with(axis, p.rows());
  }
  static Dtype dtype(const Params&, Dtype x) { return promote(f32, x); }
  static Tensor forward(const Params& p, const Tensor& given) {
    const Shape result = shape(p, given.shape());
    const Tensor x = converted(given, promote(f32, given.dtype()));
    Tensor y = raw::make(result, x.dtype());
    if (y.numel() == 0) return y;
    const kernels::Reduction form = raw::around(x.shape(), checked_axis("resample", p.axis, x.rank()));
    const std::vector<Index> start = starts(p.count);
    raw::visit_floating(x.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      const std::vector<T> weights(p.weights.begin(), p.weights.end());
      kernels::resample<T>({p.rows(), p.columns, p.first.data(), p.count.data(), start.data(), weights.data()}, form.outer, form.inner,
                           raw::read<T>(x), raw::write<T>(y));
    });
    return y;
  }
  static Tensor adjoint(const Params& p, const Abstract&, const Tensor& ct) { return resample(ct, transposed(p), p.axis); }
  static Params batched(const Params& p, std::span<const Abstract> like, Index) {
    return behind_batch("resample", p, like[0].shape.rank());
  }
  static Samples samples() {
    return {with(Params{0, 4, {0, 1, 3}, {2, 3, 1}, {0.5, 0.25, 1, -2, 3, 0.5}}, {uniform({4}, -2, 2)}),
            with(Params{1, 3, {0, 0, 0, 1, 2}, {1, 2, 2, 2, 1}, {1, 0.5, 0.5, 0.25, 0.75, 0.5, 2, 3}}, {uniform({2, 3, 2}, -2, 2)}),
            with(Params{-2, 5, {1, 3, 5}, {1, 0, 0}, {2}}, {uniform({5, 9}, -2, 2)}),
            with(Params{0, 7, {0, 1}, {6, 6}, {1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, -6}}, {uniform({7, 8}, -2, 2)}),
            with(Params{0, 2, {}, {}, {}}, {uniform({2, 3}, -2, 2)})};
  }
};

}  // namespace

constinit const Op resample_op = make_op<Resample>();
Tensor resample(Arg x, const Bands& m, Index axis) {
  return bind(resample_op, ResampleParams{axis, m.columns, m.first, m.count, m.weights}, std::move(x));
}

}  // namespace descent::inline v1
