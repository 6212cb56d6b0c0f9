#include <descent/autodiff/compile/compile.hpp>

#include <algorithm>
#include <cstring>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/parallel.hpp>
#include <descent/autodiff/ops/all.hpp>
#include <descent/autodiff/transforms/checkpoint.hpp>
#include <descent/autodiff/transforms/control.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/op_check/trial.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/nn/nn.hpp>
#include <descent/optim/optim.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

Tensor some(const Shape& shape, std::uint64_t seed, Dtype dtype = f32) {
  Rng rng(seed);
  return uniform(shape, rng, -2, 2, dtype);
}

bool same_bits(const Tensor& a, const Tensor& b) {
  if (a.absent() || b.absent()) return a.absent() && b.absent();
  return abstract_of(a) == abstract_of(b) &&
         std::memcmp(a.node()->data, b.node()->data, static_cast<std::size_t>(a.numel() * size_of(a.dtype()))) == 0;
}

template <class T> bool same_tree(const T& a, const T& b) {
  const std::vector<Tensor> left = tree::leaves(a), right = tree::leaves(b);
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i)
    if (!same_bits(left[i], right[i])) return false;
  return true;
}

Tensor chain_of(const Tensor& x) { return sum(x * sigmoid(x) + tanh(x) * exp(-x * x)); }

struct Net {
  nn::Linear first, second;
  Tensor operator()(const Tensor& x) const { return second(relu(first(x))); }
};
Net net(Dtype dtype = f32) {
  Rng rng(3);
  nn::Linear first = nn::linear(5, 16, rng, {.dtype = dtype});
  return {std::move(first), nn::linear(16, 3, rng, {.dtype = dtype})};
}

Tensor train(Net& model, optim::Stepper& stepper, const Tensor& x, const Tensor& y) {
  auto [loss, slopes] = value_and_grad([&](const Net& m) { return nn::cross_entropy(m(x), y); })(model);
  stepper.step(model, std::move(slopes));
  return loss;
}

}  // namespace

