#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("square: values, slopes, and integers exactly") {
  CHECK(value(square, {0, -3, 1e200, NaN}) == near({0, 9, inf, NaN}));
  CHECK(slope(square, {0, -3}) == Numbers{0, -6});
  CHECK(curvature(square, {0, -3}) == Numbers{2, 2});
  CHECK(square(tensor<std::int64_t>({3000000001})).to_vector<std::int64_t>() == std::vector<std::int64_t>{9000000006000000001});
}
