#include <descent/autodiff/transforms/custom_jvp.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/jacobian.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

const Tensor kX = tensor({0.5, 1.0, 2.0}, f64);
bool near(const Tensor& a, const Tensor& b) { return a.shape() == b.shape() && max(abs(a - b)).item<double>() < 1e-12; }

/// x^3, whose rule is spelled with its result.
Tensor cube(const Tensor& x) {
  return custom_jvp([](const Tensor& at) { return at * at * at; },
                    [](const Tensor& y, const Tensor& t, const Tensor& at) { return 3.0 * t * y / at; })(x);
}

}  // namespace

TEST_CASE("custom_jvp: the stated rule, forward, in reverse, twice and in vmap") {
  const auto cost = [](const Tensor& x) { return sum(cube(x)); };
  CHECK(near(jvp(cube, kX, kX).second, 3.0 * kX * kX * kX));
  CHECK(near(grad(cost)(kX), 3.0 * kX * kX));
  CHECK(near(hvp(cost, kX, ones({3}, f64)), 6.0 * kX));
  CHECK(near(sum(hessian(cost, kX), 0), 6.0 * kX));
  const Tensor xs = reshape(concat({kX, 2.0 * kX}), {2, 3});
  CHECK(near(vmap(grad(cost))(xs), 3.0 * xs * xs));
  CHECK(near(vmap([](const Tensor& x) { return jvp(cube, x, x).second; })(xs), 3.0 * xs * xs * xs));
  CHECK(near(grad([&](const Tensor& x) { return sum(vmap(cost)(x)); })(xs), 3.0 * xs * xs));
}

TEST_CASE("custom_jvp: several arguments; the rule's word counts, not the function's slope") {
  const auto doubled = custom_jvp(
      [](const Tensor& x, const Tensor& w) { return x * w; },
      [](const Tensor&, const auto& t, const Tensor& x, const Tensor& w) { return 2.0 * (std::get<0>(t) * w + x * std::get<1>(t)); });
  const auto [by_x, by_w] = grad<0, 1>([&](const Tensor& x, const Tensor& w) { return sum(doubled(x, w)); })(kX, 3.0 * kX);
  CHECK(near(by_x, 6.0 * kX));
  CHECK(near(by_w, 2.0 * kX));
}

TEST_CASE("custom_jvp: mistakes") {
  const auto wrong = custom_jvp([](const Tensor& x) { return sum(x); }, [](const Tensor&, const Tensor& t, const Tensor&) { return t; });
  CHECK_THROWS_WITH(jvp(wrong, kX, kX), Catch::Contains("a tangent has the shape and dtype of what it belongs to"));
  CHECK_THROWS_AS(
      grad([&](const Tensor& w) {
        return sum(custom_jvp([&](const Tensor& x) { return x * w; }, [](const Tensor&, const Tensor& t, const Tensor&) { return t; })(kX));
      })(kX),
      TapeError);
}
