#include <descent/data/idx.hpp>

#include <random>

#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;

namespace {

std::string idx(int type, std::vector<std::uint32_t> sizes, const std::string& payload) {
  std::string text{'\0', '\0', static_cast<char>(type), static_cast<char>(sizes.size())};
  for (const std::uint32_t size : sizes) text += be32(size);
  return text + payload;
}

Tensor parse(const std::string& text, const data::IdxOptions& options = {}) { return data::parse_idx(bytes(text), "x", options); }
std::string fault(const std::string& text, const data::IdxOptions& options = {}) {
  return sentence_of<FormatError>([&] { parse(text, options); });
}

const std::string kSmall = idx(8, {2, 3}, std::string("\x01\x02\x03\x04\x05\xff", 6));

}  // namespace

TEST_CASE("idx: the six element types", "[data]") {
  const Tensor u8 = parse(kSmall);
  CHECK(u8.shape() == Shape{2, 3});
  CHECK(u8.dtype() == i32);
  CHECK(u8.to_vector<int>() == std::vector<int>{1, 2, 3, 4, 5, 255});
  CHECK(parse(idx(9, {1}, "\xff")).item<int>() == -1);
  CHECK(parse(idx(11, {1}, std::string("\xff\x00", 2))).item<int>() == -256);
  CHECK(parse(idx(12, {1}, be32(0x80000000))).item<int>() == std::numeric_limits<int>::min());
  CHECK(parse(idx(13, {1}, be32(0x3fc00000))).data<float>()[0] == 1.5F);
  CHECK(parse(idx(14, {1}, be32(0xc0020000) + be32(0))).data<double>()[0] == -2.25);
  CHECK(parse(idx(8, {0, 28, 28}, "")).shape() == Shape{0, 28, 28});
}

TEST_CASE("idx: another dtype and a scale", "[data]") {
  CHECK(parse(kSmall, {.dtype = f32, .scale = 1.0 / 255}).data<float>()[5] == 1.0F);
  CHECK(parse(kSmall, {.dtype = i64}).data<std::int64_t>()[5] == 255);
  CHECK(parse(kSmall, {.scale = 2}).dtype() == f32);
  CHECK(sentence_of<ValueError>([] { parse(kSmall, {.dtype = i32, .scale = 0.5}); }) ==
        "read_idx: 'x': a scale of 0.500000 with dtype i32; ask for f32 or f64 to scale");
  CHECK(sentence_of<DtypeError>([] { parse(idx(13, {1}, be32(0)), {.dtype = i32}); }) ==
        "read_idx: 'x': the file holds f32, asked for i32; read it as f32 or f64");
}

TEST_CASE("idx: malformed files", "[data]") {
  CHECK(fault("") == "read_idx: 'x': the file ends early, in the magic number: 4 bytes are wanted at byte 0, 0 are left");
  CHECK(fault(std::string("\x01\x00\x08\x01", 4)) == "read_idx: 'x': the file starts with 1, 0; an IDX file starts with two zero bytes");
  CHECK(fault(idx(7, {1}, "a")) == "read_idx: 'x': the element type is 7; IDX has 8 (u8), 9 (i8), 11 (i16), 12 (i32), 13 (f32), 14 (f64)");
  CHECK(fault(idx(8, {}, "a")) == "read_idx: 'x': the file states 0 axes; an IDX array has at least one");
  CHECK(fault(idx(8, std::vector<std::uint32_t>(9, 1), "a")) == "read_idx: 'x': the file states 9 axes; a tensor has at most 8");
  CHECK(fault(idx(8, {2, 3}, "abcde")) ==
        "read_idx: 'x': the file ends early, in the data of shape [2, 3]: 6 bytes are wanted at byte 12, 5 are left");
  CHECK(fault(kSmall + "z") == "read_idx: 'x': 1 bytes follow the end of the data at byte 18; nothing may follow it");
  CHECK(fault(idx(14, {~0U, ~0U, ~0U}, "")).starts_with("read_idx: 'x': the file states an impossible shape"));
  CHECK(fault(kSmall, {.max_bytes = 5}) == "read_idx: 'x': shape [2, 3] is 6 bytes; at most 5 are read");
}

TEST_CASE("idx: every prefix is refused", "[data]") {
  for (std::size_t length = 0; length < kSmall.size(); ++length) CHECK_THROWS_AS(parse(kSmall.substr(0, length)), FormatError);
}

TEST_CASE("idx: mutated files are read or refused, never more", "[data]") {
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    std::string text = kSmall;
    for (int change = 0; change < 3; ++change) text[random() % text.size()] = static_cast<char>(random());
    try {
      parse(text);
    } catch (const FormatError&) {}
  }
}

TEST_CASE("idx: from a path", "[data]") {
  const Folder folder;
  spit(folder / "small", kSmall);
  CHECK(data::read_idx(folder / "small").numel() == 6);
  CHECK(sentence_of<FileError>([&] { data::read_idx(folder / "none"); }) ==
        "read_idx: cannot open '" + (folder / "none") + "': No such file or directory");
}
