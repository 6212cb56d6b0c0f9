#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan_ = std::numeric_limits<double>::quiet_NaN();
const auto greatest = [](const Tensor& x) { return scatter_max(x, ints({0, 0, -3, 2}), 3, 0); };

}  // namespace

TEST_CASE("scatter_max and scatter_min: the extreme of what comes to each place") {
  CHECK(holds(greatest(vec({1, 3, 2, 5})), {3, -inf, 5}));
  CHECK(holds(scatter_min(vec({1, 3, 2}), ints({1, 1, 0}), 3, 0), {2, 1, inf}));
  CHECK(holds(scatter_max(grid({2, 2}, {1, 2, 3, 4}), from_span<std::int64_t>(std::vector<std::int64_t>{0, 0, 0, 1}, {2, 2}), 2, 1),
              {2, -inf, 3, 4}));
  CHECK(holds(greatest(vec({nan_, 3, 2, 5})), {nan_, -inf, 5}));
  CHECK(scatter_max(tensor({true}), ints({0}), 2, 0).dtype() == boolean);
  CHECK(holds(scatter_min(tensor({false}), ints({0}), 2, 0), {0, 1}));
  CHECK(scatter_max(tensor({1}), ints({0}), 2, 0).to_vector<std::int32_t>() == std::vector<std::int32_t>{1, INT32_MIN});
}

TEST_CASE("scatter_max: those that tie share evenly, and NaN get what they made") {
  CHECK(holds(slope(greatest, vec({3, 3, 1, 5}), vec({6, 1, 10})), {3, 3, 0, 10}));
  CHECK(holds(slope(greatest, vec({3, 3, 3, 5}), vec({6, 1, 10})), {2, 2, 2, 10}));
  CHECK(holds(slope(greatest, vec({nan_, 3, nan_, 5}), vec({6, 1, 10})), {3, 0, 3, 10}));
  CHECK(holds(slope([](const Tensor& x) { return greatest(-x); }, vec({-inf, 3, 3, 5})), {-1, 0, 0, -1}));
}

TEST_CASE("scatter_max: the second derivative comes from what is inside") {
  CHECK(holds(hessian_times([](const Tensor& x) { return greatest(square(x)); }, vec({1, -3, 2, 1}), vec({1, 0, 1}), vec({1, 1, 1, 1})),
              {0, 2, 0, 2}));
}

TEST_CASE("scatter_max: mistakes") {
  CHECK(sentence<IndexError>([] {
          scatter_max(vec({1, 2}), ints({0, 3}), 3, 0);
        }) == "scatter_max: index 3 at position [1] of the indices is outside axis 0 of [3]; it must lie in [-3, 3)");
  CHECK(sentence<ShapeError>([] {
          scatter_min(vec({1, 2}), ints({0}), 3, 0);
        }) == "scatter_min: the indices are [1], x is [2]; the shapes must be equal");
  CHECK(sentence<DtypeError>([] { scatter_max(vec({1}), vec({1}), 3, 0); }) ==
        "scatter_max: the indices are f64; they must be i32 or i64, cast them first");
  CHECK(sentence<ValueError>([] { scatter_max(vec({1}), ints({0}), -1, 0); }) == "scatter_max: a size of -1; it must be 0 or more");
}
