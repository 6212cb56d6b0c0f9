#include <descent/tests/catch.hpp>

#include <descent/autodiff/functions/indexing.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor table = grid({3, 2}, {1, 2, 3, 4, 5, 6});

}  // namespace

TEST_CASE("at picks on the first axis") {
  CHECK(holds(at(table, -1), {5, 6}));
  CHECK(at(at(table, 1), 0).item<double>() == 3);
  CHECK(sentence<IndexError>([] { at(table, 3); }) == "slice: position 3 on axis 0 of [3, 2]; it must lie in [-3, 3)");
}

TEST_CASE("index_add adds rows, duplicates too") {
  CHECK(holds(index_add(table, ints({0, 0}), grid({2, 2}, {10, 20, 30, 40})), {41, 62, 3, 4, 5, 6}));
  CHECK(holds(index_add(table, ints({1}), grid({3, 1}, {1, 1, 1}), 1), {1, 3, 3, 5, 5, 7}));
  CHECK(holds(slope([](const Tensor& src) { return index_add(zeros({2}, f64), ints({1, 1}), src); }, vec({1, 2}), vec({5, 7})), {7, 7}));
  CHECK(holds(slope([](const Tensor& x) { return index_add(x, ints({0}), vec({9})); }, vec({1, 2})), {1, 1}));
  CHECK(sentence<ShapeError>([] {
          index_add(table, ints({0, 1}), vec({1}));
        }) == "index_add: x is [3, 2], the indices are [2], src is [1]; the indices must be 1-d and src [2, 2]");
}

TEST_CASE("scatter_add adds elements, duplicates too") {
  CHECK(holds(scatter_add(table, tensor({{0, 0}, {1, 0}, {1, 1}}), ones({3, 2}, f64), 1), {3, 2, 4, 5, 5, 8}));
  CHECK(holds(scatter_add(vec({1, 2}), ints({1, 1, 1}), vec({1, 2, 3}), 0), {1, 8}));
  CHECK(holds(slope([](const Tensor& src) { return square(scatter_add(vec({1, 2}), ints({1, 1}), src, 0)); }, vec({1, 2})), {10, 10}));
  CHECK(sentence<ShapeError>([] { scatter_add(table, ints({0}), vec({1}), 1); }) ==
        "scatter_add: x is [3, 2], the indices are [1], src is [1]; indices and src must have one shape, x's but for axis 1");
  CHECK(sentence<IndexError>([] { scatter_add(vec({1}), ints({1}), vec({1}), 0); }) ==
        "scatter_sum: index 1 at position [0] of the indices is outside axis 0 of [1]; it must lie in [-1, 1)");
}

TEST_CASE("masked_select: where the mask is true") {
  CHECK(holds(masked_select(table, table > 2.5), {3, 4, 5, 6}));
  CHECK(holds(masked_select(table, tensor({true, false})), {1, 3, 5}));
  CHECK(masked_select(table, false).shape() == Shape{0});
  CHECK(holds(slope([](const Tensor& x) { return square(masked_select(x, x > 1.5)); }, vec({1, 2, 3})), {0, 4, 6}));
  CHECK(sentence<AbstractError>([] {
          masked_select(table, abstract_tensor({3, 2}, boolean));
        }) ==
        "masked_select: the size of the result depends on the values of the mask, which is abstract because a function is being traced; "
        "use where(mask, x, 0), or take at nonzero(mask, {.size = n})");
}

TEST_CASE("embedding: rows by id") {
  CHECK(holds(embedding(table, ints({2, 0, 2})), {5, 6, 1, 2, 5, 6}));
  CHECK(embedding(table, zeros({2, 4}, i64)).shape() == Shape{2, 4, 2});
  CHECK(sentence<IndexError>([] { embedding(table, ints({3})); }) ==
        "take: index 3 at position [0] of the indices is outside axis 0 of [3, 2]; it must lie in [-3, 3)");
}

TEST_CASE("embedding: the padding's rows have values and no gradient, in reverse and forward") {
  const Tensor ids = ints({0, 1, 1});
  const auto padded = [&](const Tensor& weights) { return embedding(weights, ids, {.padding = 0}); };
  const Tensor weights = grid({2, 2}, {1, 1, 2, 2});
  CHECK(holds(padded(weights), {1, 1, 2, 2, 2, 2}));
  CHECK(holds(slope(padded, weights), {0, 0, 2, 2}));
  Tape tape(Purpose::forward);
  const Tensor w = tape.watch(weights, ones_like(weights));
  CHECK(holds(tape.tangent(padded(w)), {0, 0, 1, 1, 1, 1}));
}
