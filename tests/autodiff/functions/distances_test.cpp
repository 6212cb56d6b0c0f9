#include <descent/autodiff/functions/distances.hpp>

#include <cmath>

#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor points = grid({3, 2}, {0, 0, 3, 4, 0, 1});

}  // namespace

TEST_CASE("cdist: each from each, in any norm") {
  CHECK(holds(cdist(points, grid({2, 2}, {0, 0, 3, 0})), {0, 3, 5, 4, 1, std::sqrt(10.0)}, 1e-15));
  CHECK(holds(cdist(points, grid({1, 2}, {0, 0}), 1), {0, 7, 1}));
  CHECK(holds(cdist(points, grid({1, 2}, {0, 0}), HUGE_VAL), {0, 4, 1}));
  CHECK(cdist(ones({4, 1, 3, 2}), ones({5, 6, 2})).shape() == Shape{4, 5, 3, 6});
  CHECK(cdist(ones({0, 2}), ones({3, 2})).shape() == Shape{0, 3});
}

TEST_CASE("cdist: equal points have slope 0, near ones keep their digits") {
  const Tensor x = grid({1, 2}, {1, 1});
  CHECK(holds(slope([&](const Tensor& at) { return cdist(at, x); }, x), {0, 0}));
  CHECK(holds(slope([&](const Tensor& at) { return cdist(x, at); }, x), {0, 0}));
  CHECK(holds(cdist(grid({1, 1}, {1e8}), grid({1, 1}, {1e8 + 0.5})), {0.5}));
}

TEST_CASE("pdist: each pair once") {
  CHECK(holds(pdist(points), {5, 1, std::sqrt(18.0)}, 1e-15));
  CHECK(pdist(ones({1, 2})).shape() == Shape{0});
  CHECK(holds(slope([](const Tensor& x) { return pdist(x); }, grid({2, 1}, {2, 5})), {-1, 1}));
}

TEST_CASE("pairwise_distance: side by side") {
  CHECK(holds(pairwise_distance(points, vec({0, 0}), 2, 0), {0, 5, 1}));
  CHECK(holds(pairwise_distance(points, vec({0, 0}), 1, 0.5), {1, 8, 2}));  // eps is added to differences
  CHECK(pairwise_distance(points, points, 2, 1e-6, keep_axes).shape() == Shape{3, 1});
}

TEST_CASE("cosine_similarity: angles, and finite slopes at 0") {
  CHECK(holds(cosine_similarity(points, vec({0, 2})), {0, 0.8, 1}, 1e-15));
  CHECK(holds(cosine_similarity(grid({2, 2}, {1, 3, 0, 4}), grid({2, 1}, {1, 0}), 0), {1, 0.6}, 1e-15));
  const Tensor zero = vec({0, 0}), y = vec({1, 1});
  CHECK(holds(slope([&](const Tensor& x) { return cosine_similarity(x, y); }, zero), {std::sqrt(0.5) * 1e8, std::sqrt(0.5) * 1e8}, 1e-15));
  CHECK(holds(slope([&](const Tensor& at) { return cosine_similarity(zero, at); }, y), {0, 0}));
  struct Pair {
    Tensor x, y;
  };
  CHECK(gradcheck(
      [](const Pair& p) {
        return sum(cosine_similarity(p.x, p.y) * vec({1, 2}));
      },
      Pair{grid({2, 3}, {1, -2, 0.5, 3, 1, -1}), grid({2, 3}, {2, 1, -1, 0.3, 0.4, 0.5})}));
}

TEST_CASE("distances: errors") {
  CHECK(sentence<ShapeError>([] {
          cdist(ones({2, 3}), ones({2, 2}));
        }) == "cdist: x is [2, 3], y is [2, 2]; they must be [..., n, d] and [..., m, d]");
  CHECK_THROWS_AS(cdist(ones({3}), ones({2, 3})), ShapeError);
  CHECK(sentence<ShapeError>([] { pdist(ones({3})); }) == "pdist: x is [3]; it must be a matrix of rows");
  CHECK(sentence<ShapeError>([] { pairwise_distance(1.0, 2.0); }) == "pairwise_distance: x and y are 0-d; they must be vectors");
  CHECK_THROWS_AS(pairwise_distance(ones({3}), ones({2})), ShapeError);
  CHECK(sentence<ValueError>([] { cosine_similarity(ones({3}), ones({3}), -1, 0); }) ==
        "cosine_similarity: eps is 0.000000; it must be more than 0");
  CHECK_THROWS_AS(cosine_similarity(ones({3}), ones({3}), 1), IndexError);
}
