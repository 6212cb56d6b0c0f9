#include <descent/autodiff/kernels/sort.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include <descent/autodiff/kernels/parallel.hpp>

namespace descent::inline v1::kernels {
namespace {

constexpr Index kChunk = Index{1} << 12;  // elements a chunk has at least
constexpr Index kRadixFrom = 512;         // shorter columns are sorted by comparisons

/// An unsigned number that orders as x does.
template <class T> std::uint64_t key_of(T x, bool descending) {
  constexpr std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t key = 0;
  if constexpr (std::is_floating_point_v<T>) {
    if (x != x) return last;
    using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
    constexpr Bits sign = Bits{1} << (8 * sizeof(T) - 1);
    const Bits bits = std::bit_cast<Bits>(x + T{0});  // -0 becomes 0
    key = static_cast<Bits>((bits & sign) != 0 ? ~bits : bits | sign);
    return descending ? static_cast<Bits>(~static_cast<Bits>(key)) : key;
  } else {
    key = static_cast<std::uint64_t>(static_cast<std::int64_t>(x)) ^ (std::uint64_t{1} << 63);
    return descending ? ~key : key;
  }
}

struct Item {
  std::uint64_t key;
  std::int64_t at;
  friend bool operator<(const Item& a, const Item& b) { return a.key != b.key ? a.key < b.key : a.at < b.at; }
};
using Items = std::vector<Item>;

/// Sorts by one digit of the key after the other, the lowest first; each pass keeps the order of equal digits.
void radix_sort(Items& items, Items& spare) {
  constexpr int digit = 11, passes = 6;
  constexpr std::size_t buckets = std::size_t{1} << digit;
  std::array<std::array<Index, buckets>, passes> starts{};
  for (const Item& item : items)
    for (int pass = 0; pass < passes; ++pass) ++starts[static_cast<std::size_t>(pass)][item.key >> (pass * digit) & (buckets - 1)];
  spare.resize(items.size());
  for (int pass = 0; pass < passes; ++pass) {
    auto& start = starts[static_cast<std::size_t>(pass)];
    const auto bucket = [pass](const Item& item) { return item.key >> (pass * digit) & (buckets - 1); };
    if (start[bucket(items[0])] == static_cast<Index>(items.size())) continue;  // all have this digit
    Index before = 0;
    for (Index& count : start) before += std::exchange(count, before);
    for (const Item& item : items) spare[static_cast<std::size_t>(start[bucket(item)]++)] = item;
    items.swap(spare);
  }
}

/// The first `count` items in their places.
void sort_items(Items& items, Items& spare, Index count) {
  const auto n = static_cast<Index>(items.size());
  if (count < n / 4 || n < kRadixFrom) {
    if (count < n) std::nth_element(items.begin(), items.begin() + count, items.end());
    std::sort(items.begin(), items.begin() + count);
  } else {
    radix_sort(items, spare);
  }
}

template <class T> bool before(T a, T b) { return a < b || (b != b && a == a); }

}  // namespace

template <class T> void argsort(const Reduction& r, Index count, bool descending, const T* x, std::int64_t* at) {
  if (count == 0) return;
  parallel_for(0, r.outer * r.inner, std::max<Index>(1, kChunk / r.n), [&](Index lo, Index hi) {
    Items items(static_cast<std::size_t>(r.n)), spare;
    for (Index column = lo; column < hi; ++column) {
      const Index o = column / r.inner, i = column % r.inner;
      for (Index k = 0; k < r.n; ++k) items[static_cast<std::size_t>(k)] = {key_of(x[(o * r.n + k) * r.inner + i], descending), k};
      sort_items(items, spare, count);
      for (Index k = 0; k < count; ++k) at[(o * count + k) * r.inner + i] = items[static_cast<std::size_t>(k)].at;
    }
  });
}

template <class T>
void search(Index rows, Index n, Index count, bool shared, bool right, const T* sorted, const T* values, std::int64_t* at) {
  parallel_for(0, rows * count, kChunk, [&](Index lo, Index hi) {
    for (Index e = lo; e < hi; ++e) {
      const T* begin = sorted + (shared ? 0 : e / count * n);
      const T* found =
          right ? std::upper_bound(begin, begin + n, values[e], before<T>) : std::lower_bound(begin, begin + n, values[e], before<T>);
      at[e] = found - begin;
    }
  });
}

// clang-format off
template void argsort(const Reduction&, Index, bool, const float*, std::int64_t*);
template void argsort(const Reduction&, Index, bool, const double*, std::int64_t*);
template void argsort(const Reduction&, Index, bool, const std::int32_t*, std::int64_t*);
template void argsort(const Reduction&, Index, bool, const std::int64_t*, std::int64_t*);
template void argsort(const Reduction&, Index, bool, const std::uint8_t*, std::int64_t*);
template void search(Index, Index, Index, bool, bool, const float*, const float*, std::int64_t*);
template void search(Index, Index, Index, bool, bool, const double*, const double*, std::int64_t*);
template void search(Index, Index, Index, bool, bool, const std::int32_t*, const std::int32_t*, std::int64_t*);
template void search(Index, Index, Index, bool, bool, const std::int64_t*, const std::int64_t*, std::int64_t*);
template void search(Index, Index, Index, bool, bool, const std::uint8_t*, const std::uint8_t*, std::int64_t*);
// clang-format on

}  // namespace descent::inline v1::kernels
