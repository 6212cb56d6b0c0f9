#include <descent/autodiff/tape/graph.hpp>

#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/grad.hpp>
#include <descent/tests/autodiff/compile/graphs.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using Tensors = std::vector<Tensor>;

TEST_CASE("graph: what f did to tensors without elements, run on others") {
  const auto f = [](auto x) { return Tensors{exp(x[0]) * x[1], x[0], Tensor()}; };
  const Graph graph = test::graph_of(f, {{2}, {2}});
  CHECK(graph.inputs == 2);
  CHECK(test::calls_of(graph) == "exp mul");
  const Tensors in{tensor({1.0, 2.0}), tensor({3.0, 4.0})};
  const Tensors out = graph.run(in, graph.uses());
  CHECK(out[0].to_vector<double>() == f(std::span(in))[0].to_vector<double>());
  CHECK(out[1].same_as(in[0]));
  CHECK(out[2].absent());
}

TEST_CASE("graph: calls that no result needs are left out") {
  const Graph graph = test::graph_of([](auto x) { return tanh(x[0]), Tensors{sin(x[0])}; }, {{2}});
  CHECK(test::calls_of(graph) == "sin");
}

TEST_CASE("graph: a slope in one call is run as ops that have derivatives") {
  const Graph graph = test::graph_of([](auto x) { return Tensors{grad([](const Tensor& v) { return sum(tanh(v)); })(x[0])}; }, {{3}});
  CHECK(test::calls_of(graph) == "tanh broadcast_to tanh");
  const auto slope = [&](const Tensor& x) { return graph.run({{x}}, graph.uses())[0]; };
  const Tensor x = tensor({0.1, -0.2, 0.3});
  const Tensor wanted = grad([](const Tensor& v) { return sum(grad([](const Tensor& u) { return sum(tanh(u)); })(v)); })(x);
  CHECK(grad([&](const Tensor& v) { return sum(slope(v)); })(x).to_vector<double>() == wanted.to_vector<double>());
}

TEST_CASE("graph: what an open tape knows is captured, once") {
  Tape tape;
  const Tensor w = tape.watch(tensor({2.0, 3.0}));
  const Tensor x = tensor({1.0, 1.0});
  const Traced traced = trace([&](std::span<const Tensor> in) { return Tensors{in[0] * w + w}; }, {{x}});
  REQUIRE(traced.captured.size() == 1);
  CHECK(traced.captured[0].same_as(w));
  CHECK(traced.graph.inputs == 2);
}
