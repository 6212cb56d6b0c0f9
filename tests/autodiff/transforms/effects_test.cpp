#include <descent/autodiff/transforms/effects.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/checkpoint.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

/// Scales by a weight and follows the mean of what it has seen.
struct Follower {
  Tensor weight;
  Buffer seen, calls;

  Tensor operator()(const Tensor& x) {
    seen = 0.5 * seen + 0.5 * mean(x);
    calls = calls + 1;
    return x * weight - seen;
  }
};

Follower follower() { return {scalar(3, f64), scalar(0, f64), scalar(0, i64)}; }
std::vector<double> list(const Tensor& x) { return x.to_vector<double>(); }

const Tensor kX = tensor({1.0, 2.0, 6.0}, f64);
const auto cost = [](Follower& m, const Tensor& x) { return sum(square(m(x))); };
const auto spoil = [](Follower& m, const Tensor& x) {
  m.weight = m.weight + 1.0;
  return sum(m(x));
};

}  // namespace

TEST_CASE("effects: checkpoint gives back the buffers that the function changed, once, and its gradients are those without it") {
  Follower plain = follower(), saved = follower();
  const auto through = [&](Follower& m, const auto& run) {
    return grad([&](Follower& model, const Tensor& x) { return run(model, x * run(model, x)); })(m, kX).weight;
  };
  const Tensor a = through(plain, cost), b = through(saved, checkpoint(cost));
  CHECK(list(a) == list(b));
  CHECK(list(plain.seen) == list(saved.seen));
  CHECK(plain.calls.item<int>() == 2);
  CHECK(saved.calls.item<int>() == 2);

  Follower alone = follower();  // and where no tape is open
  checkpoint(cost)(alone, kX);
  CHECK(alone.seen.item<double>() == 1.5);
  const Follower constant = follower();
  checkpoint([](Follower m, const Tensor& x) { return m(x); })(constant, kX);
  CHECK(constant.calls.item<int>() == 0);
}

TEST_CASE("effects: vmap gives back each example's buffers of a batched argument") {
  Follower models = as_batch(std::vector{follower(), follower()});
  const Tensor xs = stack({kX, 2.0 * kX});
  CHECK(vmap(cost)(models, xs).shape() == Shape{2});
  CHECK(list(models.seen) == std::vector<double>{1.5, 3});
  CHECK(list(models.calls) == std::vector<double>{1, 1});
  CHECK(list(models.weight) == std::vector<double>{3, 3});

  Follower last{stack({scalar(3, f64), scalar(3, f64)}), reshape(tensor({0.0, 4.0}, f64), {2}), tensor({0, 0}, i64)};
  vmap(grad(cost), {.in = {-1, 0}})(last, xs);
  CHECK(list(last.seen) == std::vector<double>{1.5, 5});
}

TEST_CASE("effects: what all examples share may change for all of them alike") {
  Follower shared_model = follower();
  const auto count = [](Follower& m, const Tensor& x) {
    m.calls = m.calls + 1;
    return m.weight * x;
  };
  vmap(count, {.in = {shared, 0}})(shared_model, kX);
  CHECK(shared_model.calls.item<int>() == 1);
  const Tensor xs = stack({kX, kX});
  CHECK_THROWS_WITH((vmap(cost, {.in = {shared, 0}})(shared_model, xs)),
                    Catch::Contains("vmap: each example changed seen of argument 0, which they share, to a value of its own; batch the "
                                    "argument (`as_batch`), or return the value"));
  CHECK(shared_model.seen.item<double>() == 0);
}

TEST_CASE("effects: a changed parameter is refused by name, and the caller's is as it was") {
  Follower m = follower();
  CHECK_THROWS_WITH(checkpoint(spoil)(m, kX), Catch::Contains("checkpoint: the function changed the parameter 0.weight"));
  Follower models = as_batch(std::vector{m, m});
  CHECK_THROWS_WITH((vmap(spoil)(models, stack({kX, kX}))), Catch::Contains("vmap: the function changed the parameter weight"));
  CHECK(m.weight.item<double>() == 3);
  CHECK(list(models.weight) == std::vector<double>{3, 3});
}
