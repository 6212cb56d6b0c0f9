#include <descent/plot/image.hpp>

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <zlib.h>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::plot {
namespace {

constexpr std::uint8_t kGap = 128;
using Rgb = std::array<double, 3>;
constexpr Rgb kWhite = {255, 255, 255};
constexpr Rgb kBelow = {10, 106, 184};
constexpr Rgb kAbove = {207, 77, 10};

std::size_t count_of(int width, int height, int channels = 1) {
  return static_cast<std::size_t>(std::max(width, 0)) * static_cast<std::size_t>(std::max(height, 0)) * static_cast<std::size_t>(channels);
}

void check_count(const char* who, std::size_t got, int width, int height) {
  if (width < 1 || height < 1 || got != count_of(width, height))
    throw ValueError(
        fmt::format("{}: {} values for an image of {} by {} pixels; it needs {}", who, got, width, height, count_of(width, height)));
}

void check(const char* who, const Image& image) {
  if (image.channels != 1 && image.channels != 3)
    throw ValueError(fmt::format("{}: an image of {} channels; it must have 1 (gray) or 3 (red, green, blue)", who, image.channels));
  if (image.width < 1 || image.height < 1 || image.pixels.size() != count_of(image.width, image.height, image.channels))
    throw ValueError(fmt::format("{}: {} bytes for an image of {} by {} pixels and {} channels; it needs {}", who, image.pixels.size(),
                                 image.width, image.height, image.channels, count_of(image.width, image.height, image.channels)));
}

std::uint8_t byte_of(double level) { return static_cast<std::uint8_t>(std::lround(std::clamp(level, 0.0, 255.0))); }

void append_number(std::string& bytes, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) bytes += static_cast<char>(static_cast<unsigned char>(number >> shift));
}

const Bytef* bytes_of(const std::string& text) { return reinterpret_cast<const Bytef*>(text.data()); }

/// A chunk: length, name, data, checksum of name and data.
void append_chunk(std::string& file, const std::string& name, const std::string& data) {
  append_number(file, static_cast<std::uint32_t>(data.size()));
  const std::string body = name + data;
  file += body;
  append_number(file, static_cast<std::uint32_t>(crc32(0, bytes_of(body), static_cast<uInt>(body.size()))));
}

std::string compressed(const std::string& raw) {
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  std::string packed(size, '\0');
  const int result =
      compress2(reinterpret_cast<Bytef*>(packed.data()), &size, bytes_of(raw), static_cast<uLong>(raw.size()), Z_BEST_COMPRESSION);
  if (result != Z_OK) throw Error(fmt::format("png: zlib could not compress {} bytes (code {})", raw.size(), result));
  packed.resize(size);
  return packed;
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8U | (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k) text += k <= count ? digits[group >> (18 - 6 * k) & 63U] : '=';
  }
  return text;
}

}  // namespace

Image gray_image(std::span<const double> values, int width, int height, Range range) {
  check_count("gray_image", values.size(), width, height);
  if (!(range.low < range.high))
    throw ValueError(fmt::format("gray_image: the range {} to {} is empty; black must lie below white", range.low, range.high));
  Image image = {.width = width, .height = height};
  for (const double v : values)
    image.pixels.push_back(std::isnan(v) ? std::uint8_t{0} : byte_of(255 * (v - range.low) / (range.high - range.low)));
  return image;
}

Image signed_image(std::span<const double> values, int width, int height) {
  check_count("signed_image", values.size(), width, height);
  double largest = 0;
  for (const double v : values)
    if (std::isfinite(v)) largest = std::max(largest, std::abs(v));
  Image image = {.width = width, .height = height, .channels = 3};
  for (const double v : values) {
    const double part = std::isnan(v) || largest == 0 ? 0 : std::clamp(v / largest, -1.0, 1.0);
    const Rgb& full = part < 0 ? kBelow : kAbove;
    for (std::size_t c = 0; c < 3; ++c) image.pixels.push_back(byte_of(kWhite[c] + std::abs(part) * (full[c] - kWhite[c])));
  }
  return image;
}

Image image_grid(std::span<const Image> images, int columns, int gap) {
  if (images.empty()) throw ValueError("image_grid: no images; give it at least one");
  if (columns < 1 || gap < 0)
    throw ValueError(fmt::format("image_grid: {} columns and a gap of {}; they must be at least 1 and 0", columns, gap));
  const Image& first = images[0];
  for (const Image& image : images) {
    check("image_grid", image);
    if (image.width != first.width || image.height != first.height || image.channels != first.channels)
      throw ValueError(
          fmt::format("image_grid: an image of {} by {} pixels and {} channels among images of {} by {} and {}; they must be alike",
                      image.width, image.height, image.channels, first.width, first.height, first.channels));
  }
  const int count = static_cast<int>(images.size());
  const int across = std::min(columns, count);
  const int down = (count + columns - 1) / columns;
  Image grid = {.width = across * (first.width + gap) - gap, .height = down * (first.height + gap) - gap, .channels = first.channels};
  grid.pixels.assign(count_of(grid.width, grid.height, grid.channels), kGap);
  for (int i = 0; i < count; ++i) {
    const int left = i % columns * (first.width + gap);
    const int top = i / columns * (first.height + gap);
    for (int row = 0; row < first.height; ++row) {
      const auto from =
          images[static_cast<std::size_t>(i)].pixels.begin() + static_cast<std::ptrdiff_t>(row) * first.width * first.channels;
      std::copy_n(from, first.width * first.channels,
                  grid.pixels.begin() + (static_cast<std::ptrdiff_t>(top + row) * grid.width + left) * first.channels);
    }
  }
  return grid;
}

std::string png(const Image& image) {
  check("png", image);
  std::string header;
  append_number(header, static_cast<std::uint32_t>(image.width));
  append_number(header, static_cast<std::uint32_t>(image.height));
  header += std::string{8, static_cast<char>(image.channels == 1 ? 0 : 2), 0, 0, 0};  // 8 bits; gray or colour; no interlacing
  std::string rows;
  const std::size_t row_bytes = count_of(image.width, 1, image.channels);
  for (std::size_t start = 0; start < image.pixels.size(); start += row_bytes) {
    rows += '\0';  // no filter
    rows.append(reinterpret_cast<const char*>(image.pixels.data()) + start, row_bytes);
  }
  std::string file = "\x89PNG\r\n\x1a\n";
  append_chunk(file, "IHDR", header);
  append_chunk(file, "IDAT", compressed(rows));
  append_chunk(file, "IEND", {});
  return file;
}

std::string data_uri(const Image& image) { return "data:image/png;base64," + base64(png(image)); }

}  // namespace descent::inline v1::plot
