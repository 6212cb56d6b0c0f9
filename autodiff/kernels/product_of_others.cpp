#include <descent/autodiff/kernels/product_of_others.hpp>

#include <algorithm>
#include <vector>

#include <descent/autodiff/kernels/strips.hpp>

// A row is a matrix of Lanes below each other, cut into blocks. What an element is multiplied by is what comes before and after it in its
// column within the block, the other blocks of that column, and the other columns.
namespace descent::inline v1::kernels {
inline namespace DESCENT_ISA_NAMESPACE {
namespace {

constexpr Index kBlock = 64;  // Lanes

/// The products of all Lanes' elements but those of one column, for each.
template <class T> SimdLane<T> of_other_columns(const SimdLane<T>& columns) {
  constexpr int size = SimdLane<T>::size;
  alignas(64) T all[SimdLane<T>::size], result[SimdLane<T>::size];
  columns.store(all);
  T before = 1;
  for (int i = 0; i < size; ++i) {
    result[i] = before;
    before *= all[i];
  }
  T after = 1;
  for (int i = size; i-- > 0;) {
    result[i] *= after;
    after *= all[i];
  }
  return SimdLane<T>::load(result);
}

/// The Lanes of a block, each replaced by `factor` times the others of its columns.
template <class T> void block_of_others(const LaneRow<T>& row, Index lo, Index hi, const SimdLane<T>& factor, const T* x, T* y) {
  using Lane = SimdLane<T>;
  Lane after[kBlock];
  Lane product(1);
  for (Index k = hi; k-- > lo;) {
    after[k - lo] = product;
    product = product * row.load(x, k, Lane(1));
  }
  product = factor;
  for (Index k = lo; k < hi; ++k) {
    row.store(y, k, product * after[k - lo]);
    product = product * row.load(x, k, Lane(1));
  }
}

template <class T> SimdLane<T> product_of_block(const LaneRow<T>& row, Index lo, Index hi, const T* x) {
  using Lane = SimdLane<T>;
  Lane products[4] = {Lane(1), Lane(1), Lane(1), Lane(1)};
  for (Index k = lo; k < hi; ++k) products[(k - lo) % 4] = products[(k - lo) % 4] * row.load(x, k, Lane(1));
  return (products[0] * products[1]) * (products[2] * products[3]);
}

/// Of a row of several blocks, which run in parallel where there is no other row.
template <class T> void long_row_of_others(const LaneRow<T>& row, const T* x, T* y) {
  using Lane = SimdLane<T>;
  const Index count = row.count(), blocks = (count - 1) / kBlock + 1;
  std::vector<Lane> before(static_cast<std::size_t>(blocks));
  constexpr Index grain = 16 * kBlock;
  parallel_for(0, count, grain, [&](Index lo, Index hi) {
    for (Index k = lo; k < hi; k += kBlock)
      before[static_cast<std::size_t>(k / kBlock)] = product_of_block(row, k, std::min(k + kBlock, hi), x);
  });
  std::vector<Lane> factors(before.size());
  Lane after(1);
  for (std::size_t i = before.size(); i-- > 0;) {
    factors[i] = after;
    after = after * before[i];
  }
  Lane product = of_other_columns(after);
  for (std::size_t i = 0; i < factors.size(); ++i) {
    factors[i] = product * factors[i];
    product = product * before[i];
  }
  parallel_for(0, count, grain, [&](Index lo, Index hi) {
    for (Index k = lo; k < hi; k += kBlock)
      block_of_others(row, k, std::min(k + kBlock, hi), factors[static_cast<std::size_t>(k / kBlock)], x, y);
  });
}

}  // namespace
}  // namespace DESCENT_ISA_NAMESPACE

template <class T> void product_of_others(Index rows, Index n, const T* x, T* y) {
  if (n == 0) return;
  parallel_for(0, rows, std::max<Index>(strip_grain / n, 1), [&](Index lo, Index hi) {
    for (Index at = lo; at < hi; ++at) {
      const LaneRow<T> row(at * n, n);
      if (row.count() > kBlock) long_row_of_others(row, x, y);
      else block_of_others(row, 0, row.count(), of_other_columns(product_of_block(row, 0, row.count(), x)), x, y);
    }
  });
}

template void product_of_others<float>(Index, Index, const float*, float*);
template void product_of_others<double>(Index, Index, const double*, double*);

}  // namespace descent::inline v1::kernels
