#include <descent/tests/autodiff/ops/slopes.hpp>
#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/tape.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("stop_gradient: the value is a constant to every tape") {
  CHECK(slope([](const Tensor& x) { return x * stop_gradient(x); }, {3}) == Numbers{3});
  CHECK(curvature([](const Tensor& x) { return square(x) * stop_gradient(x); }, {3}) == Numbers{6});
}

TEST_CASE("stop_gradient: the same elements, unknown to the tape") {
  Tape tape;
  const Tensor x = tape.watch(ones({2, 3}));
  const Tensor y = stop_gradient(x);
  CHECK_FALSE(tape.knows(y));
  CHECK(y.shape() == x.shape());
  CHECK(y.data<float>().data() == x.data<float>().data());
}

TEST_CASE("stop_gradient: of a number") { CHECK(stop_gradient(2.5).item<double>() == 2.5); }
