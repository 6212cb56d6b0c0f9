// Random numbers: functions of a key, a counter and the element's place, and constant in all of them, so without derivative.
// The key and the counter are inputs, so that a traced function draws anew at each replay. Drawing moves the counter on.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/constants.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/kernels/philox.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct Stream {
  std::uint64_t key;
  std::uint64_t counter;
};

/// An op of (key, counter). Self writes
///   static Abstract result(const Params& p);     checks them
///   static void fill(const Params& p, const Stream& stream, Tensor& out);
template <class Self> struct Draw : General<Self, 2> {
  static constexpr bool differentiable = false;
  static constexpr auto batch = one_by_one();  // each example has a generator of its own

  static Shape shape(const auto& p, const Shape& key, const Shape& counter) {
    if (key.rank() != 0 || counter.rank() != 0)
      throw ShapeError(std::string(Self::name) + ": the key is " + to_string(key) + " and the counter " + to_string(counter) +
                       "; both must be 0-d, as in an Rng");
    return Self::result(p).shape;
  }
  static Dtype dtype(const auto& p, Dtype key, Dtype counter) {
    if (key != i64 || counter != i64)
      throw DtypeError(std::string(Self::name) + ": the key is " + std::string(name_of(key)) + " and the counter " +
                       std::string(name_of(counter)) + "; both must be i64, as in an Rng");
    return Self::result(p).dtype;
  }
  static Tensor forward(const auto& p, const Tensor& key, const Tensor& counter) {
    const Stream stream{static_cast<std::uint64_t>(raw::read<std::int64_t>(key)[0]),
                        static_cast<std::uint64_t>(raw::read<std::int64_t>(counter)[0])};
    Tensor out = raw::make(shape(p, key.shape(), counter.shape()), dtype(p, key.dtype(), counter.dtype()));
    Self::fill(p, stream, out);
    return out;
  }
};

/// x = f(x) for the n elements.
template <class T, class F> void each_element(T* x, Index n, F f) {
  kernels::parallel_for(0, n, kernels::pointwise_grain, [&](Index lo, Index hi) { std::transform(x + lo, x + hi, x + lo, f); });
}

void check_floating(const char* who, Dtype dtype) {
  if (!is_floating(dtype)) throw DtypeError(std::string(who) + ": dtype " + std::string(name_of(dtype)) + "; it must be f32 or f64");
}

void check_std(const char* who, double mean, double std_deviation) {
  if (!std::isfinite(mean) || !std::isfinite(std_deviation) || std_deviation < 0)
    throw ValueError(std::string(who) + ": mean " + std::to_string(mean) + " and standard deviation " + std::to_string(std_deviation) +
                     "; both must be finite and the deviation 0 or more");
}

SampleInput sample_key() { return indices({}, {42}); }
SampleInput sample_counter() { return indices({}, {3}); }

struct Uniform : Draw<Uniform> {
  static constexpr std::string_view name = "uniform";
  struct Params {
    Shape shape;
    double low = 0;
    double high = 1;
    Dtype dtype = f32;
  };
  static Abstract result(const Params& p) {
    check_floating("uniform", p.dtype);
    if (!(p.low <= p.high) || !std::isfinite(p.high - p.low))
      throw ValueError("uniform: low " + std::to_string(p.low) + ", high " + std::to_string(p.high) +
                       "; both must be finite and low at most high");
    return {p.shape, p.dtype};
  }
  static void fill(const Params& p, const Stream& stream, Tensor& out) {
    raw::visit_floating(p.dtype, [&](auto tag) {
      using T = typename decltype(tag)::type;
      T* x = raw::write<T>(out);
      kernels::uniform(stream.key, stream.counter, x, out.numel());
      if (p.low == 0 && p.high == 1) return;
      const T low = static_cast<T>(p.low), high = static_cast<T>(p.high), width = static_cast<T>(p.high - p.low);
      const T greatest = low < high ? std::nextafter(high, low) : low;  // rounding must not reach high
      each_element(x, out.numel(), [=](T u) { return std::min(low + width * u, greatest); });
    });
  }
  static Samples samples() {
    return {with(Params{Shape{3, 4}, 0, 1, f64}, {sample_key(), sample_counter()}),
            with(Params{Shape{5}, -2, 3, f32}, {sample_key(), sample_counter()}),
            with(Params{Shape{0}, 0, 1, f32}, {sample_key(), sample_counter()})};
  }
};

