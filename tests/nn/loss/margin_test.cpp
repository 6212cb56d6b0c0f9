#include <descent/nn/loss/margin.hpp>

#include <cmath>

#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;
using nn::Reduction;

TEST_CASE("hinge, its square, and the soft one") {
  const Tensor t = vec({1, -1, 1, 1});
  const Tensor x = vec({0.25, 0.25, 1, 3});
  const auto hinge = [&](const Tensor& at) { return nn::hinge(at, t, Reduction::none); };
  const auto squared = [&](const Tensor& at) { return nn::squared_hinge(at, t, Reduction::none); };
  CHECK(holds(hinge(x), {0.75, 1.25, 0, 0}));
  CHECK(holds(slope(hinge, x), {-1, 1, 0, 0}));
  CHECK(holds(squared(x), {0.5625, 1.5625, 0, 0}));
  CHECK(holds(slope(squared, x), {-1.5, 2.5, 0, 0}));
  CHECK(holds(nn::soft_margin(vec({0, 1000, -1000}), vec({1, 1, 1}), Reduction::none), {std::log(2), 0, 1000}, 1e-15));
  CHECK(holds(nn::soft_margin(vec({2}), vec({-1})), {std::log1p(std::exp(2))}, 1e-15));
  CHECK_THROWS_AS(nn::hinge(ones({3, 1}), ones({3})), ShapeError);
}

TEST_CASE("hinge_embedding and margin_ranking") {
  const auto embedding = [](const Tensor& x) { return nn::hinge_embedding(x, vec({1, -1, -1}), 2, Reduction::none); };
  CHECK(holds(embedding(vec({0.5, 0.5, 3})), {0.5, 1.5, 0}));
  CHECK(holds(slope(embedding, vec({0.5, 0.5, 3})), {1, -1, 0}));
  CHECK(holds(nn::margin_ranking(vec({1, 1, 1}), vec({0, 3, 0.75}), vec({1, 1, -1}), 0.5, Reduction::none), {0, 2.5, 0.75}));
  CHECK(holds(slope([](const Tensor& x) { return nn::margin_ranking(x, 1.0, 1.0); }, vec({0, 1, 2})), {-1.0 / 3, 0, 0}, 1e-15));
  CHECK(sentence<ShapeError>([] {
          nn::margin_ranking(ones({2}), ones({2}), ones({2, 3}));
        }) == "margin_ranking: the prediction is [2] and the target [2, 3]; one must broadcast to the shape of the other, reshape it");
}

TEST_CASE("multi_margin: over all classes but the target") {
  const Tensor x = grid({2, 3}, {1, 0.5, 3, 0, 0, 0});
  CHECK(holds(nn::multi_margin(x, ints({0, 1}), {.reduction = Reduction::none}), {(0.5 + 3) / 3, 2.0 / 3}, 1e-15));
  CHECK(holds(nn::multi_margin(x, ints({0, 1}), {.power = 2, .reduction = Reduction::none}), {(0.25 + 9) / 3, 2.0 / 3}, 1e-15));
  CHECK(holds(nn::multi_margin(x, ints({0, 1}), {.margin = 0.25, .reduction = Reduction::none}), {2.25 / 3, 0.5 / 3}, 1e-15));
  CHECK(holds(nn::multi_margin(x, ints({0, 1}), {.weight = vec({2, 3, 0}), .reduction = Reduction::sum}), {7.0 / 3 + 2}, 1e-15));
  CHECK(holds(slope([](const Tensor& at) { return nn::multi_margin(at, scalar(0, i64)); }, vec({1, 0.5, 3})), {-2.0 / 3, 1.0 / 3, 1.0 / 3},
              1e-15));
  CHECK(sentence<ShapeError>([&] { nn::multi_margin(x, ints({0})); }) ==
        "multi_margin: the targets are [1] for logits [2, 3]; they must be [2]");
  CHECK(sentence<ValueError>([&] {
          nn::multi_margin(x, ints({0, 1}), {.power = 3});
        }) == "multi_margin: the power is 3; it must be 1 or 2");
  CHECK(sentence<DtypeError>([&] {
          nn::multi_margin(x, vec({0, 1}));
        }) == "multi_margin: the targets are f64; they must be integers (classes)");
  CHECK_THROWS_AS(nn::multi_margin(x, ints({0, 3})), IndexError);
  CHECK_THROWS_AS(nn::multi_margin(x, ints({0, 1}), {.weight = vec({1})}), ShapeError);
}

TEST_CASE("multilabel_margin: targets up to the first -1") {
  const Tensor x = vec({0.1, 0.2, 0.4, 0.8});
  const auto loss = [](const Tensor& at) { return nn::multilabel_margin(at, ints({3, 0, -1, 1})); };
  CHECK(holds(loss(x), {0.25 * ((1 - 0.1 + 0.2) + (1 - 0.1 + 0.4) + (1 - 0.8 + 0.2) + (1 - 0.8 + 0.4))}, 1e-15));
  CHECK(holds(slope(loss, x), {-0.5, 0.5, 0.5, -0.5}));
  CHECK(holds(nn::multilabel_margin(x, ints({-1, 0, 1, 2})), {0}));
  CHECK(holds(nn::multilabel_margin(x, ints({3, 2, 1, 0})), {0}));
  CHECK(holds(nn::multilabel_margin(grid({2, 2}, {0, 0.5, 2, 0}), tensor({{0, -1}, {0, -1}}), Reduction::none), {0.75, 0}));
  CHECK(sentence<ShapeError>([&] { nn::multilabel_margin(x, ints({0})); }) ==
        "multilabel_margin: the shapes [4] and [1] differ; they must be equal");
  CHECK(sentence<IndexError>([&] {
          nn::multilabel_margin(x, ints({4, -1, -1, -1}));
        }) == "multilabel_margin: the target of row 0 is 4; it must be a class from 0 to 3, or the ignored index -1");
}

TEST_CASE("margins: gradients by differences") {
  struct Pair {
    Tensor x, y;
  };
  const Pair at{vec({0.3, -1.2, 2.5}), vec({0.9, 0.1, 0.4})};
  const Tensor t = vec({1, -1, 1});
  CHECK(gradcheck([&](const Pair& p) { return nn::squared_hinge(p.x, t) + nn::hinge(p.y, t) + nn::soft_margin(p.x, p.y); }, at));
  CHECK(gradcheck([&](const Pair& p) { return nn::margin_ranking(p.x, p.y, t, 0.3); }, at));
  CHECK(gradcheck([](const Pair& p) { return nn::multi_margin(p.x, scalar(1, i64), {.power = 2, .weight = p.y}); }, at));
  CHECK(gradcheck([](const Tensor& x) { return nn::multilabel_margin(x, ints({2, 0, -1})); }, at.x));
}
