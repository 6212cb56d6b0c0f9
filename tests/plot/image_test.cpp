#include <descent/plot/image.hpp>

#include <limits>

#include <zlib.h>

#include <descent/tests/catch.hpp>

using namespace descent::plot;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::uint32_t number_at(const std::string& file, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | static_cast<unsigned char>(file[at + i]);
  return number;
}

/// The data of a PNG's chunk, its checksum checked.
std::string chunk(const std::string& file, const std::string& wanted) {
  for (std::size_t at = 8; at + 12 <= file.size();) {
    const std::size_t size = number_at(file, at);
    const std::string body = file.substr(at + 4, size + 4);
    CHECK(number_at(file, at + 8 + size) == crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
    if (body.starts_with(wanted)) return body.substr(4);
    at += size + 12;
  }
  FAIL("no chunk " << wanted);
  return {};
}

std::string inflated(const std::string& packed, std::size_t size) {
  std::string raw(size, '\0');
  uLongf length = size;
  CHECK(uncompress(reinterpret_cast<Bytef*>(raw.data()), &length, reinterpret_cast<const Bytef*>(packed.data()), packed.size()) == Z_OK);
  CHECK(length == size);
  return raw;
}

}  // namespace

TEST_CASE("image: a PNG gives back its pixels") {
  const Image gray = {.width = 3, .height = 2, .pixels = {0, 128, 255, 1, 2, 3}};
  const std::string file = png(gray);
  CHECK(file.starts_with("\x89PNG\r\n\x1a\n"));
  const std::string header = chunk(file, "IHDR");
  CHECK(header == std::string("\0\0\0\x03\0\0\0\x02\x08\0\0\0\0", 13));
  CHECK(inflated(chunk(file, "IDAT"), 8) == std::string("\0\0\x80\xff\0\x01\x02\x03", 8));
  CHECK(chunk(file, "IEND").empty());

  const Image red = {.width = 1, .height = 1, .channels = 3, .pixels = {255, 0, 0}};
  CHECK(chunk(png(red), "IHDR")[9] == 2);
  CHECK(inflated(chunk(png(red), "IDAT"), 4) == std::string("\0\xff\0\0", 4));
}

TEST_CASE("image: an address in base 64") {
  const Image dot = {.width = 1, .height = 1, .pixels = {7}};
  const std::string uri = data_uri(dot);
  CHECK(uri.starts_with("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB"));
  CHECK((uri.size() - 22) % 4 == 0);
}

TEST_CASE("image: grays clamp, NaN is black") {
  const double values[] = {-1, 0, 0.5, 1, 9, kNan};
  CHECK(gray_image(values, 3, 2, {0, 1}).pixels == std::vector<std::uint8_t>{0, 0, 128, 255, 255, 0});
}

TEST_CASE("image: signed numbers are blue below, white at 0, orange above") {
  const double values[] = {-2, 0, 2, kNan};
  const Image image = signed_image(values, 4, 1);
  CHECK(image.channels == 3);
  CHECK(image.pixels[2] > image.pixels[0]);  // more blue than red
  CHECK(image.pixels[3] == 255);
  CHECK(image.pixels[6] > image.pixels[8]);  // more red than blue
  CHECK(image.pixels[9] == 255);
  const double zeros[] = {0};
  CHECK(signed_image(zeros, 1, 1).pixels == std::vector<std::uint8_t>{255, 255, 255});
}

TEST_CASE("image: a grid has a gap between images and gray where one is missing") {
  const std::vector<Image> images(3, {.width = 1, .height = 1, .pixels = {9}});
  const Image grid = image_grid(images, 2, 1);
  CHECK(grid.width == 3);
  CHECK(grid.height == 3);
  CHECK(grid.pixels == std::vector<std::uint8_t>{9, 128, 9, 128, 128, 128, 9, 128, 128});
  CHECK(image_grid(images, 9, 0).width == 3);
}

TEST_CASE("image: mistakes have their sentences") {
  CHECK_THROWS_WITH(png({.width = 2, .height = 2, .pixels = {1}}), "png: 1 bytes for an image of 2 by 2 pixels and 1 channels; it needs 4");
  CHECK_THROWS_WITH(png({}), "png: 0 bytes for an image of 0 by 0 pixels and 1 channels; it needs 0");
  CHECK_THROWS_WITH(png({.width = 1, .height = 1, .channels = 4, .pixels = {1, 2, 3, 4}}),
                    "png: an image of 4 channels; it must have 1 (gray) or 3 (red, green, blue)");
  const double one[] = {1};
  CHECK_THROWS_WITH(gray_image(one, 2, 1, {0, 1}), "gray_image: 1 values for an image of 2 by 1 pixels; it needs 2");
  CHECK_THROWS_WITH(gray_image(one, 1, 1, {1, 1}), "gray_image: the range 1 to 1 is empty; black must lie below white");
  CHECK_THROWS_WITH(image_grid({}, 2), "image_grid: no images; give it at least one");
  const std::vector<Image> unlike = {{.width = 1, .height = 1, .pixels = {9}}, {.width = 2, .height = 1, .pixels = {9, 9}}};
  CHECK_THROWS_WITH(image_grid(unlike, 2),
                    "image_grid: an image of 2 by 1 pixels and 1 channels among images of 1 by 1 and 1; they must be alike");
  CHECK_THROWS_WITH(image_grid(std::span(unlike).first(1), 0), "image_grid: 0 columns and a gap of 1; they must be at least 1 and 0");
}
