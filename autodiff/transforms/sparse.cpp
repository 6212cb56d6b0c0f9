#include <descent/autodiff/transforms/sparse.hpp>

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/colouring.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/sparsity.hpp>
#include <descent/autodiff/transforms/vjp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>

namespace descent::inline v1 {
namespace detail {
namespace {

std::vector<Index> row_numbers(const Pattern& a) {
  std::vector<Index> rows;
  for (Index i = 0; i < a.height; ++i) rows.insert(rows.end(), a.row(i).size(), i);
  return rows;
}

/// Its columns differ in colour.
Index largest_row(const Pattern& a) {
  std::size_t largest = 0;
  for (Index i = 0; i < a.height; ++i) largest = std::max(largest, a.row(i).size());
  return static_cast<Index>(largest);
}

Coo coo_of(const Pattern& a) { return {from_vector(row_numbers(a)), from_vector(a.columns), {}, a.height, a.width}; }

void require_floating(const char* who, const Tensor& x, std::source_location where) {
  if (x.absent()) throw ValueError(std::string(who) + ": the argument is absent; give it a value first", where);
  if (!is_floating(x.dtype()))
    throw DtypeError(std::string(who) + ": the argument is " + to_string(abstract_of(x)) + "; it must be f32 or f64", where);
}

/// Whether entry (i, j) is row i's only one in a column of j's colour.
class OnlyOfColour {
 public:
  OnlyOfColour(const Pattern& a, const Colours& colours) : a_(a), colours_(colours), seen_(static_cast<std::size_t>(colours.count), 0) {}

  bool operator()(Index i, Index j) {
    if (i != row_) {
      count(row_, -1);
      count(row_ = i, 1);
    }
    return seen_[static_cast<std::size_t>(colours_.of[static_cast<std::size_t>(j)])] == 1;
  }

 private:
  void count(Index row, Index by) {
    if (row < 0) return;
    for (const Index j : a_.row(row)) seen_[static_cast<std::size_t>(colours_.of[static_cast<std::size_t>(j)])] += by;
  }

  const Pattern& a_;
  const Colours& colours_;
  std::vector<Index> seen_;  // by colour, how often in row_
  Index row_ = -1;
};

}  // namespace

SparsePlan::SparsePlan(const char* who, TensorFunction f, const Tensor& like, bool symmetric, std::source_location where)
    : who_(who), f_(std::move(f)) {
  require_floating(who, like, where);
  from_ = abstract_of(like);
  Dependence found = dependence(who, f_, from_, where);
  to_ = found.result;
  if (symmetric) found.pattern = symmetrised(found.pattern);
  const Pattern& pattern = found.pattern;
  pattern_ = coo_of(pattern);

  Colours colours = symmetric ? colour_stars(pattern) : colour_columns(pattern);
  const Pattern other = symmetric ? pattern : transposed(pattern);
  if (largest_row(other) < colours.count)
    if (Colours fewer = colour_columns(other); fewer.count < colours.count) {
      colours = std::move(fewer);
      by_rows_ = !symmetric;
    }

  const Index stride = by_rows_ ? pattern.width : pattern.height;
  const auto colour = [&](Index of) { return colours.of[static_cast<std::size_t>(of)]; };
  OnlyOfColour only(pattern, colours);
  std::vector<Index> places;
  for (Index i = 0; i < pattern.height; ++i)
    for (const Index j : pattern.row(i)) {
      const bool by_row = by_rows_ || (symmetric && !only(i, j));  // then in column i of row j
      places.push_back(by_row ? colour(i) * stride + j : colour(j) * stride + i);
    }
  at_ = from_vector(places);
  colours_ = colours.count;
  colour_ = std::move(colours.of);
}

Tensor SparsePlan::directions(Index first, Index count) const {
  const std::size_t size = colour_.size();
  std::vector<double> seeds(static_cast<std::size_t>(count) * size, 0);
  for (std::size_t k = 0; k < size; ++k)
    if (colour_[k] >= first && colour_[k] < first + count) seeds[static_cast<std::size_t>(colour_[k] - first) * size + k] = 1;
  const Abstract& side = by_rows_ ? to_ : from_;
  return from_span<double>(seeds, side.shape.inserted(0, count), side.dtype);
}

Coo SparsePlan::operator()(const Tensor& x, std::source_location where) const {
  require_floating(who_, x, where);
  if (abstract_of(x) != from_)
    throw ShapeError(std::string(who_) + ": the argument is " + to_string(abstract_of(x)) + "; the pattern was found for " +
                         to_string(from_) + ", and holds for that shape and dtype",
                     where);
  Coo result = pattern_;
  if (colours_ == 0) {
    result.values = zeros({0}, to_.dtype);
    return result;
  }
  constexpr Index kAtOnce = 256;  // so that memory stays bounded
  const Index width = (by_rows_ ? from_ : to_).shape.numel();
  std::vector<Tensor> all;
  const auto each = [&](auto linear) {
    for (Index first = 0; first < colours_; first += kAtOnce) {
      const Index count = std::min(kAtOnce, colours_ - first);
      all.push_back(reshape(vmap(linear)(directions(first, count)), {count * width}));
    }
  };
  if (by_rows_) each(vjp(f_, x).second);
  else each([&](const Tensor& t) { return jvp(f_, x, t, where).second; });
  result.values = cast(take(all.size() == 1 ? all.front() : concat(std::move(all), 0), at_), to_.dtype);
  return result;
}

}  // namespace detail

Tensor Coo::dense() const {
  if (count() == 0) return zeros({height, width}, values.present() ? values.dtype() : boolean);
  const Tensor entries = values.present() ? values : ones({count()});
  const Tensor sums = reshape(segment_sum(entries, rows * width + columns, height * width), {height, width});
  return values.present() ? sums : sums > 0.0;
}

Csr to_csr(const Coo& a) {
  const std::vector<Index> rows = a.count() == 0 ? std::vector<Index>() : a.rows.to_vector<Index>();
  std::vector<Index> starts(static_cast<std::size_t>(a.height) + 1, 0);
  for (const Index row : rows) {
    if (row < 0 || row >= a.height)
      throw IndexError("to_csr: an entry is in row " + std::to_string(row) + " of " + std::to_string(a.height));
    ++starts[static_cast<std::size_t>(row) + 1];
  }
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  Csr b{from_vector(starts), a.columns, a.values, a.height, a.width};
  if (std::is_sorted(rows.begin(), rows.end())) return b;
  std::vector<Index> order(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    order[static_cast<std::size_t>(starts[static_cast<std::size_t>(rows[i])]++)] = static_cast<Index>(i);
  const Tensor by_row = from_vector(order);
  b.columns = take(b.columns, by_row);
  if (b.values.present()) b.values = take(b.values, by_row);
  return b;
}

Coo to_coo(const Csr& a) {
  const std::vector<Index> starts = a.starts.to_vector<Index>();
  std::vector<Index> rows;
  for (std::size_t i = 0; i + 1 < starts.size(); ++i)
    rows.insert(rows.end(), static_cast<std::size_t>(starts[i + 1] - starts[i]), static_cast<Index>(i));
  return {from_vector(rows), a.columns, a.values, a.height, a.width};
}

Coo jacobian_sparsity(const std::function<Tensor(const Tensor&)>& f, const Tensor& x, std::source_location where) {
  detail::require_floating("jacobian_sparsity", x, where);
  return detail::coo_of(detail::dependence("jacobian_sparsity", f, abstract_of(x), where).pattern);
}

}  // namespace descent::inline v1
