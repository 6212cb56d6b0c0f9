#include <descent/autodiff/kernels/philox.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include <descent/autodiff/kernels/math/logarithm.hpp>
#include <descent/autodiff/kernels/math/trigonometric.hpp>
#include <descent/autodiff/kernels/parallel.hpp>

namespace descent::inline v1::kernels {
namespace {

constexpr std::size_t kBlocks = 16;  // made at once; each has 4 words
using Words = std::array<std::uint32_t, 4 * kBlocks>;

constexpr std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
constexpr std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }

using I64 = SimdLane<std::int64_t>;

/// The products of the lower halves of the elements with a 32-bit constant.
I64 multiply_low(const I64& x, std::uint32_t constant) {
  I64 r;
#if defined(DESCENT_AVX512)
  r.v[0] = _mm512_mul_epu32(x.v[0], _mm512_set1_epi64(constant));
#elif defined(__AVX2__)
  for (int i = 0; i < r.parts; ++i) r.v[i] = _mm256_mul_epu32(x.v[i], _mm256_set1_epi64x(constant));
#elif defined(__SSE2__)
  for (int i = 0; i < r.parts; ++i) r.v[i] = _mm_mul_epu32(x.v[i], _mm_set1_epi64x(constant));
#else
  std::int64_t elements[8];
  x.store(elements);
  for (std::int64_t& e : elements) e = static_cast<std::int64_t>(std::uint64_t{static_cast<std::uint32_t>(e)} * constant);
  r = I64::load(elements);
#endif
  return r;
}

/// Eight blocks from `first` on, word after word. The 128-bit counter is (block, draw). The words are in the lower halves
/// of a, b, c and d; their upper halves hold anything.
void make_eight(std::uint64_t key, std::uint64_t draw, std::uint64_t first, std::uint32_t* out) {
  std::int64_t numbers[8];
  for (std::uint64_t i = 0; i < 8; ++i) numbers[i] = static_cast<std::int64_t>(first + i);
  I64 a = I64::load(numbers), b = shift_right<32>(a), c = low(draw), d = high(draw);
  std::uint32_t key_0 = low(key), key_1 = high(key);
  for (int round = 0; round < 10; ++round) {
    const I64 p = multiply_low(a, 0xD2511F53), q = multiply_low(c, 0xCD9E8D57);
    a = shift_right<32>(q) ^ b ^ key_0;
    c = shift_right<32>(p) ^ d ^ key_1;
    b = q, d = p;
    key_0 += 0x9E3779B9, key_1 += 0xBB67AE85;
  }
  constexpr std::int64_t lower = 0xFFFFFFFF;
  std::int64_t ab[8], cd[8], pairs[16];
  ((a & lower) | shift_left<32>(b)).store(ab);
  ((c & lower) | shift_left<32>(d)).store(cd);
  for (int i = 0; i < 8; ++i) pairs[2 * i] = ab[i], pairs[2 * i + 1] = cd[i];
  std::memcpy(out, pairs, sizeof pairs);  // the lower word of a pair comes first: little endian, as all of x86
}

void make_blocks(std::uint64_t key, std::uint64_t draw, std::uint64_t first, Words& out) {
  for (std::size_t i = 0; i < kBlocks; i += 8) make_eight(key, draw, first + i, out.data() + 4 * i);
}

/// Fills out with `per_group` elements from each group of words, by f(words, elements).
template <std::size_t per_group, class T, class F> void fill_groups(std::uint64_t key, std::uint64_t draw, T* out, Index n, F f) {
  constexpr auto size = static_cast<Index>(per_group);
  parallel_for(0, (n + size - 1) / size, 256, [&](Index lo, Index hi) {
    Words words;
    std::array<T, per_group> elements;
    for (Index group = lo; group < hi; ++group) {
      make_blocks(key, draw, static_cast<std::uint64_t>(group) * kBlocks, words);
      f(words, elements);
      std::copy_n(elements.data(), std::min(size, n - group * size), out + group * size);
    }
  });
}

/// 53 bits of two words, as a whole number.
double upper_53(std::uint32_t first, std::uint32_t second) {
  return static_cast<double>(((static_cast<std::uint64_t>(second) << 32) | first) >> 11);
}

/// Without mad, whose bits depend on the machine.
template <std::size_t n> F64 plain_polynomial(const F64& x, const double (&c)[n]) {
  F64 sum = c[n - 1];
  for (std::size_t i = n - 1; i-- > 0;) sum = sum * x + c[i];
  return sum;
}

/// log u for u in (0, 1].
F64 plain_log(const F64& u) {
  const auto [m, k] = split_exponent(u);
  const F64 f = m - 1, s = f / (f + 2), z = s * s, half = 0.5 * f * f;
  return k * ln2_high + (f - (half - (s * (half + z * plain_polynomial(z, log_rest)) + k * ln2_low)));
}

/// The cosine and the sine of v turns, for v in [0, 1): an eighth of a turn to either side of a quarter.
struct Turn {
  F64 cosine, sine;

