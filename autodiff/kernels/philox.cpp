#include <descent/autodiff/kernels/philox.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <limits>
#include <tuple>

#include <descent/autodiff/kernels/math/logarithm.hpp>
#include <descent/autodiff/kernels/math/trigonometric.hpp>
#include <descent/autodiff/kernels/parallel.hpp>

namespace descent::inline v1::kernels {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
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

/// log u for u > 0, finite and not subnormal.
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

/// What one group of words gives in double: 53 bits an element.
using Group = std::array<double, 2 * kBlocks>;

void uniform_group(const Words& words, Group& elements) {
  for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = upper_53(words[2 * i], words[2 * i + 1]) * 0x1p-53;
}

void normal_group(const Words& words, Group& elements) {
  std::array<double, kBlocks> u, v;
  for (std::size_t i = 0; i < u.size(); ++i) {
    u[i] = (upper_53(words[4 * i], words[4 * i + 1]) + 0.5) * 0x1p-53;
    v[i] = upper_53(words[4 * i + 2], words[4 * i + 3]) * 0x1p-53;
  }
  box_muller(u, v, elements);
}

/// Eight candidates at concentration a >= 1: log(d v^3), where v = 1 + z / sqrt(9 d); and whether each is taken.
struct GammaCandidates {
  F64 logarithm;
  SimdMask<double> taken;

  GammaCandidates(const F64& a, const F64& z, const F64& u) {
    const F64 d = a - 1.0 / 3, v = 1 + z / sqrt(9 * d), cube = v * v * v, log_cube = 3 * plain_log(v);
    taken = (v > 0) & (plain_log(u + 0x1p-54) < 0.5 * z * z + d * (1 - cube + log_cube));
    logarithm = plain_log(d) + log_cube;
  }
};

/// A draw of gamma variables, group by group. Try r of an element takes its normal and uniform number from draws 0 and 1 of the r-th key
/// that a split at this counter gives. Concentrations below 1 are drawn at one more, which u^(1 / a) takes back, u from draw 2 of the
/// first key.
class GammaDraw {
 public:
  GammaDraw(std::uint64_t key, std::uint64_t counter) : root_(split(key, counter)) {
    for (std::size_t r = 0; r < first_.size(); ++r) first_[r] = split(root_, r);
  }

  /// The logarithms at the concentrations a.
  Group operator()(std::uint64_t group, const Group& a) const {
    Group ordinary, z, u, y{};
    std::transform(a.begin(), a.end(), ordinary.begin(), [](double e) { return !(e > 0 && e < kInfinity) ? 1 : e < 1 ? e + 1 : e; });
    std::array<bool, std::tuple_size_v<Group>> done{};
    for (std::uint64_t r = 0; !std::all_of(done.begin(), done.end(), [](bool taken) { return taken; }); ++r) {
      const std::uint64_t own = r < first_.size() ? first_[r] : split(root_, r);
      numbers(own, 0, group, &normal_group, z);
      numbers(own, 1, group, &uniform_group, u);
      for (std::size_t i = 0; i < y.size(); i += 8) try_eight(i, ordinary, z, u, y, done);
    }
    numbers(first_[0], 2, group, &uniform_group, u);
    for (std::size_t i = 0; i < y.size(); i += 8) finish_eight(i, a, u, y);
    return y;
  }

 private:
  static F64 eight(const Group& x, std::size_t i) { return F64::load(x.data() + i); }
  static void numbers(std::uint64_t key, std::uint64_t draw, std::uint64_t group, void (*f)(const Words&, Group&), Group& out) {
    Words words;
    make_blocks(key, draw, group * kBlocks, words);
    f(words, out);
  }
  static void try_eight(std::size_t i, const Group& a, const Group& z, const Group& u, Group& y, auto& done) {
    const GammaCandidates candidates(eight(a, i), eight(z, i), eight(u, i));
    double logarithm[8], taken[8];
    candidates.logarithm.store(logarithm);
    where(candidates.taken, F64(1), F64(0)).store(taken);
    for (std::size_t k = 0; k < 8; ++k)
      if (!done[i + k] && taken[k] != 0) y[i + k] = logarithm[k], done[i + k] = true;
  }
  static void finish_eight(std::size_t i, const Group& a, const Group& u, Group& y) {
    const F64 plain = eight(a, i), drawn = eight(y, i);
    const F64 whole = where(plain < 1, drawn + plain_log(eight(u, i) + 0x1p-54) / plain, drawn);
    const F64 limit = where(plain == 0, -kInfinity, where(plain == kInfinity, kInfinity, std::numeric_limits<double>::quiet_NaN()));
    where((plain > 0) & (plain < kInfinity), whole, limit).store(y.data() + i);
  }

  std::uint64_t root_;
  std::array<std::uint64_t, 4> first_;  // more are seldom needed
};

template <class T> void draw_loggamma(std::uint64_t key, std::uint64_t counter, const T* concentration, T* out, Index n) {
  constexpr Index size = std::tuple_size_v<Group>;
  const GammaDraw draw(key, counter);
  parallel_for(0, (n + size - 1) / size, 64, [&](Index lo, Index hi) {
    for (Index group = lo; group < hi; ++group) {
      const Index count = std::min(size, n - group * size);
      Group a;
      a.fill(1);
      std::copy_n(concentration + group * size, count, a.begin());
      const Group y = draw(static_cast<std::uint64_t>(group), a);
      std::transform(y.begin(), y.begin() + count, out + group * size, [](double e) { return static_cast<T>(e); });
    }
  });
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
  fill_groups<2 * kBlocks>(key, counter, out, n, uniform_group);
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
  fill_groups<2 * kBlocks>(key, counter, out, n, normal_group);
}

void loggamma(std::uint64_t key, std::uint64_t counter, const float* concentration, float* out, Index n) {
  draw_loggamma(key, counter, concentration, out, n);
}
void loggamma(std::uint64_t key, std::uint64_t counter, const double* concentration, double* out, Index n) {
  draw_loggamma(key, counter, concentration, out, n);
}

std::uint64_t split(std::uint64_t key, std::uint64_t i) {
  Words words;
  make_blocks(key, ~std::uint64_t{0}, i, words);
  return (static_cast<std::uint64_t>(words[1]) << 32) | words[0];
}

}  // namespace descent::inline v1::kernels
