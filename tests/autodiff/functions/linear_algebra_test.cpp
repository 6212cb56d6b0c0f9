#include <descent/autodiff/functions/linear_algebra.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {
const double infinity = std::numeric_limits<double>::infinity();
Tensor square_matrix() { return grid({2, 2}, {1, 2, 3, 4}); }
}  // namespace

TEST_CASE("inv") {
  CHECK(holds(inv(square_matrix()), {-2, 1, 1.5, -0.5}, 1e-15));
  CHECK(inv(zeros({3, 0, 0})).shape() == Shape{3, 0, 0});
  CHECK(gradcheck([](const Tensor& x) { return sum(square(inv(x))); }, square_matrix(), {.order = 2}));
  CHECK(sentence<ValueError>([] { inv(zeros({1, 1})); }) == "solve: a is singular: pivot 1 is 0; pinv and lstsq take such matrices");
  CHECK(sentence<ShapeError>([] { inv(ones({2, 3})); }) == "inv: x is [2, 3]; it needs two axes or more, the last two of one size");
}

TEST_CASE("lstsq: more rows, fewer rows, a deficient rank") {
  const Tensor line = grid({3, 2}, {1, 0, 1, 1, 1, 2});
  CHECK(holds(lstsq(line, vec({1, 3, 5})), {1, 2}, 1e-14));
  CHECK(holds(lstsq(line, grid({3, 1}, {0, 3, 0})), {1, 0}, 1e-14));
  CHECK(holds(lstsq(grid({1, 2}, {3, 4}), vec({25})), {3, 4}, 1e-14));  // of all solutions the shortest
  CHECK(holds(lstsq(grid({2, 2}, {1, 1, 1, 1}), vec({1, 3})), {1, 1}, 1e-14));
  CHECK(gradcheck([&](const Tensor& a) { return sum(square(lstsq(a, vec({1, 3, 4})))); }, line, {.order = 2}));
  CHECK(sentence<ShapeError>([&] {
          lstsq(line, vec({1, 2}));
        }) == "lstsq: a is [3, 2], b is [2]; a must be a matrix, and b have as many rows");
  CHECK(sentence<ValueError>([&] { lstsq(line, vec({1, 2, 3}), {.rtol = -1}); }) == "pinv: rtol is -1; it must be 0 or more");
}

TEST_CASE("systems from factors: Cholesky's, either triangle, and those of lu, transposed too") {
  const Tensor a = grid({2, 2}, {4, 2, 2, 10}), b = vec({8, 22});
  const Tensor l = cholesky(a);
  CHECK(holds(cholesky_solve(l, b), {1, 2}, 1e-15));
  CHECK(holds(cholesky_solve(transpose(l), b, {.upper = true}), {1, 2}, 1e-15));
  CHECK(holds(matmul(cholesky_inverse(l), a), {1, 0, 0, 1}, 1e-15));
  CHECK(holds(matmul(cholesky_inverse(transpose(l), {.upper = true}), a), {1, 0, 0, 1}, 1e-15));
  const LuFactors factors = lu(square_matrix());
  CHECK(holds(lu_solve(factors, vec({5, 11})), {1, 2}, 1e-15));
  CHECK(holds(lu_solve(factors, vec({7, 10}), {.transpose = true}), {1, 2}, 1e-14));
  CHECK(lu_solve(lu(ones({3, 1, 1, 1})), ones({4, 1, 5})).shape() == Shape{3, 4, 1, 5});
  CHECK(gradcheck([&](const Tensor& x) { return sum(square(lu_solve(lu(x), vec({5, 11})))); }, grid({2, 2}, {1, 3, 4, -2}), {.order = 2}));
  CHECK(sentence<ShapeError>([&] { lu_solve(factors, vec({1})); }) == "lu_solve: a is [2, 2], b is [1]; b must have as many rows as a (2)");
  CHECK(sentence<ShapeError>([] {
          cholesky_inverse(ones({2, 3}));
        }) == "cholesky_inverse: x is [2, 3]; it needs two axes or more, the last two of one size");
}

TEST_CASE("tensorsolve and tensorinv see tensors as matrices") {
  Rng rng(1);
  const Tensor a = uniform({2, 3, 6}, rng, -1, 1, f64), b = uniform({2, 3}, rng, -1, 1, f64);
  const Tensor x = tensorsolve(a, b);
  CHECK(x.shape() == Shape{6});
  CHECK(holds(matmul(reshape(a, {6, 6}), x), list(b), 1e-13));
  CHECK(tensorinv(a).shape() == Shape{6, 2, 3});
  CHECK(holds(reshape(tensorinv(reshape(a, {6, 2, 3}), 1), {6, 6}), list(inv(reshape(a, {6, 6}))), 1e-12));
  CHECK(sentence<ShapeError>([&] { tensorsolve(a, ones({3})); }) ==
        "tensorsolve: a is [2, 3, 6], b is [3]; a's first axes must be those of b, and the others have as many elements");
  CHECK(sentence<ValueError>([&] { tensorinv(a, 3); }) == "tensorinv: 3 first axes of [2, 3, 6]; they must be between 1 and 2");
  CHECK(sentence<ShapeError>([&] { tensorinv(a, 1); }) ==
        "tensorinv: x is [2, 3, 6]; its first 1 axes have 2 elements and the others 18, which must be equal");
}

