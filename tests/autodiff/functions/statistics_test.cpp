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

TEST_CASE("nansum and nanmean leave NaN out") {
  const double nan = std::nan("");
  const Tensor x = grid({2, 3}, {1, nan, 3, nan, nan, nan});
  CHECK(holds(nansum(x, 1), {4, 0}));
  CHECK(holds(nanmean(x, 1), {2, nan}));
  CHECK(nanmean(x, 1, keep_axes).shape() == Shape{2, 1});
  CHECK(holds(slope([](const Tensor& y) { return nanmean(y); }, vec({1, nan, 3})), {0.5, 0, 0.5}));
  CHECK(holds(slope([](const Tensor& y) { return nansum(y); }, vec({1, nan})), {1, 0}));
  CHECK(nansum(tensor({1, 2})).dtype() == i64);
}

TEST_CASE("diff: neighbours, again and again") {
  CHECK(holds(diff(vec({1, 4, 9, 16})), {3, 5, 7}));
  CHECK(holds(diff(vec({1, 4, 9, 16}), 2), {2, 2}));
  CHECK(holds(diff(table, 1, 0), {3, 4, 5}));
  CHECK(holds(diff(table, 0), {1, 2, 3, 4, 6, 8}));
  CHECK(diff(vec({1, 4}), 2).shape() == Shape{0});
  CHECK(sentence<ValueError>([] { diff(vec({1, 2}), 3); }) == "diff: 3 times on axis 0 of [2]; it must lie in [0, 2]");
}

TEST_CASE("trapezoid and cumulative_trapezoid: straight lines between samples") {
  CHECK(trapezoid(vec({1, 3, 5})).item<double>() == 6);
  CHECK(trapezoid(vec({1, 3, 5}), 0.5).item<double>() == 3);
  CHECK(trapezoid(vec({1, 3, 5}), vec({0, 1, 4})).item<double>() == 14);
  CHECK(holds(trapezoid(table, vec({0, 2}), 0), {5, 8, 11}));
  CHECK(holds(trapezoid(table, table), {4, 24}));
  CHECK(holds(cumulative_trapezoid(table), {1.5, 4, 5, 12}));
  CHECK(holds(cumulative_trapezoid(table, 2, 0), {5, 8, 11}));
  CHECK(trapezoid(vec({7})).item<double>() == 0);
  CHECK(trapezoid(zeros({2, 0}), 1, 1).shape() == Shape{2});
  CHECK(cumulative_trapezoid(zeros({0, 2}), zeros({0}), 0).shape() == Shape{0, 2});
  CHECK(trapezoid(tensor({1, 3})).dtype() == f32);
  CHECK(holds(slope([](const Tensor& y) { return trapezoid(y, vec({0, 1, 4})); }, vec({1, 3, 5})), {0.5, 2, 1.5}));
  CHECK(holds(slope([](const Tensor& at) { return trapezoid(vec({1, 3, 5}), at); }, vec({0, 1, 4})), {-2, -2, 4}));
  CHECK(sentence<ShapeError>([] {
          trapezoid(vec({1, 2}), vec({1, 2, 3}));
        }) == "trapezoid: the places are [3], the samples [2]; there must be a place for each sample on axis 0");
}

TEST_CASE("cov: of rows, with counts and weights") {
  const Tensor x = grid({2, 3}, {1, 2, 3, 4, 6, 2});
  CHECK(holds(cov(x), {1, -1, -1, 4}));
  CHECK(holds(cov(x, {.correction = 0}), {2.0 / 3, -2.0 / 3, -2.0 / 3, 8.0 / 3}, 1e-15));
  CHECK(cov(vec({1, 2, 3})).shape() == Shape{});
  CHECK(holds(cov(vec({1e9, 1e9 + 1, 1e9 + 2})), {1}));
  CHECK(holds(cov(x, {.frequencies = ints({1, 2, 1})}), list(cov(grid({2, 4}, {1, 2, 2, 3, 4, 6, 6, 2}))), 1e-15));
  // Weights w: sum w (x - m)^2 / (W - sum w^2 / W) with m = sum w x / W.
  CHECK(holds(cov(vec({0, 1, 4}), {.weights = vec({1, 2, 1})}), {9 / 2.5}, 1e-15));
  CHECK(holds(slope([](const Tensor& y) { return cov(y); }, vec({1, 2, 4})),
              list(slope([](const Tensor& y) { return var(y); }, vec({1, 2, 4}))), 1e-15));
  CHECK(std::isnan(cov(vec({1})).item<double>()));
  CHECK(sentence<ShapeError>([] { cov(zeros({1, 2, 3})); }) == "cov: x is [1, 2, 3]; it must be [variables, samples] or [samples]");
  CHECK(sentence<ShapeError>([&] { cov(x, {.weights = vec({1, 2})}); }) == "cov: the weights are [2] for 3 samples; they must be [3]");
}

