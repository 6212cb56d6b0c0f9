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

template <class T> using Key = std::conditional_t<sizeof(T) == 8, std::uint64_t, std::uint32_t>;

/// An unsigned number that orders as x does; of a NaN the greatest.
template <class T> Key<T> key_of(T x, bool descending) {
  using Bits = Key<T>;
  constexpr Bits sign = Bits{1} << (8 * sizeof(Bits) - 1);
  if constexpr (std::is_floating_point_v<T>) {
    const Bits bits = std::bit_cast<Bits>(x + T{0});  // -0 becomes 0
    const Bits key = (bits & sign) != 0 ? ~bits : bits | sign;
    return x != x ? std::numeric_limits<Bits>::max() : descending ? ~key : key;
  } else {
    const Bits key = static_cast<Bits>(x) ^ sign;
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

/// The items from `first` to `last` in their places.
void sort_items(Items& items, Items& spare, Index first, Index last) {
  const auto n = static_cast<Index>(items.size());
  if (last - first < n / 4 || n < kRadixFrom) {
    const auto begin = items.begin() + first, end = items.begin() + last;
    if (first > 0) std::nth_element(items.begin(), begin, items.end());
    if (last < n) std::nth_element(begin, end, items.end());
    std::sort(begin, end);
  } else {
    radix_sort(items, spare);
  }
}

/// Of n keys those whose leading digit one of the ranks [first, last) can have; returns how many keys are before them.
template <class K> Index candidates(const std::vector<K>& keys, Index first, Index last, Items& found) {
  constexpr int digit = 11;
  constexpr K none = std::numeric_limits<K>::max();  // a NaN, or the greatest whole number: in the last bucket either way
  K least = none, greatest = 0;
  for (const K key : keys) {
    least = std::min(least, key);
    greatest = std::max(greatest, key == none ? K{0} : key);
  }
  const int shift = std::max(0, static_cast<int>(std::bit_width(greatest > least ? greatest - least : K{0})) - digit);
  const auto bucket = [&](K key) { return std::min<K>((key - least) >> shift, (K{1} << digit) - 1); };
  std::array<Index, std::size_t{1} << digit> counts{};
  for (const K key : keys) ++counts[bucket(key)];
  Index before = 0;
  K low = 0;
  while (before + counts[low] <= first) before += counts[low++];
  K high = low;
  for (Index until = before + counts[low]; until < last; until += counts[high]) ++high;
  found.clear();
  for (std::size_t i = 0; i < keys.size(); ++i)
    if (const K at = bucket(keys[i]); at >= low && at <= high) found.push_back({keys[i], static_cast<std::int64_t>(i)});
  return before;
}

template <class T> bool before(T a, T b) { return a < b || (b != b && a == a); }

}  // namespace

template <class T> void argsort(const Reduction& r, Index first, Index count, bool descending, const T* x, std::int64_t* at) {
  if (count == 0) return;
  const bool few = count < r.n / 4 && r.n >= kRadixFrom;
  parallel_for(0, r.outer * r.inner, std::max<Index>(1, kChunk / r.n), [&](Index lo, Index hi) {
    std::vector<Key<T>> keys(static_cast<std::size_t>(r.n));
    Items items, spare;
    for (Index column = lo; column < hi; ++column) {
      const Index o = column / r.inner, i = column % r.inner;
      const T* from = x + o * r.n * r.inner + i;
      for (Index k = 0; k < r.n; ++k) keys[static_cast<std::size_t>(k)] = key_of(from[k * r.inner], descending);
      Index before = 0;
      if (few) {
        before = candidates(keys, first, first + count, items);
      } else {
        items.resize(keys.size());
        for (std::size_t k = 0; k < keys.size(); ++k) items[k] = {keys[k], static_cast<std::int64_t>(k)};
      }
      sort_items(items, spare, first - before, first - before + count);
      for (Index k = 0; k < count; ++k) at[(o * count + k) * r.inner + i] = items[static_cast<std::size_t>(first - before + k)].at;
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
template void argsort(const Reduction&, Index, Index, bool, const float*, std::int64_t*);
template void argsort(const Reduction&, Index, Index, bool, const double*, std::int64_t*);
template void argsort(const Reduction&, Index, Index, bool, const std::int32_t*, std::int64_t*);
template void argsort(const Reduction&, Index, Index, bool, const std::int64_t*, std::int64_t*);
template void argsort(const Reduction&, Index, Index, bool, const std::uint8_t*, std::int64_t*);
template void search(Index, Index, Index, bool, bool, const float*, const float*, std::int64_t*);
template void search(Index, Index, Index, bool, bool, const double*, const double*, std::int64_t*);
template void search(Index, Index, Index, bool, bool, const std::int32_t*, const std::int32_t*, std::int64_t*);
template void search(Index, Index, Index, bool, bool, const std::int64_t*, const std::int64_t*, std::int64_t*);
template void search(Index, Index, Index, bool, bool, const std::uint8_t*, const std::uint8_t*, std::int64_t*);
// clang-format on

}  // namespace descent::inline v1::kernels
