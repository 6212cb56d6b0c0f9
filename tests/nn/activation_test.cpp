#include <descent/nn/activation.hpp>

#include <descent/autodiff/tree/tree.hpp>
#include <descent/tests/autodiff/evaluate.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("activations as layers: the functions of the same names") {
  const Tensor x = grid({2, 3}, {-2, -0.5, 0, 0.5, 1, 3});
  CHECK(holds(nn::Relu{}(x), list(relu(x))));
  CHECK(holds(nn::Tanh{}(x), list(tanh(x))));
  CHECK(holds(nn::Sigmoid{}(x), list(sigmoid(x))));
  CHECK(holds(nn::Silu{}(x), list(silu(x))));
  CHECK(holds(nn::Gelu{}(x), list(gelu(x))));
  CHECK(holds(nn::GeluTanh{}(x), list(gelu_tanh(x))));
  CHECK(holds(nn::Softplus{}(x), list(softplus(x))));
  CHECK(holds(nn::LeakyRelu{}(x), list(leaky_relu(x, 0.01))));
  CHECK(holds(nn::LeakyRelu{.slope = 0.2}(x), list(leaky_relu(x, 0.2))));
  CHECK(holds(nn::Elu{.alpha = 2}(x), list(elu(x, 2))));
  CHECK(holds(nn::Softmax{}(x), list(softmax(x, -1))));
  CHECK(holds(nn::Softmax{.axis = 0}(x), list(softmax(x, 0))));
  CHECK(holds(nn::LogSoftmax{}(x), list(log_softmax(x, -1))));
}

TEST_CASE("activations as layers have no leaves") {
  CHECK(tree::leaves(std::tuple(nn::Relu{}, nn::LeakyRelu{}, nn::Softmax{}, nn::Flatten{})).empty());
}

TEST_CASE("Flatten: one row for each of the batch, an empty one included") {
  CHECK(nn::Flatten{}(zeros({5, 2, 3})).shape() == Shape{5, 6});
  CHECK(nn::Flatten{}(zeros({0, 2, 3})).shape() == Shape{0, 6});
  CHECK(nn::Flatten{}(zeros({5, 2})).shape() == Shape{5, 2});
  CHECK_THROWS_AS(nn::Flatten{}(zeros({5})), IndexError);
}
