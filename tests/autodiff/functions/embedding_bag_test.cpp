#include <descent/autodiff/functions/embedding_bag.hpp>

#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor table = grid({3, 2}, {1, 2, 3, 5, 7, 0});

Tensor id_rows() { return tensor({{0, 1}, {2, 2}}); }

}  // namespace

TEST_CASE("embedding_bag: rows of ids") {
  CHECK(holds(embedding_bag(table, id_rows(), {.pooling = Pooling::sum}), {4, 7, 14, 0}));
  CHECK(holds(embedding_bag(table, id_rows()), {2, 3.5, 7, 0}));
  CHECK(holds(embedding_bag(table, id_rows(), {.pooling = Pooling::max}), {3, 5, 7, 0}));
  CHECK(holds(embedding_bag(table, id_rows(), {.pooling = Pooling::sum, .weights = grid({2, 2}, {2, 1, 0.5, 1})}), {5, 9, 10.5, 0}));
}

TEST_CASE("embedding_bag: bags by offsets, an empty one too") {
  const Tensor ids = ints({0, 1, 2, -1}), offsets = ints({0, 3, 3});
  CHECK(holds(embedding_bag(table, ids, {.pooling = Pooling::sum, .offsets = offsets}), {11, 7, 0, 0, 7, 0}));
  CHECK(holds(embedding_bag(table, ids, {.offsets = offsets}), {11.0 / 3, 7.0 / 3, 0, 0, 7, 0}, 1e-15));
  CHECK(holds(embedding_bag(table, ids, {.pooling = Pooling::max, .offsets = offsets}), {7, 5, 0, 0, 7, 0}));
  CHECK(embedding_bag(table, zeros({0}, i64), {.pooling = Pooling::max, .offsets = ints({0, 0})}).shape() == Shape{2, 2});
  CHECK(embedding_bag(table, zeros({0}, i64), {.offsets = zeros({0}, i64)}).shape() == Shape{0, 2});
}

TEST_CASE("embedding_bag: slopes, of rows named twice and of ties") {
  const Tensor ct = grid({2, 2}, {1, 10, 100, 1000});
  const auto pooled = [](Pooling pooling) { return [=](const Tensor& t) { return embedding_bag(t, id_rows(), {.pooling = pooling}); }; };
  CHECK(holds(slope(pooled(Pooling::sum), table, ct), {1, 10, 1, 10, 200, 2000}));
  CHECK(holds(slope(pooled(Pooling::mean), table, ct), {0.5, 5, 0.5, 5, 100, 1000}));
  CHECK(holds(slope(pooled(Pooling::max), table, ct), {0, 0, 1, 10, 100, 1000}));
  const auto weighed = [](const Tensor& w) { return embedding_bag(table, id_rows(), {.pooling = Pooling::sum, .weights = w}); };
  CHECK(holds(slope(weighed, ones({2, 2}, f64)), {3, 8, 7, 7}));
  const auto greatest = [](const Tensor& t) { return embedding_bag(t, ints({0}), {.pooling = Pooling::max, .offsets = ints({0, 1})}); };
  CHECK(holds(slope(greatest, table), {1, 1, 0, 0, 0, 0}));  // the empty bag gives none
}

TEST_CASE("embedding_bag: the padding counts as not there") {
  const Tensor ids = tensor({{0, 1}, {1, 1}});
  CHECK(holds(embedding_bag(table, ids, {.pooling = Pooling::sum, .padding = 1}), {1, 2, 0, 0}));
  CHECK(holds(embedding_bag(table, ids, {.padding = -2}), {1, 2, 0, 0}));
  CHECK(holds(embedding_bag(table, ids, {.pooling = Pooling::max, .padding = 1}), {1, 2, 0, 0}));
  CHECK(holds(embedding_bag(table, tensor({{0, -2}}), {.padding = 1}), {1, 2}));  // the id from the end is the same row
  for (const Pooling pooling : {Pooling::sum, Pooling::mean, Pooling::max})
    CHECK(holds(slope([&](const Tensor& t) { return embedding_bag(t, ids, {.pooling = pooling, .padding = 1}); }, table),
                {1, 1, 0, 0, 0, 0}));
}

TEST_CASE("embedding_bag: abstract ids and offsets") {
  const Tensor ids = abstract_tensor({5}, i64), offsets = abstract_tensor({2}, i64);
  CHECK(embedding_bag(abstract_tensor({3, 2}, f32), ids, {.offsets = offsets}).shape() == Shape{2, 2});
  CHECK(sentence<AbstractError>([&] {
          embedding_bag(abstract_tensor({3, 2}, f32), ids, {.pooling = Pooling::max, .offsets = offsets});
        }) == "embedding_bag: the sizes of the bags depend on the values of the offsets, which are abstract; give ids as a matrix");
}

TEST_CASE("embedding_bag: errors") {
  CHECK(sentence<ShapeError>([] { embedding_bag(table, ints({0})); }) ==
        "embedding_bag: the ids are [1]; they must be [bags, k], or 1-d with offsets");
  CHECK(sentence<ShapeError>([] { embedding_bag(vec({1}), id_rows()); }) == "embedding_bag: the table is [1]; it must be [n, width]");
  CHECK(sentence<DtypeError>([] { embedding_bag(table, ones({1, 1})); }) == "embedding_bag: the ids are f32; they must be i32 or i64");
  CHECK(sentence<IndexError>([] {
          embedding_bag(table, ints({0, 1}), {.offsets = ints({0, 2, 1})});
        }) == "embedding_bag: offset 2 is 1 for 2 ids; offsets begin at 0, do not fall and stay within the ids");
  CHECK_THROWS_AS(embedding_bag(table, ints({0, 1}), {.offsets = ints({1})}), IndexError);
  CHECK_THROWS_AS(embedding_bag(table, ints({0, 1}), {.offsets = ints({0, 3})}), IndexError);
  CHECK(sentence<ShapeError>([] {
          embedding_bag(table, ints({0, 1}), {.offsets = zeros({0}, i64)});
        }) == "embedding_bag: no offsets for 2 ids; the first bag begins at 0");
  CHECK(sentence<ShapeError>([] { embedding_bag(table, id_rows(), {.offsets = ints({0})}); }) ==
        "embedding_bag: the ids are [2, 2], the offsets [1]; with offsets both must be 1-d");
  CHECK(sentence<ValueError>([] {
          embedding_bag(table, id_rows(), {.weights = ones({2, 2})});
        }) == "embedding_bag: weights of the ids are for sums; ask for Pooling::sum, or give none");
  CHECK(sentence<ShapeError>([] { embedding_bag(table, id_rows(), {.pooling = Pooling::sum, .weights = ones({4})}); }) ==
        "embedding_bag: the weights are [4]; they must be as the ids, [2, 2]");
  CHECK(sentence<IndexError>([] { embedding_bag(table, id_rows(), {.padding = 3}); }) ==
        "embedding_bag: the padding is 3 for a table of 3 rows");
  CHECK_THROWS_AS(embedding_bag(table, tensor({{3}})), IndexError);
}
