#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/functions/scatter.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan_ = std::numeric_limits<double>::quiet_NaN();
const Tensor x = vec({1, 2, 3});
const Tensor index = ints({0, 2, 0, -1});

auto into(ScatterBy by, bool include_x) {
  return [=](const Tensor& src) { return scatter_reduce(x, index, src, 0, {by, include_x}); };
}
auto from(ScatterBy by, bool include_x, const Tensor& src) {
  return [=](const Tensor& at) { return scatter_reduce(at, index, src, 0, {by, include_x}); };
}

}  // namespace

TEST_CASE("scatter: the last of those that name a place stays, and alone has a slope") {
  const Tensor src = vec({10, 20, 30, 40});
  CHECK(holds(scatter(x, index, src, 0), {30, 2, 40}));
  CHECK(holds(slope([](const Tensor& s) { return scatter(x, index, s, 0); }, src, vec({1, 5, 7})), {0, 0, 1, 7}));
  CHECK(holds(slope([&](const Tensor& at) { return scatter(at, index, src, 0); }, x, vec({1, 5, 7})), {0, 5, 0}));
  CHECK(holds(scatter(grid({2, 2}, {1, 2, 3, 4}), tensor({{1}, {0}}), grid({2, 1}, {8, 9}), 1), {1, 8, 9, 4}));
  CHECK(scatter(tensor({1, 2}), ints({0}), tensor({0.5}), 0).dtype() == f32);
  CHECK(holds(scatter(x, zeros({0}, i64), zeros({0}, f64), 0), {1, 2, 3}));
}

TEST_CASE("scatter: what is written over gets 0 (E80)") {
  const auto written = [](const Tensor& at, const Tensor& s) { return scatter(at, ints({0, 1}), s, 0); };
  CHECK(holds(slope([&](const Tensor& at) { return written(at, vec({8, 9})); }, x), {0, 0, 1}));
  CHECK(holds(slope([&](const Tensor& s) { return written(x, s); }, vec({8, 9})), {1, 1}));
}

TEST_CASE("scatter_prod: products of what comes to each place") {
  CHECK(holds(scatter_prod(vec({2, 3, 5, 7}), index, 3, 0), {10, 1, 21}));
  CHECK(holds(scatter_prod(grid({2, 2}, {2, 3, 5, 7}), tensor({{1, 1}, {0, 1}}), 2, 1), {1, 6, 5, 7}));
  CHECK(holds(scatter_prod(vec({0, 3, nan_, inf}), index, 3, 0), {nan_, 1, inf}));
  CHECK(scatter_prod(tensor({2, 3}), ints({0, 0}), 1, 0).item<double>() == 6);
  CHECK(scatter_prod(tensor({2, 3}), ints({0, 0}), 1, 0).dtype() == f32);
  CHECK(holds(scatter_prod(zeros({0}), zeros({0}, i64), 2, 0), {1, 1}));
}

TEST_CASE("scatter_prod: slopes of every order are right at zeros") {
  const auto all = [](const Tensor& s) { return scatter_prod(s, ints({1, 1, 0, 1}), 2, 0); };
  CHECK(holds(slope(all, vec({2, 0, 9, 3})), {0, 6, 1, 0}));
  CHECK(holds(slope(all, vec({2, 0, 9, 0})), {0, 0, 1, 0}));
  CHECK(holds(hessian_times(all, vec({2, 0, 9, 3}), vec({1, 1}), vec({1, 10, 1, 100})), {30, 203, 0, 20}));
  CHECK(holds(hessian_times(all, vec({0, 0, 9, 0}), vec({1, 1}), vec({1, 10, 1, 100})), {0, 0, 0, 0}));
  CHECK(holds(slope(all, vec({2, inf, 9, 3}), vec({1, 0})), {0, 0, 1, 0}));
}

TEST_CASE("segment_max, segment_min, segment_prod: rows by one index") {
  const Tensor rows = grid({3, 2}, {1, 5, 3, 2, 4, 0});
  CHECK(holds(segment_max(rows, ints({0, 0, 2}), 3), {3, 5, -inf, -inf, 4, 0}));
  CHECK(holds(segment_min(rows, ints({0, 0, 2}), 3), {1, 2, inf, inf, 4, 0}));
  CHECK(holds(segment_prod(rows, ints({0, 0, 2}), 3), {3, 10, 1, 1, 4, 0}));
  CHECK(holds(segment_max(rows, ints({0, -1}), 2, 1), {1, 5, 3, 2, 4, 0}));
  CHECK(holds(segment_max(rows, tensor({{0, 1}, {1, 1}, {0, 1}}), 2), {4, 5}));
  CHECK(holds(slope([](const Tensor& s) { return segment_max(s, ints({0, 0, 1}), 2); }, vec({4, 4, 1})), {0.5, 0.5, 1}));
  CHECK(sentence<ShapeError>([&] {
          segment_max(rows, ints({0, 1}), 2);
        }) == "segment_max: the indices are [2], x is [3, 2]; from axis 0 on x's sizes must be those of the indices");
  CHECK(sentence<IndexError>([&] {
          segment_prod(rows, ints({0, 1, 2}), 2);
        }) == "segment_prod: index 2 at position [2] of the indices is outside axis 0 of [2, 2]; it must lie in [-2, 2)");
  CHECK(sentence<ValueError>([&] { segment_min(rows, ints({0, 1, 2}), -1); }) == "segment_min: -1 segments; the count must be 0 or more");
}

