#include <descent/tests/catch.hpp>

#include <descent/autodiff/functions/convolution.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor x = grid({1, 1, 4}, {1, 2, 3, 4});
const Tensor w = grid({1, 1, 2}, {10, 1});

}  // namespace

TEST_CASE("conv takes a batch or one example, and its options") {
  CHECK(holds(conv(x, w), {12, 23, 34}));
  CHECK(conv(reshape(x, {1, 4}), w).shape() == Shape{1, 3});
  CHECK(holds(conv(x, w, {.bias = vec({100})}), {112, 123, 134}));
  CHECK(holds(conv(x, w, {.padding = Fit::same}), {12, 23, 34, 40}));  // the larger margin is behind
  CHECK(holds(conv(x, w, {.padding = Fit::valid}), {12, 23, 34}));
  CHECK(holds(conv(x, w, {.stride = 2, .padding = 1}), {1, 23, 40}));
  CHECK(holds(conv(x, w, {.dilation = {2}}), {13, 24}));
  CHECK(conv(zeros({2, 4, 7, 8}), zeros({6, 2, 3, 3}), {.stride = {2, 1}, .padding = {1, 0}, .groups = 2}).shape() == Shape{2, 6, 4, 6});
  CHECK(conv(zeros({4, 3, 7, 8}), zeros({6, 4, 3, 3, 3})).shape() == Shape{6, 1, 5, 6});
}

TEST_CASE("conv: closed-form gradients") {
  CHECK(holds(slope([](const Tensor& at) { return conv(at, w); }, x), {10, 11, 11, 1}));
  CHECK(holds(slope([](const Tensor& at) { return conv(x, at); }, w), {6, 9}));
  CHECK(holds(slope([](const Tensor& at) { return conv(x, w, {.bias = at}); }, vec({0})), {3}));
  CHECK(holds(slope([](const Tensor& at) { return square(conv(at, grid({1, 1, 1}, {3}))); }, x), {18, 36, 54, 72}));
}

TEST_CASE("conv_transpose is the adjoint of conv") {
  CHECK(holds(conv_transpose(grid({1, 1, 3}, {1, 0, 2}), w), {10, 1, 20, 2}));
  CHECK(holds(conv_transpose(grid({1, 3}, {1, 0, 2}), w, {.bias = vec({1})}), {11, 2, 21, 3}));
  CHECK(holds(conv_transpose(grid({1, 1, 2}, {1, 2}), w, {.stride = 3}), {10, 1, 0, 20, 2}));
  CHECK(holds(conv_transpose(grid({1, 1, 2}, {1, 2}), w, {.stride = 3, .output_padding = 2}), {10, 1, 0, 20, 2, 0, 0}));
  CHECK(holds(conv_transpose(grid({1, 1, 2}, {1, 2}), w, {.padding = 1}), {21}));
  CHECK(conv_transpose(zeros({2, 4, 5, 5}), zeros({4, 3, 3, 3}), {.stride = 2, .padding = 1, .output_padding = 1, .groups = 2}).shape() ==
        Shape{2, 6, 10, 10});
}

TEST_CASE("conv and conv_transpose of nothing have zero gradients") {
  CHECK(holds(slope([](const Tensor& at) { return conv(zeros({0, 1, 4}, f64), at); }, w), {0, 0}));
  CHECK(conv(zeros({2, 0, 4}), zeros({3, 0, 2}), {.bias = ones({3})}).shape() == Shape{2, 3, 3});
  CHECK(conv_transpose(zeros({0, 1, 4}), w).shape() == Shape{0, 1, 5});
}

TEST_CASE("conv says what does not fit") {
  CHECK(sentence<ShapeError>([] { conv(zeros({4}), w); }) ==
        "conv: x is [4], the weight is [1, 1, 2]; the weight must have 1 to 3 spatial axes behind two of channels, and x the same with a "
        "batch and a channel axis, or with a channel axis alone");
  CHECK(
      sentence<ShapeError>([] {
        conv(zeros({1, 3, 4}), zeros({2, 2, 2}));
      }) ==
      "conv: channels differ: x is [1, 3, 4], the weight is [2, 2, 2]; x's channels must be the groups (1) times the weight's second axis");
  CHECK(sentence<ShapeError>([] {
          conv(zeros({1, 3, 4}), zeros({2, 2, 2}), {.groups = 2});
        }) == "conv: 2 groups do not divide the channels of x, [1, 3, 4], and the weight, [2, 2, 2]");
  CHECK(sentence<ShapeError>([] {
          conv(zeros({1, 1, 2}), zeros({1, 1, 5}), {.padding = 1});
        }) == "conv: the window of 5 taps, 1 apart, is larger than x with its padding on spatial axis 0, 2 + 2");
  CHECK(sentence<ShapeError>([] { conv(x, w, {.bias = zeros({2})}); }) ==
        "conv: the bias is [2]; it must be [1], one for each channel of the result");
  CHECK(sentence<ShapeError>([] {
          conv(x, w, {.stride = {1, 2}});
        }) == "conv: 2 numbers as stride for 1 spatial axes; give one for all or one for each");
  CHECK(sentence<ValueError>([] { conv(x, w, {.stride = 0}); }) == "conv: the stride is 0; it must be at least 1");
  CHECK(sentence<ValueError>([] { conv(x, w, {.padding = Index{1} << 62}); }) ==
        "conv: the padding is 4611686018427387904; it must be at most 2^40");
  CHECK(sentence<ValueError>([] { conv(x, w, {.padding = -1}); }) == "conv: the padding is -1; it must be at least 0");
  CHECK(sentence<ValueError>([] { conv(x, w, {.groups = 0}); }) == "conv: 0 groups; there must be at least 1");
  CHECK(sentence<ValueError>([] { conv(x, w, {.stride = 2, .padding = Fit::same}); }) ==
        "conv: the padding is Fit::same and the stride 2; such a result is not of x's size: give the padding in numbers");
  CHECK(sentence<ValueError>([] { conv_transpose(x, w, {.output_padding = 1}); }) ==
        "conv_transpose: the output padding is 1; it must be less than the stride (1) or the dilation (1)");
  CHECK(sentence<ShapeError>([] {
          conv_transpose(grid({1, 1, 1}, {1}), w, {.padding = 1});
        }) == "conv_transpose: the result would have 0 elements on spatial axis 0: x has 1, the window 2 taps, the padding is 1");
}
