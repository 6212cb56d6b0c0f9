#include <descent/autodiff/kernels/reduce.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <memory>

#include <descent/autodiff/kernels/cascade.hpp>
#include <descent/autodiff/kernels/constants.hpp>
#include <descent/autodiff/kernels/lanes.hpp>
#include <descent/autodiff/kernels/math/bits.hpp>
#include <descent/autodiff/kernels/parallel.hpp>

// Three levels. A block is a fixed number of elements (of a row) or of rows (of a column), folded in a fixed order; the
// blocks are leaves of a Cascade; a chunk, what one thread does at a time, is a power of two of blocks, so that its
// result is a subtree of that Cascade and the cut into chunks changes nothing.
namespace descent::inline v1::kernels {
namespace {

// How two values of T, or two Lanes of them, become one; `neutral` fills up the last Lane of a row.

struct Add {
  template <class T> static constexpr T neutral = 0;
  template <class V> static V combine(const V& a, const V& b) { return a + b; }
};

struct Multiply {
  template <class T> static constexpr T neutral = 1;
  template <class V> static V combine(const V& a, const V& b) { return a * b; }
};

template <class V> V later_if(bool later, const V& a, const V& b) { return later ? b : a; }
template <class T> SimdLane<T> later_if(const SimdMask<T>& later, const SimdLane<T>& a, const SimdLane<T>& b) { return where(later, b, a); }

/// Greater and Less where no NaN is among the elements: one instruction each.
struct GreaterNumber {
  template <class V> static V combine(const V& a, const V& b) {
    if constexpr (std::is_floating_point_v<V>) return b > a ? b : a;
    else return larger(b, a);
  }
};
struct LesserNumber {
  template <class V> static V combine(const V& a, const V& b) {
    if constexpr (std::is_floating_point_v<V>) return b < a ? b : a;
    else return smaller(b, a);
  }
};

struct Greater {
  using OfNumbers = GreaterNumber;
  template <class T> static constexpr T neutral =
      std::is_floating_point_v<T> ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::lowest();
  template <class V> static V combine(const V& a, const V& b) { return later_if((b > a) | (b != b), a, b); }
};

struct Less {
  using OfNumbers = LesserNumber;
  template <class T> static constexpr T neutral =
      std::is_floating_point_v<T> ? std::numeric_limits<T>::infinity() : std::numeric_limits<T>::max();
  template <class V> static V combine(const V& a, const V& b) { return later_if((b < a) | (b != b), a, b); }
};

constexpr Index kChunk = Index{1} << 15;  // about as many elements make a chunk

// ---- Rows: n elements side by side

/// Whether Op has a faster form for blocks without NaN, and that form.
template <class Op, class T> inline constexpr bool prefers_numbers = std::is_floating_point_v<T> && requires { typename Op::OfNumbers; };
template <class Op, class T> struct OfNumbers {
  using type = Op;
};
template <class Op, class T>
  requires prefers_numbers<Op, T>
struct OfNumbers<Op, T> {
  using type = typename Op::OfNumbers;
};

struct AddSquares : Add {
  template <class V> static V seen(const V& x) { return x * x; }
};
/// What Op folds of an element.
template <class Op, class V> V seen(const V& x) {
  if constexpr (requires { Op::seen(x); }) return Op::seen(x);
  else return x;
}

/// Folds the Lanes of at most one block into one, by four accumulators, and that by halves. Where Op prefers numbers, a sum of all
/// tells on the way whether there may be a NaN: then it begins again and looks at each element.
template <class Op, class T, bool looks = false> T fold_block(const T* x, Index n) {
  using L = SimdLane<T>;
  constexpr bool watches = prefers_numbers<Op, T> && !looks;
  using Fold = typename std::conditional_t<watches, OfNumbers<Op, T>, std::type_identity<Op>>::type;
  constexpr Index width = L::size;
  alignas(64) T part[64 / sizeof(T)];
  const auto load = [&](Index e) {
    if (e + width <= n) return seen<Op>(L::load(x + e));
    std::fill(std::copy(x + e, x + n, part), part + width, Op::template neutral<T>);
    return seen<Op>(L::load(part));
  };
  std::array<L, 4> sums;
  sums.fill(L(Op::template neutral<T>));
  L all(0);
  const Index lanes = (n + width - 1) / width;
  for (Index i = 0; i < std::min<Index>(lanes, 4); ++i) {
    sums[static_cast<std::size_t>(i)] = load(i * width);
    if constexpr (watches) all = all + sums[static_cast<std::size_t>(i)];
  }
  Index e = 4 * width;
  for (; e + 4 * width <= n; e += 4 * width) {
    const std::array<L, 4> next{seen<Op>(L::load(x + e)), seen<Op>(L::load(x + e + width)), seen<Op>(L::load(x + e + 2 * width)),
                                seen<Op>(L::load(x + e + 3 * width))};
    for (std::size_t i = 0; i < 4; ++i) sums[i] = Fold::combine(sums[i], next[i]);
    if constexpr (watches) all = all + ((next[0] + next[1]) + (next[2] + next[3]));
  }
  for (std::size_t i = 0; e < n; e += width, ++i) {
    const L next = load(e);
    sums[i] = Fold::combine(sums[i], next);
    if constexpr (watches) all = all + next;
  }
  if constexpr (watches)
    if (any(isnan(all))) return fold_block<Op, T, true>(x, n);
  L sum = sums[0];
  if (lanes == 2) sum = Fold::combine(sums[0], sums[1]);
  if (lanes == 3) sum = Fold::combine(Fold::combine(sums[0], sums[1]), sums[2]);
  if (lanes >= 4) sum = Fold::combine(Fold::combine(sums[0], sums[1]), Fold::combine(sums[2], sums[3]));
  sum.store(part);
  for (Index half = width / 2; half > 0; half /= 2)
    for (Index i = 0; i < half; ++i) part[i] = Fold::combine(part[i], part[i + half]);
  return part[0];
}

template <class Op, class T> T fold_row(const T* x, Index n) {
  constexpr Index block = reduce_block<T>;
  if (n <= block) return fold_block<Op>(x, n);
  Cascade<T, &Op::template combine<T>> blocks;
  for (Index e = 0; e < n; e += block) blocks.push(fold_block<Op>(x + e, std::min(block, n - e)));
  return blocks.total();
}

template <class Op, class T> void fold_rows(Index rows, Index n, const T* x, T* y) {
  constexpr Index chunk = std::max(reduce_block<T>, kChunk);
  static_assert(chunk % reduce_block<T> == 0 && std::has_single_bit(static_cast<std::size_t>(chunk / reduce_block<T>)));
  if (n <= chunk) {
    parallel_for(0, rows, std::max<Index>(1, kChunk / n), [&](Index lo, Index hi) {
      for (Index row = lo; row < hi; ++row) y[row] = fold_row<Op>(x + row * n, n);
    });
    return;
  }
  const Index chunks = (n + chunk - 1) / chunk;
  const auto parts = std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(rows * chunks));
  parallel_for(0, rows * chunks, 1, [&](Index lo, Index hi) {
    for (Index i = lo; i < hi; ++i) {
      const Index row = i / chunks, begin = i % chunks * chunk;
      parts[static_cast<std::size_t>(i)] = fold_row<Op>(x + row * n + begin, std::min(chunk, n - begin));
    }
  });
  for (Index row = 0; row < rows; ++row) {
    Cascade<T, &Op::template combine<T>> cascade;
    for (Index i = 0; i < chunks; ++i) cascade.push(parts[static_cast<std::size_t>(row * chunks + i)]);
    y[row] = cascade.total();
  }
}

// ---- Columns: n rows of `inner` elements, folded over the rows

/// A few Lanes of columns side by side.
template <class Op, class T, std::size_t count> struct Panel {
  std::array<SimdLane<T>, count> lanes;

  static Panel load(const T* p) {
    Panel panel;
    for (std::size_t i = 0; i < count; ++i) panel.lanes[i] = SimdLane<T>::load(p + static_cast<Index>(i) * SimdLane<T>::size);
    return panel;
  }
  void store(T* p, Index n) const {
    for (std::size_t i = 0; i < count; ++i) {
      const Index begin = static_cast<Index>(i) * SimdLane<T>::size;
      lanes[i].store(p + begin, std::min<Index>(SimdLane<T>::size, n - begin));
    }
  }
  static Panel combine(const Panel& a, const Panel& b) {
    Panel panel;
    for (std::size_t i = 0; i < count; ++i) panel.lanes[i] = Op::combine(a.lanes[i], b.lanes[i]);
    return panel;
  }
};

/// `columns` of them from x on, at most a panel, into y. `leaves` consecutive rows make one leaf of the cascade.
template <class Op, class T, std::size_t count> void fold_panel(const T* x, Index n, Index inner, Index leaf, T* y, Index columns) {
  using P = Panel<Op, T, count>;
  const auto fold_leaf = [&](Index begin, Index end) {
    P panel = P::load(x + begin * inner);
    for (Index row = begin + 1; row < end; ++row) panel = P::combine(panel, P::load(x + row * inner));
    return panel;
  };
  if (n <= leaf) return fold_leaf(0, n).store(y, columns);
  Cascade<P, &P::combine> leaves;
  for (Index row = 0; row < n; row += leaf) leaves.push(fold_leaf(row, std::min(row + leaf, n)));
  leaves.total().store(y, columns);
}

template <class Op, class T> void fold_columns_of(const T* x, Index n, Index inner, Index leaf, T* y, Index lo, Index hi) {
  constexpr Index width = SimdLane<T>::size;
  for (; hi - lo > 3 * width; lo += 4 * width) fold_panel<Op, T, 4>(x + lo, n, inner, leaf, y + lo, std::min(4 * width, hi - lo));
  for (; lo < hi; lo += width) fold_panel<Op, T, 1>(x + lo, n, inner, leaf, y + lo, std::min(width, hi - lo));
}

/// x: [outer, n, inner] in chunks of rows -> y: [outer, chunks, inner]
template <class Op, class T> void fold_columns(const Reduction& r, Index rows, Index leaf, const T* x, T* y) {
  const Index chunks = (r.n + rows - 1) / rows;
  const Index panel = std::clamp<Index>(kChunk / std::min(rows, r.n) / 64 * 64, 64, 4096);  // columns
  const Index panels = (r.inner + panel - 1) / panel;
  const Index work = std::min(rows, r.n) * std::min(panel, r.inner);
  parallel_for(0, r.outer * chunks * panels, std::max<Index>(1, kChunk / work), [&](Index lo, Index hi) {
    for (Index i = lo; i < hi; ++i) {
      const Index begin = i % panels * panel, chunk = i / panels % chunks, outer = i / panels / chunks;
      const Index n = std::min(rows, r.n - chunk * rows);
      fold_columns_of<Op>(x + (outer * r.n + chunk * rows) * r.inner, n, r.inner, leaf, y + (outer * chunks + chunk) * r.inner, begin,
                          std::min(begin + panel, r.inner));
    }
  });
}

template <class Op, class T> void fold(const Reduction& r, const T* x, T* y) {
  if (r.outer == 0 || r.inner == 0) return;
  if (r.n <= 1) {
    std::fill(y, y + r.outer * r.inner, Op::template neutral<T>);
    if (r.n == 1) std::copy(x, x + r.outer * r.inner, y);
    return;
  }
  if (r.inner == 1) return fold_rows<Op>(r.outer, r.n, x, y);
  Index rows = column_block;
  while (rows * std::min<Index>(r.inner, 64) < kChunk) rows *= 2;
  if (r.n <= rows) return fold_columns<Op>(r, rows, column_block, x, y);
  const Index chunks = (r.n + rows - 1) / rows, padding = SimdLane<T>::size;
  const auto parts = std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(r.outer * chunks * r.inner + padding));
  fold_columns<Op>(r, rows, column_block, x, parts.get());
  fold_columns<Op>({r.outer, chunks, r.inner}, chunks, 1, parts.get(), y);
}