TEST_CASE("compile: value and gradient of an element-wise chain are eager's bits, at any size and number of threads") {
  const auto cost = value_and_grad(chain_of);
  for (const Dtype dtype : {f32, f64})
    for (const Index n : {1, 2, 16, 17, 1000, 1024, 1025, 4096, 100'003}) {
      const Tensor x = some({n}, static_cast<std::uint64_t>(n), dtype);
      const auto [value, slope] = cost(x);
      const auto fast = compile(cost);
      for (const int threads : {1, 2, 3}) {
        const auto held = kernels::set_threads(threads);
        const auto [v, s] = fast(x);
        CHECK(same_bits(v, value));
        CHECK(same_bits(s, slope));
      }
    }
}

TEST_CASE("compile: several sums of all elements in one group, each of values that nothing else reads") {
  const auto f = [](const Tensor& x, const Tensor& y) { return std::tuple(sum(exp(x)), sum(tanh(x * y)), sum(x - y)); };
  for (const Dtype dtype : {f32, f64})
    for (const Index n : {512, 525, 1024, 3000}) {
      const Tensor x = some({n}, 1, dtype), y = some({n}, 2, dtype);
      INFO(n);
      CHECK(same_tree(compile(f)(x, y), f(x, y)));
    }
}

TEST_CASE("compile: rows: biases, norms and softmax over the last axis") {
  const auto f = [](const Tensor& x, const Tensor& bias, const Tensor& scale) {
    const Tensor y = relu(x + bias) * scale;
    const Tensor centred = y - mean(y, -1, keep_axes);
    return mean(log_softmax(centred, -1) * softmax(y * 2, -1)) + sum(max(centred, -1) * logsumexp(y, -1));
  };
  const auto cost = value_and_grad<0, 1, 2>(f);
  for (const auto& [rows, columns] :
       std::vector<std::pair<Index, Index>>{{1, 1}, {1, 7}, {3, 5}, {130, 10}, {64, 64}, {33, 129}, {5, 3000}}) {
    const Tensor x = some({rows, columns}, 1), bias = some({columns}, 2), scale = some({rows, 1}, 3);
    INFO(rows << " x " << columns);
    CHECK(same_tree(compile(cost)(x, bias, scale), cost(x, bias, scale)));
    CHECK(same_tree(compile(cost, {.fuse = false})(x, bias, scale), cost(x, bias, scale)));
  }
}

TEST_CASE("compile: every op's samples, values and gradients, to eager's bits") {
  for (const Op* op : all_ops())
    for (const Sample& sample : op->samples())
      for (const Dtype dtype : {f32, f64}) {
        INFO(op->name << " " << name_of(dtype));
        const op_check::Trial trial = op_check::make_trial(*op, sample, dtype);
        const auto values = [&](const std::vector<Tensor>& in) { return op_check::call(trial, in); };
        const auto slopes = [&](const std::vector<Tensor>& in) {
          const std::vector<Tensor> out = op_check::call(trial, in);
          return op_check::pull(trial, in, op_check::directions(out, 3));
        };
        try {
          CHECK(same_tree(compile(values)(trial.in), values(trial.in)));
          if (std::any_of(trial.in.begin(), trial.in.end(), [](const Tensor& x) { return is_floating(x.dtype()); }))
            CHECK(same_tree(compile(slopes)(trial.in), slopes(trial.in)));
        } catch (const AbstractError&) {  // the shape of its result depends on values
          CHECK(op->batch == nullptr);
        }
      }
}

TEST_CASE("compile: training steps update model and optimiser in place, and draw eager's path") {
  for (const auto& make : {+[] { return optim::sgd({.rate = 0.1, .momentum = 0.9}); }, +[] { return optim::adam({.rate = 0.01}); },
                           +[] { return optim::chain(optim::clip_by_global_norm(0.5), optim::adamw({.rate = 0.01})); }}) {
    Net eager = net(), compiled = net();
    optim::Stepper eager_stepper(make(), eager), compiled_stepper(make(), compiled);
    const auto step = compile(train);
    const Tensor x = some({9, 5}, 1);
    const Tensor y = tensor({0, 1, 2, 0, 1, 2, 0, 1, 2});
    for (int i = 0; i < 5; ++i) {
      const Tensor a = train(eager, eager_stepper, x, y);
      const Tensor b = step(compiled, compiled_stepper, x, y);
      CHECK(same_bits(a, b));
      CHECK(same_tree(eager, compiled));
      CHECK(same_tree(eager_stepper, compiled_stepper));
    }
    CHECK_THAT(step.explain(), Catch::Contains("1 trace made"));
  }
}

TEST_CASE("compile: schedules follow the count, those on plain numbers are called at each replay") {
  int calls = 0;
  const optim::Schedule by_hand = [&calls](double step) { return ++calls, 0.1 / (1 + step); };
  for (const optim::Schedule& rate : {optim::cosine(0.1, 4), by_hand}) {
    Net eager = net(), compiled = net();
    optim::Stepper eager_stepper(optim::sgd({.rate = rate}), eager), compiled_stepper(optim::sgd({.rate = rate}), compiled);
    const auto step = compile(train);
    const Tensor x = some({9, 5}, 1), y = tensor({0, 1, 2, 0, 1, 2, 0, 1, 2});
    for (int i = 0; i < 4; ++i) {
      train(eager, eager_stepper, x, y);
      step(compiled, compiled_stepper, x, y);
      CHECK(same_tree(eager, compiled));
    }
  }
  CHECK(calls == 8);
}

TEST_CASE("compile: a generator's counter moves on, and the numbers are eager's") {
  const auto noisy = [](Rng& rng, const Tensor& x) { return x + normal(x.shape(), rng); };
  Rng eager(7), compiled(7);
  const auto fast = compile(noisy);
  const Tensor x = some({50}, 1);
  for (int i = 0; i < 3; ++i) CHECK(same_bits(fast(compiled, x), noisy(eager, x)));
}

TEST_CASE("compile: a new shape, dtype, number or structure is a new trace, and an old one is found again") {
  int calls = 0;
  const auto f = compile([&](const std::vector<Tensor>& xs, double factor) {
    ++calls;
    Tensor total = scalar(0);
    for (const Tensor& x : xs) total = total + sum(x) * factor;
    return total;
  });
  const Tensor x = some({3}, 1);
  CHECK(f(std::vector{x}, 2.0).item<double>() == (sum(x) * 2.0).item<double>());
  CHECK(calls == 1);
  f(std::vector{x * 2}, 2.0);
  CHECK(calls == 1);
  f(std::vector{x}, 3.0);
  f(std::vector{x, x}, 2.0);
  f(std::vector{cast(x, f64)}, 2.0);
  f(std::vector{some({4}, 1)}, 2.0);
  CHECK(calls == 5);
  f(std::vector{x}, 2.0);
  CHECK(calls == 5);
}

TEST_CASE("compile: the least recently used trace goes, and runaway retracing is told") {
  std::vector<std::string> told;
  const auto f = compile([](const Tensor& x, int n) { return x * n; },
                         {.signatures = 2, .on_retrace = [&](const std::string& sentence) { told.push_back(sentence); }});
  for (int n = 0; n < 4; ++n) f(some({2}, 1), n);
  REQUIRE(told.size() == 2);
  CHECK_THAT(told[0], Catch::Contains("trace 3 of the function at"));
  CHECK_THROWS_AS(compile([](const Tensor& x) { return x; }, {.signatures = 0}), ValueError);
}

TEST_CASE("compile: under grad, over and under vmap, in checkpoint and scan it is the function itself") {
  const auto f = [](const Tensor& x) { return sum(sin(x) * exp(x * 0.5)); };
  const auto fast = compile(f);
  const Tensor x = some({6}, 1, f64);
  fast(x);
  CHECK(same_bits(grad(fast)(x), grad(f)(x)));
  CHECK(same_bits(compile(grad(fast))(x), grad(f)(x)));
  const auto slope_sum = [&](const auto& g) { return [g](const Tensor& v) { return sum(grad(g)(v)); }; };
  CHECK(same_bits(grad(compile(slope_sum(fast)))(x), grad(slope_sum(f))(x)));
  const Tensor xs = some({4, 6}, 2, f64);
  CHECK(same_bits(vmap(fast)(xs), vmap(f)(xs)));
  CHECK(same_bits(compile(vmap(fast))(xs), vmap(f)(xs)));
  CHECK(same_bits(compile(vmap(grad(f)))(xs), vmap(grad(f))(xs)));
  CHECK(same_bits(grad(checkpoint(fast))(x), grad(checkpoint(f))(x)));
  const auto summed = [](const auto& g) {
    return [g](const Tensor& rows) {
      return scan([g](const Tensor& c, const Tensor& row) { return std::pair(c + g(row), c); }, scalar(0, f64), rows).first;
    };
  };
  CHECK(same_bits(grad(summed(fast))(xs), grad(summed(f))(xs)));
  CHECK(same_bits(compile(grad(summed(fast)))(xs), grad(summed(f))(xs)));
}

TEST_CASE("compile: a watched tensor from outside gets its gradient, also after a trace without one") {
  Tensor w = some({3}, 5);
  const Tensor x = some({3}, 6);
  const auto f = compile([&w](const Tensor& v) { return sum(w * v); });
  f(x);
  const auto cost = [&](const Tensor& weights) {
    const Tensor outer = w;
    w = weights;
    const Tensor y = f(x * 1.0);
    w = outer;
    return y;
  };
  CHECK(same_bits(grad(cost)(w), x));
}

TEST_CASE("compile: captured tensors are constants, and explain lists what each step costs") {
  const Tensor table = some({100}, 1);
  const auto f = compile([&](const Tensor& x) { return sum(tanh(x * table) + exp(x) * 2); });
  f(some({100}, 2));
  const std::string text = f.explain();
  CHECK_THAT(text, Catch::Contains("f32[100], 400 B"));
  CHECK_THAT(text, Catch::Contains("fused"));
  CHECK_THAT(text, Catch::Contains("tanh"));
}

TEST_CASE("compile: a wrong index throws as in eager, and no argument has changed") {
  const auto f = compile([](Tensor& state, const Tensor& table, const Tensor& i) {
    state = state + 1;
    return take(table, i, 0);
  });
  Tensor state = some({2}, 1);
  const Tensor before = state, table = some({4}, 2);
  f(state, table, tensor({1}));
  CHECK(same_bits(state, before + 1));
  const Tensor after = state;
  CHECK_THROWS_AS(f(state, table, tensor({9})), IndexError);
  CHECK(state.same_as(after));
  f(state, table, tensor({3}));
  CHECK(same_bits(state, after + 1));
}

TEST_CASE("compile: reading a value, and changing a number, are errors that say what to do") {
  const Tensor x = some({2}, 1);
  CHECK_THROWS_AS(compile([](const Tensor& v) { return v.item<double>() > 0 ? v : -v; })(sum(x)), AbstractError);
  struct Counter {
    Tensor value;
    int steps = 0;
  };
  Counter counter{x, 0};
  const auto count = compile([](Counter& c) { ++c.steps; });
  CHECK_THROWS_WITH(count(counter), Catch::Contains("steps"));
  CHECK(counter.steps == 0);
}

TEST_CASE("compile: results that are arguments, constants, absent or trees come back as they are") {
  const Tensor x = some({3}, 1);
  const auto f = compile([](const Tensor& v) { return std::tuple(v, scalar(2), Tensor(), std::vector{v + 1, v}); });
  for (int i = 0; i < 2; ++i) {
    const auto [same, two, nothing, list] = f(x);
    CHECK(same_bits(same, x));
    CHECK(two.item<int>() == 2);
    CHECK(nothing.absent());
    CHECK((same_bits(list[0], x + 1) && same_bits(list[1], x)));
  }
  Tensor y = x;
  const auto nothing = compile([](Tensor& v) { v = v * 2; });
  nothing(y);
  CHECK(same_bits(y, x * 2));
}

TEST_CASE("compile: a tensor without elements from outside is an error, not a constant") {
  const Tensor hollow = abstract_tensor({3}, f32);
  CHECK_THROWS_AS(compile([&](const Tensor& x) { return x + hollow; })(some({3}, 1)), AbstractError);
}

TEST_CASE("compile: what a checkpoint computed in the trace is computed again") {
  const auto f = compile([](const Tensor& x) { return checkpoint([](const Tensor& v) { return sum(sin(v)); })(x); });
  for (const std::uint64_t seed : {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}}) {
    const Tensor x = some({5}, seed);
    CHECK(same_bits(f(x), sum(sin(x))));
  }
}
