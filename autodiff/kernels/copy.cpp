#include <descent/autodiff/kernels/copy.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <type_traits>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/kernels/simd_lane.hpp>

namespace descent::inline v1::kernels {
namespace {

constexpr Index kChunk = Index{1} << 15;  // about as many elements make a chunk
constexpr Index kTile = 32;               // a transpose goes tile by tile

/// The axes of a strided side, those of size 1 left out and neighbours merged; never none.
struct Layout {
  std::array<Index, max_rank> sizes{1}, strides{0};
  std::size_t rank = 1;

  Index numel() const {
    Index n = 1;
    for (std::size_t a = 0; a < rank; ++a) n *= sizes[a];
    return n;
  }
};

Layout merged(std::span<const Index> sizes, std::span<const Index> strides) {
  Layout l;
  l.rank = 0;
  for (std::size_t a = 0; a < sizes.size(); ++a) {
    if (sizes[a] == 1) continue;
    const std::size_t last = l.rank - 1;
    if (l.rank > 0 && l.strides[last] == strides[a] * sizes[a]) {
      l.sizes[last] *= sizes[a];
      l.strides[last] = strides[a];
    } else {
      l.sizes[l.rank] = sizes[a];
      l.strides[l.rank++] = strides[a];
    }
  }
  if (l.rank == 0) l.sizes[l.rank++] = 1;
  return l;
}

/// Where the strided side is for the i-th position of the first `rank` axes.
Index offset_of(const Layout& l, std::size_t rank, Index i) {
  Index offset = 0;
  for (std::size_t a = rank; a-- > 0; i /= l.sizes[a]) offset += i % l.sizes[a] * l.strides[a];
  return offset;
}

// `packed` is the contiguous side; the type says which way the elements go.
struct Load {
  template <class E> static void move(E& packed, const E& strided) { packed = strided; }
};
struct Store {
  template <class E> static void move(const E& packed, E& strided) { strided = packed; }
};

template <class Way, class P, class S> void move_row(P* packed, S* strided, Index n, Index stride) {
  if (stride == 1) {
    for (Index i = 0; i < n; ++i) Way::move(packed[i], strided[i]);
  } else if (stride == 0 && std::is_same_v<Way, Load>) {
    if constexpr (!std::is_const_v<P>) std::fill(packed, packed + n, *strided);
  } else {
    for (Index i = 0; i < n; ++i) Way::move(packed[i], strided[i * stride]);
  }
}

template <class Way, class P, class S> void move_rows(P* packed, S* strided, const Layout& l) {
  const std::size_t last = l.rank - 1;
  const Index n = l.sizes[last], rows = l.numel() / n;
  if (l.rank == 1) {
    parallel_for(0, n, kChunk, [&](Index lo, Index hi) { move_row<Way>(packed + lo, strided + lo * l.strides[0], hi - lo, l.strides[0]); });
    return;
  }
  const Index before = l.sizes[last - 1];
  parallel_for(0, rows, std::max<Index>(1, kChunk / n), [&](Index lo, Index hi) {
    for (Index row = lo; row < hi;) {
      S* from = strided + offset_of(l, last, row);
      const Index end = std::min(hi, row - row % before + before);
      for (; row < end; ++row, from += l.strides[last - 1]) move_row<Way>(packed + row * n, from, n, l.strides[last]);
    }
  });
}

/// Eight elements of 32 bits. No function takes or returns them: how it would depends on the flags.
using Eight = std::uint32_t __attribute__((vector_size(32)));

/// to[j][i] = from[i][j] for 8 x 8 of them, in registers.
void transpose_eight(const std::uint32_t* from, Index from_step, std::uint32_t* to, Index to_step) {
  Eight v[8], pairs[8], fours[8];
  for (int i = 0; i < 8; ++i) std::memcpy(&v[i], from + i * from_step, sizeof v[i]);
  for (int i = 0; i < 8; i += 2) {
    pairs[i] = __builtin_shufflevector(v[i], v[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    pairs[i + 1] = __builtin_shufflevector(v[i], v[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int i = 0; i < 8; i += 4)
    for (int k = 0; k < 2; ++k) {
      fours[i + 2 * k] = __builtin_shufflevector(pairs[i + k], pairs[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      fours[i + 2 * k + 1] = __builtin_shufflevector(pairs[i + k], pairs[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int i = 0; i < 4; ++i) {
    const Eight low = __builtin_shufflevector(fours[i], fours[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    const Eight high = __builtin_shufflevector(fours[i], fours[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    std::memcpy(to + i * to_step, &low, sizeof low);
    std::memcpy(to + (i + 4) * to_step, &high, sizeof high);
  }
}
/// to[row, column] = from[column, row] for a tile of 32-bit numbers whose sides are multiples of 8; else false, and nothing is done.
template <class E> bool move_whole_tile(const E* from, Index from_step, E* to, Index to_step, Index height, Index width) {
  if constexpr (sizeof(E) == 4) {
    if (height % 8 == 0 && width % 8 == 0) {
      for (Index column = 0; column < width; column += 8)
        for (Index row = 0; row < height; row += 8)
          transpose_eight(from + row + column * from_step, from_step, to + row * to_step + column, to_step);
      return true;
    }
  }
  return false;
}

template <class E> void move_tile(Load, E* packed, Index columns, const E* strided, Index jump, Index height, Index width) {
  if (move_whole_tile(strided, jump, packed, columns, height, width)) return;
  E tile[kTile][kTile];
  for (Index column = 0; column < width; ++column)
    for (Index row = 0; row < height; ++row) tile[row][column] = strided[row + column * jump];
  for (Index row = 0; row < height; ++row) std::copy_n(tile[row], width, packed + row * columns);
}
template <class E> void move_tile(Store, const E* packed, Index columns, E* strided, Index jump, Index height, Index width) {
  if (move_whole_tile(packed, columns, strided, jump, width, height)) return;
  E tile[kTile][kTile];
  for (Index row = 0; row < height; ++row)
    for (Index column = 0; column < width; ++column) tile[column][row] = packed[row * columns + column];
  for (Index column = 0; column < width; ++column) std::copy_n(tile[column], height, strided + column * jump);
}

/// The last two axes exchanged: packed is [rows, columns], strided runs along the rows. Tile by tile and through a tile of its own, so
/// that both sides are read and written along their lines: lines a power of 2 apart drive each other out of the cache.
template <class Way, class P, class S> void move_tiles(P* packed, S* strided, const Layout& l) {
  const std::size_t column_axis = l.rank - 1, row_axis = l.rank - 2;
  const Index rows = l.sizes[row_axis], columns = l.sizes[column_axis], jump = l.strides[column_axis];
  const Index bands = (rows + kTile - 1) / kTile, planes = l.numel() / (rows * columns);
  parallel_for(0, planes * bands, std::max<Index>(1, kChunk / (columns * kTile)), [&](Index lo, Index hi) {
    for (Index band = lo; band < hi; ++band) {
      const Index plane = band / bands, begin = band % bands * kTile, end = std::min(rows, begin + kTile);
      P* to = packed + plane * rows * columns;
      S* from = strided + offset_of(l, row_axis, plane);
      for (Index left = 0; left < columns; left += kTile) {
        const Index right = std::min(columns, left + kTile);
        move_tile(Way{}, to + begin * columns + left, columns, from + begin + left * jump, jump, end - begin, right - left);
      }
    }
  });
}

template <class Way, class P, class S> void move_all(P* packed, S* strided, const Layout& l) {
  if (l.numel() == 0) return;
  const bool transposed = l.rank >= 2 && l.strides[l.rank - 2] == 1 && l.strides[l.rank - 1] > 1;
  if (transposed) move_tiles<Way>(packed, strided, l);
  else move_rows<Way>(packed, strided, l);
}

/// Calls f with a pointer type whose elements have that many bytes.
template <class F> void with_element(Index size, F f) {
  if (size == 1) f(std::uint8_t{});
  else if (size == 4) f(std::uint32_t{});
  else f(std::uint64_t{});
}

// ---- Conversion

/// The nearest To at or towards zero from x; saturated, NaN is 0.
template <class To, class From> To truncated(From x) {
  constexpr From end = static_cast<From>(std::numeric_limits<To>::max() / 2 + 1) * 2;  // 2^31 or 2^63, exact
  if (x >= end) return std::numeric_limits<To>::max();
  if (x < -end) return std::numeric_limits<To>::min();
  return x == x ? static_cast<To>(x) : To{0};
}

template <class To, class From> To converted(From x) {
  if constexpr (std::is_same_v<To, bool>) return x != 0;
  else if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) return truncated<To>(x);
  else return static_cast<To>(x);
}

template <class From> void truth_of(const From* x, std::uint8_t* y, Index n) {
  using L = SimdLane<From>;
  const Index whole = n / L::size * L::size;
  for (Index i = 0; i < whole; i += L::size) (L::load(x + i) != L(0)).store(y + i);
  for (Index i = whole; i < n; ++i) y[i] = x[i] != 0;
}

/// A stored bool is a byte.
template <class T> using Stored = std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T>;

template <class To> void fill_with(void* dst, To value, Index n) {
  auto* to = static_cast<Stored<To>*>(dst);
  parallel_for(0, n, kChunk, [&](Index lo, Index hi) { std::fill(to + lo, to + hi, static_cast<Stored<To>>(value)); });
}

}  // namespace

void strided_copy(void* dst, const void* src, Index element_size, std::span<const Index> sizes, std::span<const Index> src_strides) {
  with_element(element_size,
               [&]<class E>(E) { move_all<Load>(static_cast<E*>(dst), static_cast<const E*>(src), merged(sizes, src_strides)); });
}

void strided_store(void* dst, std::span<const Index> sizes, std::span<const Index> dst_strides, const void* src, Index element_size) {
  with_element(element_size,
               [&]<class E>(E) { move_all<Store>(static_cast<const E*>(src), static_cast<E*>(dst), merged(sizes, dst_strides)); });
}

void convert(Dtype from, const void* src, Dtype to, void* dst, Index n) {
  if (from == to) return static_cast<void>(n == 0 ? dst : std::memcpy(dst, src, static_cast<std::size_t>(n * size_of(to))));
  visit_dtype(from, [&](auto from_tag) {
    visit_dtype(to, [&](auto to_tag) {
      using From = typename decltype(from_tag)::type;
      using To = typename decltype(to_tag)::type;
      const auto* x = static_cast<const Stored<From>*>(src);
      auto* y = static_cast<Stored<To>*>(dst);
      parallel_for(0, n, kChunk, [&](Index lo, Index hi) {
        if constexpr (std::is_same_v<To, bool>) return truth_of(x + lo, y + lo, hi - lo);
        else
          for (Index i = lo; i < hi; ++i) y[i] = static_cast<To>(converted<To>(x[i]));
      });
    });
  });
}

void fill(void* dst, Dtype dtype, double value, Index n) {
  visit_dtype(dtype, [&](auto tag) { fill_with(dst, converted<typename decltype(tag)::type>(value), n); });
}

void fill_integer(void* dst, Dtype dtype, std::int64_t value, Index n) {
  visit_dtype(dtype, [&](auto tag) { fill_with(dst, converted<typename decltype(tag)::type>(value), n); });
}

}  // namespace descent::inline v1::kernels