struct Normal : Draw<Normal> {
  static constexpr std::string_view name = "normal";
  struct Params {
    Shape shape;
    double mean = 0;
    double deviation = 1;
    Dtype dtype = f32;
  };
  static Abstract result(const Params& p) {
    check_floating("normal", p.dtype);
    check_std("normal", p.mean, p.deviation);
    return {p.shape, p.dtype};
  }
  static void fill(const Params& p, const Stream& stream, Tensor& out) {
    raw::visit_floating(p.dtype, [&](auto tag) {
      using T = typename decltype(tag)::type;
      T* x = raw::write<T>(out);
      kernels::normal(stream.key, stream.counter, x, out.numel());
      if (p.mean == 0 && p.deviation == 1) return;
      const T mean = static_cast<T>(p.mean), deviation = static_cast<T>(p.deviation);
      each_element(x, out.numel(), [=](T z) { return mean + deviation * z; });
    });
  }
  static Samples samples() {
    return {with(Params{Shape{3, 4}, 0, 1, f64}, {sample_key(), sample_counter()}),
            with(Params{Shape{5}, -2, 3, f32}, {sample_key(), sample_counter()})};
  }
};

// The normal distribution cut at `bound` deviations: drawn, and drawn again where it lies outside. Try r takes the r-th key that
// a split at this counter gives.
struct TruncatedNormal : Draw<TruncatedNormal> {
  static constexpr std::string_view name = "truncated_normal";
  struct Params {
    Shape shape;
    double mean = 0;
    double deviation = 1;
    double bound = 2;
    Dtype dtype = f32;
  };
  static Abstract result(const Params& p) {
    check_floating("truncated_normal", p.dtype);
    check_std("truncated_normal", p.mean, p.deviation);
    if (!(p.bound >= 0.5)) throw ValueError("truncated_normal: bound " + std::to_string(p.bound) + " deviations; it must be 0.5 or more");
    return {p.shape, p.dtype};
  }
  static void fill(const Params& p, const Stream& stream, Tensor& out) {
    raw::visit_floating(p.dtype, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T mean = static_cast<T>(p.mean), deviation = static_cast<T>(p.deviation);
      const auto n = static_cast<std::size_t>(out.numel());
      T* x = raw::write<T>(out);
      std::vector<T> drawn(n);
      std::vector<std::size_t> missing(n);
      std::iota(missing.begin(), missing.end(), std::size_t{0});
      const std::uint64_t key = kernels::split(stream.key, stream.counter);
      for (std::uint64_t attempt = 0; !missing.empty(); ++attempt) {
        kernels::normal(kernels::split(key, attempt), 0, drawn.data(), static_cast<Index>(missing.back() + 1));
        std::erase_if(missing, [&](std::size_t i) {
          if (std::abs(drawn[i]) > static_cast<T>(p.bound)) return false;
          x[i] = mean + deviation * drawn[i];
          return true;
        });
      }
    });
  }
  static Samples samples() {
    return {with(Params{Shape{3, 4}, 0, 1, 2, f64}, {sample_key(), sample_counter()}),
            with(Params{Shape{40}, -2, 3, 0.5, f32}, {sample_key(), sample_counter()})};
  }
};

struct Bernoulli : Draw<Bernoulli> {
  static constexpr std::string_view name = "bernoulli";
  struct Params {
    Shape shape;
    double probability = 0.5;
  };
  static Abstract result(const Params& p) {
    if (!(p.probability >= 0 && p.probability <= 1))
      throw ValueError("bernoulli: probability " + std::to_string(p.probability) + "; it must lie in [0, 1]");
    return {p.shape, boolean};
  }
  static void fill(const Params& p, const Stream& stream, Tensor& out) {
    const auto below = static_cast<std::uint64_t>(std::llround(p.probability * 0x1p32));  // 2^32 for 1: above all bits
    std::vector<std::uint32_t> bits(static_cast<std::size_t>(out.numel()));
    kernels::fill_bits(stream.key, stream.counter, bits.data(), out.numel());
    std::transform(bits.begin(), bits.end(), raw::write<std::uint8_t>(out),
                   [below](std::uint32_t b) { return static_cast<std::uint8_t>(b < below); });
  }
  static Samples samples() {
    return {with(Params{Shape{3, 4}, 0.3}, {sample_key(), sample_counter()}), with(Params{Shape{5}, 1}, {sample_key(), sample_counter()})};
  }
};