TEST_CASE("matrix_power: positive, negative, none") {
  const Tensor x = square_matrix();
  CHECK(holds(matrix_power(x, 1), {1, 2, 3, 4}));
  CHECK(holds(matrix_power(x, 5), {1069, 1558, 2337, 3406}));
  CHECK(holds(matrix_power(x, -2), {5.5, -2.5, -3.75, 1.75}, 1e-14));
  CHECK(holds(matrix_power(zeros({2, 2, 2}, f64), 0), {1, 0, 0, 1, 1, 0, 0, 1}));
  CHECK(gradcheck([](const Tensor& y) { return sum(matrix_power(y, -3)); }, x, {.order = 2}));
  CHECK(sentence<ShapeError>([] { matrix_power(ones({2}), 2); }) ==
        "matrix_power: x is [2]; it needs two axes or more, the last two of one size");
}

TEST_CASE("multi_dot: vectors at the ends, any order") {
  const Tensor a = square_matrix();
  CHECK(holds(multi_dot({a}), {1, 2, 3, 4}));
  CHECK(holds(multi_dot({vec({1, 1}), a, a, vec({1, 1})}), {54}));
  CHECK(multi_dot({vec({1, 1}), a, a, vec({1, 1})}).shape() == Shape{});
  CHECK(multi_dot({ones({10, 1}), ones({1, 10}), ones({10, 2})}).shape() == Shape{10, 2});
  CHECK(sentence<ShapeError>([] { multi_dot({}); }) == "multi_dot: there is no matrix; give one or more");
  CHECK(sentence<ShapeError>([&] {
          multi_dot({a, ones({3, 2})});
        }) == "multi_dot: operand 1 is [3, 2] and has 3 rows; the one before it has 2 columns");
  CHECK(sentence<ShapeError>([&] {
          multi_dot({a, ones({2}), a});
        }) == "multi_dot: operand 1 is [2]; all must be matrices, the first and the last may be 1-d");
}

TEST_CASE("spectra: eigenvalues, singular values, logdet, rank, condition") {
  CHECK(holds(eigvalsh(grid({2, 2}, {0, 2, 2, 3})), {-1, 4}, 1e-15));
  CHECK(holds(svdvals(grid({2, 2}, {0, -2, 3, 0})), {3, 2}, 1e-15));
  CHECK(holds(logdet(grid({3, 1, 1}, {2, -2, 0})), {std::log(2.0), std::nan(""), -infinity}));
  CHECK(holds(matrix_rank(grid({3, 2, 2}, {1, 2, 2, 4, 1, 0, 0, 1, 0, 0, 0, 0})), {1, 2, 0}));
  CHECK(holds(matrix_rank(grid({2, 2}, {1, 0, 0, 1e-3}), {.rtol = 0.01}), {1}));
  CHECK(matrix_rank(ones({2, 2})).dtype() == i64);
  CHECK(holds(matrix_rank(zeros({2, 0, 3}, f64)), {0, 0}));
  CHECK(holds(cond(grid({2, 2}, {0, -2, 8, 0})), {4}, 1e-15));
  CHECK(holds(cond(grid({2, 2}, {1, 0, 0, 0})), {infinity}));
  CHECK(holds(cond(zeros({2, 0, 0}, f64)), {std::nan(""), std::nan("")}));
}

TEST_CASE("norms of singular values, and their slopes where some are equal") {
  const Tensor x = grid({2, 2}, {0, -2, 3, 0}), one = eye(2, -1, f64);
  CHECK(holds(nuclear_norm(x), {5}, 1e-15));
  CHECK(holds(spectral_norm(x), {3}, 1e-15));
  CHECK(holds(slope([](const Tensor& y) { return nuclear_norm(y); }, one), {1, 0, 0, 1}, 1e-15));
  CHECK(holds(slope([](const Tensor& y) { return spectral_norm(y); }, one), {0.5, 0, 0, 0.5}, 1e-15));
  CHECK(holds(nuclear_norm(zeros({2, 0, 3}, f64)), {0, 0}));
  CHECK(holds(spectral_norm(zeros({0, 3}, f64)), {0}));
}
