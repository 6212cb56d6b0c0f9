#include <descent/data/byte_reader.hpp>

#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;
using data::ByteReader;

TEST_CASE("byte reader: numbers in file order", "[data]") {
  const auto file = bytes(std::string("\x07\x01\x02\x03\x04", 5) + le64(0x0102030405060708));
  ByteReader reader(file, "who");
  CHECK(reader.u8("a byte") == 7);
  CHECK(reader.u32be("a word") == 0x01020304);
  CHECK(reader.u64le("a word") == 0x0102030405060708);
  CHECK(reader.left() == 0);
  CHECK(reader.take(0, "nothing").empty());
  reader.finish();
}

TEST_CASE("byte reader: never past the end", "[data]") {
  const auto file = bytes("abcde");
  ByteReader reader(file, "read_idx: 'x'");
  reader.take(2, "a pair");
  const std::string wanted =
      "read_idx: 'x': the file ends early, in the sizes: 18446744073709551615 bytes are wanted at byte 2, 3 are left";
  CHECK(sentence_of<FormatError>([&] { reader.take(~std::uint64_t{0}, "the sizes"); }) == wanted);
  CHECK(sentence_of<FormatError>([&] { reader.finish(); }) ==
        "read_idx: 'x': 3 bytes follow the end of the data at byte 2; nothing may follow it");
  CHECK(reader.left() == 3);  // a refused piece takes nothing
}

TEST_CASE("checked extent: the one product of sizes from a file", "[data]") {
  const auto extent = [](std::vector<std::uint64_t> sizes, Index element) { return data::checked_extent("who", sizes, element); };
  CHECK(extent({}, 8).bytes == 8);
  CHECK(extent({2, 3}, 4).bytes == 24);
  CHECK(extent({2, 3}, 4).shape == Shape{2, 3});
  CHECK(extent({5, 0}, 4).bytes == 0);
  CHECK(extent({std::uint64_t{1} << 60}, 8).bytes == std::uint64_t{1} << 63);

  const auto sentence = [&](std::vector<std::uint64_t> sizes) { return sentence_of<FormatError>([&] { extent(std::move(sizes), 4); }); };
  CHECK(sentence({1, 1, 1, 1, 1, 1, 1, 1, 1}) == "who: the file states 9 axes; a tensor has at most 8");
  CHECK(sentence({1ULL << 32, 1ULL << 32}) ==
        "who: the file states an impossible shape: [4294967296, 4294967296] has more than 2^60 elements");
  CHECK(sentence({1ULL << 63, 1ULL << 63, 0}).starts_with("who: the file states an impossible shape"));
  CHECK(sentence({~0ULL}).starts_with("who: the file states an impossible shape"));
}

TEST_CASE("shown: text from a file in a sentence", "[data]") {
  CHECK(data::shown("a b") == "'a b'");
  CHECK(data::shown("a\n\x1b[2J") == "'a  [2J'");
  CHECK(data::shown(std::string(41, 'x')) == "'" + std::string(40, 'x') + "...'");
}
