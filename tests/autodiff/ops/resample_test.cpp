#include <descent/tests/catch.hpp>

#include <limits>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

TEST_CASE("resample is a banded matrix times x along an axis") {
  const Bands means{3, {0, 1}, {2, 2}, {0.5, 0.5, 0.25, 0.75}};
  CHECK(holds(resample(vec({2, 4, 8}), means, 0), {3, 7}));
  CHECK(holds(resample(grid({2, 3}, {2, 4, 8, 1, 1, 3}), means, -1), {3, 7, 1, 2.5}));
  CHECK(holds(resample(grid({3, 2}, {2, 1, 4, 1, 8, 3}), means, 0), {3, 1, 7, 2.5}));
  CHECK(resample(ints({2, 4, 8}), means, 0).dtype() == f32);
  CHECK(holds(slope([&](const Tensor& x) { return resample(x, means, 0); }, vec({2, 4, 8}), vec({1, 10})), {0.5, 3, 7.5}));
}

TEST_CASE("resample takes a row without weights as 0, and does not read what is outside a run") {
  const double infinity = std::numeric_limits<double>::infinity();
  CHECK(holds(resample(vec({1, infinity}), {2, {0, 1, 2}, {1, 0, 0}, {3}}, 0), {3, 0, 0}));
  CHECK(holds(slope([](const Tensor& x) { return resample(x, {2, {0, 1}, {1, 0}, {3}}, 0); }, vec({1, infinity})), {3, 0}));
}

TEST_CASE("resample says what does not fit") {
  const auto value = [](const Bands& m) { return sentence<ValueError>([&] { resample(zeros({3}), m, 0); }); };
  CHECK(sentence<ShapeError>([] {
          resample(zeros({2, 4}), {3, {0}, {1}, {1}}, 1);
        }) == "resample: axis 1 of [2, 4] has 4 elements; the matrix has 3 columns");
  CHECK(value({3, {2}, {2}, {1, 1}}) == "resample: row 0 has 2 weights from column 2 on; they must lie within 3 columns");
  CHECK(value({3, {1, 0}, {1, 1}, {1, 1}}) == "resample: row 1 begins or ends before row 0; the runs must go forwards");
  CHECK(value({3, {0}, {2}, {1}}) == "resample: 1 weights for runs of 2 in all");
  CHECK(value({3, {0, 1}, {1}, {1}}) == "resample: 2 runs begin and 1 have a length; give both for each row");
}
