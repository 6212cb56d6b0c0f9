#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/call.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("matmul: the primitive refuses a 1-d operand, which the function takes") {
  const Tensor table = grid({2, 2}, {1, 2, 3, 4}), row = vec({1, 10});
  CHECK(holds(matmul(row, table), {31, 42}));
  CHECK(sentence<ShapeError>([&] {
          call("matmul", {row, table});
        }) == "matmul: a is [2], b is [2, 2]; the primitive takes matrices, descent::matmul also a 1-d operand, as a row or a column");
  CHECK_THROWS_AS(call("matmul", {table, row}), ShapeError);
  CHECK_THROWS_AS(call("matmul", {scalar(1, f64), table}), ShapeError);
}
