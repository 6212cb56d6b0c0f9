#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("comparisons: order and NaN") {
  const Numbers x{1, 2, 3, NaN, 0}, y{2, 2, 2, NaN, -0.0};
  CHECK(value(less, x, y) == Numbers{1, 0, 0, 0, 0});
  CHECK(value(less_equal, x, y) == Numbers{1, 1, 0, 0, 1});
  CHECK(value(greater, x, y) == Numbers{0, 0, 1, 0, 0});
  CHECK(value(greater_equal, x, y) == Numbers{0, 1, 1, 0, 1});
  CHECK(value(equal, x, y) == Numbers{0, 1, 0, 0, 1});
  CHECK(value(not_equal, x, y) == Numbers{1, 0, 1, 1, 0});
}

TEST_CASE("comparisons: operators are the functions, element by element") {
  const Tensor x = tensor({1, 2, 3});
  CHECK((x == 2).to_vector<bool>() == std::vector<bool>{false, true, false});
  CHECK((x != 2).to_vector<bool>() == std::vector<bool>{true, false, true});
  CHECK((x < 2).to_vector<bool>() == std::vector<bool>{true, false, false});
  CHECK((x <= 2).to_vector<bool>() == std::vector<bool>{true, true, false});
  CHECK((2 < x).to_vector<bool>() == std::vector<bool>{false, false, true});
  CHECK((x >= x).dtype() == boolean);
}

TEST_CASE("comparisons: integers are compared as integers") {
  const Tensor x = tensor<std::int64_t>({9007199254740992}), y = tensor<std::int64_t>({9007199254740993});
  CHECK((x < y).item<bool>());
  CHECK((tensor({true}) > tensor({false})).item<bool>());
}

TEST_CASE("comparisons: a number is weak") {
  const Tensor x = tensor({0.1, 0.2});  // f32
  CHECK((x == 0.1).to_vector<bool>() == std::vector<bool>{true, false});
}

TEST_CASE("comparisons: shapes that do not broadcast") {
  CHECK_THROWS_AS(zeros({2}) == zeros({3}), ShapeError);
  CHECK_THROWS_WITH(zeros({2}) == zeros({3}), Catch::StartsWith("equal: ") && Catch::Contains("[2]") && Catch::Contains("[3]"));
}
