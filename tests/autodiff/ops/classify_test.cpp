#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("isnan, isinf, isfinite: to bool") {
  const Numbers points{0, -1, inf, -inf, NaN, 1e308};
  CHECK(value(isnan, points) == Numbers{0, 0, 0, 0, 1, 0});
  CHECK(value(isinf, points) == Numbers{0, 0, 1, 1, 0, 0});
  CHECK(value(isfinite, points) == Numbers{1, 1, 0, 0, 0, 1});
  CHECK(isnan(tensor({1, 2})).dtype() == boolean);
}
