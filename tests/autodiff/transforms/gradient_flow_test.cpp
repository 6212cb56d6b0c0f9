#include <descent/autodiff/transforms/gradient_flow.hpp>

#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/checkpoint.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/autodiff/transforms/jvp.hpp>
#include <descent/autodiff/transforms/vmap.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;

namespace {

std::vector<double> list(const Tensor& x) { return x.to_vector<double>(); }
using Numbers = std::vector<double>;
const Tensor kX = tensor({1.0, -2.0, 0.5}, f64);

}  // namespace

TEST_CASE("scale_gradient: the value to the bit, derivatives of every kind multiplied") {
  const auto cost = [](const Tensor& x) { return sum(square(scale_gradient(x, -0.5))); };
  CHECK(list(grad(cost)(kX)) == Numbers{-1, 2, -0.5});
  CHECK(jvp(cost, kX, ones({3}, f64)).second.item<double>() == 0.5);
  CHECK(list(hvp(cost, kX, ones({3}, f64))) == Numbers{0.5, 0.5, 0.5});  // the factor twice: once for each derivative
  CHECK(list(vmap(grad(cost))(stack({kX, 2.0 * kX}))) == Numbers{-1, 2, -0.5, -2, 4, -1});
  const Tensor odd = tensor({std::numeric_limits<double>::infinity(), -0.0}, f64);
  CHECK(list(1.0 / scale_gradient(odd, 3)) == Numbers{0, -std::numeric_limits<double>::infinity()});
}

TEST_CASE("reverse_gradient of a tree: its parameters, not what has no derivative") {
  const std::map<std::string, Tensor> tree = {{"w", kX}, {"count", tensor({1, 2}, i64)}};
  const auto slope = grad([](const std::map<std::string, Tensor>& at) { return sum(reverse_gradient(at, 2).at("w")); })(tree);
  CHECK(list(slope.at("w")) == Numbers{-2, -2, -2});
  CHECK(slope.at("count").absent());
}

TEST_CASE("straight_through: the value of one, the derivatives of the other") {
  const auto cost = [](const Tensor& x) { return sum(straight_through(round(x), x) * tensor({1.0, 10.0, 100.0}, f64)); };
  CHECK(cost(kX).item<double>() == 1 - 20 + 0);
  CHECK(list(grad(cost)(kX)) == Numbers{1, 10, 100});
  const auto inside = [](const Tensor& x) { return sum(straight_through(sign(x), clamp(x, -1.0, 1.0))); };
  CHECK(list(grad(inside)(kX)) == Numbers{0, 0, 1});
  CHECK_THROWS_WITH(straight_through(kX, zeros({2}, f64)),
                    Catch::StartsWith("straight_through: the value is f64[3] and what its derivatives come from f64[2]"));
}

TEST_CASE("on_gradient: looks at the slope of a value on the way, or sends on another") {
  Tensor seen;
  const auto watching = [&](const Tensor& x) { return sum(square(on_gradient(3.0 * x, [&](const Tensor& slope) { seen = slope; }))); };
  CHECK(list(grad(watching)(kX)) == Numbers{18, -36, 9});
  CHECK(list(seen) == Numbers{6, -12, 3});
  const auto clipped = [](const Tensor& x) {
    return sum(square(on_gradient(x, [](const Tensor& slope) { return clamp(slope, -1.5, 1.5); })));
  };
  CHECK(list(grad(clipped)(kX)) == Numbers{1.5, -1.5, 1});
  CHECK(list(vmap(grad(clipped))(reshape(kX, {3, 1}))) == Numbers{1.5, -1.5, 1});
}

TEST_CASE("on_gradient within a checkpoint is called when that sweeps, once") {
  int calls = 0;
  const auto block = checkpoint([&](const Tensor& x) { return sin(on_gradient(x, [&](const Tensor&) { ++calls; })); });
  const Tensor slope = grad([&](const Tensor& x) { return sum(block(x)); })(kX);
  CHECK(calls == 1);
  CHECK(list(slope) == list(cos(kX)));
}

TEST_CASE("on_gradient: a hook that throws, or returns what does not fit, leaves everything usable") {
  const auto failing = [](const Tensor& x) {
    return sum(on_gradient(x, [](const Tensor&) -> Tensor { throw std::runtime_error("enough"); }));
  };
  CHECK_THROWS_WITH(grad(failing)(kX), "enough");
  const auto wide = [](const Tensor& x) { return sum(on_gradient(x, [](const Tensor&) { return zeros({7}, f64); })); };
  CHECK_THROWS_AS(grad(wide)(kX), ShapeError);
  CHECK(list(grad([](const Tensor& x) { return sum(x); })(kX)) == Numbers{1, 1, 1});
}

TEST_CASE("a value on the way: an explicit tape gives the gradient by it, as by what was watched") {
  Tape tape;
  const Tensor x = tape.watch(kX);
  const Tensor h = sin(x);
  const Tensor cost = sum(h * h);
  CHECK(list(tape.gradient(cost, h)) == list(2.0 * sin(kX)));
}
