#include <descent/autodiff/transforms/vmap.hpp>

#include <map>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/custom_vjp.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/jacobian.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

std::vector<double> list(const Tensor& x) { return x.to_vector<double>(); }

Tensor numbers(const Shape& shape, Index first = 0) {
  std::vector<double> values(static_cast<std::size_t>(shape.numel()));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::sin(static_cast<double>(i) + static_cast<double>(first));
  return from_span<double>(values, shape, f64);
}

Tensor row(const Tensor& x, Index i) { return slice(x, {i}); }

/// f of each row, put together.
template <class F> Tensor looped(F f, const Tensor& x) {
  std::vector<Tensor> all;
  for (Index i = 0; i < x.size(0); ++i) all.push_back(f(row(x, i)));
  return stack(all, 0);
}

bool near(const Tensor& a, const Tensor& b) { return a.shape() == b.shape() && max(abs(a - b)).item<double>() < 1e-12; }

struct Line {
  Tensor slope, offset;
};

double energy_of(const Tensor& x) { return sum(x * x).item<double>(); }

}  // namespace

TEST_CASE("vmap: a function of one example becomes one of batches") {
  const Tensor x = numbers({4, 3});
  const auto f = [](const Tensor& one) { return sum(exp(one) * one); };
  const Tensor y = vmap(f)(x);
  CHECK(y.shape() == Shape{4});
  CHECK(near(y, looped(f, x)));
}

TEST_CASE("vmap: the function sees one example, without values") {
  vmap([](const Tensor& one) {
    CHECK(one.shape() == Shape{3});
    CHECK(one.abstract());
    return one;
  })(numbers({4, 3}));
  CHECK_THROWS_WITH(vmap([](const Tensor& one) { return energy_of(one) > 1 ? one : -one; })(numbers({4, 3})), Catch::Contains("where"));
}

TEST_CASE("vmap: any axis in and out; what is shared or captured is seen whole") {
  const Tensor x = numbers({3, 4}), w = numbers({3, 2}, 5), b = numbers({2}, 9);
  const auto f = [&](const Tensor& one, const Tensor& weight) { return matmul(one, weight) + b; };
  const Tensor y = vmap(f, {.in = {1, shared}})(x, w);
  CHECK(near(y, matmul(transpose(x), w) + b));
  CHECK(near(vmap(f, {.in = {-1, shared}, .out = 1})(x, w), transpose(y)));
  CHECK(near(vmap(f, {.in = {shared, -1}})(numbers({3}), numbers({3, 2, 5})),
             looped([&](const Tensor& weight) { return f(numbers({3}), weight); }, permute(numbers({3, 2, 5}), {2, 0, 1}))));
}

TEST_CASE("vmap: trees in and out; what does not depend on the batch is repeated") {
  const Line lines{numbers({3, 2}), numbers({3}, 4)};
  const auto f = [](const Line& one, const Tensor& x) {
    return std::map<std::string, Tensor>{{"y", sum(one.slope * x) + one.offset}, {"x", x}};
  };
  const auto all = vmap(f, {.in = {0, shared}})(lines, numbers({2}, 7));
  CHECK(all.at("y").shape() == Shape{3});
  CHECK(all.at("x").shape() == Shape{3, 2});
  CHECK(near(row(all.at("x"), 2), numbers({2}, 7)));
}

TEST_CASE("vmap of grad: a gradient for each example") {
  const Tensor w = numbers({3}), x = numbers({5, 3}, 2), y = numbers({5}, 8);
  const auto loss = [](const Tensor& weight, const Tensor& at, const Tensor& wanted) { return square(sum(weight * at) - wanted); };
  const Tensor slopes = vmap(grad(loss), {.in = {shared, 0, 0}})(w, x, y);
  CHECK(slopes.shape() == Shape{5, 3});
  CHECK(near(slopes, 2.0 * reshape(matmul(x, w) - y, {5, 1}) * x));
}

TEST_CASE("grad of vmap: the tape outside sees the whole batch") {
  const Tensor w = numbers({3}), x = numbers({5, 3}, 2);
  const auto cost = [&](const Tensor& weight) { return sum(vmap([&](const Tensor& one) { return tanh(sum(one * weight)); })(x)); };
  CHECK(near(grad(cost)(w), grad([&](const Tensor& weight) { return sum(tanh(matmul(x, weight))); })(w)));
}

TEST_CASE("vmap in vmap: every pair") {
  const Tensor x = numbers({3, 2}), y = numbers({4, 2}, 6);
  const auto dots = vmap([&](const Tensor& a) { return vmap([&](const Tensor& b) { return sum(a * b); })(y); });
  CHECK(near(dots(x), matmul(x, transpose(y))));
  CHECK(near(vmap([&](const Tensor& a) { return vmap([&](const Tensor& b) { return b + 0.0 * sum(a); })(y); })(x),
             broadcast_to(y, {3, 4, 2})));
}