TEST_CASE("corrcoef: covariances of unit variances") {
  const Tensor x = grid({3, 3}, {1, 2, 3, 4, 6, 2, 2, 4, 6});
  CHECK(holds(corrcoef(x), {1, -0.5, 1, -0.5, 1, -0.5, 1, -0.5, 1}, 1e-15));
  CHECK(holds(slope([](const Tensor& y) { return corrcoef(y); }, grid({2, 2}, {1, 2, 5, 3})), {0, 0, 0, 0}, 1e-15));
  CHECK(std::isnan(corrcoef(vec({1, 1})).item<double>()));
  CHECK(sentence<ShapeError>([] {
          corrcoef(zeros({1, 2, 3}));
        }) == "corrcoef: x is [1, 2, 3]; it must be [variables, samples] or [samples]");
}

TEST_CASE("nanprod, nanmax, nanmin, nanvar, nanstd: as if NaN were not there") {
  const Tensor x = grid({2, 3}, {1, NAN, 4, NAN, NAN, NAN});
  CHECK(holds(nanprod(x, 1), {4, 1}));
  CHECK(holds(nanmax(x, 1), {4, NAN}));
  CHECK(holds(nanmin(x, 1), {1, NAN}));
  CHECK(holds(nanvar(x, 1), {4.5, NAN}));
  CHECK(holds(nanvar(x, 1, 0), {2.25, NAN}));
  CHECK(holds(nanstd(x, 1, 0), {1.5, NAN}));
  CHECK(holds(nanvar(vec({NAN, 3})), {NAN}));  // one number, and one is taken off
  CHECK(holds(nanvar(vec({1e9, NAN, 1e9 + 1, 1e9 + 2})), {1}));
  CHECK(nanvar(x, 1, 1, keep_axes).shape() == Shape{2, 1});
  CHECK(nanmax(tensor({1, 2})).dtype() == i32);
  CHECK(nanprod(tensor({1, 2})).dtype() == i64);
  CHECK(nanvar(tensor({1, 2})).dtype() == f32);
  CHECK_THROWS_AS(nanmax(zeros({0})), ShapeError);
}

TEST_CASE("nanprod, nanmax, nanmin, nanvar, nanstd: gradients, 0 at NaN") {
  const Tensor x = vec({1, NAN, 4, 2}), y = vec({1, 4, 2});
  const auto beside = [&](Tensor (*nan_form)(Arg, Axes, double, KeepAxes), Tensor (*form)(Arg, Axes, double, KeepAxes)) {
    const std::vector<double> got = list(slope([&](const Tensor& at) { return nan_form(at, {}, 1, KeepAxes::no); }, x));
    const std::vector<double> want = list(slope([&](const Tensor& at) { return form(at, {}, 1, KeepAxes::no); }, y));
    CHECK(got[1] == 0);
    for (const auto& [i, j] : {std::pair{0U, 0U}, std::pair{2U, 1U}, std::pair{3U, 2U}}) CHECK(got[i] == Approx(want[j]).epsilon(1e-14));
  };
  beside(nanvar, var);
  beside(nanstd, descent::std);
  CHECK(holds(slope([](const Tensor& at) { return nanprod(at); }, x), {8, 0, 2, 4}));
  CHECK(holds(slope([](const Tensor& at) { return nanmax(at); }, x), {0, 0, 1, 0}));
  CHECK(holds(slope([](const Tensor& at) { return nanmin(at); }, vec({NAN, NAN})), {0, 0}));
  CHECK(holds(slope([](const Tensor& at) { return nanvar(at); }, vec({NAN, NAN})), {0, 0}));
  CHECK(holds(slope([](const Tensor& at) { return nanstd(at); }, vec({3, NAN, 3})), {0, 0, 0}));
}
