#include <descent/tests/catch.hpp>

#include <descent/autodiff/functions/interpolation.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor line = vec({0, 1, 2, 3});
Tensor along(const Tensor& x, Index size, Interpolation by, bool corners = false) {
  return interpolate(x, {size}, {.by = by, .align_corners = corners});
}

}  // namespace

TEST_CASE("interpolate: each rule on a line") {
  CHECK(holds(along(line, 2, Interpolation::nearest), {0, 2}));
  CHECK(holds(along(line, 2, Interpolation::nearest_exact), {1, 3}));
  CHECK(holds(along(vec({0, 1}), 4, Interpolation::linear), {0, 0.25, 0.75, 1}));
  CHECK(holds(along(line, 7, Interpolation::linear, true), {0, 0.5, 1, 1.5, 2, 2.5, 3}, 1e-15));
  CHECK(holds(along(line, 2, Interpolation::area), {0.5, 2.5}));
  CHECK(holds(along(line, 7, Interpolation::cubic, true), {0, 0.40625, 1, 1.5, 2, 2.59375, 3}, 1e-15));
  CHECK(holds(along(line, 1, Interpolation::linear, true), {0}));
  CHECK(holds(interpolate_by(line, {1.5}, {.by = Interpolation::nearest}), {0, 0, 1, 2, 2, 3}));
  CHECK(interpolate(zeros({2, 3, 4, 5}), {8, 3}, {.by = Interpolation::linear}).shape() == Shape{2, 3, 8, 3});
}

TEST_CASE("interpolate keeps a constant") {
  for (const auto by :
       {Interpolation::nearest, Interpolation::nearest_exact, Interpolation::linear, Interpolation::cubic, Interpolation::area})
    for (const Index size : {1, 3, 4, 9})
      CHECK(holds(along(full({5}, 2, f64), size, by), std::vector<double>(static_cast<std::size_t>(size), 2), 4e-15));
}

TEST_CASE("interpolate: far beyond an end is the outermost element") {
  for (const auto by : {Interpolation::nearest, Interpolation::linear, Interpolation::cubic})
    CHECK(list(interpolate(line, {3}, {.by = by, .scale = {1e-300}})).back() == Approx(3));
  CHECK(sentence<ShapeError>([] { interpolate_by(line, {1e300}); }).starts_with("interpolate_by: 4 elements times"));
}

TEST_CASE("interpolate says what does not fit") {
  CHECK(sentence<ShapeError>([] { interpolate(line, {2, 2}); }) == "interpolate: 2 sizes for x, [4]; give one for each of its last axes");
  CHECK(sentence<ShapeError>([] { interpolate(line, {0}); }) == "interpolate: axis 0 of [4] to 0 elements; both must have at least 1");
  CHECK(sentence<ValueError>([] { interpolate_by(line, {0.0}); }) == "interpolate_by: a factor is 0.000000; it must be above 0 and finite");
  CHECK(sentence<ValueError>([] {
          interpolate(line, {4}, {.scale = {1, 1}});
        }) == "interpolate: 2 scales for 1 sizes; give one for each, or none");
}
