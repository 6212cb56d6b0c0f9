#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/functions/diagonals.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor table = grid({2, 3}, {1, 2, 3, 4, 5, 6});

}  // namespace

TEST_CASE("tril and triu") {
  CHECK(holds(tril(table), {1, 0, 0, 4, 5, 0}));
  CHECK(holds(tril(table, 1), {1, 2, 0, 4, 5, 6}));
  CHECK(holds(tril(table, -1), {0, 0, 0, 4, 0, 0}));
  CHECK(holds(triu(table), {1, 2, 3, 0, 5, 6}));
  CHECK(holds(triu(table, 1), {0, 2, 3, 0, 0, 6}));
  CHECK(tril(zeros({2, 0, 3})).shape() == Shape{2, 0, 3});
  CHECK(tril(tensor({{1, 2}, {3, 4}})).dtype() == i32);
  CHECK(holds(slope([](const Tensor& x) { return tril(x); }, table), {1, 0, 0, 1, 1, 0}));
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  CHECK(holds(tril(grid({2, 2}, {1, not_a_number, 3, 4})), {1, 0, 3, 4}));
  CHECK(sentence<ShapeError>([] { tril(vec({1, 2})); }) == "tril: x is [2]; it needs two axes or more");
}

TEST_CASE("diagonal, trace and diag_embed") {
  CHECK(holds(diagonal(table), {1, 5}));
  CHECK(holds(diagonal(table, 1), {2, 6}));
  CHECK(holds(diagonal(table, 2), {3}));
  CHECK(holds(diagonal(table, -1), {4}));
  CHECK(diagonal(table, 5).shape() == Shape{0});
  CHECK(diagonal(table, -9).shape() == Shape{0});
  CHECK(holds(diagonal(table, 0, 1, 0), {1, 5}));
  CHECK(holds(diagonal(table, 1, 1, 0), {4}));
  const Tensor cube = reshape(arange(0, 24, 1, f64), {2, 3, 4});
  CHECK(holds(diagonal(cube, 0, 0, 2), {0, 13, 4, 17, 8, 21}));
  CHECK(diagonal(cube, 0, 0, 2).shape() == Shape{3, 2});
  CHECK(holds(diagonal(cube, 0, 2, 0), {0, 13, 4, 17, 8, 21}));
  CHECK(holds(trace(cube, 0, 1, 2), {0 + 5 + 10, 12 + 17 + 22}));
  CHECK(trace(table).item<double>() == 6);
  CHECK(holds(diag_embed(vec({1, 2})), {1, 0, 0, 2}));
  CHECK(holds(diag_embed(vec({1, 2}), -1), {0, 0, 0, 1, 0, 0, 0, 2, 0}));
  CHECK(diag_embed(table, 1).shape() == Shape{2, 4, 4});
  CHECK(holds(diagonal(diag_embed(table, 1), 1, 1, 2), list(table)));
  CHECK(holds(slope([](const Tensor& x) { return trace(x); }, table), {1, 0, 0, 0, 1, 0}));
  CHECK(sentence<ShapeError>([] { diagonal(table, 0, 1, -1); }) == "diagonal: axis1 and axis2 are both axis 1; a diagonal needs two");
}
