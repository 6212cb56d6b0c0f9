#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
}  // namespace

TEST_CASE("solve: a column, columns, transposed, one matrix for a batch") {
  const Tensor a = grid({2, 2}, {0, 2, 1, 1});
  CHECK(holds(solve(a, vec({4, 3})), {1, 2}));
  CHECK(holds(solve(a, vec({2, 4}), {.transpose = true}), {1, 2}));
  CHECK(holds(solve(a, grid({2, 2}, {4, 0, 3, 1})), {1, 1, 2, 0}));
  CHECK(holds(solve(a, grid({2, 2, 1}, {4, 3, 0, 1})), {1, 2, 1, 0}));
  CHECK(solve(ones({3, 1, 1, 1}), ones({4, 1, 5})).shape() == Shape{3, 4, 1, 5});
  CHECK(solve(ones({0, 0}), ones({0})).shape() == Shape{0});
  CHECK(solve(tensor({{2}}), tensor({1})).dtype() == f32);
}

TEST_CASE("solve: slopes of b / a") {
  CHECK(holds(slope([](const Tensor& a) { return solve(a, vec({6})); }, grid({1, 1}, {2})), {-1.5}));
  CHECK(holds(slope([](const Tensor& b) { return solve(grid({1, 1}, {2}), b); }, vec({6})), {0.5}));
  const auto f = [](const Tensor& a) { return solve(a, vec({6})); };
  CHECK(holds(hessian_times(f, grid({1, 1}, {2}), vec({1}), grid({1, 1}, {1})), {1.5}));  // 2 b / a^3
}

TEST_CASE("solve: singular and non-finite matrices") {
  const Tensor batch = grid({2, 2, 2}, {1, 0, 0, 1, 1, 2, 2, 4});
  CHECK(sentence<ValueError>([&] {
          solve(batch, ones({2, 1}, f64));
        }) == "solve: matrix 1 of the batch is singular: pivot 2 is 0; pinv and lstsq take such matrices");
  CHECK(sentence<ValueError>([] {
          solve(zeros({2, 2}), ones({2}));
        }) == "solve: a is singular: pivot 1 is 0; pinv and lstsq take such matrices");
  CHECK(holds(solve(batch, grid({2, 1}, {1, 1}), {.singular_is_nan = true}), {1, 1, kNaN, kNaN}));
  CHECK(holds(solve(grid({2, 2}, {1, kNaN, 0, 1}), vec({1, 1})), {kNaN, kNaN}));
}

TEST_CASE("solve: mistakes") {
  CHECK(sentence<ShapeError>([] { solve(ones({2, 3}), ones({2})); }) == "solve: a is [2, 3]; the last two sizes must be equal");
  CHECK(sentence<ShapeError>([] {
          solve(ones({2, 2}), ones({3}));
        }) == "solve: a is [2, 2], b is [3, 1]; b must have as many rows as a (2)");
  CHECK(sentence<ShapeError>([] {
          solve(ones({2, 1, 1}), ones({3, 1, 1}));
        }) == "solve: leading axes: shapes [2] and [3] do not broadcast; aligned at the end, sizes must be equal or 1");
}
