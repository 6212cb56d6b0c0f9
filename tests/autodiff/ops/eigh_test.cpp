#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {
Tensor values_of(const Tensor& x) { return eigh(x).values; }
Tensor vectors_of(const Tensor& x) { return eigh(x).vectors; }
}  // namespace

TEST_CASE("eigh: ascending values, vectors in columns, the largest component positive") {
  const auto [w, v] = eigh(grid({2, 2}, {0, 2, 2, 3}));
  CHECK(holds(w, {-1, 4}, 1e-15));
  const double a = 1 / std::sqrt(5.0);
  CHECK(holds(v, {2 * a, a, -a, 2 * a}, 1e-15));
  CHECK(holds(eigh(grid({2, 2}, {0, 1, 3, 3})).values, {-1, 4}, 1e-15));  // the symmetric part
  CHECK(eigh(zeros({3, 0, 0}, f64)).vectors.shape() == Shape{3, 0, 0});
  CHECK(holds(eigh(grid({2, 1, 1}, {-5, 2})).vectors, {1, 1}));
  CHECK(holds(values_of(grid({1, 1}, {std::nan("")})), {std::nan("")}));
}

TEST_CASE("eigh: the slope of a value is v v^T, and symmetric") {
  CHECK(holds(slope(values_of, grid({2, 2}, {0, 2, 2, 3}), vec({0, 1})), {0.2, 0.4, 0.4, 0.8}, 1e-15));
}

TEST_CASE("eigh: equal eigenvalues: finite from values alone, not from vectors") {
  const Tensor one = eye(3, -1, f64);
  CHECK(holds(slope(values_of, one), list(one)));
  CHECK(holds(slope([](const Tensor& x) { return square(eigh(x).values); }, one), list(2.0 * one)));
  bool finite = true;
  for (const double s : list(slope(vectors_of, one, grid({3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9})))) finite = finite && std::isfinite(s);
  CHECK_FALSE(finite);
  Tape tape(Purpose::forward);  // the tangents of the values have nothing of the vectors' in them
  CHECK(holds(tape.tangent(values_of(tape.watch(one, 2.0 * one))), {2, 2, 2}));
}

TEST_CASE("eigh: mistakes") {
  CHECK(sentence<ShapeError>([] { eigh(ones({2, 3})); }) == "eigh: x is [2, 3]; the last two sizes must be equal");
  CHECK(sentence<ShapeError>([] {
          eigh(abstract_tensor({20000, 20000}, f32));
        }) == "eigh: x is [20000, 20000]; a matrix may have at most 16000 rows and columns");
}
