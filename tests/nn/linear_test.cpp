#include <descent/nn/linear.hpp>

#include <algorithm>

#include <descent/autodiff/transforms/gradcheck.hpp>
#include <descent/data/save.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("Linear: x W^T + b over the last axis") {
  const nn::Linear layer{grid({2, 3}, {1, 2, 3, 4, 5, 6}), vec({10, 20})};
  CHECK(holds(layer(vec({1, 0, -1})), {8, 18}));
  CHECK(holds(layer(grid({2, 3}, {1, 0, 0, 0, 1, 0})), {11, 24, 12, 25}));
  CHECK(layer(zeros({4, 5, 3}, f64)).shape() == Shape{4, 5, 2});
  CHECK(layer(zeros({0, 3}, f64)).shape() == Shape{0, 2});
  CHECK(holds(nn::Linear{layer.weight, {}}(vec({1, 0, -1})), {-2, -2}));
}

TEST_CASE("linear: shapes, names, dtype, bias") {
  Rng rng(1);
  const nn::Linear layer = nn::linear(3, 2, rng);
  CHECK(tree::names(layer) == std::vector<std::string>{"weight", "bias"});
  CHECK(layer.weight.shape() == Shape{2, 3});
  CHECK(layer.bias.shape() == Shape{2});
  CHECK(layer.weight.dtype() == f32);

  const nn::Linear bare = nn::linear(3, 2, rng, {.bias = false, .dtype = f64});
  CHECK(tree::names(bare) == std::vector<std::string>{"weight"});
  CHECK(bare(ones({1, 3}, f64)).dtype() == f64);
  CHECK(holds(nn::linear(3, 2, rng, {.init = nn::init::zeros()}).weight, std::vector<double>(6, 0.0)));
}

TEST_CASE("linear: weight and bias are even in +-1 / sqrt(in), from the rng alone") {
  Rng rng(5);
  const nn::Linear layer = nn::linear(100, 400, rng);
  for (const Tensor& leaf : tree::leaves(layer)) {
    const std::vector<double> values = list(leaf);
    CHECK(*std::min_element(values.begin(), values.end()) >= -0.1);
    CHECK(*std::max_element(values.begin(), values.end()) <= 0.1);
    CHECK(*std::max_element(values.begin(), values.end()) > 0.09);
  }
  Rng same(5);
  CHECK(tree::all_close(nn::linear(100, 400, same), layer, {.rtol = 0, .atol = 0}));
}

TEST_CASE("Linear: save and load give the same layer") {
  Rng rng(3);
  const Folder folder;
  const nn::Linear layer = nn::linear(3, 2, rng);
  save(folder / "linear", layer);
  CHECK(tree::all_close(loaded(folder / "linear", nn::linear(3, 2, rng)), layer, {.rtol = 0, .atol = 0}));
}

TEST_CASE("Linear: gradients by differences") {
  Rng rng(2);
  const nn::Linear layer = nn::linear(3, 2, rng);
  CHECK(gradcheck([](const nn::Linear& l) { return sum(square(l(grid({2, 3}, {1, -2, 0.5, 3, 0, -1})))); }, layer));
}

TEST_CASE("Linear: inputs of another width") {
  Rng rng(1);
  const nn::Linear layer = nn::linear(3, 2, rng);
  CHECK(sentence<ShapeError>([&] { layer(zeros({5, 4})); }) == "linear: the input is [5, 4]; its last axis must be 3, the layer's inputs");
  CHECK_THROWS_AS(layer(scalar(1)), ShapeError);
  CHECK(sentence<ValueError>([&] { nn::linear(0, 2, rng); }) == "linear: 0 inputs and 2 outputs; both must be at least 1");
  const nn::Initialiser turned = [](const Shape&, nn::Fan fan, Rng&, Dtype dtype) { return zeros({fan.in, fan.out}, dtype); };
  CHECK(sentence<ShapeError>([&] { nn::linear(3, 2, rng, {.init = turned}); }) ==
        "linear: the initialiser gave [3, 2]; it must give the shape that it is asked for, [2, 3]");
}
