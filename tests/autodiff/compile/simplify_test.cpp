#include <descent/autodiff/compile/simplify.hpp>

#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/tests/autodiff/compile/graphs.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using Tensors = std::vector<Tensor>;

TEST_CASE("simplify: what gives its input back is left out") {
  Graph graph = test::graph_of(
      [](auto x) {
        return Tensors{tanh(reshape(stop_gradient(x[0]), {3, 4}) * 1.0) + broadcast_to(x[0], {3, 4}) * ones({}, f32)};
      },
      {{3, 4}});
  compiling::simplify(graph);
  CHECK(test::calls_of(graph) == "tanh add");
}

TEST_CASE("simplify: a product with 1 stays where it changes the shape, or the bits of a zero") {
  Graph graph = test::graph_of([](auto x) { return Tensors{x[0] * ones({2, 3}), absorb(x[0], scalar(1))}; }, {{3}});
  compiling::simplify(graph);
  CHECK(test::calls_of(graph) == "mul absorb");
}

TEST_CASE("simplify: calls on constants are computed, small ones") {
  const auto f = [](auto x) { return Tensors{x[0] * exp(scalar(2) + 1.0) + sum(ones({5000}) * 2.0)}; };
  Graph graph = test::graph_of(f, {{3}});
  compiling::simplify(graph);
  CHECK(test::calls_of(graph) == "mul sum mul add");  // 5,000 numbers are made when the graph is run
  const Tensor x = full({3}, 0.5);
  CHECK(graph.run({{x}}, graph.uses())[0].to_vector<double>() == f(std::span(&x, 1))[0].to_vector<double>());
}

TEST_CASE("simplify: the seed of a gradient costs nothing") {
  Graph graph = test::graph_of([](auto x) { return Tensors{grad([](const Tensor& v) { return sum(exp(v)); })(x[0])}; }, {{4}});
  compiling::simplify(graph);
  CHECK(test::calls_of(graph) == "exp");
}

TEST_CASE("simplify: a call that throws on its constants throws when it is run") {
  Graph graph = test::graph_of([](auto x) { return Tensors{x[0] + take(ones({2}), tensor({0}), 0)}; }, {{1}});
  CHECK_NOTHROW(compiling::simplify(graph));
}