TEST_CASE("vmap: perturbations of different levels stay apart") {
  const Tensor x = tensor({1.0, 2.0, 3.0}, f64);
  // d/dx of x d/dy (x + y) = 1, the confusion of Siskind and Pearlmutter
  const auto f = [](const Tensor& at) {
    return grad([&](const Tensor& outer) { return outer * grad([&](const Tensor& inner) { return outer + inner; })(outer); })(at);
  };
  CHECK(list(vmap(f)(x)) == std::vector<double>{1, 1, 1});
  // the same with a batch between the two
  const Tensor slope = grad([&](const Tensor& outer) {
    return sum(vmap([&](const Tensor& one) { return outer * grad([&](const Tensor& inner) { return outer * inner + one; })(outer); })(x));
  })(scalar(2.0, f64));
  CHECK(slope.item<double>() == 3 * 2 * 2.0);
  // forward inside, reverse outside, the batch in the middle
  const auto [value, along] = jvp(
      [&](const Tensor& at) {
        return grad([&](const Tensor& w) { return sum(vmap([&](const Tensor& one) { return w * w * one; })(x)); })(at);
      },
      scalar(2.0, f64), scalar(1.0, f64));
  CHECK(value.item<double>() == 24);
  CHECK(along.item<double>() == 12);
}

TEST_CASE("vmap of hvp, of jvp and of jacobian") {
  const Tensor x = numbers({4, 3}), v = numbers({4, 3}, 3);
  const auto cost = [](const Tensor& at) { return sum(at * at * at) + prod(at); };
  const Tensor products = vmap([&](const Tensor& at, const Tensor& along) { return hvp(cost, at, along); })(x, v);
  for (Index i = 0; i < 4; ++i) CHECK(near(row(products, i), matmul(hessian(cost, row(x, i)), row(v, i))));
  const Tensor hessians = vmap([&](const Tensor& at) { return hessian(cost, at); })(x);
  CHECK(near(hessians, looped([&](const Tensor& at) { return hessian(cost, at); }, x)));
}

TEST_CASE("vmap of a rule of one's own; a tape outside it gets the rule") {
  const auto doubled = custom_vjp(
      [](const Tensor& x, const Tensor& w) { return x * w; },
      [](const Tensor&, const Tensor& ct, const Tensor& x, const Tensor& w) { return std::tuple(2.0 * ct * w, 2.0 * sum(ct * x)); },
      Checked::never);
  const Tensor x = numbers({4, 3}), w = scalar(3.0, f64);
  CHECK(near(vmap([&](const Tensor& one) { return doubled(one, w); })(x), 3.0 * x));
  CHECK(near(vmap(grad([&](const Tensor& one) { return sum(doubled(one, w)); }))(x), 6.0 + 0.0 * x));
  const Tensor slope = grad([&](const Tensor& by) { return sum(vmap([&](const Tensor& one) { return doubled(one, by); })(x)); })(w);
  CHECK(near(slope, 2.0 * sum(x)));
}

TEST_CASE("vmap: a shared generator draws the same for each example, one of its own others") {
  Rng rng = Rng(1);
  const Tensor same = vmap([&](const Tensor& one) {
    Rng mine = rng;
    return one * 0.0 + uniform({3}, mine, 0, 1, f64);
  })(numbers({4, 3}));
  CHECK(near(row(same, 0), row(same, 3)));
  const Tensor own = vmap([](Rng mine) { return uniform({3}, mine, 0, 1, f64); })(as_batch(split(rng, 4)));
  CHECK(own.shape() == Shape{4, 3});
  CHECK_FALSE(near(row(own, 0), row(own, 1)));
}

TEST_CASE("vmap: no examples, and mistakes") {
  const auto f = [](const Tensor& x) { return sum(x); };
  CHECK(vmap(f)(zeros({0, 3}, f64)).shape() == Shape{0});
  CHECK_THROWS_WITH(vmap(f)(scalar(1.0)), Catch::Contains("argument 0 is f32[], which has no axis 0"));
  CHECK_THROWS_WITH(vmap([](const Tensor& a, const Tensor& b) { return a + b; })(zeros({2}), zeros({3})),
                    Catch::Contains("argument 1 has 3 examples, argument 0 2"));
  CHECK_THROWS_WITH(vmap(f, {.in = {shared}})(zeros({2})), Catch::Contains("no argument is batched"));
  CHECK_THROWS_WITH(vmap(f, {.in = {0, 0}})(zeros({2})), Catch::Contains("2 axes for 1 arguments"));
  CHECK_THROWS_WITH(vmap([](const Tensor& x) { return nonzero(x, {.size = 2}); })(zeros({2, 3})), Catch::Contains("no rule for batches"));
  CHECK_THROWS_WITH(vmap([](const Tensor& x) { return matmul(x, ones({2, 2})); })(zeros({4, 3, 3})), Catch::Contains("a is [3, 3]"));
}
