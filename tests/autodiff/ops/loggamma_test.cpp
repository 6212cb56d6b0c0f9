// The slopes are compared with numbers made with mpmath at 50 digits: -(dF/da) / (dF/dz) by differences of the incomplete gamma function.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/ops/call.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity(), NaN = std::numeric_limits<double>::quiet_NaN();

/// The probability that a gamma variable is below x: its series where x < a + 1, else one minus Lentz's continued fraction.
double gamma_cdf(double a, double x) {
  if (x <= 0) return 0;
  const double front = std::exp(a * std::log(x) - x - std::lgamma(a));
  if (x < a + 1) {
    double sum = 1 / a, term = sum;
    for (double k = a + 1; term > sum * 1e-17; k += 1) sum += term *= x / k;
    return front * sum;
  }
  double b = x + 1 - a, c = 1e300, d = 1 / b, h = d;
  for (int i = 1; i < 10000; ++i) {
    const double an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    h *= d * c;
    if (std::abs(d * c - 1) < 1e-16) break;
  }
  return 1 - front * h;
}

/// sqrt(n) times the greatest distance of the empirical distribution from F: below 1.95 in 999 of 1000 samples.
double kolmogorov(std::vector<double> x, double a) {
  std::sort(x.begin(), x.end());
  const double n = static_cast<double>(x.size());
  double greatest = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double below = gamma_cdf(a, std::exp(x[i])), at = static_cast<double>(i);
    greatest = std::max({greatest, below - at / n, (at + 1) / n - below});
  }
  return greatest * std::sqrt(n);
}

Tensor alike(Index n, double value) { return full({n}, value, f64); }

struct SlopeAt {
  double a, z, g0, g1, g2;
};
constexpr SlopeAt table[] = {
    {0.01, -1000.0, 99943.91145421313, -9994229.0240684815, 1998845570.7738286},
    {0.01, -100.0, 9943.9114542131323, -994229.02406848189, 198845570.77382867},
    {0.01, -5.0, 447.5466955311873, -44595.725617008207, 8918917.114494306},
    {0.01, 0.5, 42.531420504418844, -4181.3025162878211, 836177.87453919159},
    {0.3, -20.0, 66.102697145982072, -216.5614791174981, 1439.7483191907221},
    {0.3, -1.0, 4.6289685736465973, -12.676122370065049, 81.901306297196637},
    {0.3, 1.0, 1.4510062194439319, -3.3633492084225678, 21.283641974316689},
    {1.0, -6.0, 6.4313717037550544, -5.7902440382318425, 11.179991044258218},
    {1.0, 0.0, 1.1735630272247269, -0.76878225752775028, 1.3299303463558998},
    {1.0, 1.5, 0.5052807220769829, -0.26654435882687649, 0.43337773433929902},
    {2.5, -1.0, 0.95135586227173783, -0.27094847614819338, 0.18435541921948309},
    {2.5, 0.1, 0.62379450163756609, -0.15817211203563628, 0.10184810074992959},
    {2.5, 0.8, 0.45271817924526093, -0.10444691005593238, 0.064477596612431873},
    {2.5, 2.0, 0.23660167157898044, -0.044827974690486971, 0.025598731978186616},
    {30.0, 2.8, 0.044595280390165225, -0.00082577115870400831, 3.9038678041440617e-5},
    {30.0, 3.4, 0.033539195115730412, -0.0005653255682645058, 2.5462545283403049e-5},
    {30.0, 3.8, 0.027277740428269109, -0.00042940132892006498, 1.8716563416621087e-5},
    {1000.0, 6.85, 0.0010293271202298489, -5.1978958352192e-7, 6.9667142836267682e-10},
    {1000.0, 6.9, 0.0010040499816119934, -5.0284132244665634e-7, 6.7115663365844032e-10},
    {1000.0, 7.0, 0.00095474569894022209, -4.7019281821947602e-7, 6.2237148165414326e-10},
    {10000.0, 9.18, 0.00010152638167545182, -5.1021578072100083e-9, 6.8203662075711882e-13},
    {10000.0, 9.21, 0.00010001868653123679, -5.0013847258590842e-9, 6.6689688555409455e-13},
    {10000.0, 9.23, 9.902188975223791e-5, -4.9350366322522296e-9, 6.5695391971888861e-13},
};

}  // namespace

