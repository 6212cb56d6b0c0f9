#include <descent/tests/catch.hpp>

#include <cmath>
#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const auto product = [](const Tensor& x) { return prod(x); };

}  // namespace

TEST_CASE("prod over axes") {
  const Tensor x = grid({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(prod(x).item<double>() == 720);
  CHECK(holds(prod(x, 0), {4, 10, 18}));
  CHECK(prod(x, 1, keep_axes).shape() == Shape{2, 1});
  CHECK(prod(zeros({0})).item<double>() == 1);
  CHECK(prod(tensor({2, 3})).dtype() == i64);
  CHECK(prod(tensor({true, true})).item<Index>() == 1);
}

TEST_CASE("prod: the slope is right at zeros") {
  CHECK(holds(slope(product, vec({2, 0, 3})), {0, 6, 0}));
  CHECK(holds(slope(product, vec({2, 0, 0})), {0, 0, 0}));
  CHECK(holds(slope(product, vec({0})), {1}));
  CHECK(holds(slope([](const Tensor& x) { return prod(x, 0); }, grid({3, 2}, {1, 2, 0, 3, 4, 5})), {0, 15, 4, 10, 0, 6}));
  CHECK(slope(product, zeros({0}, f64)).shape() == Shape{0});
  CHECK(holds(slope(product, scalar(3, f64)), {1}));
}

TEST_CASE("prod: the slope of every length") {
  for (int n = 1; n <= 17; ++n) {
    std::vector<double> values, wanted;
    for (int i = 0; i < n; ++i) values.push_back(1 + 0.25 * i);
    double whole = 1;
    for (const double v : values) whole *= v;
    for (const double v : values) wanted.push_back(whole / v);
    CHECK(holds(slope(product, vec(values)), wanted, 1e-14));
  }
}

TEST_CASE("prod: second derivatives at zeros") {
  // The Hessian of x y z is [[0, z, y], [z, 0, x], [y, x, 0]].
  CHECK(holds(hessian_times(product, vec({2, 0, 3}), scalar(1, f64), vec({1, 10, 100})), {30, 203, 20}));
  CHECK(holds(hessian_times(product, vec({2, 0, 0}), scalar(1, f64), vec({1, 10, 100})), {0, 200, 20}));
  CHECK(holds(hessian_times(product, vec({0, 0, 0}), scalar(1, f64), vec({1, 10, 100})), {0, 0, 0}));
}

TEST_CASE("prod: third derivatives at zeros") {
  // d^3 (x y z) / dx dy dz = 1.
  const auto once = [](const Tensor& x) {
    Tape tape;
    const Tensor w = tape.watch(x);
    return slice(tape.gradient(prod(w), w), {0});
  };
  const auto twice = [&](const Tensor& x) {
    Tape tape;
    const Tensor w = tape.watch(x);
    return slice(tape.gradient(once(w), w), {1});
  };
  CHECK(holds(slope(twice, vec({0, 0, 0})), {0, 0, 1}));
}

TEST_CASE("prod: a zero cotangent absorbs") {
  CHECK(holds(slope([](const Tensor& x) { return 0 * prod(x); }, vec({std::numeric_limits<double>::infinity(), 1})), {0, 0}));
}
