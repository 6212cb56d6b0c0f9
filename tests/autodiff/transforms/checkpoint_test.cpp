#include <descent/autodiff/transforms/checkpoint.hpp>

#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/custom_vjp.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/jacobian.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

const Tensor kX = tensor({0.5, -1.0, 2.0}, f64);

bool near(const Tensor& a, const Tensor& b) { return a.shape() == b.shape() && max(abs(a - b)).item<double>() < 1e-12; }

Tensor block(const Tensor& x) { return tanh(x * exp(x)) + sin(x); }

}  // namespace

TEST_CASE("checkpoint: the same value and derivatives of every order") {
  const auto plain = [](const Tensor& x) { return sum(block(block(x))); };
  const auto saved = [](const Tensor& x) { return sum(checkpoint(block)(checkpoint(block)(x))); };
  CHECK(near(saved(kX), plain(kX)));
  CHECK(near(grad(saved)(kX), grad(plain)(kX)));
  CHECK(near(hessian(saved, kX), hessian(plain, kX)));
  CHECK(near(hvp(saved, kX, kX), hvp(plain, kX, kX)));
  CHECK(near(jvp(saved, kX, kX).second, jvp(plain, kX, kX).second));
  const Tensor xs = stack({kX, 2.0 * kX});
  CHECK(near(vmap(grad(saved))(xs), vmap(grad(plain))(xs)));
  const auto over = [&](const auto& f) {
    return grad([&](const Tensor& w) { return sum(vmap([&](const Tensor& x) { return f(x * w); })(xs)); })(kX);
  };
  CHECK(near(over(saved), over(plain)));
}

TEST_CASE("checkpoint: the tape keeps the arguments only") {
  const auto bytes_kept = [](auto f) {
    Tape tape;
    Tensor x = tape.watch(ones({1000}, f64));
    for (int i = 0; i < 3; ++i) x = f(x);
    return tape.stats().bytes_kept;
  };
  CHECK(bytes_kept(checkpoint(block)) == 3 * 8000);
  CHECK(bytes_kept(block) == 9 * 8000);
}

TEST_CASE("checkpoint: what a function uses from outside gets its gradient, on every level") {
  const auto cost = [](const Tensor& w) {
    return grad([&](const Tensor& v) { return sum(checkpoint([&](const Tensor& x) { return x * w * w * v; })(kX)); })(w);
  };
  const auto [value, slope] = value_and_grad([&](const Tensor& w) { return sum(cost(w)); })(ones({3}, f64));
  CHECK(near(value, sum(kX)));
  CHECK(near(slope, 2.0 * kX));
}

TEST_CASE("checkpoint: the function runs once, and draws once") {
  int runs = 0;
  Rng rng(7);
  const auto noisy = checkpoint([&](const Tensor& x) {
    ++runs;
    return x * normal({3}, rng, 0, 1, f64);
  });
  Tensor drawn;
  const Tensor slope = grad([&](const Tensor& x) {
    const Tensor y = noisy(x);
    drawn = stop_gradient(y) / kX;
    return sum(y);
  })(kX);
  CHECK(runs == 1);
  CHECK(near(slope, drawn));
}

TEST_CASE("checkpoint in checkpoint, and around a rule of one's own") {
  const auto twice =
      custom_vjp([](const Tensor& x) { return x * x; }, [](const Tensor&, const Tensor& ct, const Tensor& x) { return 2.0 * ct * x; });
  const auto inner = checkpoint([&](const Tensor& x) { return twice(x) + 1.0; });
  const auto outer = [&](const Tensor& x) { return sum(checkpoint([&](const Tensor& at) { return inner(inner(at)); })(x)); };
  const auto plain = [](const Tensor& x) { return sum(square(square(x) + 1.0) + 1.0); };
  CHECK(near(grad(outer)(kX), grad(plain)(kX)));
  CHECK(near(hessian(outer, kX), hessian(plain, kX)));
  const Tensor xs = stack({kX, 2.0 * kX});
  CHECK(near(vmap(grad(outer))(xs), vmap(grad(plain))(xs)));
}

TEST_CASE("checkpoint: trees, plain branches, results that are inputs") {
  const auto f = checkpoint([](const std::pair<Tensor, Tensor>& p) {
    if (p.first.item<double>() > 0) return std::pair(p.second, p.first * p.second);
    return std::pair(p.first, p.second);
  });
  const auto slope = grad([&](const std::pair<Tensor, Tensor>& p) {
    const auto [a, b] = f(p);
    return a + b;
  })(std::pair(scalar(2.0, f64), scalar(3.0, f64)));
  CHECK(slope.first.item<double>() == 3);
  CHECK(slope.second.item<double>() == 3);
}

TEST_CASE("checkpoint: with a limit the second run holds no more than that") {
  constexpr Index kWide = 4096;
  const Tensor x = linspace(-1, 1, kWide, f64);
  const auto cost = [](const Tensor& at) {
    Tensor h = at;
    for (int i = 0; i < 100; ++i) h = sin(h * at) + h;
    return sum(h);
  };
  const auto peak_of = [&](const auto& f) {
    storage::reset_peak_bytes();
    const Index alive = storage::live_bytes();
    const Tensor slope = grad(f)(x);
    return std::pair(slope, storage::peak_bytes() - alive);
  };
  const auto [plain, most] = peak_of(checkpoint(cost));
  const auto [limited, least] = peak_of(checkpoint(cost, {.limit = 10 * kWide * 8}));
  CHECK(limited.to_vector<double>() == plain.to_vector<double>());
  CHECK(least < most / 8);
}