// Kept from the first release on, within a major version; the same on every machine, as the logarithm is made of +, -, * and / alone.
TEST_CASE("loggamma: golden numbers") {
  Rng rng(42);
  CHECK(holds(loggamma(vec({0.1, 0.5, 1, 2, 10, 1000}), rng), {-5.1229381134185186, -2.2630605555944383, -0.43481357381981894,
                                                               1.4036860558313302, 2.0993302784285768, 6.9131743340623668}));
  CHECK(rng.counter.item<Index>() == 1);
}

TEST_CASE("loggamma: the distribution of Kolmogorov and Smirnov's distances, means and variances") {
  constexpr Index many = 20000;
  Rng rng(11);
  for (const double a : {0.01, 0.3, 0.999, 1.0, 2.5, 40.0, 1e4}) {
    const std::vector<double> z = list(loggamma(alike(many, a), rng));
    CAPTURE(a, kolmogorov(z, a));
    CHECK(kolmogorov(z, a) < 1.95);
    double mean = 0, square = 0;
    for (const double e : z) mean += e / many;
    for (const double e : z) square += (e - mean) * (e - mean) / many;
    const double psi = digamma(scalar(a, f64)).item<double>(), variance = polygamma(1, scalar(a, f64)).item<double>();
    const double fourth = polygamma(3, scalar(a, f64)).item<double>() / variance / variance + 3;  // kurtosis
    CHECK(std::abs(mean - psi) < 4.5 * std::sqrt(variance / many));
    CHECK(std::abs(square - variance) < 4.5 * variance * std::sqrt((fourth - 1) / many));
  }
}

TEST_CASE("loggamma: the distribution on the right of the median too, where a is small") {
  Rng rng(12);
  const std::vector<double> z = list(loggamma(alike(400000, 0.01), rng));
  std::vector<double> upper;  // given x > 0.1, of probability E1(0.1) a / gamma(a + 1) and a little
  for (const double e : z)
    if (e > std::log(0.1)) upper.push_back(e);
  const double tail = 1 - gamma_cdf(0.01, 0.1);
  const double n = static_cast<double>(z.size());
  CHECK(std::abs(static_cast<double>(upper.size()) - n * tail) < 4.5 * std::sqrt(n * tail));
}

TEST_CASE("loggamma: an element depends on its place and concentration, not on the others, the size or the dtype") {
  Rng one(7), two(7), three(7);
  const std::vector<double> few = list(loggamma(alike(5, 0.7), one));
  const std::vector<double> more = list(loggamma(concat({alike(3, 0.7), alike(1, 0.2), alike(996, 0.7)}), two));
  for (const std::size_t i : {0U, 1U, 2U, 4U}) CHECK(few[i] == more[i]);
  const std::vector<double> shorter = list(loggamma(full({5}, 0.75, f32), three));
  Rng four(7);
  const std::vector<double> longer = list(loggamma(alike(5, 0.75), four));
  for (std::size_t i = 0; i < 5; ++i) CHECK(shorter[i] == static_cast<double>(static_cast<float>(longer[i])));
}

TEST_CASE("loggamma: the same bits at any thread count") {
  const auto run = [](int threads) {
    const auto limit = kernels::set_threads(threads);
    Rng rng(9);
    return list(loggamma(linspace(0.1, 3, 20001, f64), rng));
  };
  const std::vector<double> one = run(1);
  for (const int threads : {2, 3, 7}) CHECK(run(threads) == one);
}

TEST_CASE("loggamma: limits, dtypes and shapes") {
  Rng rng(3);
  CHECK(holds(loggamma(vec({0, inf, -1, NaN}), rng), {-inf, inf, NaN, NaN}));
  CHECK(all(isfinite(loggamma(alike(100, 1e-6), rng))).item<bool>());
  CHECK(loggamma(tensor({1, 2}), rng).dtype() == f32);
  CHECK(loggamma(2, rng).shape() == Shape{});
  CHECK(loggamma(zeros({2, 0}), rng).shape() == Shape{2, 0});
  Rng traced(abstract_tensor({}, i64), abstract_tensor({}, i64));
  CHECK(abstract_of(loggamma(ones({2, 3}, f64), traced)) == Abstract{{2, 3}, f64});
}

