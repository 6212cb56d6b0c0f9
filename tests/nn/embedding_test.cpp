#include <descent/nn/embedding.hpp>

#include <cmath>

#include <descent/autodiff/transforms/grad.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("Embedding: a row for each id") {
  const nn::Embedding table{grid({3, 2}, {1, 2, 3, 4, 5, 6})};
  CHECK(holds(table(ints({2, 0, -1})), {5, 6, 1, 2, 5, 6}));
  CHECK(table(zeros({4, 5}, i64)).shape() == Shape{4, 5, 2});
  CHECK(table(tensor({1})).shape() == Shape{1, 2});
  CHECK(table(scalar(1, i64)).shape() == Shape{2});
}

TEST_CASE("Embedding: a row that is used twice gets both gradients, others 0") {
  const nn::Embedding table{grid({3, 2}, {1, 2, 3, 4, 5, 6})};
  const nn::Embedding slopes = grad([](const nn::Embedding& e) { return sum(e(ints({2, 2, 0}))); })(table);
  CHECK(holds(slopes.weight, {1, 1, 0, 0, 2, 2}));
}

TEST_CASE("embedding: standard normal rows") {
  Rng rng(1);
  const nn::Embedding table = nn::embedding(50, 40, rng);
  CHECK(tree::names(table) == std::vector<std::string>{"weight"});
  CHECK(table.weight.shape() == Shape{50, 40});
  const std::vector<double> values = list(table.weight);
  double total = 0, squares = 0;
  for (const double v : values) total += v, squares += v * v;
  CHECK(std::abs(total / 2000) < 0.09);        // 4 deviations of the mean: 4 / sqrt(2000)
  CHECK(std::abs(squares / 2000 - 1) < 0.13);  // 4 deviations of the variance: 4 sqrt(2 / 2000)
  CHECK(nn::embedding(5, 4, rng, f64).weight.dtype() == f64);
}

TEST_CASE("Embedding: ids that do not fit") {
  Rng rng(1);
  const nn::Embedding table = nn::embedding(3, 2, rng);
  CHECK_THAT(sentence<IndexError>([&] { table(ints({0, 3})); }), Catch::Contains("index 3 at position [1]"));
  CHECK_THROWS_AS(table(ints({-4})), IndexError);
  CHECK_THROWS_AS(table(vec({1})), DtypeError);
  CHECK(sentence<ValueError>([&] { nn::embedding(3, 0, rng); }) == "embedding: 3 rows of 0; both must be at least 1");
}
