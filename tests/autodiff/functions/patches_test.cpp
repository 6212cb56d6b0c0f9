#include <descent/tests/catch.hpp>

#include <descent/autodiff/functions/patches.hpp>
#include <descent/tests/autodiff/evaluate.hpp>

using namespace descent;
using namespace descent::test;

namespace {

const Tensor line = vec({1, 2, 3, 4});
const Tensor image = grid({1, 1, 2, 3}, {1, 2, 3, 4, 5, 6});

}  // namespace

TEST_CASE("unfold lists windows as columns, and fold adds them up again") {
  CHECK(holds(unfold(image, {2, 2}), {1, 2, 2, 3, 4, 5, 5, 6}));
  CHECK(unfold(image, {2, 2}).shape() == Shape{1, 4, 2});
  CHECK(unfold(zeros({2, 3, 5, 5}), {2, 3}, {.stride = 2, .padding = 1, .dilation = {1, 2}}).shape() == Shape{2, 18, 6});
  CHECK(holds(unfold(grid({1, 3}, {1, 2, 3}), {2}, {.padding = 1}), {0, 1, 2, 3, 1, 2, 3, 0}));
  CHECK(holds(fold(unfold(image, {2, 2}), {2, 3}, {2, 2}), {1, 4, 3, 4, 10, 6}));
  CHECK(holds(fold(ones({2, 4}, f64), {3}, {2}, {.padding = 1}), {2, 2, 2}));
  CHECK(holds(slope([](const Tensor& x) { return unfold(x, {2, 2}); }, image), {1, 2, 1, 1, 2, 1}));
  CHECK(unfold(zeros({0, 1, 5, 5}), {2, 2}).shape() == Shape{0, 4, 16});
}

TEST_CASE("unfold and fold say what does not fit") {
  CHECK(sentence<ShapeError>([] { unfold(line, {2}); }) ==
        "unfold: x is [4] for a window of 1 sizes; it must have an axis of channels before so many spatial ones");
  CHECK(sentence<ShapeError>([] {
          unfold(image, {3, 2});
        }) == "unfold: the window of 3, 1 apart, is larger than spatial axis 0 with its padding, 2 + 0");
  CHECK(sentence<ValueError>([] { unfold(image, {2, 2}, {.stride = 0}); }) == "unfold: the stride is 0; it must be at least 1");
  CHECK(sentence<ShapeError>([] {
          fold(zeros({4, 3}), {2, 3}, {2, 2});
        }) == "fold: x is [4, 3]; its last axes must be a multiple of 4, the elements of a window, and 2, the windows of such sizes");
}

TEST_CASE("pixel_shuffle, pixel_unshuffle and channel_shuffle move channels") {
  const Tensor channels = grid({1, 4, 1, 1}, {1, 2, 3, 4});
  CHECK(holds(pixel_shuffle(channels, 2), {1, 2, 3, 4}));
  CHECK(pixel_shuffle(channels, 2).shape() == Shape{1, 1, 2, 2});
  CHECK(holds(pixel_unshuffle(pixel_shuffle(channels, 2), 2), {1, 2, 3, 4}));
  CHECK(pixel_shuffle(zeros({2, 6, 5}), 3).shape() == Shape{2, 2, 15});
  CHECK(holds(channel_shuffle(channels, 2), {1, 3, 2, 4}));
  CHECK(sentence<ShapeError>([] {
          pixel_shuffle(zeros({1, 3, 2, 2}), 2);
        }) == "pixel_shuffle: x is [1, 3, 2, 2]; its channels must be a multiple of 4");
  CHECK(sentence<ShapeError>([] {
          pixel_unshuffle(zeros({1, 3, 2, 3}), 2);
        }) == "pixel_unshuffle: x is [1, 3, 2, 3]; its spatial axes must be multiples of 2");
  CHECK(sentence<ShapeError>([] {
          channel_shuffle(zeros({1, 3}), 2);
        }) == "channel_shuffle: x is [1, 3]; its second axis must be a multiple of 2 groups");
  CHECK(sentence<ValueError>([] { pixel_shuffle(zeros({1, 4, 1, 1}), 0); }) == "pixel_shuffle: the factor is 0; it must be at least 1");
}
