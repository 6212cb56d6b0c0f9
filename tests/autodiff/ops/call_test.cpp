#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/call.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor table = grid({2, 2}, {1, 2, 3, 4});

}  // namespace

TEST_CASE("call: an op by name, with its parameters by name") {
  CHECK(holds(call("tanh", {scalar(0, f64)}), {0}));
  CHECK(holds(call("add", {table, vec({10, 20})}), {11, 22, 13, 24}));
  CHECK(holds(call("sum", {table}, {{"axes", Axes{0}}}), {4, 6}));
  CHECK(holds(call("sum", {table}, {{"axes", 1}}), {3, 7}));
  CHECK(call("sum", {table}, {{"axes", Axes{0}}, {"keep_axes", true}}).shape() == Shape{1, 2});
  CHECK(call("sum", {table}).item<double>() == 10);
  CHECK(holds(call("concat", {vec({1}), vec({2})}), {1, 2}));
  CHECK(holds(call("slice", {vec({1, 2, 3})}, {{"start", std::vector<Index>{1}}, {"step", std::vector<Index>{1}}, {"size", Shape{2}}}),
              {2, 3}));
}

TEST_CASE("call: what is called is recorded like any call") {
  CHECK(holds(slope([](const Tensor& x) { return call("mul", {x, x}); }, vec({1, 2})), {2, 4}));
}

TEST_CASE("call_all: every result of an op") {
  const std::vector<Tensor> results = call_all("max_with_index", {vec({1, 5, 3})}, {{"axis", 0}});
  REQUIRE(results.size() == 2);
  CHECK(holds(results[0], {5}));
  CHECK(holds(results[1], {1}));
}

TEST_CASE("call: mistakes name the nearest and what there is") {
  CHECK(sentence<ValueError>([] { call("tanhh", {scalar(0)}); }) == "call: there is no op \"tanhh\"; the nearest name is \"tanh\"");
  CHECK(sentence<ValueError>([] { call("add", {scalar(0)}); }) == "call: add got 1 inputs; it takes 2");
  CHECK(sentence<ValueError>([] { call("concat", {}); }) == "call: concat got 0 inputs; it takes 1 or more");
  CHECK(sentence<ValueError>([] { call("tanh", {scalar(0)}, {{"axis", 0}}); }) == "call: tanh has no parameters; got axis");
  CHECK(sentence<ValueError>([] { call("sum", {table}, {{"axis", 0}}); }) == "call: sum has no parameter \"axis\"; it has axes, keep_axes");
  CHECK(sentence<ValueError>([] {
          call("sum", {table}, {{"keep_axes", 0.5}});
        }) == "call: sum: parameter \"keep_axes\" cannot be 0.5; its default, false, shows the type it wants");
  CHECK(sentence<ValueError>([] { call("max_with_index", {table}); }) == "call: max_with_index has 2 results; use call_all");
  CHECK(sentence<IndexError>([] {
          call("sum", {table}, {{"axes", 2}});
        }) == "sum: axis 2 is out of range; a tensor of rank 2 has axes -2 to 1");
}
