#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/ops.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const ConvolutionForm line{{1}, {0}, {0}, {1}, 1};
const Tensor x = grid({1, 1, 4}, {1, 2, 3, 4});
const Tensor w = grid({1, 1, 2}, {10, 1});

}  // namespace

TEST_CASE("convolve slides a window and does not mirror it") {
  CHECK(holds(convolve(x, w, line), {12, 23, 34}));
  CHECK(holds(convolve(x, w, {{1}, {1}, {1}, {1}, 1}), {1, 12, 23, 34, 40}));
  CHECK(holds(convolve(x, w, {{2}, {0}, {1}, {1}, 1}), {12, 34}));
  CHECK(holds(convolve(x, w, {{1}, {0}, {0}, {3}, 1}), {14}));
  CHECK(holds(convolve(x, w, {{1}, {-1}, {-1}, {1}, 1}), {23}));
  CHECK(convolve(cast(x, f32), w, line).dtype() == f64);
  CHECK(convolve(cast(x, i32), cast(w, i32), line).dtype() == f32);
}

TEST_CASE("convolve keeps groups apart") {
  const Tensor channels = grid({1, 2, 2}, {1, 2, 3, 4});
  CHECK(holds(convolve(channels, grid({2, 1, 1}, {10, 100}), {{1}, {0}, {0}, {1}, 2}), {10, 20, 300, 400}));
  CHECK(holds(convolve(channels, grid({1, 2, 1}, {10, 100}), line), {310, 420}));
}

TEST_CASE("the adjoints of convolve put the weight back, and correlate x and y") {
  CHECK(holds(convolve_input_adjoint(grid({1, 1, 3}, {1, 0, 2}), w, line, {4}), {10, 1, 20, 2}));
  CHECK(holds(convolve_weight_adjoint(x, grid({1, 1, 3}, {1, 0, 2}), line, {2}), {7, 10}));
  CHECK(holds(convolve_input_adjoint(grid({1, 1, 2}, {1, 2}), grid({1, 1, 1}, {5}), {{2}, {0}, {0}, {1}, 1}, {4}), {5, 0, 10, 0}));
}

TEST_CASE("convolve of nothing is 0, and so are its cotangents") {
  const Tensor none = convolve(zeros({2, 0, 4}, f64), zeros({3, 0, 2}, f64), line);
  CHECK(holds(none, std::vector<double>(18, 0)));
  CHECK(convolve(zeros({0, 1, 4}, f64), w, line).shape() == Shape{0, 1, 3});
  CHECK(holds(slope([](const Tensor& at) { return convolve(zeros({0, 1, 4}, f64), at, line); }, w), {0, 0}));
  CHECK(holds(slope([](const Tensor& at) { return convolve(at, zeros({0, 1, 2}, f64), line); }, x), {0, 0, 0, 0}));
}

TEST_CASE("convolve reads a tensor that was a scalar") {
  const Tensor one = reshape(scalar(3, f64), {1, 1, 1});
  CHECK(holds(convolve(one, reshape(scalar(2, f64), {1, 1, 1}), line), {6}));
  CHECK(holds(slope([&](const Tensor& at) { return convolve(at, one, line); }, one), {3}));
}

TEST_CASE("convolve with a stride and a dilation far beyond x") {
  const ConvolutionForm far{{Index{1} << 40}, {0}, {0}, {Index{1} << 40}, 1};
  const Tensor one = grid({1, 1, 1}, {5});
  CHECK(holds(convolve(x, one, far), {5}));
  CHECK(holds(slope([&](const Tensor& at) { return convolve(at, one, far); }, x), {5, 0, 0, 0}));
  CHECK(holds(slope([&](const Tensor& at) { return convolve(x, at, far); }, one), {1}));
}

TEST_CASE("convolve says what does not fit") {
  const auto thrown = [&](const Shape& a, const Shape& b, const ConvolutionForm& form) {
    return sentence<ShapeError>([&] { convolve(zeros(a), zeros(b), form); });
  };
  CHECK(thrown({4}, {1, 1, 2}, line) ==
        "convolve: x is [4], the weight is [1, 1, 2]; both must have two axes and the same 1 to 3 spatial ones behind them");
  CHECK(thrown({1, 1, 4}, {1, 1, 2}, {{1, 1}, {0}, {0}, {1}, 1}) ==
        "convolve: the form is for 2 spatial axes; it must be for the 1 that there are");
  CHECK(thrown({1, 3, 4}, {2, 2, 2}, line) ==
        "convolve: channels differ: x is [1, 3, 4], the weight is [2, 2, 2]; x's second axis (3) must be the groups (1) times the weight's "
        "second (2)");
  CHECK(
      thrown({1, 3, 4}, {2, 2, 2}, {{1}, {0}, {0}, {1}, 2}) ==
      "convolve: 2 groups do not divide the channels: x is [1, 3, 4], the weight is [2, 2, 2]; x's second axis and the weight's first must "
      "be multiples of it");
  CHECK(thrown({1, 1, 2}, {1, 1, 3}, {{1}, {0}, {1}, {2}, 1}) ==
        "convolve: the window of 3 taps, 2 apart, is larger than 2 elements and margins of 0 and 1 on spatial axis 0");
  CHECK(thrown({1, 1, 2}, {1, 1, 0}, line) == "convolve: windows have 0 taps on spatial axis 0; there must be at least 1");
  CHECK(sentence<ValueError>([] {
          convolve(x, w, {{0}, {0}, {0}, {1}, 1});
        }) == "convolve: the stride is 0 on spatial axis 0; it must be at least 1");
  CHECK(sentence<ValueError>([] {
          convolve(x, w, {{1}, {0}, {0}, {0}, 1});
        }) == "convolve: the dilation is 0 on spatial axis 0; it must be at least 1");
  CHECK(sentence<ValueError>([] { convolve(x, w, {{1}, {0}, {0}, {1}, 0}); }) == "convolve: 0 groups; there must be at least 1");
  CHECK(sentence<ShapeError>([] {
          convolve_input_adjoint(zeros({1, 1, 3}), w, line, {5});
        }) == "convolve_input_adjoint: y is [1, 1, 3]; of such an x and weight it would be [1, 1, 4]");
  CHECK(sentence<ShapeError>([] {
          convolve_weight_adjoint(x, zeros({1, 1, 3}), line, {2, 2});
        }) == "convolve_weight_adjoint: 2 numbers of taps; give one for each of the 1 spatial axes");
}
