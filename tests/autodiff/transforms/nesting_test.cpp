// Transforms within transforms: what each must not see of the others.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/checkpoint.hpp>
#include <descent/autodiff/transforms/control.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/jacobian.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

using Map = std::function<Tensor(const Tensor&)>;
using Nabla = std::function<Tensor(const Map&, const Tensor&)>;

/// A derivative of a function of one number.
struct Derivative {
  const char* name;
  Nabla of;
};
const std::vector<Derivative> kDerivatives = {
    {"reverse", [](const Map& f, const Tensor& x) { return grad(f)(x); }},
    {"forward", [](const Map& f, const Tensor& x) { return jvp(f, x, ones_like(x)).second; }},
    {"reverse in a batch",
     [](const Map& f, const Tensor& x) {
       return slice(vmap(grad(f))(stack({x, x})), {1});
     }},
    {"forward in a batch",
     [](const Map& f, const Tensor& x) {
       return slice(vmap([&](const Tensor& at) { return jvp(f, at, ones_like(at)).second; })(stack({x, x})), {1});
     }},
};

Tensor number(double x) { return scalar(x, f64); }

/// Calls `check` with every pair of an outer and an inner derivative.
template <class F> void each_pair(F check) {
  for (const Derivative& outer : kDerivatives)
    for (const Derivative& inner : kDerivatives) {
      INFO("outer: " << outer.name << ", inner: " << inner.name);
      check(outer.of, inner.of);
    }
}

bool near(const Tensor& a, const Tensor& b, double tolerance = 1e-12) {
  return a.shape() == b.shape() && max(abs(a - b)).item<double>() <= tolerance * (1 + max(abs(b)).item<double>());
}

const Tensor kX = tensor({0.3, -0.8, 1.2}, f64), kV = tensor({1.0, -0.5, 2.0}, f64);
const Tensor kW = tensor({{0.5, -0.25, 0.1}, {0.75, 0.1, -0.3}, {-0.2, 0.4, 0.6}}, f64);
const Tensor kXs = tensor({{0.3, -0.8, 1.2}, {0.1, 0.2, -0.7}, {1.5, 0.0, 0.4}, {-0.6, 0.9, 0.2}}, f64);

Tensor step(const Tensor& h, const Tensor& w) { return tanh(matmul(w, h) + 0.1 * h); }

/// The same recurrence as a loop, as a scan, and as a scan of checkpoints of steps.
Tensor looped(const Tensor& w, const Tensor& x) {
  Tensor h = x;
  for (int i = 0; i < 6; ++i) h = step(h, w);
  return logsumexp(h) + sum(square(h));
}
Tensor scanned(const Tensor& w, const Tensor& x, ScanOptions options, bool checkpointed) {
  const auto body = [&](const Tensor& h, const Tensor&) {
    const auto plain = [&](const Tensor& at) { return step(at, w); };
    Tensor next = checkpointed ? checkpoint(plain)(h) : plain(h);
    return std::pair(next, sum(next));
  };
  const Tensor h = scan(body, x, zeros({6}, f64), options).first;
  return logsumexp(h) + sum(square(h));
}

struct Form {
  const char* name;
  std::function<Tensor(const Tensor& w, const Tensor& x)> cost;
};
const std::vector<Form> kForms = {
    {"loop", looped},
    {"scan", [](const Tensor& w, const Tensor& x) { return scanned(w, x, {}, false); }},
    {"scan with checkpoints", [](const Tensor& w, const Tensor& x) { return scanned(w, x, {.checkpoint_every = 4}, false); }},
    {"checkpoints in a scan", [](const Tensor& w, const Tensor& x) { return scanned(w, x, {}, true); }},
    {"checkpoints in a scan with checkpoints",
     [](const Tensor& w, const Tensor& x) { return scanned(w, x, {.checkpoint_every = 2}, true); }},
    {"a checkpoint of a loop", [](const Tensor& w, const Tensor& x) { return checkpoint(looped)(w, x); }},
    {"a checkpoint of a checkpoint",
     [](const Tensor& w, const Tensor& x) {
       return checkpoint([&](const Tensor& at) { return checkpoint([&](const Tensor& inner) { return looped(w, inner); })(at); })(x);
     }},
};

}  // namespace

