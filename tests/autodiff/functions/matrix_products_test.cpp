#include <descent/autodiff/functions/matrix_products.hpp>

#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("kron: blocks") {
  const Tensor a = grid({2, 2}, {1, 2, 3, 4});
  CHECK(holds(kron(a, grid({1, 2}, {1, 10})), {1, 10, 2, 20, 3, 30, 4, 40}));
  CHECK(kron(a, grid({1, 2}, {1, 10})).shape() == Shape{2, 4});
  CHECK(holds(kron(grid({1, 2}, {1, 10}), a), {1, 2, 10, 20, 3, 4, 30, 40}));
  CHECK(holds(kron(vec({1, 2}), vec({3, 4})), {3, 4, 6, 8}));
  CHECK(kron(vec({1, 2}), ones({2, 3, 2}, f64)).shape() == Shape{2, 3, 4});
  CHECK(kron(2.0, a).shape() == Shape{2, 2});
  CHECK(holds(slope([&](const Tensor& x) { return kron(x, a); }, vec({1, 2})), {10, 10}));
  CHECK(sentence<ShapeError>([] {
          kron(ones({1, 1, 1, 1, 1}), ones({2}));
        }) == "kron: a is [1, 1, 1, 1, 1], b is [2]; at most 4 axes are possible");
}

TEST_CASE("cross: of unit vectors, along any axis, broadcast") {
  const Tensor x = vec({1, 0, 0}), y = vec({0, 1, 0});
  CHECK(holds(cross(x, y), {0, 0, 1}));
  CHECK(holds(cross(y, x), {0, 0, -1}));
  CHECK(holds(cross(vec({1, 2, 3}), vec({4, 5, 6})), {-3, 6, -3}));
  const Tensor columns = grid({3, 2}, {1, 0, 0, 1, 0, 0});  // x and y
  CHECK(holds(cross(columns, grid({3, 1}, {0, 1, 0}), 0), {0, 0, 0, 0, 1, 0}));
  CHECK(holds(cross(grid({1, 3}, {1, 0, 0}), y), {0, 0, 1}));
  CHECK(gradcheck([](const Tensor& z) { return sum(cross(z, vec({1, 2, 3})) * vec({5, 7, 9})); }, vec({4, 5, 6})));
  CHECK(sentence<ShapeError>([&] {
          cross(x, vec({1, 2}));
        }) == "cross: shapes [3] and [2] do not broadcast; aligned at the end, sizes must be equal or 1");
  CHECK(sentence<ShapeError>([&] { cross(vec({1, 2}), vec({1, 2})); }) == "cross: a is [2], b is [2]; axis -1 must have size 3 in both");
  CHECK_THROWS_AS(cross(x, vec({1})), ShapeError);  // 1 does not stand for 3
}

TEST_CASE("bmm and addmm") {
  const Tensor a = reshape(arange(12, f64), {2, 2, 3}), b = reshape(arange(6, f64), {2, 3, 1});
  CHECK(holds(bmm(a, b), list(matmul(a, b))));
  CHECK(sentence<ShapeError>([&] {
          bmm(a, ones({1, 3, 1}));
        }) == "bmm: a is [2, 2, 3], b is [1, 3, 1]; they must be [n, m, k] and [n, k, p], use matmul otherwise");
  const Tensor m = grid({2, 2}, {1, 2, 3, 4});
  CHECK(holds(addmm(vec({10, 20}), m, m), {17, 30, 25, 42}));
  CHECK(holds(addmm(1.0, m, m, {.alpha = 2, .beta = -1}), {13, 19, 29, 43}));
  CHECK(sentence<ShapeError>([&] { addmm(zeros({3, 2, 2}), m, m); }) == "addmm: c is [3, 2, 2]; it must broadcast to the product, [2, 2]");
}
