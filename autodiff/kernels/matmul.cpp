#include <descent/autodiff/kernels/matmul.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <utility>

#include <descent/autodiff/kernels/constants.hpp>
#include <descent/autodiff/kernels/math/bits.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/kernels/thread_buffer.hpp>

// c is cut into strips of up to kLanes Lanes of columns, the strips into tiles of a few rows that fit the registers; a
// tile runs over a block of k at a time. b is packed strip by strip where it is transposed or large, else read in place.
// Since each element of c is one chain over k, none of these cuts changes a result.
namespace descent::inline v1::kernels {
namespace {

#if defined(DESCENT_AVX512)
constexpr Index kLanes = 4;
constexpr std::size_t rows_of(std::size_t lanes) { return lanes == 4 ? 6 : 12; }
#elif defined(__AVX2__)
constexpr Index kLanes = 1;
constexpr std::size_t rows_of(std::size_t) { return 6; }
#else
constexpr Index kLanes = 1;
constexpr std::size_t rows_of(std::size_t) { return 3; }
#endif

constexpr Index kTaskFlops = Index{1} << 21;    // about what one thread does at a time
constexpr Index kPackedBytes = Index{4} << 20;  // of b at a time
constexpr Index kSmallFlops = Index{1} << 16;   // a product that one thread does at once
constexpr Index kDirectBytes = Index{1} << 20;  // b up to this size is read in place

/// An operand by its element (row, column).
template <class T> struct Matrix {
  T* data;
  Index row_stride, column_stride;

  Matrix at(Index row, Index column) const { return {data + row * row_stride + column * column_stride, row_stride, column_stride}; }
};

template <class T> constexpr Index width_of = SimdLane<T>::size;
template <class T> constexpr Index strip_of = kLanes * width_of<T>;

/// The first n elements at p, the others anything.
template <class T> SimdLane<T> load_only(const T* p, Index n) {
  T buffer[64 / sizeof(T)] = {};
  std::copy(p, p + n, buffer);
  return SimdLane<T>::load(buffer);
}

/// c[rows, columns] (+)= a[rows, k] b[k, columns]; `columns` fills all Lanes but the last.
template <class T, std::size_t rows, std::size_t lanes>
void tile(Index k, const Matrix<const T>& a, const T* b, Index ldb, T* c, Index ldc, Index columns, bool add) {
  using L = SimdLane<T>;
  L sum[rows][lanes];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < rows; ++i)
#pragma GCC unroll 4
    for (std::size_t j = 0; j < lanes; ++j) sum[i][j] = L(0);
  const T* from = a.data;
  for (Index p = 0; p < k; ++p, from += a.column_stride, b += ldb) {
    L row[lanes];
#pragma GCC unroll 4
    for (std::size_t j = 0; j < lanes; ++j) row[j] = L::load(b + static_cast<Index>(j) * L::size);
#pragma GCC unroll 16
    for (std::size_t i = 0; i < rows; ++i) {
      const L x(from[static_cast<Index>(i) * a.row_stride]);
#pragma GCC unroll 4
      for (std::size_t j = 0; j < lanes; ++j) sum[i][j] = mad(x, row[j], sum[i][j]);
    }
  }
#pragma GCC unroll 16
  for (std::size_t i = 0; i < rows; ++i)
#pragma GCC unroll 4
    for (std::size_t j = 0; j < lanes; ++j) {
      const Index begin = static_cast<Index>(j) * L::size, left = columns - begin;
      T* to = c + static_cast<Index>(i) * ldc + begin;
      if (left >= L::size) (add ? L::load(to) + sum[i][j] : sum[i][j]).store(to);
      else (add ? load_only(to, left) + sum[i][j] : sum[i][j]).store(to, left);
    }
}

template <class T> using Tile = void (*)(Index, const Matrix<const T>&, const T*, Index, T*, Index, Index, bool);

/// tiles<T, lanes>[i] has i + 1 rows.
template <class T, std::size_t lanes, std::size_t... i> constexpr std::array<Tile<T>, sizeof...(i)> make_tiles(std::index_sequence<i...>) {
  return {&tile<T, i + 1, lanes>...};
}
template <class T, std::size_t lanes> constexpr auto tiles = make_tiles<T, lanes>(std::make_index_sequence<rows_of(lanes)>{});

/// All rows of c's columns, with tiles of as equal heights as can be.
template <class T, std::size_t lanes>
void run_tiles(Index m, Index k, const Matrix<const T>& a, const T* b, Index ldb, T* c, Index ldc, Index columns, bool add) {
  constexpr auto height = static_cast<Index>(rows_of(lanes));
  const Index count = (m + height - 1) / height;
  for (Index i = 0, row = 0; i < count; ++i) {
    const Index rows = (m - row) / (count - i);
    tiles<T, lanes>[static_cast<std::size_t>(rows - 1)](k, a.at(row, 0), b, ldb, c + row * ldc, ldc, columns, add);
    row += rows;
  }
}

/// At most a strip of columns, in as few runs of 4, 2 and 1 Lanes as can be.
template <class T>
void run_strip(Index m, Index k, const Matrix<const T>& a, const T* b, Index ldb, T* c, Index ldc, Index columns, bool add) {
  while (columns > 0) {
    const Index lanes = std::min<Index>(kLanes, (columns + width_of<T> - 1) / width_of<T>);
    const Index now = std::min(columns, (lanes == 3 ? 2 : lanes) * width_of<T>);
    if constexpr (kLanes > 1) {
      if (lanes == 4) run_tiles<T, 4>(m, k, a, b, ldb, c, ldc, now, add);
      else if (lanes >= 2) run_tiles<T, 2>(m, k, a, b, ldb, c, ldc, now, add);
    }
    if (lanes == 1) run_tiles<T, 1>(m, k, a, b, ldb, c, ldc, now, add);
    columns -= now, b += now, c += now;
  }
}

// ---- Packing

/// to[p, j] = from[j, p] for 16 bytes each way.
template <class T> void transpose_square(const T* from, Index from_stride, T* to, Index to_stride) {
  typedef T V __attribute__((vector_size(16)));
  constexpr std::size_t size = 16 / sizeof(T);
  V x[size];
  for (std::size_t i = 0; i < size; ++i) std::memcpy(&x[i], from + static_cast<Index>(i) * from_stride, sizeof(V));
  if constexpr (size == 4) {
    const V a = __builtin_shufflevector(x[0], x[1], 0, 4, 1, 5), b = __builtin_shufflevector(x[0], x[1], 2, 6, 3, 7);
    const V c = __builtin_shufflevector(x[2], x[3], 0, 4, 1, 5), d = __builtin_shufflevector(x[2], x[3], 2, 6, 3, 7);
    x[0] = __builtin_shufflevector(a, c, 0, 1, 4, 5), x[1] = __builtin_shufflevector(a, c, 2, 3, 6, 7);
    x[2] = __builtin_shufflevector(b, d, 0, 1, 4, 5), x[3] = __builtin_shufflevector(b, d, 2, 3, 6, 7);
  } else {
    const V a = x[0], b = x[1];
    x[0] = __builtin_shufflevector(a, b, 0, 2), x[1] = __builtin_shufflevector(a, b, 1, 3);
  }
  for (std::size_t i = 0; i < size; ++i) std::memcpy(to + static_cast<Index>(i) * to_stride, &x[i], sizeof(V));
}

/// to: [k, width], close, from the first `columns` of x: [k, columns]; what is to the right of them is left unset.
template <class T> void pack(Index k, Index columns, const Matrix<const T>& x, T* to, Index width) {
  if (x.column_stride == 1) {
    for (Index p = 0; p < k; ++p) std::copy_n(x.data + p * x.row_stride, columns, to + p * width);
    return;
  }
  constexpr Index line = 64 / static_cast<Index>(sizeof(T)), square = 16 / static_cast<Index>(sizeof(T));
  for (Index top = 0; top < k; top += line) {
    const Index bottom = std::min(k, top + line);
    const bool whole = bottom - top == line && x.row_stride == 1;
    Index j = 0;
    for (; whole && j + square <= columns; j += square)
      for (Index p = top; p < bottom; p += square)
        transpose_square(x.data + p + j * x.column_stride, x.column_stride, to + p * width + j, width);
    for (; j < columns; ++j)
      for (Index p = top; p < bottom; ++p) to[p * width + j] = x.data[p * x.row_stride + j * x.column_stride];
  }
}

// ---- Products

/// One product with everything resolved.
template <class T> struct Work {
  Index m, n, k;
  Matrix<const T> a, b;
  T* c;
  Index ldc;
  bool add = false;  ///< to what earlier blocks of k left in c

  /// The terms [p, p + depth) alone.
  Work part(Index p, Index depth) const { return {m, n, depth, a.at(0, p), b.at(p, 0), c, ldc, add || p > 0}; }
  Index strips() const { return (n + strip_of<T> - 1) / strip_of<T>; }
  Index flops() const { return 2 * m * n * k; }

  /// Rows [row, row + rows) of the strip at `column`, with b as it is or from a packed strip.
  void run_panel(Index row, Index rows, Index column, const Matrix<const T>& from) const {
    const Index columns = std::min(strip_of<T>, n - column);
    for (Index p = 0; p < k; p += product_block)
      run_strip<T>(rows, std::min(product_block, k - p), a.at(row, p), from.at(p, 0).data, from.row_stride, c + row * ldc + column, ldc,
                   columns, add || p > 0);
  }
  /// The same, packing each block of b just before it is used.
  void pack_and_run_panel(Index row, Index rows, Index column) const {
    T* packed = thread_buffer<T, struct PackedBlock>(strip_of<T> * std::min(k, product_block));
    const Index columns = std::min(strip_of<T>, n - column);
    for (Index p = 0; p < k; p += product_block) {
      const Index depth = std::min(product_block, k - p);
      pack<T>(depth, columns, b.at(p, column), packed, strip_of<T>);
      run_strip<T>(rows, depth, a.at(row, p), packed, strip_of<T>, c + row * ldc + column, ldc, columns, add || p > 0);
    }
  }
};

/// Rows of a panel, the unit of work over one strip: enough to be worth a thread's while.
template <class T> Index panel_of(const Work<T>& w) {
  const Index most = std::max<Index>(kTaskFlops / (2 * w.k * std::min(strip_of<T>, w.n)), 24);
  const Index panels = (w.m + most - 1) / most;
  return (w.m + panels - 1) / panels;
}

/// f(panel's first row, rows, strip) for all panels of the strips [first, last).
template <class T, class F> void for_panels(const Work<T>& w, Index first, Index last, F f) {
  const Index rows = panel_of(w), panels = (w.m + rows - 1) / rows;
  const Index grain = std::max<Index>(1, kTaskFlops / (2 * w.k * std::min(strip_of<T>, w.n) * rows));
  parallel_for(first * panels, last * panels, grain, [&](Index lo, Index hi) {
    for (Index task = lo; task < hi; ++task) {
      const Index row = task % panels * rows;
      f(row, std::min(rows, w.m - row), task / panels);
    }
  });
}

template <class T> void run_in_place(const Work<T>& w) {
  for_panels(w, 0, w.strips(), [&](Index row, Index rows, Index strip) {
    const Index column = strip * strip_of<T>;
    w.run_panel(row, rows, column, w.b.at(0, column));
  });
}

/// f(part of w) for parts of k so short that a packed strip or band of them fits the cache.
template <class T, class F> void for_depths(const Work<T>& w, F f) {
  constexpr Index depth = 8 * product_block;
  for (Index p = 0; p < w.k; p += depth) f(w.part(p, std::min(depth, w.k - p)));
}

/// Some strips of b at a time are packed together and then read by all panels.
template <class T> void run_packed(const Work<T>& w) {
  constexpr Index strip = strip_of<T>;
  const Index width = std::min(strip, (w.n + width_of<T> - 1) / width_of<T> * width_of<T>);
  const Index strip_size = width * w.k;
  const Index group = std::clamp<Index>(kPackedBytes / static_cast<Index>(sizeof(T)) / strip_size, 1, w.strips());
  T* packed = thread_buffer<T, struct PackedStrips>(group * strip_size);
  for (Index first = 0; first < w.strips(); first += group) {
    const Index last = std::min(first + group, w.strips());
    parallel_for(first, last, std::max<Index>(1, (Index{1} << 15) / strip_size), [&](Index lo, Index hi) {
      for (Index i = lo; i < hi; ++i)
        pack<T>(w.k, std::min(strip, w.n - i * strip), w.b.at(0, i * strip), packed + (i - first) * strip_size, width);
    });
    for_panels(w, first, last, [&](Index row, Index rows, Index i) {
      w.run_panel(row, rows, i * strip, Matrix<const T>{packed + (i - first) * strip_size, width, 1});
    });
  }
}

template <class T> void run_right(const Work<T>& w) {
  const bool small = w.k * w.b.row_stride * static_cast<Index>(sizeof(T)) <= kDirectBytes;
  if (w.b.column_stride == 1 && (small || w.m <= 16)) return run_in_place(w);
  if (panel_of(w) == w.m)
    return for_panels(w, 0, w.strips(), [&](Index row, Index rows, Index strip) { w.pack_and_run_panel(row, rows, strip * strip_of<T>); });
  for_depths(w, [](const Work<T>& part) { run_packed(part); });
}

/// With rows [row, row + rows) of a transposed a packed: [k, band].
template <class T> void run_band(const Work<T>& w, Index row, Index rows, Index band) {
  T* packed = thread_buffer<T, struct PackedBand>(band * w.k);
  constexpr Index lines = 64;
  parallel_for(0, (w.k + lines - 1) / lines, std::max<Index>(1, (Index{1} << 15) / (lines * band)), [&](Index lo, Index hi) {
    const Index p = lo * lines;
    pack<T>(std::min(w.k, hi * lines) - p, rows, Matrix<const T>{w.a.at(row, p).data, w.a.column_stride, 1}, packed + p * band, band);
  });
  run_right<T>({rows, w.n, w.k, {packed, 1, band}, w.b, w.c + row * w.ldc, w.ldc, w.add});
}

/// A transposed a whose rows are long is packed in bands: each step of a tile would touch another page.
template <class T> void run_left(const Work<T>& w) {
  const bool far = w.a.row_stride == 1 && w.a.column_stride * static_cast<Index>(sizeof(T)) >= 1024;
  if (!far || w.k < 256 || w.n <= strip_of<T>) return run_right(w);
  constexpr Index band = 192;
  for (Index row = 0; row < w.m; row += band)
    for_depths(w, [&](const Work<T>& part) { run_band(part, row, std::min(band, w.m - row), band); });
}

/// c as a row, when it is a close column: the same chains.
template <class T> Work<T> turned(const Work<T>& w) {
  return {1, w.m, w.k, {w.b.data, w.b.column_stride, w.b.row_stride}, {w.a.data, w.a.column_stride, w.a.row_stride}, w.c, w.m};
}

template <class T> void run(const Work<T>& w) {
  if (w.m == 0 || w.n == 0) return;
  if (w.k == 0) {
    for (Index i = 0; i < w.m; ++i) std::fill_n(w.c + i * w.ldc, w.n, T(0));
  } else if (w.k == 1 && w.n == 1) {
    for (Index row = 0; row < w.m; ++row) w.c[row * w.ldc] = w.a.at(row, 0).data[0] * *w.b.data + T(0);  // no Lane: b may have no padding
  } else if (w.flops() <= kSmallFlops && w.b.column_stride == 1) {
    for (Index column = 0; column < w.n; column += strip_of<T>) w.run_panel(0, w.m, column, w.b.at(0, column));
  } else if (w.n == 1 && w.m > 1 && w.ldc == 1 && w.flops() > kSmallFlops) {
    run_right(turned(w));
  } else {
    run_left(w);
  }
}

template <class T> Work<T> resolved(const Product& p, const T* a, const T* b, T* c) {
  const Index lda = p.lda != 0 ? p.lda : p.transpose_a ? p.m : p.k;
  const Index ldb = p.ldb != 0 ? p.ldb : p.transpose_b ? p.k : p.n;
  Matrix<const T> left{a, lda, 1}, right{b, ldb, 1};
  if (p.transpose_a) std::swap(left.row_stride, left.column_stride);
  if (p.transpose_b) std::swap(right.row_stride, right.column_stride);
  return {p.m, p.n, p.k, left, right, c, p.ldc != 0 ? p.ldc : p.n};
}

}  // namespace

template <class T> void matmul(const Product& p, const T* a, const T* b, T* c) { run(resolved(p, a, b, c)); }

template <class T> void matmul_batched(const Product& p, Index count, const BatchStrides& strides, const T* a, const T* b, T* c) {
  const Index flops = std::max<Index>(1, 2 * p.m * p.n * p.k);
  const Index grain = flops > 32 * kTaskFlops ? count : std::max<Index>(1, kTaskFlops / 2 / flops);  // large ones go parallel within
  parallel_for(0, count, std::max<Index>(1, grain), [&](Index lo, Index hi) {
    for (Index i = lo; i < hi; ++i) matmul(p, a + i * strides.a, b + i * strides.b, c + i * strides.c);
  });
}

template void matmul(const Product&, const float*, const float*, float*);
template void matmul(const Product&, const double*, const double*, double*);
template void matmul_batched(const Product&, Index, const BatchStrides&, const float*, const float*, float*);
template void matmul_batched(const Product&, Index, const BatchStrides&, const double*, const double*, double*);

}  // namespace descent::inline v1::kernels
