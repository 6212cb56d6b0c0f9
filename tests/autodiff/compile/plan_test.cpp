#include <descent/autodiff/compile/plan.hpp>

#include <algorithm>

#include <descent/autodiff/functions/functions.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/compile/graphs.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using compiling::fuse;
using compiling::Group;
using compiling::Plan;
using Tensors = std::vector<Tensor>;

namespace {

/// What the steps are: "strips(3) matmul list(2)", with the number of calls of each group.
std::string steps_of(const Graph& graph) {
  const Plan plan = fuse(graph);
  std::string text;
  for (const compiling::Step& step : plan.steps) {
    if (!text.empty()) text += " ";
    if (!step.grouped) text += graph.calls[step.number].op->name;
    else text += (plan.groups[step.number].small ? "list(" : "strips(") + std::to_string(plan.groups[step.number].calls.size()) + ")";
  }
  return text;
}

}  // namespace

TEST_CASE("plan: an element-wise chain with its sum is one group, few elements one list") {
  const auto chain = [](auto x) { return Tensors{sum(tanh(x[0]) * x[0] + 1.0)}; };
  CHECK(steps_of(test::graph_of(chain, {{5000}})) == "strips(4)");
  CHECK(steps_of(test::graph_of(chain, {{50}})) == "list(4)");
}

TEST_CASE("plan: reductions of rows join, those down the columns run by themselves") {
  const auto rows = [](auto x) { return Tensors{softmax((x[0] - mean(x[0], -1, keep_axes)) * 2.0, -1)}; };
  CHECK(steps_of(test::graph_of(rows, {{100, 50}})) == "strips(5)");
  const auto columns = [](auto x) { return Tensors{sum(tanh(x[0]), 0)}; };
  CHECK(steps_of(test::graph_of(columns, {{100, 50}})) == "strips(1) sum");
}

TEST_CASE("plan: a product stands between the groups of what it reads and what reads it") {
  const auto layer = [](auto x) { return Tensors{relu(matmul(tanh(x[0] * 2.0), x[1]) + x[2])}; };
  CHECK(steps_of(test::graph_of(layer, {{100, 60}, {60, 70}, {70}})) == "strips(2) matmul strips(2)");
  CHECK(steps_of(test::graph_of(layer, {{4, 6}, {6, 7}, {7}})) == "list(5)");
}

TEST_CASE("plan: a group moves to the one that reads it first") {
  const auto update = [](auto x) {
    const Tensor a = x[0] * 0.5, b = x[1] * 0.25;  // nothing in common
    return Tensors{a + b};
  };
  CHECK(steps_of(test::graph_of(update, {{5000}, {5000}})) == "strips(3)");
}

TEST_CASE("plan: views and broadcasts between fused calls are no steps, and those that others read are") {
  const auto seen_through = [](auto x) { return Tensors{broadcast_to(reshape(exp(x[0]), {5000, 1}), {5000, 2}) * x[1]}; };
  CHECK(steps_of(test::graph_of(seen_through, {{5000}, {5000, 2}})) == "strips(1) strips(1)");
  const auto read = [](auto x) { return Tensors{reshape(exp(x[0]), {50, 100})}; };
  CHECK(steps_of(test::graph_of(read, {{5000}})) == "strips(1) reshape");
}

TEST_CASE("plan: values that only their group reads take no memory") {
  const Graph graph = test::graph_of([](auto x) { return Tensors{exp(tanh(x[0] * 2.0))}; }, {{5000}});
  const Plan plan = fuse(graph);
  REQUIRE(plan.groups.size() == 1);
  CHECK(plan.groups[0].results == std::vector{graph.outputs[0]});
  CHECK(plan.groups[0].program.slots.size() == 1);  // each writes over what it reads
}
