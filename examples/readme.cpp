// The code shown in README.md, run and checked. A test compares the two.

#include <cmath>
#include <cstdio>

#include <descent/data/save.hpp>
#include <descent/descent.hpp>

using namespace descent;

namespace {

struct Mlp {
  nn::Linear hidden, out;
  Tensor operator()(const Tensor& x) const { return out(relu(hidden(x))); }
};

int failures = 0;

void check(bool right, const char* what) {
  if (right) return;
  ++failures;
  std::fprintf(stderr, "readme: %s\n", what);
}

void a_cost() {
  auto cost = [](const Tensor& p) { return 0.5 * square(p - 1.0); };
  auto [value, slope] = value_and_grad(cost)(-2.0);  // 4.5 and -3.0: the prediction must increase
  auto found = optim::minimize(cost, -2.0, optim::sgd({.rate = 1.6}), {.slope = 1e-3});
  check(value.item<double>() == 4.5 && slope == -3.0, "the slope of the first cost");
  check(found.steps == 16 && std::abs(found.point - 1) < 1e-3, "the descent of the first cost");
}

/// Points of four numbers, and the class of each: the whole part of their sum.
Tensor points(Rng& rng) { return uniform({64, 4}, rng); }
Tensor classes(const Tensor& x) { return cast(sum(x, 1) * 0.99, i64); }

void a_model() {
  Rng rng(1);
  const Tensor x = points(rng), y = classes(x);

  Mlp model{nn::linear(4, 32, rng), nn::linear(32, 4, rng)};
  optim::Stepper stepper(optim::adam({.rate = 1e-2}), model);
  double last = 0;
  for (int step = 0; step < 300; ++step) {
    auto [loss, slopes] = value_and_grad([&](const Mlp& m) { return nn::cross_entropy(m(x), y); })(model);
    stepper.step(model, slopes);  // slopes is an Mlp
    last = loss.item<double>();
  }
  save("mlp.safetensors", model);  // "hidden.weight", "hidden.bias", "out.weight", ...
  check(last < 0.5, "the model learns");
  check(tree::names(model)[0] == "hidden.weight", "names of the model");
  std::remove("mlp.safetensors");
}

void a_gradient() {
  auto cost = [](const Tensor& w) { return sum(tanh(w) * w); };
  auto w = tensor({0.5, -1.0, 2.0}, f64);
  auto v = tensor({1.0, 0.0, -1.0}, f64);
  auto ws = ones({4, 3}, f64);
  auto report = gradcheck(cost, w);   // against differences, element by element
  auto price = cost_report(cost, w);  // seconds, bytes, and how many costs a gradient costs
  auto curved = hvp(cost, w, v);      // the Hessian times v, without the Hessian
  auto each = vmap(grad(cost))(ws);   // a gradient for each row of ws, all at once
  check(report.passed && price.ratio > 0 && curved.shape() == w.shape(), "gradcheck, cost_report, hvp");
  check(each.shape() == ws.shape(), "vmap");
}

void a_replay() {
  Rng rng(1);
  const Tensor x = points(rng), y = classes(x);
  Mlp model{nn::linear(4, 32, rng), nn::linear(32, 4, rng)};
  optim::Stepper stepper(optim::adam({.rate = 1e-2}), model);
  Tensor loss;
  auto train = compile([](Mlp& m, optim::Stepper& s, const Tensor& inputs, const Tensor& labels) {
    auto [cost, slopes] = value_and_grad([&](const Mlp& net) { return nn::cross_entropy(net(inputs), labels); })(m);
    s.step(m, std::move(slopes));
    return cost;
  });
  for (int step = 0; step < 300; ++step) loss = train(model, stepper, x, y);  // model and stepper are updated
  check(loss.item<double>() < 0.5, "the compiled step learns");
}

void a_tape() {
  Tape tape;
  Tensor p = tape.watch(scalar(-2.0, f64));
  Tensor cost = 0.5 * square(p - 1.0);
  Tensor slope = tape.gradient(cost, p);  // -3
  check(slope.item<double>() == -3.0, "the tape's slope");
}

}  // namespace

int main() {
  a_cost();
  a_model();
  a_gradient();
  a_replay();
  a_tape();
  return failures == 0 ? 0 : 1;
}
