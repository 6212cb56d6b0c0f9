#include <descent/tests/catch.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/plot/trace.hpp>

using namespace descent;
using Catch::Contains;

namespace {

optim::Iteration at(Index step, double cost, std::vector<double> point, std::vector<double> slope) {
  return {.step = step, .evaluations = step + 1, .cost = cost, .slope_norm = 0, .point = std::move(point), .slope = std::move(slope)};
}

std::string refusal(auto&& f) {
  try {
    f();
  } catch (const ValueError& error) { return error.what(); }
  return {};
}

}  // namespace

TEST_CASE("a trace on one variable becomes steps and slopes beside the curve", "[plot]") {
  const optim::Trace trace{{at(0, 4.5, {-2}, {-3}), at(1, 1.62, {2.8}, {1.8})}};
  const plot::CostCurve data = plot::curve_of(trace, {{-3, 8}, {3, 2}});
  REQUIRE(data.curve.size() == 2);
  REQUIRE(data.steps.size() == 2);
  CHECK(data.steps[1].x == 2.8);
  CHECK(data.steps[1].y == 1.62);
  CHECK(data.slopes == std::vector<double>{-3, 1.8});
  CHECK(plot::costs_of(trace) == std::vector<double>{4.5, 1.62});
}

TEST_CASE("a search has no slopes to draw", "[plot]") {
  const optim::Trace trace{{at(1, 4.5, {-2}, {}), at(7, 1.62, {2.8}, {})}};
  CHECK(plot::curve_of(trace, {}).slopes.empty());
}

TEST_CASE("a path ends after the steps asked for", "[plot]") {
  const optim::Trace trace{{at(0, 3, {1, 2}, {0, 0}), at(1, 2, {3, 4}, {0, 0}), at(2, 1, {5, 6}, {0, 0})}};
  CHECK(plot::path_of("all", trace).points.size() == 3);
  const plot::NamedPath path = plot::path_of("short", trace, 1);
  CHECK(path.name == "short");
  REQUIRE(path.points.size() == 2);
  CHECK(path.points[1].x == 3);
  CHECK(path.points[1].y == 4);
}

TEST_CASE("a trace of other coordinates is refused with its sentence", "[plot]") {
  const optim::Trace trace{{at(3, 1, {1, 2, 3}, {})}};
  CHECK_THAT(refusal([&] { plot::curve_of(trace, {}); }),
             Contains("curve_of: iteration 3 of the trace has 3 coordinates; the picture needs 1"));
  CHECK_THAT(refusal([&] { plot::path_of("p", trace); }),
             Contains("path_of: iteration 3 of the trace has 3 coordinates; the picture needs 2"));
}
