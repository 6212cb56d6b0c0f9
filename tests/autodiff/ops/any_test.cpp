#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("any, all and count_nonzero over axes") {
  const Tensor x = grid({2, 3}, {0, 1, 0, 2, 3, std::numeric_limits<double>::quiet_NaN()});
  CHECK(any(x).item<bool>());
  CHECK_FALSE(all(x).item<bool>());
  CHECK(count_nonzero(x).item<Index>() == 4);
  CHECK(any(x, 0).to_vector<bool>() == std::vector<bool>{true, true, true});
  CHECK(all(x, 1).to_vector<bool>() == std::vector<bool>{false, true});
  CHECK(holds(count_nonzero(x, 1, keep_axes), {1, 3}));
  CHECK(count_nonzero(x, 1, keep_axes).shape() == Shape{2, 1});
  CHECK(any(x).dtype() == boolean);
  CHECK(count_nonzero(x).dtype() == i64);
}

TEST_CASE("any of nothing is false, all of nothing true") {
  CHECK_FALSE(any(zeros({0})).item<bool>());
  CHECK(all(zeros({0})).item<bool>());
  CHECK(count_nonzero(zeros({0, 2}), 0).to_vector<Index>() == std::vector<Index>{0, 0});
  CHECK(all(true).item<bool>());
}