TEST_CASE("scatter_reduce: with x's own element and without") {
  const Tensor src = vec({4, 5, 7, -3});
  CHECK(holds(into(ScatterBy::sum, true)(src), {12, 2, 5}));
  CHECK(holds(into(ScatterBy::sum, false)(src), {11, 2, 2}));
  CHECK(holds(into(ScatterBy::mean, true)(src), {4, 2, 5.0 / 3}));
  CHECK(holds(into(ScatterBy::mean, false)(src), {5.5, 2, 1}));
  CHECK(holds(into(ScatterBy::prod, true)(src), {28, 2, -45}));
  CHECK(holds(into(ScatterBy::prod, false)(src), {28, 2, -15}));
  CHECK(holds(into(ScatterBy::max, true)(vec({-4, 5, 0, -3})), {1, 2, 5}));
  CHECK(holds(into(ScatterBy::max, false)(vec({-4, 5, 0, -3})), {0, 2, 5}));
  CHECK(holds(into(ScatterBy::min, true)(src), {1, 2, -3}));
  CHECK(holds(into(ScatterBy::min, false)(src), {4, 2, -3}));
  CHECK(holds(scatter_reduce(x, zeros({0}, i64), zeros({0}, f64), 0, {ScatterBy::prod, false}), {1, 2, 3}));
}

TEST_CASE("scatter_reduce: ties share evenly, with x's own element where it counts; products are right at zeros") {
  const Tensor tie = vec({1, 3, 1, 0});
  CHECK(holds(slope(into(ScatterBy::max, true), tie), {1.0 / 3, 0.5, 1.0 / 3, 0}));
  CHECK(holds(slope(from(ScatterBy::max, true, tie), x), {1.0 / 3, 1, 0.5}));
  CHECK(holds(slope(into(ScatterBy::max, false), tie), {0.5, 1, 0.5, 0}));
  CHECK(holds(slope(from(ScatterBy::max, false, tie), x), {0, 1, 0}));
  const Tensor zeros = vec({0, 0, 5, 2});
  CHECK(holds(slope(into(ScatterBy::prod, true), zeros), {5, 6, 0, 0}));
  CHECK(holds(slope(from(ScatterBy::prod, true, vec({4, 0, 5, 2})), x), {20, 1, 0}));
  CHECK(holds(slope(into(ScatterBy::mean, true), zeros), {1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3}));
}

TEST_CASE("index_reduce: rows") {
  const Tensor into = grid({2, 2}, {1, 2, 3, 4}), src = grid({2, 3}, {5, 0, 9, 1, 7, 2});
  CHECK(holds(index_reduce(into, ints({1, 1, 0}), src, 1, {ScatterBy::max}), {9, 5, 3, 7}));
  CHECK(holds(index_reduce(into, ints({1, 1, 0}), src, 1, {ScatterBy::prod, false}), {9, 0, 2, 7}));
}

TEST_CASE("scatters: mistakes") {
  CHECK(sentence<ShapeError>([] {
          scatter(x, ints({0}), vec({1, 2}), 0);
        }) == "scatter: x is [3], the indices are [1], src is [2]; indices and src must have one shape, x's but for axis 0");
  CHECK(sentence<ShapeError>([] {
          index_reduce(x, ints({0, 1}), vec({1}), 0, {});
        }) == "index_reduce: x is [3], the indices are [2], src is [1]; the indices must be 1-d and src [2]");
  CHECK(sentence<IndexError>([] { scatter_reduce(x, ints({3}), vec({1}), 0, {}); }) ==
        "scatter_reduce: index 3 at position [0] of the indices is outside axis 0 of [3]; it must lie in [-3, 3)");
  CHECK(sentence<DtypeError>([] { scatter(x, vec({0}), vec({1}), 0); }) ==
        "scatter: the indices are f64; they must be i32 or i64, cast them first");
  CHECK(sentence<IndexError>([] { scatter(x, ints({0}), vec({1}), 1); }) ==
        "scatter: axis 1 is out of range; a tensor of rank 1 has axes -1 to 0");
  CHECK(sentence<ShapeError>([] { scatter_prod(x, ints({0}), 2, 0); }) ==
        "scatter_prod: the indices are [1], x is [3]; the shapes must be equal");
  CHECK(sentence<ValueError>([] { scatter_prod(x, ints({0, 0, 0}), -2, 0); }) == "scatter_prod: a size of -2; it must be 0 or more");
  CHECK(sentence<IndexError>([] {
          scatter_prod(x, ints({0, 0, 5}), 2, 0);
        }) == "scatter_prod: index 5 at position [2] of the indices is outside axis 0 of [2]; it must lie in [-2, 2)");
}

