#include <descent/tests/catch.hpp>

#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor rows = grid({3, 2}, {1, 2, 3, 4, 5, 6});

}  // namespace

TEST_CASE("take: the axis becomes the axes of the indices") {
  CHECK(holds(take(rows, ints({2, 0, -1})), {5, 6, 1, 2, 5, 6}));
  CHECK(holds(take(rows, tensor({1, 0}), 1), {2, 1, 4, 3, 6, 5}));
  CHECK(take(rows, tensor({{0, 1}, {2, 0}}), 0).shape() == Shape{2, 2, 2});
  CHECK(holds(take(rows, 1), {3, 4}));
  CHECK(take(rows, 1).shape() == Shape{2});
  CHECK(take(rows, zeros({0}, i64)).shape() == Shape{0, 2});
  CHECK(take(zeros({0, 2}), zeros({0}, i64)).shape() == Shape{0, 2});
  CHECK(take(tensor({true, false}), ints({1})).dtype() == boolean);
}

TEST_CASE("take: a row picked twice gets both cotangents") {
  CHECK(holds(slope([](const Tensor& x) { return take(x, ints({0, 0, 1})); }, vec({1, 2})), {2, 1}));
  CHECK(holds(hessian_times(
                  [](const Tensor& x) {
                    return square(take(x, ints({0, 0, 1})));
                  },
                  vec({1, 2}), vec({1, 2, 3}), vec({1, 1})),
              {6, 6}));
}

TEST_CASE("segment_sum: adds where the indices say") {
  CHECK(holds(segment_sum(vec({1, 2, 4}), ints({2, 0, 2}), 3), {2, 0, 5}));
  CHECK(holds(segment_sum(rows, ints({0, 0}), 1, 1), {3, 7, 11}));
  CHECK(segment_sum(tensor({true, true, false}), ints({0, 0, 0}), 1).item<std::int64_t>() == 2);
  CHECK(holds(slope([](const Tensor& x) { return segment_sum(x, ints({1, 1, 0}), 2); }, vec({1, 2, 3}), vec({10, 20})), {20, 20, 10}));
}

TEST_CASE("segment_sum: the same bits at any thread count") {
  std::vector<std::int64_t> at(20000);
  std::vector<float> values(at.size());
  for (std::size_t i = 0; i < at.size(); ++i) {
    at[i] = static_cast<std::int64_t>(i * 7919 % 13);
    values[i] = 1.0F / static_cast<float>(i + 1);
  }
  const auto run = [&](int threads) {
    const auto limit = kernels::set_threads(threads);
    return segment_sum(from_vector(values), from_vector(at), 13).to_vector<float>();
  };
  const std::vector<float> one = run(1);
  for (const int threads : {2, 3, 7}) CHECK(run(threads) == one);
}

TEST_CASE("take: mistakes") {
  CHECK(sentence<IndexError>([] {
          take(rows, tensor({{0, 1}, {3, 0}}));
        }) == "take: index 3 at position [1, 0] of the indices is outside axis 0 of [3, 2]; it must lie in [-3, 3)");
  CHECK(sentence<IndexError>([] { take(rows, -4); }) ==
        "take: index -4 at position [] of the indices is outside axis 0 of [3, 2]; it must lie in [-3, 3)");
  CHECK(sentence<DtypeError>([] { take(rows, tensor({0.0})); }) == "take: the indices are f32; they must be i32 or i64, cast them first");
  CHECK(sentence<DtypeError>([] { take(rows, tensor({true})); }) ==
        "take: the indices are bool; they must be i32 or i64, select by a mask with masked_select or where");
  CHECK(sentence<IndexError>([] { take(rows, 0, 2); }) == "take: axis 2 is out of range; a tensor of rank 2 has axes -2 to 1");
  CHECK(sentence<ShapeError>([] {
          segment_sum(rows, ints({0, 1}), 2);
        }) == "segment_sum: the indices are [2], x is [3, 2]; from axis 0 on x's sizes must be those of the indices");
  CHECK(sentence<ShapeError>([] { segment_sum(vec({1}), tensor({{0}}), 2); }) ==
        "segment_sum: the indices are [1, 1], x is [1]; x must have the axes of the indices");
  CHECK(sentence<IndexError>([] {
          segment_sum(vec({1, 2}), ints({0, 2}), 2);
        }) == "segment_sum: index 2 at position [1] of the indices is outside axis 0 of [2]; it must lie in [-2, 2)");
  CHECK(sentence<ValueError>([] { segment_sum(vec({1}), ints({0}), -1); }) == "segment_sum: -1 segments; the count must be 0 or more");
}
