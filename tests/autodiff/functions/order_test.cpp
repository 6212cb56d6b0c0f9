#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/functions/order.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan_ = std::numeric_limits<double>::quiet_NaN();
const Tensor table = grid({2, 3}, {3, 1, 2, 6, 5, 9});

auto at(double q, Between between = Between::linear) {
  return [=](const Tensor& x) { return quantile(x, q, {.between = between}); };
}

}  // namespace

TEST_CASE("sort: in order, with cotangents to where the elements were") {
  CHECK(holds(descent::sort(table), {1, 2, 3, 5, 6, 9}));
  CHECK(holds(descent::sort(table, 0, {.descending = true}), {6, 5, 9, 3, 1, 2}));
  CHECK(holds(sort_with_index(table).indices, {1, 2, 0, 1, 0, 2}));
  CHECK(holds(descent::sort(vec({nan_, 1, inf})), {1, inf, nan_}));
  const auto ordered = [](const Tensor& x) { return descent::sort(x); };
  CHECK(holds(slope(ordered, vec({3, 1, 2}), vec({1, 10, 100})), {100, 1, 10}));
  CHECK(holds(hessian_times([&](const Tensor& x) { return ordered(square(x)); }, vec({-3, 1}), vec({1, 10}), vec({1, 1})), {20, 2}));
  const auto first = [](const Tensor& x) { return slice(descent::sort(x, 0, {.descending = true}), {0}); };
  CHECK(holds(slope(first, vec({1, 1, 0})), {1, 0, 0}));  // E66: stable
}

TEST_CASE("topk and kthvalue") {
  const auto [values, indices] = topk(table, 2);
  CHECK(holds(values, {3, 2, 9, 6}));
  CHECK(holds(indices, {0, 2, 2, 0}));
  CHECK(holds(topk(table, 1, {.axis = 0, .least = true}).values, {3, 1, 2}));
  CHECK(topk(table, 0).values.shape() == Shape{2, 0});
  CHECK(holds(slope([](const Tensor& x) { return topk(x, 2).values; }, vec({5, 7, 7, 7})), {0, 1, 1, 0}));
  CHECK(holds(kthvalue(table, 2).values, {2, 6}));
  CHECK(kthvalue(table, 1, 0, keep_axes).values.shape() == Shape{1, 3});
  CHECK(holds(kthvalue(table, 2, 0).indices, {1, 1, 1}));
  CHECK(holds(slope([](const Tensor& x) { return kthvalue(x, 2).values; }, vec({4, 8, 6})), {0, 0, 1}));
  CHECK(sentence<ValueError>([] { topk(table, 4); }) == "topk: k is 4 on axis 1 of [2, 3]; it must lie in [0, 3]");
  CHECK(sentence<ValueError>([] { kthvalue(table, 0); }) == "kthvalue: k is 0 on axis 1 of [2, 3]; it must lie in [1, 3]");
}

TEST_CASE("mode: the most frequent, of several the least, where it occurs first") {
  const auto [values, indices] = mode(grid({3, 5}, {2, 1, 2, 1, 3, 5, 4, 4, 4, 5, 9, 8, 7, 6, 5}));
  CHECK(holds(values, {1, 4, 5}));
  CHECK(holds(indices, {1, 1, 4}));
  CHECK(mode(table, 0, keep_axes).values.shape() == Shape{1, 3});
  CHECK(holds(mode(vec({nan_, 3, nan_})).values, {3}));
  CHECK(holds(slope([](const Tensor& x) { return mode(x).values; }, vec({2, 1, 2})), {1, 0, 0}));
  CHECK(sentence<ShapeError>([] { mode(zeros({2, 0})); }) == "mode: axis 1 of [2, 0] holds no element; it needs at least one");
}

TEST_CASE("median: the mean of the two in the middle") {
  const auto middle = [](const Tensor& x) { return median(x); };
  CHECK(median(vec({1, 2, 3, 4})).item<double>() == 2.5);
  CHECK(holds(slope(middle, vec({1, 2, 3, 4})), {0, 0.5, 0.5, 0}));  // E67
  CHECK(holds(slope(middle, vec({3, 1, 2})), {0, 0, 1}));
  CHECK(holds(median(table, 1), {2, 6}));
  CHECK(holds(median(table, 0), {4.5, 3, 5.5}));
  CHECK(median(table, {}, keep_axes).shape() == Shape{1, 1});
  CHECK(median(tensor({1, 2})).dtype() == f32);
  CHECK(median(scalar(7, f64)).item<double>() == 7);
  CHECK(holds(median(vec({1e308, 1.5e308})), {1.25e308}));
}

