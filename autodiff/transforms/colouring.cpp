#include <descent/autodiff/transforms/colouring.hpp>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <numeric>
#include <optional>
#include <utility>

namespace descent::inline v1::detail {
namespace {

std::size_t at(Index i) { return static_cast<std::size_t>(i); }

/// Columns by the number of their neighbours, most first; equal ones as they stand.
std::vector<Index> largest_first(const Pattern& a, const Pattern& by_column) {
  std::vector<Index> neighbours(at(a.width), 0), order(at(a.width));
  for (Index j = 0; j < a.width; ++j)
    for (const Index i : by_column.row(j)) neighbours[at(j)] += static_cast<Index>(a.row(i).size()) - 1;  // counted once for each row
  std::iota(order.begin(), order.end(), Index{0});
  std::stable_sort(order.begin(), order.end(), [&](Index i, Index j) { return neighbours[at(i)] > neighbours[at(j)]; });
  return order;
}

/// The first colour that `forbidden` does not hold `mark` for.
Index first_free(const std::vector<Index>& forbidden, Index mark) {
  Index colour = 0;
  while (forbidden[at(colour)] == mark) ++colour;
  return colour;
}

void give(Colours& colours, Index j, Index colour) {
  colours.of[at(j)] = colour;
  colours.count = std::max(colours.count, colour + 1);
}

/// Whether a row reaches all columns that any row has: then no two columns share a colour, and nothing need be compared.
std::optional<Colours> all_different(const Pattern& a, const Pattern& by_column, Index full_rows) {
  Colours colours{std::vector<Index>(at(a.width), -1), 0};
  for (Index j = 0; j < a.width; ++j)
    if (!by_column.row(j).empty()) give(colours, j, colours.count);
  Index full = 0;
  for (Index i = 0; i < a.height; ++i) full += static_cast<Index>(a.row(i).size()) == colours.count ? 1 : 0;
  return full >= std::max<Index>(full_rows, 1) ? std::optional(std::move(colours)) : std::nullopt;
}

}  // namespace

Pattern transposed(const Pattern& a) {
  Pattern t{a.width, a.height, std::vector<Index>(at(a.width + 1), 0), std::vector<Index>(a.columns.size())};
  for (const Index j : a.columns) ++t.starts[at(j + 1)];
  std::partial_sum(t.starts.begin(), t.starts.end(), t.starts.begin());
  std::vector<Index> next(t.starts.begin(), t.starts.end() - 1);
  for (Index i = 0; i < a.height; ++i)
    for (const Index j : a.row(i)) t.columns[at(next[at(j)]++)] = i;
  return t;
}

Pattern symmetrised(const Pattern& a) {
  const Pattern t = transposed(a);
  Pattern both{a.height, a.width, {0}, {}};
  for (Index i = 0; i < a.height; ++i) {
    std::set_union(a.row(i).begin(), a.row(i).end(), t.row(i).begin(), t.row(i).end(), std::back_inserter(both.columns));
    both.starts.push_back(static_cast<Index>(both.columns.size()));
  }
  return both;
}

Colours colour_columns(const Pattern& a) {
  const Pattern by_column = transposed(a);
  if (auto trivial = all_different(a, by_column, 1)) return *trivial;
  Colours colours{std::vector<Index>(at(a.width), -1), 0};
  std::vector<Index> forbidden(at(a.width + 1), -1);  // by colour: the last column it was forbidden for
  for (const Index j : largest_first(a, by_column)) {
    if (by_column.row(j).empty()) continue;
    for (const Index i : by_column.row(j))
      for (const Index other : a.row(i))
        if (colours.of[at(other)] >= 0) forbidden[at(colours.of[at(other)])] = j;
    give(colours, j, first_free(forbidden, j));
  }
  return colours;
}

Colours colour_stars(const Pattern& a) {
  if (auto trivial = all_different(a, a, a.height)) return *trivial;
  Colours colours{std::vector<Index>(at(a.width), -1), 0};
  const auto colour = [&](Index j) { return colours.of[at(j)]; };
  std::vector<Index> forbidden(at(a.width + 1), -1);
  for (const Index v : largest_first(a, a)) {
    if (a.row(v).empty()) continue;
    for (const Index w : a.row(v))
      if (w != v && colour(w) >= 0) forbidden[at(colour(w))] = v;
    for (const Index w : a.row(v)) {
      if (w == v) continue;
      for (const Index x : a.row(w)) {
        if (x == v || x == w || colour(x) < 0 || forbidden[at(colour(x))] == v) continue;
        // v - w - x - y would have two colours; a w without one may get x's
        const auto repeats = [&](Index y) { return y != w && y != x && colour(y) == colour(w); };
        if (colour(w) < 0 || std::any_of(a.row(x).begin(), a.row(x).end(), repeats)) forbidden[at(colour(x))] = v;
      }
    }
    give(colours, v, first_free(forbidden, v));
  }
  return colours;
}

}  // namespace descent::inline v1::detail
