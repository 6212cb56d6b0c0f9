#include <descent/autodiff/transforms/grad.hpp>

#include <map>
#include <optional>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

struct Line {
  Tensor slope, offset;
  Buffer calls;
  bool training = true;
  Tensor operator()(const Tensor& x) const { return slope * x + offset; }
};

Line line() { return {tensor({2.0}, f64), tensor({1.0}, f64), scalar(0, f64)}; }
const Tensor kX = tensor({1.0, 2.0, 3.0}, f64);

std::vector<double> list(const Tensor& x) { return x.to_vector<double>(); }

}  // namespace

TEST_CASE("The gradient comes back in the argument's own type") {
  const auto cost = [](const Tensor& p) { return sum(square(p)); };
  CHECK(list(grad(cost)(kX)) == std::vector<double>{2, 4, 6});
  CHECK(grad([](const Tensor& p) { return 0.5 * square(p - 1.0); })(-2.0) == -3.0);
  CHECK(grad(cost)(std::vector<double>{1, 2}) == std::vector<double>{2, 4});
  CHECK(grad(cost)(2.0F) == 4.0F);

  const auto [value, slope] = value_and_grad([](const Line& m) { return sum(m(kX)); })(line());
  CHECK(value.item<double>() == 15.0);
  CHECK(list(slope.slope) == std::vector<double>{6});
  CHECK(list(slope.offset) == std::vector<double>{3});
  CHECK(slope.calls.absent());

  using Nested = std::map<std::string, std::pair<std::vector<Tensor>, std::optional<Tensor>>>;
  Nested nested;
  nested["a"] = {{kX, scalar(2, f64)}, std::nullopt};
  const Nested slopes = grad([](const Nested& n) { return sum(n.at("a").first[0] * n.at("a").first[1]); })(nested);
  CHECK(list(slopes.at("a").first[0]) == std::vector<double>{2, 2, 2});
  CHECK(list(slopes.at("a").first[1]) == std::vector<double>{6});
  CHECK_FALSE(slopes.at("a").second.has_value());
}

TEST_CASE("Chosen arguments, and results handed through") {
  const auto f = [](const Tensor& a, const Tensor& b, const Tensor& c) { return std::tuple(sum(a * b * c), a + b, 7); };
  const auto [value, slopes, sums, seven] = value_and_grad<0, 2>(f)(kX, kX, kX);
  CHECK(value.item<double>() == 36.0);
  CHECK(list(std::get<0>(slopes)) == std::vector<double>{1, 4, 9});
  CHECK(list(std::get<1>(slopes)) == std::vector<double>{1, 4, 9});
  CHECK(list(sums) == std::vector<double>{2, 4, 6});
  CHECK(seven == 7);
  const auto [slope, rest, number] = grad<1>(f)(kX, kX, kX);
  CHECK(list(slope) == std::vector<double>{1, 4, 9});
  CHECK(number == 7);
}

TEST_CASE("An argument taken by reference keeps the buffers that the function changed, and its parameters are constant") {
  Line m = line();
  const auto count_calls = [](Line& model) {
    model.calls = model.calls + 1.0;
    return sum(model(kX));
  };
  value_and_grad(count_calls)(m);
  value_and_grad(count_calls)(m);
  CHECK(m.calls.item<double>() == 2.0);
  CHECK(list(m.slope) == std::vector<double>{2});

  const auto change = [](Line& model) {
    model.offset = model.offset + 1.0;
    return sum(model(kX));
  };
  CHECK_THROWS_WITH(value_and_grad(change)(m),
                    Catch::Contains("grad: the function changed the parameter offset; parameters are constant inside a transform, "
                                    "make it a Buffer or return the new value"));
  CHECK(m.calls.item<double>() == 2.0);
}

TEST_CASE("Gradients come in the order of the places asked for, whatever that is") {
  const auto f = [](const Tensor& a, const Tensor& b) { return sum(a * 2.0) + sum(b * 3.0); };
  const auto [value, slopes] = value_and_grad<1, 0>(f)(kX, kX);
  CHECK(list(std::get<0>(slopes)) == std::vector<double>{3, 3, 3});
  CHECK(list(std::get<1>(slopes)) == std::vector<double>{2, 2, 2});
}

TEST_CASE("A function that adds or drops tensors of its argument is refused") {
  std::vector<Tensor> weights{kX, kX};
  const auto drop = [](std::vector<Tensor>& w) {
    w.pop_back();
    return sum(w[0]);
  };
  CHECK_THROWS_WITH(value_and_grad(drop)(weights), Catch::Contains("grad: the argument had 2 tensors and has 1 after the call"));
  CHECK(weights.size() == 2);

  std::vector<Buffer> counts{Buffer(kX)};
  std::pair<Tensor, std::vector<Buffer>> model{kX, counts};
  const auto add = [](std::pair<Tensor, std::vector<Buffer>>& m) {
    m.second.push_back(m.second[0]);
    return sum(m.first);
  };
  CHECK_THROWS_AS(value_and_grad(add)(model), ValueError);
}

TEST_CASE("An exception in the cost leaves the argument as it was") {
  Line m = line();
  CHECK_THROWS_AS(value_and_grad([](Line& model) {
                    model.calls = model.calls + 1.0;
                    return matmul(model.slope, tensor({1.0, 2.0}, f64));
                  })(m),
                  ShapeError);
  CHECK(m.calls.item<double>() == 0.0);
}

