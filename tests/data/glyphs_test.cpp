#include <descent/data/glyphs.hpp>

#include <algorithm>
#include <cmath>

#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;
using data::Dataset;

namespace {

/// The share of the test rows whose nearest training row (squared distance) has their class.
double nearest_neighbour_accuracy(const Dataset& train, const Dataset& test) {
  const auto a = train.inputs.data<float>();
  const auto b = test.inputs.data<float>();
  const auto classes = train.targets.to_vector<int>();
  const auto wanted = test.targets.to_vector<int>();
  const std::size_t width = static_cast<std::size_t>(train.inputs.size(1));
  int right = 0;
  for (std::size_t row = 0; row < wanted.size(); ++row) {
    float best = INFINITY;
    int found = -1;
    for (std::size_t other = 0; other < classes.size(); ++other) {
      float distance = 0;
      for (std::size_t i = 0; i < width; ++i)
        distance += (a[other * width + i] - b[row * width + i]) * (a[other * width + i] - b[row * width + i]);
      if (distance < best) best = distance, found = classes[other];
    }
    right += found == wanted[row];
  }
  return right / static_cast<double>(wanted.size());
}

}  // namespace

TEST_CASE("glyphs: grey images of the ten digits in turn", "[data]") {
  const Dataset set = data::glyphs({.rows = 25, .size = 20});
  CHECK(set.inputs.shape() == Shape{25, 400});
  CHECK(set.targets.to_vector<int>()[13] == 3);
  CHECK(set.class_names.size() == 10);
  const auto pixels = set.inputs.data<float>();
  CHECK(std::all_of(pixels.begin(), pixels.end(), [](float p) { return p >= 0 && p <= 1; }));
}

TEST_CASE("glyphs: the same options draw the same images, and a longer set begins alike", "[data]") {
  const auto few = data::glyphs({.rows = 100}).inputs.to_vector<float>();
  auto many = data::glyphs({.rows = 200}).inputs.to_vector<float>();
  many.resize(few.size());
  CHECK(many == few);
  CHECK(data::glyphs({.rows = 100, .seed = 2}).inputs.to_vector<float>() != few);
}

TEST_CASE("glyphs: every digit has ink, in the middle, and a still hand draws it alike", "[data]") {
  const Dataset set = data::glyphs({.rows = 20, .size = 16, .noise = 0, .wobble = 0});
  const auto pixels = set.inputs.to_vector<float>();
  for (std::size_t digit = 0; digit < 10; ++digit) {
    const auto first = pixels.begin() + static_cast<std::ptrdiff_t>(digit * 256);
    CHECK(std::equal(first, first + 256, first + 2560));
    double ink = 0, x = 0, y = 0;
    for (int i = 0; i < 256; ++i) ink += first[i], x += first[i] * (i % 16 + 0.5), y += first[i] * (i / 16 + 0.5);
    CHECK(ink > 12);
    CHECK(ink < 60);
    CHECK(std::abs(x / ink - 8) < 1.2);
    CHECK(std::abs(y / ink - 8) < 2);  // a 7 is heavy at the top
  }
}

TEST_CASE("glyphs: other people's digits are recognised, and not all of them by their nearest neighbour", "[data]") {
  const auto [train, test] = data::split(data::glyphs({.rows = 2000}), 0.8, 1);
  const double accuracy = nearest_neighbour_accuracy(train, test);
  CHECK(accuracy > 0.75);
  CHECK(accuracy < 0.99);
}

TEST_CASE("glyphs: options out of range", "[data]") {
  CHECK(sentence_of<ValueError>([] { data::glyphs({.rows = -1}); }) == "glyphs: rows is -1; it must be 0 or more");
  CHECK(sentence_of<ValueError>([] { data::glyphs({.size = 7}); }) == "glyphs: size is 7; it must lie in [8, 64]");
  CHECK(sentence_of<ValueError>([] { data::glyphs({.noise = 2}); }) == "glyphs: noise is 2.000000; it must lie in [0, 1]");
  CHECK(sentence_of<ValueError>([] { data::glyphs({.wobble = -1}); }) == "glyphs: wobble is -1.000000; it must lie in [0, 2]");
  CHECK(data::glyphs({.rows = 0}).inputs.shape() == Shape{0, 256});
}
