#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const auto products = [](const Tensor& x) { return cumprod(x, 0); };
const auto from_the_end = [](const Tensor& x) { return cumprod(x, 0, {.reverse = true}); };

}  // namespace

TEST_CASE("cumprod along any axis, from either end") {
  const Tensor x = grid({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(holds(cumprod(x, 0), {1, 2, 3, 4, 10, 18}));
  CHECK(holds(cumprod(x, -1, {.reverse = true}), {6, 6, 3, 120, 30, 6}));
  CHECK(cumprod(tensor({2, 3}), 0).dtype() == i64);
  CHECK(cumprod(zeros({0, 2}), 0).shape() == Shape{0, 2});
}

TEST_CASE("cumprod: the slope is right at any number of zeros") {
  CHECK(holds(slope(products, vec({2, 0, 3, 4})), {1, 32, 0, 0}));
  CHECK(holds(slope(products, vec({2, 0, 0, 3})), {1, 2, 0, 0}));
  CHECK(holds(slope(products, vec({0, 0, 0})), {1, 0, 0}));
  CHECK(holds(slope(from_the_end, vec({4, 3, 0, 2})), {0, 0, 32, 1}));
  CHECK(holds(slope(products, vec({2, 3, 4})), {1 + 3 + 12, 2 + 8, 6}));
  CHECK(slope(products, zeros({0}, f64)).shape() == Shape{0});
}

TEST_CASE("cumprod: second derivatives at zeros") {
  // The Hessian of x + x y + x y z is [[0, 1 + z, y], [1 + z, 0, x], [y, x, 0]].
  CHECK(holds(hessian_times(products, vec({2, 0, 3}), vec({1, 1, 1}), vec({1, 10, 100})), {40, 204, 20}));
  CHECK(holds(hessian_times(products, vec({0, 0, 0}), vec({1, 1, 1}), vec({1, 10, 100})), {10, 1, 0}));
}

TEST_CASE("cumprod: third derivatives at zeros") {
  const auto once = [](const Tensor& x) {
    Tape tape;
    const Tensor w = tape.watch(x);
    return slice(tape.gradient(slice(cumprod(w, 0), {2}), w), {0});
  };
  const auto twice = [&](const Tensor& x) {
    Tape tape;
    const Tensor w = tape.watch(x);
    return slice(tape.gradient(once(w), w), {1});
  };
  CHECK(holds(slope(twice, vec({0, 0, 0})), {0, 0, 1}));
}

TEST_CASE("cumprod: a zero cotangent absorbs") {
  constexpr double inf = std::numeric_limits<double>::infinity();
  CHECK(holds(slope(products, vec({2, inf, 3}), vec({1, 0, 0})), {1, 0, 0}));
}

TEST_CASE("cumprod: mistakes") {
  CHECK(sentence<IndexError>([] { cumprod(scalar(1), 0); }) == "cumprod: axis 0 is out of range; a tensor of rank 0 has no axes");
}