TEST_CASE("Perturbation confusion: an inner derivative does not see the outer variable's perturbation") {
  // source  Siskind and Pearlmutter 2005; ForwardDiff 83, 443; ReverseDiff 45; Manzyuk et al. 2019
  each_pair([](const Nabla& outer, const Nabla& inner) {
    const auto slope = [](const Nabla& d, const Map& f, double at) { return d(f, number(at)).item<double>(); };
    CHECK(slope(
              outer, [&](const Tensor& x) { return x * inner([&](const Tensor& y) { return x + y; }, number(1)); }, 1) == 1);
    CHECK(slope(
              outer, [&](const Tensor& x) { return x * inner([&](const Tensor& y) { return x * y; }, number(3)); }, 4) == 8);
    CHECK(slope(
              outer, [&](const Tensor& x) { return x * inner([&](const Tensor& y) { return x + 0.0 * y; }, number(1)); }, 2) == 0);
    CHECK(slope(
              outer, [&](const Tensor& x) { return inner([&](const Tensor& y) { return x * y * y; }, x); }, 3) == 12);
    // The inner function is called with the outer variable, and closes over it.
    CHECK(slope(
              outer, [&](const Tensor& x) { return inner([&](const Tensor& y) { return x * x * y + y * y; }, 2.0 * x); }, 5) == 14);
    // A derivative operator made by a derivative, applied twice: e, where confusion gives 0.
    const auto shifted = [&](Map f) {
      return Map([&, f](const Tensor& x) { return inner([&, x](const Tensor& u) { return f(x + u); }, number(0)); });
    };
    CHECK(shifted(shifted([](const Tensor& x) { return exp(x); }))(number(1)).item<double>() == Approx(std::exp(1.0)).epsilon(1e-14));
    CHECK(slope(outer, shifted([](const Tensor& x) { return exp(x); }), 1) == Approx(std::exp(1.0)).epsilon(1e-14));
  });
}

TEST_CASE("Perturbation confusion, three deep") {
  for (const Derivative& d : kDerivatives) {
    INFO(d.name);
    const Tensor third = d.of(
        [&](const Tensor& x) {
          return d.of([&](const Tensor& y) { return d.of([&](const Tensor& z) { return x * x * y * y * z * z; }, number(5)); }, number(3));
        },
        number(2));
    CHECK(third.item<double>() == 8 * 2 * 3 * 5);
  }
}

TEST_CASE("hvp: forward over reverse, reverse over forward and reverse over reverse agree, whatever the form of the cost") {
  const Tensor wanted = hvp([](const Tensor& x) { return looped(kW, x); }, kX, kV);
  for (const Form& form : kForms) {
    INFO(form.name);
    const auto cost = [&](const Tensor& x) { return form.cost(kW, x); };
    CHECK(near(hvp(cost, kX, kV), wanted));
    CHECK(near(grad([&](const Tensor& x) { return jvp(cost, x, kV).second; })(kX), wanted));
    CHECK(near(grad([&](const Tensor& x) { return sum(grad(cost)(x) * kV); })(kX), wanted));
    CHECK(near(matmul(hessian(cost, kX), kV), wanted));
  }
}

TEST_CASE("grad of vmap, vmap of grad, and both, of every form, are those of the loop") {
  const Index n = kXs.size(0);
  for (const Form& form : kForms) {
    INFO(form.name);
    const auto by_x = [&](const Tensor& x) { return grad<1>(looped)(kW, x); };
    const auto by_w = [&](const Tensor& x) { return grad<0>(looped)(kW, x); };
    std::vector<Tensor> each_x, each_w, each_curved;
    for (Index i = 0; i < n; ++i) {
      const Tensor x = slice(kXs, {i});
      each_x.push_back(by_x(x));
      each_w.push_back(by_w(x));
      each_curved.push_back(hvp([](const Tensor& at) { return looped(kW, at); }, x, kV));
    }
    const auto batched = [&](const Tensor& w, const Tensor& xs) { return sum(vmap(form.cost, {.in = {shared, 0}})(w, xs)); };
    CHECK(near(grad<1>(batched)(kW, kXs), stack(each_x)));
    CHECK(near(grad<0>(batched)(kW, kXs), sum(stack(each_w), 0)));
    CHECK(near(vmap(grad<1>(form.cost), {.in = {shared, 0}})(kW, kXs), stack(each_x)));
    CHECK(near(vmap(grad<0>(form.cost), {.in = {shared, 0}})(kW, kXs), stack(each_w)));
    // grad of vmap of grad: a penalty on each example's slope
    const auto penalty = [&](const Tensor& xs) { return sum(vmap(grad<1>(form.cost), {.in = {shared, 0}})(kW, xs) * kV); };
    CHECK(near(grad(penalty)(kXs), stack(each_curved)));
  }
}

TEST_CASE("vmap of vmap of a gradient through a checkpoint in a scan") {
  const auto cost = [](const Tensor& w, const Tensor& x) { return scanned(w, x, {.checkpoint_every = 3}, true); };
  const Tensor ws = stack({kW, 2.0 * kW});
  const auto over_x = [&](const Tensor& w) { return vmap(grad<0>(cost), {.in = {shared, 0}})(w, kXs); };
  const Tensor all = vmap(over_x)(ws);
  REQUIRE(all.shape() == Shape{2, 4, 3, 3});
  for (Index i = 0; i < 2; ++i)
    for (Index j = 0; j < kXs.size(0); ++j) CHECK(near(slice(all, {i, j}), grad<0>(looped)(slice(ws, {i}), slice(kXs, {j}))));
}
