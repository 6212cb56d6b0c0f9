#include <descent/autodiff/transforms/custom_vjp.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {
std::vector<double> list(const Tensor& x) { return x.to_vector<double>(); }
const Tensor kX = tensor({0.5, -1.0, 2.0}, f64);
}  // namespace

TEST_CASE("A rule of one's own is used, forward and reverse, at every order") {
  const auto own = custom_vjp([](const Tensor& x) { return tanh(x); },
                              [](const Tensor& y, const Tensor& ct, const Tensor&) { return ct * (1.0 - y * y); });
  const auto cost = [&](const Tensor& x) { return sum(own(x) * x); };
  const auto plain = [](const Tensor& x) { return sum(tanh(x) * x); };
  const Tensor v = tensor({1.0, 2.0, -1.0}, f64);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(list(grad(cost)(kX))[i] == Approx(list(grad(plain)(kX))[i]).epsilon(1e-14));
    CHECK(list(hvp(cost, kX, v))[i] == Approx(list(hvp(plain, kX, v))[i]).epsilon(1e-13));
  }
  CHECK(jvp(cost, kX, v).second.item<double>() == Approx(jvp(plain, kX, v).second.item<double>()).epsilon(1e-14));
}

TEST_CASE("Straight through: the rule need not be the derivative") {
  const auto rounded = custom_vjp([](const Tensor& x) { return round(x); },
                                  [](const Tensor&, const Tensor& ct, const Tensor&) { return ct; }, Checked::never);
  CHECK(list(grad([&](const Tensor& x) { return sum(rounded(x) * 3.0); })(kX)) == std::vector<double>{3, 3, 3});
}

TEST_CASE("Several arguments and trees of results; an absent cotangent is zero") {
  struct Both {
    Tensor sum, product;
  };
  const auto both = custom_vjp(
      [](const Tensor& a, const Tensor& b) {
        return Both{a + b, a * b};
      },
      [](const Both&, const Both& ct, const Tensor& a, const Tensor&) { return std::tuple(ct.sum + ct.product * 2.0, Tensor(a * 0.0)); },
      Checked::never);
  const auto [of_a, of_b] = grad<0, 1>([&](const Tensor& a, const Tensor& b) {
    const Both r = both(a, b);
    return sum(r.product);
  })(kX, kX);
  CHECK(list(of_a) == std::vector<double>{2, 2, 2});
  CHECK(list(of_b) == std::vector<double>{0, 0, 0});
}

TEST_CASE("A rule of the wrong shape is named with both, and a captured watched tensor is refused") {
  const auto wrong =
      custom_vjp([](const Tensor& x) { return x * 2.0; }, [](const Tensor&, const Tensor& ct, const Tensor&) { return sum(ct); });
  CHECK_THROWS_WITH(grad([&](const Tensor& x) { return sum(wrong(x)); })(kX),
                    Catch::Contains("custom_vjp: the rule returned f64[] for argument 0, which is f64[3]; "
                                    "a cotangent has the shape and dtype of what it belongs to"));
  CHECK_THROWS_WITH(grad([&](const Tensor& x) {
                      const auto captures = custom_vjp([&](const Tensor& y) { return y * x; },
                                                       [](const Tensor&, const Tensor& ct, const Tensor&) { return ct; });
                      return sum(captures(kX));
                    })(kX),
                    Catch::Contains("custom_vjp: the function uses a watched tensor that is not among its arguments"));
}

#ifndef NDEBUG
TEST_CASE("In a debug build a custom rule is compared with differences at its first call, unless it is meant to differ") {
  const auto doubled = [](const Tensor& x) { return x * 2.0; };
  const auto wrong = [](const Tensor&, const Tensor& ct, const Tensor&) { return ct * 3.0; };
  const auto checked = custom_vjp(doubled, wrong);
  CHECK_THROWS_WITH(checked(tensor({1.0, 2.0})), Catch::StartsWith("custom_vjp: along a random direction the rule gives"));
  CHECK_NOTHROW(checked(tensor({1.0, 2.0})));
  CHECK_NOTHROW(custom_vjp(doubled, wrong, Checked::never)(tensor({1.0, 2.0})));
}
#endif