// ---- Exact folds, whose order does not matter: integers and truth

template <class T, class Out, class F> void fold_exactly(const Reduction& r, const T* x, Out* y, Out start, F f) {
  const Index work = std::max<Index>(1, r.n * r.inner);
  parallel_for(0, r.outer, std::max<Index>(1, kChunk / work), [&](Index lo, Index hi) {
    for (Index o = lo; o < hi; ++o) {
      const T* from = x + o * r.n * r.inner;
      Out* to = y + o * r.inner;
      if (r.inner == 1) {
        Out total = start;
        for (Index i = 0; i < r.n; ++i) total = f(total, from[i]);
        *to = total;
        continue;
      }
      std::fill(to, to + r.inner, start);
      for (Index i = 0; i < r.n; ++i)
        for (Index j = 0; j < r.inner; ++j) to[j] = f(to[j], from[i * r.inner + j]);
    }
  });
}

// ---- Positions

/// Whether x comes before the best so far; a NaN before all numbers, nothing before a NaN.
template <class Op, class T> bool beats(T x, T best) {
  if (best != best) return false;
  if (x != x) return true;
  return std::is_same_v<Op, Greater> ? x > best : x < best;
}

template <class Op, class T> Index position_in_row(const T* x, Index n) {
  using L = SimdLane<T>;
  const T best = fold_row<Op>(x, n);
  const L wanted(best);
  Index e = 0;
  for (; e + L::size <= n; e += L::size) {
    const L lane = L::load(x + e);
    if (best != best ? any(lane != lane) : any(lane == wanted)) break;
  }
  while (!(x[e] == best || (best != best && x[e] != x[e]))) ++e;
  return e;
}

