#include <descent/data/generate.hpp>

#include <cmath>

#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;
using data::Dataset;

namespace {

std::vector<float> head(const Tensor& x, Index rows) {
  auto values = x.to_vector<float>();
  values.resize(static_cast<std::size_t>(rows * (x.numel() / x.size(0))));
  return values;
}

/// What holds of every set: shapes, the same rows for the same options, others for another seed, a longer one begins alike.
template <class Options> void check_set(Dataset (*make)(const Options&), Options options, Index columns) {
  options.rows = 30;
  const Dataset set = make(options);
  CHECK(set.inputs.shape() == Shape{30, columns});
  CHECK(set.inputs.dtype() == f32);
  CHECK(set.targets.size(0) == 30);
  CHECK(make(options).inputs.template to_vector<float>() == set.inputs.template to_vector<float>());
  options.rows = 50;
  CHECK(head(make(options).inputs, 30) == set.inputs.template to_vector<float>());
  CHECK(head(make(options).targets, 30) == set.targets.template to_vector<float>());
  options.seed += 1;
  CHECK(head(make(options).inputs, 30) != set.inputs.template to_vector<float>());
  options.rows = 0;
  CHECK(make(options).inputs.shape() == Shape{0, columns});
  options.rows = -1;
  CHECK_THROWS_AS(make(options), ValueError);
}

/// The largest distance of a row of class c from where `distance` says it lies.
template <class F> double worst(const Dataset& set, F distance) {
  const auto xy = set.inputs.to_vector<double>();
  const auto classes = set.targets.to_vector<int>();
  double most = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) most = std::max(most, std::abs(distance(classes[i], xy[2 * i], xy[2 * i + 1])));
  return most;
}

}  // namespace

TEST_CASE("generated sets: reproducible rows", "[data]") {
  check_set(data::line, {}, 1);
  check_set(data::xor_gate, {.noise = 0.1}, 2);
  check_set(data::moons, {}, 2);
  check_set(data::circles, {}, 2);
  check_set(data::spirals, {.arms = 3}, 2);
  check_set(data::blobs, {.dimensions = 5}, 5);
}

TEST_CASE("generated sets: without noise every row lies where the formula says", "[data]") {
  const Dataset line = data::line({.slope = -3, .intercept = 0.5, .noise = 0});
  const auto x = line.inputs.to_vector<double>();
  const auto y = line.targets.to_vector<double>();
  CHECK(line.targets.shape() == Shape{100, 1});
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(y[i] == Approx(-3 * x[i] + 0.5).margin(1e-6));

  CHECK(worst(data::moons({.noise = 0}),
              [](int moon, double a, double b) { return moon == 0 ? std::hypot(a, b) - 1 : std::hypot(a - 1, b - 0.5) - 1; }) < 1e-6);
  CHECK(worst(data::circles({.inner = 0.3, .noise = 0}),
              [](int circle, double a, double b) { return std::hypot(a, b) - (circle == 0 ? 1 : 0.3); }) < 1e-6);
  CHECK(worst(data::spirals({.arms = 3, .turns = 2, .noise = 0}), [](int arm, double a, double b) {
          const double radius = std::hypot(a, b);
          return std::sin(std::atan2(b, a) - 2 * M_PI * (2 * radius + arm / 3.0));
        }) < 1e-5);
  CHECK(worst(data::blobs({.spread = 0}), [](int, double a, double b) { return std::max(std::abs(a), std::abs(b)); }) < 1);
}

TEST_CASE("generated sets: XOR's four rows", "[data]") {
  const Dataset set = data::xor_gate();
  CHECK(set.inputs.to_vector<int>() == std::vector{0, 0, 0, 1, 1, 0, 1, 1});
  CHECK(set.targets.to_vector<int>() == std::vector{0, 1, 1, 0});
  CHECK(set.targets.dtype() == i64);
  CHECK(set.class_names == std::vector<std::string>{"equal", "different"});
}

TEST_CASE("generated sets: noise has the spread it says", "[data]") {
  // 20,000 rows: the relative error of a standard deviation is about 1 / sqrt(2 n) = 0.5 %; five of these allowed.
  const Dataset set = data::line({.rows = 20000, .slope = 0, .intercept = 0, .noise = 0.2});
  double sum = 0;
  for (const double y : set.targets.to_vector<double>()) sum += y * y;
  CHECK(std::sqrt(sum / 20000) == Approx(0.2).epsilon(0.025));
}

TEST_CASE("generated sets: classes take turns", "[data]") {
  CHECK(data::blobs({.rows = 7, .classes = 3}).targets.to_vector<int>() == std::vector{0, 1, 2, 0, 1, 2, 0});
  CHECK(data::spirals({.rows = 3, .arms = 2}).class_names == std::vector<std::string>{"0", "1"});
}

TEST_CASE("generated sets: options out of range", "[data]") {
  CHECK(sentence_of<ValueError>([] { data::line({.rows = -1}); }) == "line: rows is -1; it must be 0 or more");
  CHECK(sentence_of<ValueError>([] { data::moons({.noise = -0.5}); }) == "moons: noise is -0.5; it must be finite and 0 or more");
  CHECK(sentence_of<ValueError>([] { data::moons({.noise = std::nan("")}); }) == "moons: noise is nan; it must be finite and 0 or more");
  CHECK(sentence_of<ValueError>([] { data::circles({.inner = 1}); }) == "circles: inner is 1; it must lie in (0, 1)");
  CHECK(sentence_of<ValueError>([] { data::spirals({.arms = 0}); }) == "spirals: arms is 0; it must be 1 or more");
  CHECK(sentence_of<ValueError>([] { data::blobs({.classes = 0}); }) == "blobs: classes is 0; it must be 1 or more");
  CHECK(sentence_of<ValueError>([] { data::blobs({.dimensions = 0}); }) == "blobs: dimensions is 0; it must be 1 or more");
}
