#include <descent/nn/init.hpp>

#include <algorithm>
#include <cmath>

#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;
namespace init = nn::init;

namespace {

constexpr nn::Fan kFan{200, 50};
constexpr double kCount = 10000;

std::vector<double> filled(const nn::Initialiser& initialiser, std::uint64_t seed = 1) {
  Rng rng(seed);
  return list(initialiser({50, 200}, kFan, rng, f64));
}

struct Moments {
  double mean, variance, fourth, low, high;
};
Moments moments(const std::vector<double>& values) {
  Moments m{0, 0, 0, values[0], values[0]};
  for (const double v : values) {
    m.mean += v / kCount;
    m.low = std::min(m.low, v);
    m.high = std::max(m.high, v);
  }
  for (const double v : values) {
    m.variance += (v - m.mean) * (v - m.mean) / kCount;
    m.fourth += std::pow(v - m.mean, 4) / kCount;
  }
  return m;
}

// Mean and variance of n draws lie within 4 of their own deviations: s / sqrt(n) and s^2 sqrt((kurtosis - 1) / n).
void check_even(const nn::Initialiser& initialiser, double variance) {
  const Moments m = moments(filled(initialiser));
  const double bound = std::sqrt(3 * variance);
  CHECK(std::abs(m.mean) < 4 * std::sqrt(variance / kCount));
  CHECK(std::abs(m.variance / variance - 1) < 4 * std::sqrt(0.8 / kCount));  // kurtosis 1.8
  CHECK(m.low >= -bound);
  CHECK(m.high <= bound);
  CHECK(m.high > 0.99 * bound);
}
void check_normal(const nn::Initialiser& initialiser, double variance) {
  const Moments m = moments(filled(initialiser));
  CHECK(std::abs(m.mean) < 4 * std::sqrt(variance / kCount));
  CHECK(std::abs(m.variance / variance - 1) < 4 * std::sqrt(2 / kCount));  // kurtosis 3
  CHECK(std::abs(m.fourth / (m.variance * m.variance) - 3) < 4 * std::sqrt(24 / kCount));
  CHECK(m.high > 3 * std::sqrt(variance));
}

}  // namespace

TEST_CASE("initialisers: the variance that each is named for") {
  check_even(init::uniform_by_fan_in(), 1.0 / 3 / 200);
  check_even(init::xavier_uniform(), 2.0 / 250);
  check_normal(init::xavier_normal(), 2.0 / 250);
  check_even(init::he_uniform(), 2.0 / 200);
  check_normal(init::he_normal(), 2.0 / 200);
  check_even(init::lecun_uniform(), 1.0 / 200);
  check_normal(init::lecun_normal(), 1.0 / 200);
}

TEST_CASE("truncated_normal: nothing beyond two deviations") {
  const Moments m = moments(filled(init::truncated_normal(0.02)));
  CHECK(m.low >= -0.04);
  CHECK(m.high <= 0.04);
  CHECK(m.high > 0.038);
  const double variance = 0.7737 * 0.02 * 0.02;  // of a normal cut at 2 deviations: 1 - 4 phi(2) / (2 Phi(2) - 1)
  CHECK(std::abs(m.mean) < 4 * std::sqrt(variance / kCount));
  CHECK(std::abs(m.variance / variance - 1) < 4 * std::sqrt(2 / kCount));
}

TEST_CASE("initialisers: constants, dtype and reproducibility") {
  CHECK(filled(init::zeros()) == std::vector<double>(10000, 0.0));
  CHECK(filled(init::constant(0.5)) == std::vector<double>(10000, 0.5));
  CHECK(filled(init::he_normal(), 3) == filled(init::he_normal(), 3));
  CHECK(filled(init::he_normal(), 3) != filled(init::he_normal(), 4));
  Rng rng(1);
  CHECK(init::xavier_uniform()({2, 3}, {3, 2}, rng, f32).dtype() == f32);
}

TEST_CASE("truncated_normal: the deviation must be above 0") {
  CHECK(sentence<ValueError>([] { init::truncated_normal(0); }) == "truncated_normal: the deviation is 0; it must be finite and above 0");
  CHECK_THROWS_AS(init::truncated_normal(-1), ValueError);
  CHECK_THROWS_AS(init::truncated_normal(HUGE_VAL), ValueError);
}