template <class Op, class T> void positions_down_columns(const T* x, Index n, Index inner, std::int64_t* y) {
  const auto best = std::make_unique_for_overwrite<T[]>(static_cast<std::size_t>(inner));
  std::copy(x, x + inner, best.get());
  std::fill(y, y + inner, 0);
  for (Index i = 1; i < n; ++i)
    for (Index j = 0; j < inner; ++j) {
      T& b = best[static_cast<std::size_t>(j)];
      const T e = x[i * inner + j];
      if (!beats<Op>(e, b)) continue;
      b = e;
      y[j] = i;
    }
}

template <class Op, class T> void positions(const Reduction& r, const T* x, std::int64_t* y) {
  const Index size = r.n * r.inner;
  if (size == 0) return;
  parallel_for(0, r.outer, std::max<Index>(1, kChunk / size), [&](Index lo, Index hi) {
    for (Index o = lo; o < hi; ++o) {
      if (r.inner == 1) y[o] = position_in_row<Op>(x + o * size, r.n);
      else positions_down_columns<Op>(x + o * size, r.n, r.inner, y + o * r.inner);
    }
  });
}

}  // namespace

template <class T> void sum(const Reduction& r, const T* x, Accumulated<T>* y) {
  if constexpr (std::is_floating_point_v<T>) fold<Add>(r, x, y);
  else
    fold_exactly(r, x, y, std::int64_t{0}, [](std::int64_t total, T e) {
      return static_cast<std::int64_t>(static_cast<std::uint64_t>(total) + static_cast<std::uint64_t>(e));
    });
}
template <class T> T sum_of_blocks(const T* sums, Index n) {
  Cascade<T, &Add::combine<T>> blocks;
  for (Index i = 0; i < n; ++i) blocks.push(sums[i]);
  return blocks.total();
}
template <class T> void sum_squares_of_rows(Index rows, Index n, const T* x, T* y) {
  if (n == 0) std::fill(y, y + rows, T(0));
  else fold_rows<AddSquares>(rows, n, x, y);
}
template <class T> void prod(const Reduction& r, const T* x, Accumulated<T>* y) {
  if constexpr (std::is_floating_point_v<T>) fold<Multiply>(r, x, y);
  else
    fold_exactly(r, x, y, std::int64_t{1}, [](std::int64_t total, T e) {
      return static_cast<std::int64_t>(static_cast<std::uint64_t>(total) * static_cast<std::uint64_t>(e));
    });
}
template <class T> void max(const Reduction& r, const T* x, T* y) { fold<Greater>(r, x, y); }
template <class T> void min(const Reduction& r, const T* x, T* y) { fold<Less>(r, x, y); }
template <class T> void argmax(const Reduction& r, const T* x, std::int64_t* y) { positions<Greater>(r, x, y); }
template <class T> void argmin(const Reduction& r, const T* x, std::int64_t* y) { positions<Less>(r, x, y); }