TEST_CASE("Unused parameters have gradient zero; integer, absent and buffer leaves have none; a shared value has one") {
  struct Model {
    Tensor used, unused, ids, none;
    tree::Shared<Line> first, second;
  };
  const tree::Shared<Line> shared(line());
  const Model model{kX, kX, tensor({1, 2}), {}, shared, shared};
  const Model slope = grad([](const Model& m) { return sum(m.used) + sum(m.first(kX)) + sum(m.second(kX)); })(model);
  CHECK(list(slope.unused) == std::vector<double>{0, 0, 0});
  CHECK(slope.ids.absent());
  CHECK(slope.none.absent());
  CHECK(slope.first.same_as(slope.second));
  CHECK(list(slope.first->slope) == std::vector<double>{12});
}

TEST_CASE("Frozen parameters are constants and absent in the gradient") {
  const Line m = line();
  const Line slope = grad([](const Line& model) { return sum(model(kX)); }, tree::freeze(m, {"off*"}))(m);
  CHECK(slope.offset.absent());
  CHECK(list(slope.slope) == std::vector<double>{6});
}

TEST_CASE("Gradients of gradients, in every nesting") {
  const auto f = [](const Tensor& x) { return sum(tanh(x) * x * x); };
  const Tensor v = tensor({1.0, 0.5, -1.0}, f64);
  const std::vector<double> forward_over_reverse = list(hvp(f, kX, v));
  const std::vector<double> reverse_over_reverse = list(grad([&](const Tensor& x) { return sum(grad(f)(x) * v); })(kX));
  const std::vector<double> reverse_over_forward = list(grad([&](const Tensor& x) { return jvp(f, x, v).second; })(kX));
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(reverse_over_reverse[i] == Approx(forward_over_reverse[i]).epsilon(1e-13));
    CHECK(reverse_over_forward[i] == Approx(forward_over_reverse[i]).epsilon(1e-13));
  }
  const auto third = grad(grad(grad([](const Tensor& x) { return x * x * x * x; })));
  CHECK(third(2.0) == 48.0);
}

TEST_CASE("Perturbations do not mix") {
  // d/dx (x d/dy (x + y)) = 1, at (1, 1)
  CHECK(grad([](const Tensor& x) { return x * grad([&](const Tensor& y) { return x + y; })(scalar(1, f64)); })(1.0) == 1.0);
  // d/dx (x d/dy (x y)) = 2 x
  CHECK(grad([](const Tensor& x) { return x * grad([&](const Tensor& y) { return x * y; })(scalar(3, f64)); })(4.0) == 8.0);
  // forward inside forward
  const auto forward = [](auto f, const Tensor& x) { return jvp(f, x, scalar(1, f64)).second; };
  const Tensor one = scalar(1, f64);
  CHECK(forward([&](const Tensor& x) { return x * forward([&](const Tensor& y) { return x + y; }, one); }, one).item<double>() == 1.0);
  CHECK(forward([&](const Tensor& x) { return x * forward([&](const Tensor& y) { return x * y; }, one); }, scalar(4, f64)).item<double>() ==
        8.0);
  // forward inside reverse, reverse inside forward
  CHECK(grad([&](const Tensor& x) { return x * forward([&](const Tensor& y) { return x * y; }, one); })(4.0) == 8.0);
  CHECK(forward([](const Tensor& x) { return x * grad([&](const Tensor& y) { return x * y; })(scalar(1, f64)); }, scalar(4, f64))
            .item<double>() == 8.0);
}

TEST_CASE("stop_gradient cuts") {
  CHECK(grad([](const Tensor& x) { return x * stop_gradient(x); })(3.0) == 3.0);
  CHECK(grad(grad([](const Tensor& x) { return x * x * stop_gradient(x); }))(3.0) == 6.0);
}

TEST_CASE("What grad refuses, in one sentence") {
  const auto wide = [](const Tensor& x) { return x * 2.0; };
  CHECK_THROWS_WITH(
      grad(wide)(kX),
      Catch::Contains("grad: the function returned shape [3]; grad needs a scalar, reduce it first or use vjp with a cotangent"));
  CHECK_THROWS_WITH(grad([](const Tensor& x) { return sum(x < 2.0); })(kX),
                    Catch::Contains("grad: the function returned i64[]; only f32 and f64 have derivatives"));
  CHECK_THROWS_WITH(
      grad([](const Tensor& x) { return sum(x); })(tensor({1, 2})),
      Catch::Contains("grad: the argument has no tensor to differentiate by; it needs one of f32 or f64 that is present and no Buffer"));
  CHECK_THROWS_AS(grad([](const Tensor&) { return Tensor(); })(kX), ValueError);
}

TEST_CASE("grad by a pair is a pair, by a tuple a tuple") {
  const auto cost = [](const auto& p) { return std::get<0>(p) * std::get<1>(p); };
  const Tensor two = scalar(2.0, f64), three = scalar(3.0, f64);
  const std::pair<Tensor, Tensor> by_pair = grad(cost)(std::pair(two, three));
  const std::tuple<Tensor, Tensor> by_tuple = grad(cost)(std::tuple(two, three));
  CHECK(by_pair.first.item<double>() == 3);
  CHECK(by_pair.second.item<double>() == 2);
  CHECK(std::get<1>(by_tuple).item<double>() == 2);
}
