#include <descent/autodiff/compile/merge.hpp>

#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/compile/graphs.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using Tensors = std::vector<Tensor>;

TEST_CASE("merge: equal calls on equal values, and what follows from them, become one") {
  Graph graph = test::graph_of([](auto x) { return Tensors{exp(x[0] * 2.0) + exp(x[0] * 2.0), sum(x[0], 0), sum(x[0], 1)}; }, {{3, 4}});
  CHECK(graph.calls.size() == 7);
  compiling::merge_common(graph);
  CHECK(test::calls_of(graph) == "mul exp add sum sum");  // the sums are over other axes
  CHECK(graph.calls[2].in[0] == graph.calls[2].in[1]);
}

TEST_CASE("merge: other numbers, other draws and other dtypes stay apart") {
  Graph graph = test::graph_of(
      [](auto x) {
        Rng rng(1);
        return Tensors{x[0] * 2.0, x[0] * 3.0, x[0] + uniform({2}, rng), x[0] + uniform({2}, rng)};
      },
      {{2}});
  const std::size_t before = graph.calls.size();
  compiling::merge_common(graph);
  CHECK(graph.calls.size() <= before);
  const std::vector<Graph::Id> out = graph.outputs;
  CHECK(out[0] != out[1]);
  CHECK(out[2] != out[3]);
}

TEST_CASE("merge: two outputs that are equal are one value") {
  Graph graph = test::graph_of([](auto x) { return Tensors{tanh(x[0]), tanh(x[0])}; }, {{2}});
  compiling::merge_common(graph);
  CHECK(graph.calls.size() == 1);
  CHECK(graph.outputs[0] == graph.outputs[1]);
}