TEST_CASE("scatters of tensors without values, and of none") {
  const Tensor whole = abstract_tensor({3, 4}, f64), at = abstract_tensor({3, 2}, i64), src = abstract_tensor({3, 2}, f64);
  CHECK(scatter(whole, at, src, 1).shape() == Shape{3, 4});
  CHECK(scatter_prod(src, at, 5, 1).shape() == Shape{3, 5});
  for (const ScatterBy by : {ScatterBy::sum, ScatterBy::mean, ScatterBy::prod, ScatterBy::max, ScatterBy::min})
    for (const bool own : {true, false}) CHECK(scatter_reduce(whole, at, src, 1, {by, own}).shape() == Shape{3, 4});
  CHECK(segment_max(whole, abstract_tensor({3}, i64), 7).shape() == Shape{7, 4});
  CHECK(scatter_reduce(zeros({0, 3}), zeros({0, 2}, i64), zeros({0, 2}), 1, {ScatterBy::max}).shape() == Shape{0, 3});
  CHECK(segment_prod(zeros({3, 0}), ints({0, 1, 1}), 2).shape() == Shape{2, 0});
}

TEST_CASE("index_copy: rows written over, the last of those that name one place stays") {
  const Tensor table = grid({3, 2}, {1, 2, 3, 4, 5, 6}), src = grid({3, 2}, {10, 20, 30, 40, 50, 60});
  const Tensor at = ints({2, 0, -1});
  CHECK(holds(index_copy(table, at, src), {30, 40, 3, 4, 50, 60}));
  CHECK(holds(index_copy(table, ints({1}), grid({3, 1}, {7, 8, 9}), 1), {1, 7, 3, 8, 5, 9}));
  CHECK(holds(slope([&](const Tensor& y) { return index_copy(y, at, src); }, table), {0, 0, 1, 1, 0, 0}));
  CHECK(holds(slope([&](const Tensor& y) { return index_copy(table, at, y); }, src), {0, 0, 1, 1, 1, 1}));
  CHECK(sentence<ShapeError>([&] { index_copy(table, ints({0}), src); }) ==
        "index_copy: x is [3, 2], the indices are [1], src is [3, 2]; the indices must be 1-d and src [1, 2]");
  CHECK_THROWS_AS(index_copy(table, ints({5}), grid({1, 2}, {1, 2})), IndexError);
}

TEST_CASE("slice_scatter: x with another slice in its place") {
  const Tensor table = grid({2, 3}, {1, 2, 3, 4, 5, 6});
  CHECK(holds(slice_scatter(table, vec({7, 8, 9}), {1}), {1, 2, 3, 7, 8, 9}));
  CHECK(holds(slice_scatter(table, 0, {Slice{}, Slice{.step = 2}}), {0, 2, 0, 0, 5, 0}));
  CHECK(holds(slice_scatter(table, vec({7, 8}), {0, Slice{.start = 2, .stop = 0, .step = -1}}), {1, 8, 7, 4, 5, 6}));
  CHECK(holds(slice_scatter(table, grid({2, 1}, {7, 8}), {Slice{}, Slice{1, 3}}), {1, 7, 7, 4, 8, 8}));
  CHECK(holds(slice_scatter(table, 9, {Slice{0, 0}}), {1, 2, 3, 4, 5, 6}));
  CHECK(slice_scatter(ints({1, 2}), 7, {0}).dtype() == i64);
  CHECK(holds(slope([](const Tensor& y) { return slice_scatter(y, 2.0, {1}); }, table), {1, 1, 1, 0, 0, 0}));
  CHECK(holds(slope([&](const Tensor& y) { return slice_scatter(table, y, {Slice{}, 0}); }, vec({5})), {2}));
  CHECK(sentence<ShapeError>([&] {
          slice_scatter(table, vec({1, 2}), {1});
        }) == "slice_scatter: src is [2]; it must broadcast to the slice of [2, 3], [3]");
  CHECK_THROWS_AS(slice_scatter(table, 1, {5}), IndexError);
}
