#include <descent/nn/norm.hpp>

#include <cmath>

#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("LayerNorm: mean 0 and variance 1 over the last axis, then weight and bias") {
  const nn::LayerNorm plain = nn::layer_norm(3, 1e-12, f64);
  const double unit = std::sqrt(1.5);  // (x - mean) / deviation of 1, 2, 3
  CHECK(holds(plain(grid({2, 3}, {1, 2, 3, 30, 20, 10})), {-unit, 0, unit, unit, 0, -unit}, 1e-11));
  const nn::LayerNorm scaled{vec({1, 2, 3}), vec({10, 20, 30}), 1e-12};
  CHECK(holds(scaled(vec({1, 2, 3})), {10 - unit, 20, 30 + 3 * unit}, 1e-11));
  CHECK(holds(plain(vec({5, 5, 5})), {0, 0, 0}));
  CHECK(plain(zeros({4, 0, 3}, f64)).shape() == Shape{4, 0, 3});
}

TEST_CASE("LayerNorm: the variance is without correction, and eps is under the root") {
  const nn::LayerNorm layer = nn::layer_norm(2, 3.0, f64);
  CHECK(holds(layer(vec({-1, 1})), {-0.5, 0.5}));  // 1 / sqrt(1 + 3)
}

TEST_CASE("layer_norm: names and dtype") {
  const nn::LayerNorm layer = nn::layer_norm(4);
  CHECK(tree::names(layer) == std::vector<std::string>{"weight", "bias"});
  CHECK(holds(layer.weight, {1, 1, 1, 1}));
  CHECK(holds(layer.bias, {0, 0, 0, 0}));
  CHECK(layer.weight.dtype() == f32);
  CHECK(layer(ones({2, 4})).dtype() == f32);
}

TEST_CASE("LayerNorm: gradients by differences, of first order, in the input too") {
  struct Both {
    nn::LayerNorm layer;
    Tensor x;
  };
  const Both at{{vec({0.5, -1, 2}), vec({0.1, 0.2, 0.3}), 1e-5}, grid({2, 3}, {1, -0.5, 2, 0.3, 0.7, -1})};
  CHECK(gradcheck([](const Both& b) { return sum(square(b.layer(b.x)) * vec({1, 2, 3})); }, at));
}

TEST_CASE("LayerNorm: errors") {
  const nn::LayerNorm layer = nn::layer_norm(3);
  CHECK(sentence<ShapeError>([&] {
          layer(zeros({2, 4}));
        }) == "layer_norm: the input is [2, 4]; its last axis must be 3, the layer's width");
  CHECK_THROWS_AS(layer(scalar(1)), ShapeError);
  CHECK(sentence<ValueError>([] { nn::layer_norm(0); }) == "layer_norm: a width of 0; it must be at least 1");
  CHECK(sentence<ValueError>([] { nn::layer_norm(3, 0); }) == "layer_norm: eps is 0; it must be finite and above 0");
}