TEST_CASE("loggamma: the slope is that of the quantile, at first and second order") {
  Rng rng(5);
  const Tensor a = vec({0.02, 0.7, 3, 200});
  Rng again = rng;
  const Tensor z = loggamma(a, rng);
  const auto draw = [&](const Tensor& at) {
    Rng same = again;
    return loggamma(at, same);
  };
  CHECK(holds(slope(draw, a), list(loggamma_slope(0, a, z))));
  const Tensor g = loggamma_slope(0, a, z);
  const Tensor along = loggamma_slope(1, a, z) + g * (digamma(a) - z - (a - exp(z)) * g);  // d^2 z / da^2 along the quantile
  CHECK(holds(hessian_times(draw, a, ones_like(a), ones_like(a)), list(along), 1e-12));
}

TEST_CASE("loggamma: the mean slope is the slope of the mean") {  // d/da E[z] = trigamma(a)
  Rng rng(6);
  constexpr Index many = 4000;
  for (const double a : {0.5, 3.0}) {
    const std::vector<double> slopes = list(slope([&](const Tensor& at) { return loggamma(at, rng); }, alike(many, a)));
    double mean = 0, square = 0;
    for (const double e : slopes) mean += e / many;
    for (const double e : slopes) square += (e - mean) * (e - mean) / many;
    CHECK(std::abs(mean - polygamma(1, scalar(a, f64)).item<double>()) < 4.5 * std::sqrt(square / many));
  }
}

TEST_CASE("loggamma_slope: as mpmath says, for concentrations from 0.01 to 10000") {
  std::array<double, 3> worst{};
  for (const auto& [a, z, g0, g1, g2] : table) {
    const double wanted[] = {g0, g1, g2};
    for (Index n = 0; n < 3; ++n) {
      const double got = loggamma_slope(n, scalar(a, f64), scalar(z, f64)).item<double>(), want = wanted[n];
      const auto i = static_cast<std::size_t>(n);
      worst[i] = std::max(worst[i], std::abs(got / want - 1));
    }
  }
  CAPTURE(worst[0], worst[1], worst[2]);
  CHECK(worst[0] < 1e-12);
  CHECK(worst[1] < 1e-10);
  CHECK(worst[2] < 1e-8);
}

TEST_CASE("loggamma_slope: series and quadrature meet at x = 1, and the sides at z = digamma(a)") {
  for (const double a : {0.01, 0.5, 2.0, 30.0}) {
    const auto at = [a](double z) { return loggamma_slope(0, scalar(a, f64), scalar(z, f64)).item<double>(); };
    CHECK(at(1e-15) == Approx(at(-1e-15)).epsilon(1e-12));
    const double psi = digamma(scalar(a, f64)).item<double>();
    CHECK(at(psi * (1 + 1e-14)) == Approx(at(psi * (1 - 1e-14))).epsilon(1e-11));
  }
}

TEST_CASE("loggamma_slope: limits") {
  const auto at = [](double a, double z) { return loggamma_slope(0, scalar(a, f64), scalar(z, f64)).item<double>(); };
  CHECK(at(1, -inf) == inf);
  CHECK(at(2, 800) == 0);
  CHECK(at(inf, 1) == 0);
  CHECK(std::isnan(at(0, 1)));
  CHECK(std::isnan(at(1, NaN)));
  CHECK(1e-8 * at(1e-8, 0) == Approx(std::exp(1) * 0.21938393439552029).epsilon(1e-7));  // e^x E1(x) / a for small a
}

TEST_CASE("loggamma: mistakes") {
  CHECK(sentence<ValueError>([] { loggamma_slope(-1, 1.0, 1.0); }) ==
        "loggamma_slope: n is -1; it must be 0 or more: it counts derivatives");
  CHECK(sentence<DtypeError>([] {
          call("loggamma", {scalar(1), scalar(1), scalar(1)});
        }) == "loggamma: the key is f32 and the counter f32; both must be i64, as in an Rng");
  CHECK(sentence<ShapeError>([] {
          call("loggamma", {scalar(1), ints({1}), ints({1})});
        }) == "loggamma: the key is [1] and the counter [1]; both must be 0-d, as in an Rng");
}