// Fisher and Yates' shuffle, from the last place down; place i takes one of the i + 1 left, by uniform number i.
struct Permutation : Draw<Permutation> {
  static constexpr std::string_view name = "permutation";
  struct Params {
    Index count = 0;
  };
  static Abstract result(const Params& p) {
    if (p.count < 0) throw ValueError("permutation: " + std::to_string(p.count) + " numbers; the count must be 0 or more");
    return {Shape{p.count}, i64};
  }
  static void fill(const Params& p, const Stream& stream, Tensor& out) {
    std::vector<double> u(static_cast<std::size_t>(p.count));
    kernels::uniform(stream.key, stream.counter, u.data(), p.count);
    auto* x = raw::write<std::int64_t>(out);
    std::iota(x, x + p.count, std::int64_t{0});
    for (Index i = p.count - 1; i > 0; --i) {
      const auto chosen = static_cast<Index>(u[static_cast<std::size_t>(i)] * static_cast<double>(i + 1));
      std::swap(x[i], x[std::min(chosen, i)]);
    }
  }
  static Samples samples() {
    return {with(Params{7}, {sample_key(), sample_counter()}), with(Params{0}, {sample_key(), sample_counter()})};
  }
};

struct Split : Draw<Split> {
  static constexpr std::string_view name = "split";
  struct Params {
    Index count = 1;
  };
  static Abstract result(const Params& p) {
    if (p.count < 0) throw ValueError("split: " + std::to_string(p.count) + " generators; the count must be 0 or more");
    return {Shape{p.count}, i64};
  }
  static void fill(const Params& p, const Stream& stream, Tensor& out) {
    const std::uint64_t key = kernels::split(stream.key, stream.counter);
    for (Index i = 0; i < p.count; ++i)
      raw::write<std::int64_t>(out)[i] = static_cast<std::int64_t>(kernels::split(key, static_cast<std::uint64_t>(i)));
  }
  static Samples samples() { return {with(Params{3}, {sample_key(), sample_counter()})}; }
};

template <class P> Tensor drawn_from(Rng& rng, const Op& op, const P& params, std::source_location where) {
  Tensor result = bind(op, params, Arg(rng.key, where), Arg(rng.counter, where));
  rng.counter = add(Arg(rng.counter, where), 1);
  return result;
}

}  // namespace

constinit const Op uniform_op = make_op<Uniform>();
Tensor uniform(const Shape& shape, Rng& rng, double low, double high, Dtype dtype, std::source_location where) {
  return drawn_from(rng, uniform_op, Uniform::Params{shape, low, high, dtype}, where);
}

constinit const Op normal_op = make_op<Normal>();
Tensor normal(const Shape& shape, Rng& rng, double mean, double deviation, Dtype dtype, std::source_location where) {
  return drawn_from(rng, normal_op, Normal::Params{shape, mean, deviation, dtype}, where);
}

constinit const Op truncated_normal_op = make_op<TruncatedNormal>();
Tensor truncated_normal(const Shape& shape, Rng& rng, TruncatedNormalOptions o, std::source_location where) {
  return drawn_from(rng, truncated_normal_op, TruncatedNormal::Params{shape, o.mean, o.deviation, o.bound, o.dtype}, where);
}

constinit const Op bernoulli_op = make_op<Bernoulli>();
Tensor bernoulli(const Shape& shape, Rng& rng, double probability, std::source_location where) {
  return drawn_from(rng, bernoulli_op, Bernoulli::Params{shape, probability}, where);
}

constinit const Op permutation_op = make_op<Permutation>();
Tensor permutation(Index count, Rng& rng, std::source_location where) {
  return drawn_from(rng, permutation_op, Permutation::Params{count}, where);
}

constinit const Op split_op = make_op<Split>();
std::vector<Rng> split(Rng& rng, Index count, std::source_location where) {
  const Tensor keys = drawn_from(rng, split_op, Split::Params{count}, where);
  std::vector<Rng> parts;
  for (Index i = 0; i < count; ++i) parts.emplace_back(Buffer(slice(keys, {i})), Buffer(Number::of(0).as(i64)));
  return parts;
}

}  // namespace descent::inline v1
