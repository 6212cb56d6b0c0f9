#include <descent/data/gzip.hpp>

#include <zlib.h>

#include <descent/tests/catch.hpp>
#include <descent/tests/data/support.hpp>

using namespace descent;
using namespace descent::test;
using data::GzipReader;

namespace {

std::vector<std::byte> packed(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::vector<std::byte> out(text.size() + 1000);
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string fault(std::vector<std::byte> file, std::uint64_t count) {
  return sentence_of<FormatError>([&] {
    GzipReader reader(file, "who");
    reader.take(count, "the data");
    reader.finish();
  });
}

}  // namespace

TEST_CASE("gzip: piece by piece", "[data]") {
  const auto file = packed("hello, world");
  CHECK(data::is_gzip(file));
  CHECK_FALSE(data::is_gzip(bytes("\x1f")));
  GzipReader reader(file, "who");
  CHECK(reader.take(5, "a word") == bytes("hello"));
  CHECK(reader.take(0, "nothing").empty());
  CHECK(reader.take(7, "the rest") == bytes(", world"));
  reader.finish();
}

TEST_CASE("gzip: what is not exactly one whole stream", "[data]") {
  const auto file = packed("hello, world");
  CHECK(fault(file, 12) == "no error");
  CHECK(fault(file, 13) == "who: the unpacked data end early, in the data: 13 bytes are wanted, 12 are left");
  CHECK(fault(file, 11) == "who: bytes follow the end of the unpacked data; nothing may follow it");
  CHECK(fault(file, 1'000'000'000'000) == "who: 1000000000000 bytes are wanted for the data; the " + std::to_string(file.size()) +
                                              " gzip bytes that are left cannot hold them");

  auto longer = file;
  longer.push_back(std::byte{0});
  CHECK(fault(longer, 12) == "who: 1 bytes follow the gzip stream; nothing may follow it");

  auto changed = file;
  changed[file.size() - 1] ^= std::byte{1};
  CHECK(fault(changed, 12) == "who: the gzip stream is damaged: incorrect length check");
  changed = file;
  changed[file.size() - 8] ^= std::byte{1};
  CHECK(fault(changed, 12) == "who: the gzip stream is damaged: incorrect data check");

  for (std::size_t length = 2; length < file.size(); ++length) {
    const std::vector<std::byte> cut(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(length));
    CHECK(fault(cut, 12) == "who: the gzip stream ends early; the file is cut off");
  }
}

TEST_CASE("gzip: the best packing that deflate can do is not refused", "[data]") {
  const std::size_t many = 10'000'000;
  const auto file = packed(std::string(many, '\0'));
  GzipReader reader(file, "who");
  CHECK(reader.take(many, "zeros").size() == many);
  reader.finish();
}