TEST_CASE("median: NaN spoils it, and gets its cotangent; nanmedian leaves NaN out") {
  const Tensor x = grid({3, 4}, {1, nan_, 3, 2, nan_, nan_, nan_, nan_, 4, 3, 2, 1});
  CHECK(holds(median(x, 1), {nan_, nan_, 2.5}));
  CHECK(holds(nanmedian(x, 1), {2, nan_, 2.5}));
  CHECK(holds(slope([](const Tensor& y) { return median(y); }, vec({1, nan_, 3})), {0, 1, 0}));
  CHECK(holds(slope([](const Tensor& y) { return nanmedian(y); }, vec({1, nan_, 3})), {0.5, 0, 0.5}));
}

TEST_CASE("quantile: five rules") {
  const Tensor x = vec({40, 10, 30, 20});
  CHECK(holds(at(0.4)(x), {22}, 1e-15));
  CHECK(holds(at(0.4, Between::lower)(x), {20}));
  CHECK(holds(at(0.4, Between::higher)(x), {30}));
  CHECK(holds(at(0.4, Between::midpoint)(x), {25}));
  CHECK(holds(at(0.4, Between::nearest)(x), {20}));
  CHECK(holds(at(0.5, Between::nearest)(x), {30}));  // halfway between positions 1 and 2
  CHECK(holds(slope(at(0.25), x), {0, 0.25, 0, 0.75}));
  CHECK(holds(slope(at(0.4, Between::higher), x), {0, 0, 1, 0}));
}

TEST_CASE("quantile: shapes, and the slope in q") {
  const Tensor q = vec({0, 0.25, 1});
  CHECK(holds(quantile(table, q, {.axes = 1}), {1, 5, 1.5, 5.5, 3, 9}));
  CHECK(quantile(table, q, {.axes = 1, .keep = keep_axes}).shape() == Shape{3, 2, 1});
  CHECK(quantile(table, 0.5, {.axes = {0, 1}}).shape() == Shape{});
  CHECK(quantile(grid({2, 1, 2}, {1, 2, 3, 4}), q, {.axes = {0, 2}}).shape() == Shape{3, 1});
  CHECK(holds(slope([](const Tensor& p) { return quantile(vec({1, 2, 4}), p); }, vec({0.25, 0.75, 0.5})), {2, 4, 0}));
}

TEST_CASE("quantile: infinities and equal elements give themselves") {
  CHECK(holds(at(0.3)(vec({inf, inf})), {inf}));
  CHECK(holds(at(0.3)(vec({-inf, 1})), {-inf}));
  CHECK(holds(at(0)(vec({1, inf})), {1}));
  CHECK(holds(at(0.3)(vec({0.1, 0.1, 0.1, 0.1, 0.1})), {0.1}));
  CHECK(holds(nanquantile(vec({nan_, 1, 3}), vec({0, 0.5, 1})), {1, 2, 3}));
  CHECK(holds(quantile(vec({nan_, 1, 3}), vec({0, 1})), {nan_, nan_}));
}

TEST_CASE("quantile: mistakes") {
  CHECK(sentence<ValueError>([] { quantile(table, 1.5); }) == "quantile: the probability is 1.500000; it must lie in [0, 1]");
  CHECK(sentence<ValueError>([] { nanquantile(table, nan_); }) == "nanquantile: the probability is nan; it must lie in [0, 1]");
  CHECK(sentence<ShapeError>([] { median(zeros({2, 0}), 1); }) == "median: axes [1] of [2, 0] hold no element; it needs at least one");
  CHECK(sentence<IndexError>([] { nanmedian(vec({1}), 1); }) == "nanmedian: axis 1 is out of range; a tensor of rank 1 has axes -1 to 0");
}

TEST_CASE("unique: values in order, where each went, how many") {
  const Unique found = unique(grid({2, 3}, {3, 1, 3, nan_, 1, nan_}));
  CHECK(holds(found.values, {1, 3, nan_}));
  CHECK(holds(found.inverse, {1, 0, 1, 2, 0, 2}));
  CHECK(found.inverse.shape() == Shape{2, 3});
  CHECK(holds(found.counts, {2, 2, 2}));
  CHECK(unique(tensor({5})).values.dtype() == i32);
  CHECK(unique(zeros({0})).values.shape() == Shape{0});
  CHECK(sentence<AbstractError>([] { unique(abstract_tensor({3}, f32)); }) ==
        "unique: the size of the result depends on the values of x, which is abstract because a function is being traced; call it outside, "
        "or sort");
}

TEST_CASE("orders of tensors without values, and of none") {
  const Tensor x = abstract_tensor({3, 4}, f64);
  CHECK(quantile(x, abstract_tensor({2}, f64), {.axes = 1}).shape() == Shape{2, 3});
  CHECK(nanmedian(x, 0).shape() == Shape{4});
  CHECK(mode(x).values.shape() == Shape{3});
  CHECK(topk(x, 2).indices.shape() == Shape{3, 2});
  CHECK(mode(zeros({0, 3})).values.shape() == Shape{0});
  CHECK(slope([](const Tensor& y) { return median(y, 1); }, zeros({0, 3}, f64)).shape() == Shape{0, 3});
}
