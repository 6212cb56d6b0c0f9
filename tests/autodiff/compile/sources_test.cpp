#include <descent/autodiff/compile/sources.hpp>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/compile/graphs.hpp>
#include <descent/tests/catch.hpp>

using namespace descent;
using compiling::Cut;
using compiling::Form;
using compiling::lie_of;
using Tensors = std::vector<Tensor>;

TEST_CASE("sources: elements lie whole, by row, by column or alone") {
  const Shape shape{4, 5, 6};
  CHECK(lie_of(shape, shape)->form == Form::full);
  CHECK(lie_of(Shape{}, shape)->form == Form::one);
  CHECK(lie_of({1, 1}, shape)->form == Form::one);
  CHECK(lie_of({6}, shape)->form == Form::column);
  CHECK(lie_of({6}, shape)->cut == Cut{20, 6});
  CHECK(lie_of({1, 5, 6}, shape)->cut == Cut{4, 30});
  CHECK(lie_of({4, 5, 1}, shape)->form == Form::row);
  CHECK(lie_of({4, 1, 1}, shape)->cut == Cut{4, 30});
  CHECK_FALSE(lie_of({5, 1}, shape).has_value());
  CHECK_FALSE(lie_of({4, 1, 6}, shape).has_value());
}

TEST_CASE("sources: views and broadcasts are seen through") {
  const Graph graph = test::graph_of([](auto x) { return Tensors{broadcast_to(reshape(x[0], {3, 1}), {3, 4}), tanh(x[0])}; }, {{3}});
  const auto sources = compiling::sources_of(graph);
  CHECK(sources[graph.outputs[0]].base == 0);
  CHECK(sources[graph.outputs[0]].as == Shape{3, 1});
  CHECK(sources[graph.outputs[1]].base == graph.outputs[1]);
}
