// loggamma: a draw, so its slope in the concentration is not that of the steps that made it, which jump where one is refused, but that of
// the quantile that it stands on: -(dF/da) / (dF/dz). source Figurnov, Mohamed and Mnih 2018, "Implicit reparameterization gradients"
//
// loggamma_slope, with g_n for its nth derivative in a at a fixed z: the slope in a is g_(n+1) by its meaning. The density h = dF/dz has
// dh/da = h (z - digamma(a)) and dh/dz = h (a - e^z), so that in z the slope of g_0 is digamma(a) - z - (a - e^z) g_0; that of g_n is
// its nth derivative in a.
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/math/special.hpp>
#include <descent/autodiff/kernels/philox.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>
#include <descent/autodiff/tape/kinds.hpp>

namespace descent::inline v1 {
namespace {

struct LogGammaDraw : General<LogGammaDraw, 3> {
  static constexpr std::string_view name = "loggamma";
  static constexpr auto batch = one_by_one();  // each example has a generator of its own
  static constexpr Keep keep = keep::input(0) | keep::output;
  static constexpr std::uint32_t untied = 0b110;

  static Shape shape(const Shape& concentration, const Shape& key, const Shape& counter) {
    if (key.rank() != 0 || counter.rank() != 0)
      throw ShapeError("loggamma: the key is " + to_string(key) + " and the counter " + to_string(counter) +
                       "; both must be 0-d, as in an Rng");
    return concentration;
  }
  static Dtype dtype(Dtype concentration, Dtype key, Dtype counter) {
    if (key != i64 || counter != i64)
      throw DtypeError("loggamma: the key is " + std::string(name_of(key)) + " and the counter " + std::string(name_of(counter)) +
                       "; both must be i64, as in an Rng");
    return promote(f32, concentration);
  }
  static Tensor forward(const Tensor& concentration, const Tensor& key, const Tensor& counter) {
    Tensor out =
        raw::make(shape(concentration.shape(), key.shape(), counter.shape()), dtype(concentration.dtype(), key.dtype(), counter.dtype()));
    const Tensor a = converted(concentration, out.dtype());
    raw::visit_floating(a.dtype(), [&](auto tag) {
      using T = typename decltype(tag)::type;
      kernels::loggamma(static_cast<std::uint64_t>(raw::read<std::int64_t>(key)[0]),
                        static_cast<std::uint64_t>(raw::read<std::int64_t>(counter)[0]), raw::read<T>(a), raw::write<T>(out), out.numel());
    });
    return out;
  }
  template <int i>
    requires(i == 0)
  static Tensor vjp(const Call& call, const Tensor& ct) {
    return absorb(ct, loggamma_slope(0, call.in[0], call.out[0]));
  }
  static constexpr std::string_view draw =
      "a draw moves with its concentration as the quantile that it stands on does; the steps that draw it have jumps";
  static Samples samples() {
    return {kink(inputs({values({0.3, 1, 5}), indices({}, {42}), indices({}, {3})}), draw),
            kink(inputs({uniform({3, 4}, 0.5, 20), indices({}, {42}), indices({}, {3})}))};
  }
};

struct LogGammaSlope : Pointwise<LogGammaSlope, 2> {
  static constexpr std::string_view name = "loggamma_slope";
  struct Params {
    Index n = 0;
  };
  static auto value(const Params& p, auto a, auto z) { return loggamma_slope(p.n, a, z); }
  template <int i> static auto slope(const Params& p, const auto& a, const auto& z) {
    if constexpr (i == 0) {
      return loggamma_slope(p.n + 1, a, z);
    } else {
      const auto rest = polygamma(p.n, a) - (a - exp(z)) * loggamma_slope(p.n, a, z);
      return p.n == 0 ? rest - z : rest - static_cast<double>(p.n) * loggamma_slope(p.n - 1, a, z);
    }
  }
  static Samples samples() {
    return {with(Params{0}, {uniform({3, 4}, 0.5, 5), uniform({3, 4}, -1, 2)}), with(Params{1}, {uniform({4}, 2, 5), uniform({4}, 0.5, 2)}),
            with(Params{0}, {values({0.5, 100}), values({-5, 4.5})})};
  }
};

}  // namespace

constinit const Op loggamma_op = make_op<LogGammaDraw>();
Tensor loggamma(Arg concentration, Rng& rng) {
  const std::source_location where = concentration.where();
  Tensor result = bind(loggamma_op, std::move(concentration), Arg(rng.key, where), Arg(rng.counter, where));
  rng.counter = add(Arg(rng.counter, where), 1);
  return result;
}

constinit const Op loggamma_slope_op = make_op<LogGammaSlope>();
Tensor loggamma_slope(Index n, Arg a, Arg z) {
  if (n < 0) throw ValueError("loggamma_slope: n is " + std::to_string(n) + "; it must be 0 or more: it counts derivatives", a.where());
  return bind(loggamma_slope_op, LogGammaSlope::Params{n}, std::move(a), std::move(z));
}

}  // namespace descent::inline v1
