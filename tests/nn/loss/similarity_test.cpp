#include <descent/nn/loss/similarity.hpp>

#include <cmath>

#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;
using nn::Reduction;

TEST_CASE("cosine_embedding: near where 1, apart where -1") {
  const Tensor x = grid({4, 2}, {1, 0, 1, 0, 3, 4, 0, 0}), y = grid({4, 2}, {0, 2, 5, 0, 3, 0, 1, 1});
  CHECK(holds(nn::cosine_embedding(x, y, vec({1, 1, -1, -1}), 0.25, Reduction::none), {1, 0, 0.35, 0}, 1e-15));
  CHECK(holds(nn::cosine_embedding(vec({3, 4}), vec({1, 0}), 1.0), {0.4}, 1e-15));
  CHECK(sentence<ShapeError>([&] {
          nn::cosine_embedding(x, ones({4, 3}), ones({4}));
        }) == "cosine_embedding: the vectors are [4, 2] and [4, 3]; they must be [..., d]");
  CHECK_THROWS_AS(nn::cosine_embedding(x, y, ones({3})), ShapeError);
}

TEST_CASE("contrastive: equal points have slope 0") {
  const Tensor x = grid({3, 2}, {0, 0, 3, 4, 1, 1}), y = grid({3, 2}, {3, 4, 0, 0, 1, 1});
  const auto loss = [&](const Tensor& at) { return nn::contrastive(at, y, vec({1, 0, 0}), 6, Reduction::none); };
  CHECK(holds(loss(x), {12.5, 0.5, 18}, 1e-15));
  CHECK(holds(slope(loss, x), {-3, -4, -0.6, -0.8, 0, 0}, 1e-15));
  CHECK(sentence<ValueError>([&] { nn::contrastive(x, y, 1.0, 0); }) == "contrastive: the margin is 0; it must be finite and above 0");
}

TEST_CASE("triplet: the positive is to be nearer than the negative, by a margin") {
  const Tensor a = grid({2, 2}, {0, 0, 0, 0}), p = grid({2, 2}, {3, 4, 0, 1}), n = grid({2, 2}, {0, 2, 6, 8});
  CHECK(holds(nn::triplet(a, p, n, {.eps = 0, .reduction = Reduction::none}), {4, 0}));
  CHECK(holds(nn::triplet(a, p, n, {.margin = 2, .ord = 1, .eps = 0, .reduction = Reduction::none}), {7, 0}));
  const Tensor near = grid({1, 2}, {3, 3});  // nearer to the positive, (3, 4), than to the anchor
  CHECK(holds(nn::triplet(slice(a, {Slice{0, 1}}), slice(p, {Slice{0, 1}}), near, {.eps = 0, .swap = true}), {5}));
  CHECK_THROWS_AS(nn::triplet(a, p, ones({2, 3})), ShapeError);
}

TEST_CASE("ntxent: cross entropy of cosines, each vector with its partner") {
  const Tensor x = grid({2, 2}, {1, 0, 0, 2}), y = grid({2, 2}, {3, 0, 0, 1});  // partners are parallel, others at right angles
  const double each = std::log(std::exp(2.0) + 2) - 2;                          // at temperature 1/2; itself does not count
  CHECK(holds(nn::ntxent(x, y), {each}, 1e-15));
  CHECK(holds(nn::ntxent(x, y, 0.5, Reduction::none), {each, each, each, each}, 1e-15));
  CHECK(sentence<ShapeError>([&] {
          nn::ntxent(x, ones({3, 2}));
        }) == "ntxent: x is [2, 2], y is [3, 2]; they must be matrices of one shape, [n, d]");
  CHECK_THROWS_AS(nn::ntxent(x, y, 0), ValueError);
}

TEST_CASE("similarity: gradients by differences") {
  struct Three {
    Tensor x, y, z;
  };
  const Three at{grid({2, 3}, {1, -2, 0.5, 3, 1, -1}), grid({2, 3}, {2, 1, -1, 0.3, 0.4, 0.5}), grid({2, 3}, {0.1, 0.7, -0.2, 1, 2, 3})};
  CHECK(gradcheck([](const Three& t) { return nn::cosine_embedding(t.x, t.y, vec({1, -1}), -0.9); }, at));
  CHECK(gradcheck([](const Three& t) { return nn::contrastive(t.x, t.y, vec({1, 0}), 5); }, at));
  CHECK(gradcheck([](const Three& t) { return nn::triplet(t.x, t.y, t.z, {.margin = 9}); }, at));
  CHECK(gradcheck([](const Three& t) { return nn::triplet(t.x, t.y, t.z, {.margin = 9, .swap = true}); }, at));
  CHECK(gradcheck([](const Three& t) { return nn::ntxent(t.x, t.y, 0.3); }, at));
}
