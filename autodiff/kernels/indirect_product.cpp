#include <descent/autodiff/kernels/indirect_product.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include <descent/autodiff/kernels/constants.hpp>
#include <descent/autodiff/kernels/math/bits.hpp>

namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {
namespace {

#if defined(DESCENT_AVX512)
constexpr std::size_t rows_of(std::size_t lanes) { return lanes == 4 ? 6 : 12; }
#elif defined(__AVX2__)
constexpr std::size_t rows_of(std::size_t) { return 6; }
#else
constexpr std::size_t rows_of(std::size_t) { return 3; }
#endif

/// rows x lanes of c, which is [any, strip].
template <class T, std::size_t rows, std::size_t lanes> void tile(const Indirect<T>& work, T* c, bool add) {
  using L = SimdLane<T>;
  L sum[rows][lanes];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < rows; ++i)
#pragma GCC unroll 4
    for (std::size_t j = 0; j < lanes; ++j) sum[i][j] = L(0);
  const T* a = work.a;
  const Index lda = work.lda;
  for (Index p = 0; p < work.depth; ++p, ++a) {
    const T* b = work.b + work.offsets[p];
    L row[lanes];
#pragma GCC unroll 4
    for (std::size_t j = 0; j < lanes; ++j) row[j] = L::load(b + static_cast<Index>(j) * L::size);
#pragma GCC unroll 16
    for (std::size_t i = 0; i < rows; ++i) {
      const L x(a[static_cast<Index>(i) * lda]);
#pragma GCC unroll 4
      for (std::size_t j = 0; j < lanes; ++j) sum[i][j] = mad(x, row[j], sum[i][j]);
    }
  }
#pragma GCC unroll 16
  for (std::size_t i = 0; i < rows; ++i)
#pragma GCC unroll 4
    for (std::size_t j = 0; j < lanes; ++j) {
      T* to = c + static_cast<Index>(i) * strip_of<T> + static_cast<Index>(j) * L::size;
      (add ? L::load(to) + sum[i][j] : sum[i][j]).store(to);
    }
}

template <class T> using Tile = void (*)(const Indirect<T>&, T*, bool);

template <class T, std::size_t lanes, std::size_t... i> constexpr std::array<Tile<T>, sizeof...(i)> make_tiles(std::index_sequence<i...>) {
  return {&tile<T, i + 1, lanes>...};
}
template <class T, std::size_t lanes> constexpr auto tiles = make_tiles<T, lanes>(std::make_index_sequence<rows_of(lanes)>{});

template <class T, std::size_t lanes> void run_tiles(Index rows, Indirect<T> work, T* c, bool add) {
  const Index count = (rows + static_cast<Index>(rows_of(lanes)) - 1) / static_cast<Index>(rows_of(lanes));
  for (Index i = 0, row = 0; i < count; ++i) {
    const Index now = (rows - row) / (count - i);
    tiles<T, lanes>[static_cast<std::size_t>(now - 1)](work, c + row * strip_of<T>, add);
    work.a += now * work.lda;
    row += now;
  }
}

}  // namespace

template <class T> void run_block(Index rows, Index columns, const Indirect<T>& work, T* c, bool add) {
  for (Index p = 0; p == 0 || p < work.depth; p += product_block) {
    Indirect<T> now{std::min(product_block, work.depth - p), work.a + p, work.lda, work.b, work.offsets + p};
    for (Index column = 0; column < columns;) {
      const Index lanes = std::min(strip_lanes, (columns - column + width_of<T> - 1) / width_of<T>);
      T* to = c + column;
      if constexpr (strip_lanes > 1) {
        if (lanes == 4) run_tiles<T, 4>(rows, now, to, add || p > 0);
        else if (lanes >= 2) run_tiles<T, 2>(rows, now, to, add || p > 0);
      }
      if (lanes == 1) run_tiles<T, 1>(rows, now, to, add || p > 0);
      const Index done = (lanes == 3 ? 2 : lanes) * width_of<T>;
      column += done, now.b += done;
    }
  }
}

template void run_block(Index, Index, const Indirect<float>&, float*, bool);
template void run_block(Index, Index, const Indirect<double>&, double*, bool);

}  // namespace DESCENT_ISA_NAMESPACE
}  // namespace descent::inline v1::kernels
