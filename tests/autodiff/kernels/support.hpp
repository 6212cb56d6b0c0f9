#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include <descent/autodiff/base/index.hpp>

// What the tests of the kernels share.
namespace descent::test {

/// n elements and the 64 bytes that kernels may read behind them, whose content must not matter: all bits set.
template <class T> std::vector<T> padded(Index n) {
  std::vector<T> x(static_cast<std::size_t>(n) + 64 / sizeof(T));
  std::memset(static_cast<void*>(x.data() + n), 0xFF, 64);
  return x;
}

/// n normal numbers (integers: -100 to 100; bytes: 0 and 1), padded.
template <class T> std::vector<T> random_values(Index n, unsigned seed) {
  std::mt19937 bits(seed);
  std::vector<T> x = padded<T>(n);
  std::normal_distribution<double> normal;
  for (Index i = 0; i < n; ++i) {
    T& e = x[static_cast<std::size_t>(i)];
    if constexpr (sizeof(T) == 1) e = static_cast<T>(bits() % 2);
    else if constexpr (std::is_integral_v<T>) e = static_cast<T>(static_cast<int>(bits() % 201) - 100);
    else e = static_cast<T>(normal(bits));
  }
  return x;
}

/// Whether the first n elements have the same bits.
template <class T> bool same_bits(const T* a, const T* b, Index n) {
  return std::memcmp(a, b, static_cast<std::size_t>(n) * sizeof(T)) == 0;
}

/// One number for all bits, to compare with golden values (FNV-1a).
template <class T> std::uint64_t fingerprint(const std::vector<T>& x, Index n) {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto* bytes = reinterpret_cast<const unsigned char*>(x.data());
  for (std::size_t i = 0; i < static_cast<std::size_t>(n) * sizeof(T); ++i) hash = (hash ^ bytes[i]) * 1099511628211ULL;
  return hash;
}

}  // namespace descent::test
