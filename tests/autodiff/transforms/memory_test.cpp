#include <descent/autodiff/transforms/memory.hpp>

#include <cmath>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/checkpoint.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/nn/nn.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

struct Mlp {
  nn::Linear hidden, out;
  Tensor operator()(const Tensor& x) const { return out(relu(hidden(x))); }
};

/// Predicted and measured agree to this part of the measured.
void require_near(Index predicted, Index measured, double part) {
  CAPTURE(predicted, measured);
  REQUIRE(measured > 0);
  REQUIRE(std::abs(static_cast<double>(predicted - measured)) <= part * static_cast<double>(measured));
}

template <class F, class... A> void require_predicted(double part, const F& f, const A&... arguments) {
  require_near(predicted_peak(f, arguments...), measured_peak(f, arguments...), part);
}

const Tensor kX = linspace(-1, 1, 8192, f64);

Tensor chain(const Tensor& x) {
  Tensor h = x;
  for (int i = 0; i < 50; ++i) h = sin(h * x) + 0.5 * h;
  return sum(h);
}

}  // namespace

TEST_CASE("memory: a call's peak is known before it is made") {
  require_predicted(
      0.01, [](const Tensor& x) { return chain(x); }, kX);
  require_predicted(0.02, value_and_grad(chain), kX);
  require_predicted(0.02, value_and_grad(checkpoint(chain)), kX);
  require_predicted(0.1, value_and_grad(checkpoint(chain, {.limit = 8 * 8192 * 8})), kX);
  CHECK(predicted_peak(value_and_grad(checkpoint(chain, {.limit = 8 * 8192 * 8})), kX) < predicted_peak(value_and_grad(chain), kX) / 4);
}

TEST_CASE("memory: of a model's training step") {
  Rng rng(1);
  const Mlp model{nn::linear(200, 300, rng), nn::linear(300, 50, rng)};
  const Tensor x = normal({128, 200}, rng);
  const Tensor y = randint({128}, rng, 0, 50);
  const auto loss = [](const Mlp& m, const Tensor& inputs, const Tensor& labels) { return nn::cross_entropy(m(inputs), labels); };
  require_predicted(0.1, value_and_grad(loss), model, x, y);
  CHECK(storage::planned_bytes() == 0);
}

TEST_CASE("memory: a function that reads a value says so") {
  CHECK_THROWS_AS(predicted_peak([](const Tensor& x) { return x.item<double>() > 0 ? x : -x; }, scalar(1, f64)), AbstractError);
  CHECK(storage::planned_bytes() == 0);
}
