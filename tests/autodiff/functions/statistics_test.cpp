#include <descent/tests/catch.hpp>

#include <cmath>

#include <descent/autodiff/functions/statistics.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor table = grid({2, 3}, {1, 2, 3, 4, 6, 8});
const auto deviation = [](const Tensor& x) { return descent::std(x); };

}  // namespace

TEST_CASE("mean over axes") {
  CHECK(mean(table).item<double>() == 4);
  CHECK(holds(mean(table, 1), {2, 6}));
  CHECK(mean(table, 0, keep_axes).shape() == Shape{1, 3});
  CHECK(mean(tensor({1, 2})).dtype() == f32);
  CHECK(mean(tensor({1, 2})).item<double>() == 1.5);
  CHECK(mean(tensor({true, false})).item<double>() == 0.5);
  CHECK(mean(3.0).item<double>() == 3);
  CHECK(holds(slope([](const Tensor& x) { return mean(x); }, vec({1, 2, 4, 8})), {0.25, 0.25, 0.25, 0.25}));
}

TEST_CASE("mean of nothing is NaN, and its gradient has the shape of nothing") {
  CHECK(std::isnan(mean(zeros({0})).item<double>()));
  CHECK(slope([](const Tensor& x) { return mean(x); }, zeros({0}, f64)).shape() == Shape{0});
  CHECK(sum(zeros({0})).item<double>() == 0);
}

TEST_CASE("var and std over axes, with any correction") {
  CHECK(holds(var(table, 1), {1, 4}));
  CHECK(holds(descent::std(table, 1), {1, 2}));
  CHECK(holds(var(table, 1, 0), {2.0 / 3, 8.0 / 3}, 1e-15));
  CHECK(holds(var(table, 1, 1.5), {4.0 / 3, 16.0 / 3}, 1e-15));
  CHECK(holds(var(table, 1, -1), {0.5, 2}));
  CHECK(var(table, 0, 1, keep_axes).shape() == Shape{1, 3});
  CHECK(var(tensor({1, 3})).item<double>() == 2);
  CHECK(holds(var(scalar(5, f64), {}, 0), {0}));
}

TEST_CASE("var: a large mean costs no digits") {
  const Tensor far = vec({1e8, 1e8 + 1, 1e8 + 2});
  CHECK(var(far).item<double>() == 1);
  CHECK(holds(slope([](const Tensor& x) { return var(x); }, far), {-1, 0, 1}));
}

TEST_CASE("std of constants is 0 with slope 0, also where the mean of them rounds") {
  CHECK(holds(slope(deviation, vec({1, 1, 1})), {0, 0, 0}));
  CHECK(holds(slope(deviation, vec({0.1, 0.1, 0.1})), {0, 0, 0}));
  CHECK(descent::std(vec({0.1, 0.1, 0.1})).item<double>() == 0);
  CHECK(holds(slope([](const Tensor& x) { return descent::std(x, 1); }, grid({2, 2}, {5, 5, 1, 3})),
              {0, 0, -std::sqrt(0.5), std::sqrt(0.5)}, 1e-15));
}

TEST_CASE("var: second derivatives") {
  // d^2 var / dx^2 = 2 (I - 1/n) / (n - 1)
  CHECK(holds(hessian_times([](const Tensor& x) { return var(x); }, vec({1, 2, 4}), scalar(1, f64), vec({1, 0, 0})),
              {2.0 / 3, -1.0 / 3, -1.0 / 3}, 1e-15));
}

TEST_CASE("var and std: too few elements") {
  CHECK(sentence<ValueError>([] { descent::std(vec({1})); }) ==
        "std: 1 elements of [1] with correction 1.000000 leave 0.000000 degrees of freedom; they must be more than 0");
  CHECK(sentence<ValueError>([] {
          var(zeros({2, 3}), 1, 4.5);
        }) == "var: 3 elements of [2, 3] with correction 4.500000 leave -1.500000 degrees of freedom; they must be more than 0");
  CHECK(sentence<IndexError>([] { mean(vec({1}), 1); }) == "mean: axis 1 is out of range; a tensor of rank 1 has axes -1 to 0");
}