  explicit Turn(const F64& v) {
    const F64 quarters = round(v * 4);
    const F64 r = (v - quarters * 0.25) * 6.283185307179586, z = r * r;
    const F64 s = r - z * r * (0.16666666666666666 - z * plain_polynomial(z, sin_rest));
    const F64 c = 1 - z * (0.5 - z * plain_polynomial(z, cos_rest));
    const auto odd = (quarters == 1) | (quarters == 3), beyond = (quarters == 2) | (quarters == 3),
               left = (quarters == 1) | (quarters == 2);
    const F64 co = where(odd, s, c), si = where(odd, c, s);
    cosine = where(left, -co, co);
    sine = where(beyond, -si, si);
  }
};

/// Box and Muller's transform of u and v; elements 2i and 2i + 1 come from the i-th of each.
template <class T, std::size_t n>
void box_muller(const std::array<double, n>& u, const std::array<double, n>& v, std::array<T, 2 * n>& out) {
  std::array<double, 8> cosines, sines;
  for (std::size_t begin = 0; begin < n; begin += 8) {
    const F64 radius = sqrt(-2 * plain_log(F64::load(u.data() + begin)));
    const Turn turn(F64::load(v.data() + begin));
    (radius * turn.cosine).store(cosines.data());
    (radius * turn.sine).store(sines.data());
    for (std::size_t i = 0; i < 8; ++i) {
      out[2 * (begin + i)] = static_cast<T>(cosines[i]);
      out[2 * (begin + i) + 1] = static_cast<T>(sines[i]);
    }
  }
}

}  // namespace

void fill_bits(std::uint64_t key, std::uint64_t counter, std::uint32_t* out, Index n) {
  fill_groups<4 * kBlocks>(key, counter, out, n, [](const Words& words, Words& elements) { elements = words; });
}

void uniform(std::uint64_t key, std::uint64_t counter, float* out, Index n) {
  fill_groups<4 * kBlocks>(key, counter, out, n, [](const Words& words, auto& elements) {
    for (std::size_t i = 0; i < words.size(); ++i) elements[i] = static_cast<float>(words[i] >> 8) * 0x1p-24F;
  });
}

void uniform(std::uint64_t key, std::uint64_t counter, double* out, Index n) {
  fill_groups<2 * kBlocks>(key, counter, out, n, [](const Words& words, auto& elements) {
    for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = upper_53(words[2 * i], words[2 * i + 1]) * 0x1p-53;
  });
}

void normal(std::uint64_t key, std::uint64_t counter, float* out, Index n) {
  fill_groups<4 * kBlocks>(key, counter, out, n, [](const Words& words, auto& elements) {
    std::array<double, 2 * kBlocks> u, v;
    for (std::size_t i = 0; i < u.size(); ++i) {
      u[i] = (static_cast<double>(words[2 * i]) + 0.5) * 0x1p-32;
      v[i] = static_cast<double>(words[2 * i + 1]) * 0x1p-32;
    }
    box_muller(u, v, elements);
  });
}

void normal(std::uint64_t key, std::uint64_t counter, double* out, Index n) {
  fill_groups<2 * kBlocks>(key, counter, out, n, [](const Words& words, auto& elements) {
    std::array<double, kBlocks> u, v;
    for (std::size_t i = 0; i < u.size(); ++i) {
      u[i] = (upper_53(words[4 * i], words[4 * i + 1]) + 0.5) * 0x1p-53;
      v[i] = upper_53(words[4 * i + 2], words[4 * i + 3]) * 0x1p-53;
    }
    box_muller(u, v, elements);
  });
}

std::uint64_t split(std::uint64_t key, std::uint64_t i) {
  Words words;
  make_blocks(key, ~std::uint64_t{0}, i, words);
  return (static_cast<std::uint64_t>(words[1]) << 32) | words[0];
}

}  // namespace descent::inline v1::kernels