void any(const Reduction& r, const std::uint8_t* x, std::uint8_t* y) {
  fold_exactly(r, x, y, std::uint8_t{0}, [](std::uint8_t found, std::uint8_t e) { return static_cast<std::uint8_t>(found | (e != 0)); });
}
void all(const Reduction& r, const std::uint8_t* x, std::uint8_t* y) {
  fold_exactly(r, x, y, std::uint8_t{1}, [](std::uint8_t all, std::uint8_t e) { return static_cast<std::uint8_t>(all & (e != 0)); });
}
void count(const Reduction& r, const std::uint8_t* x, std::int64_t* y) {
  fold_exactly(r, x, y, std::int64_t{0}, [](std::int64_t total, std::uint8_t e) { return total + (e != 0); });
}

// clang-format off
template void sum(const Reduction&, const float*, float*);
template void sum(const Reduction&, const double*, double*);
template void sum(const Reduction&, const std::int32_t*, std::int64_t*);
template void sum(const Reduction&, const std::int64_t*, std::int64_t*);
template void sum(const Reduction&, const std::uint8_t*, std::int64_t*);
template float sum_of_blocks(const float*, Index);
template double sum_of_blocks(const double*, Index);
template void sum_squares_of_rows(Index, Index, const float*, float*);
template void sum_squares_of_rows(Index, Index, const double*, double*);
template void prod(const Reduction&, const float*, float*);
template void prod(const Reduction&, const double*, double*);
template void prod(const Reduction&, const std::int32_t*, std::int64_t*);
template void prod(const Reduction&, const std::int64_t*, std::int64_t*);
template void prod(const Reduction&, const std::uint8_t*, std::int64_t*);
template void max(const Reduction&, const float*, float*);
template void max(const Reduction&, const double*, double*);
template void max(const Reduction&, const std::int32_t*, std::int32_t*);
template void max(const Reduction&, const std::int64_t*, std::int64_t*);
template void max(const Reduction&, const std::uint8_t*, std::uint8_t*);
template void min(const Reduction&, const float*, float*);
template void min(const Reduction&, const double*, double*);
template void min(const Reduction&, const std::int32_t*, std::int32_t*);
template void min(const Reduction&, const std::int64_t*, std::int64_t*);
template void min(const Reduction&, const std::uint8_t*, std::uint8_t*);
template void argmax(const Reduction&, const float*, std::int64_t*);
template void argmax(const Reduction&, const double*, std::int64_t*);
template void argmax(const Reduction&, const std::int32_t*, std::int64_t*);
template void argmax(const Reduction&, const std::int64_t*, std::int64_t*);
template void argmax(const Reduction&, const std::uint8_t*, std::int64_t*);
template void argmin(const Reduction&, const float*, std::int64_t*);
template void argmin(const Reduction&, const double*, std::int64_t*);
template void argmin(const Reduction&, const std::int32_t*, std::int64_t*);
template void argmin(const Reduction&, const std::int64_t*, std::int64_t*);
template void argmin(const Reduction&, const std::uint8_t*, std::int64_t*);
// clang-format on

}  // namespace descent::inline v1::kernels
