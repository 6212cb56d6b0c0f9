#include <descent/data/byte_reader.hpp>

#include <algorithm>
#include <vector>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::data {

std::span<const std::byte> ByteReader::take(std::uint64_t count, const char* what) {
  if (count > left())
    throw FormatError(who_ + ": the file ends early, in " + what + ": " + std::to_string(count) + " bytes are wanted at byte " +
                      std::to_string(at_) + ", " + std::to_string(left()) + " are left");
  const auto taken = bytes_.subspan(at_, static_cast<std::size_t>(count));
  at_ += taken.size();
  return taken;
}

std::uint8_t ByteReader::u8(const char* what) { return std::to_integer<std::uint8_t>(take(1, what)[0]); }

std::uint32_t ByteReader::u32be(const char* what) {
  std::uint32_t value = 0;
  for (const std::byte byte : take(4, what)) value = value << 8 | std::to_integer<std::uint32_t>(byte);
  return value;
}

std::uint64_t ByteReader::u64le(const char* what) {
  const auto bytes = take(8, what);
  std::uint64_t value = 0;
  for (std::size_t i = 8; i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes[i]);
  return value;
}

void ByteReader::finish() const {
  if (left() != 0)
    throw FormatError(who_ + ": " + std::to_string(left()) + " bytes follow the end of the data at byte " + std::to_string(at_) +
                      "; nothing may follow it");
}

std::string shown(std::string_view text) {
  std::string safe(text.substr(0, 40));
  for (char& c : safe)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return "'" + safe + (text.size() > 40 ? "...'" : "'");
}

Extent checked_extent(const std::string& who, std::span<const std::uint64_t> sizes, Index element_bytes) {
  constexpr std::uint64_t limit = std::uint64_t{1} << 60;
  std::vector<Index> checked;
  if (sizes.size() > max_rank)
    throw FormatError(who + ": the file states " + std::to_string(sizes.size()) + " axes; a tensor has at most 8");
  for (const std::uint64_t size : sizes) checked.push_back(static_cast<Index>(std::min(size, limit + 1)));
  try {
    const Shape shape{std::span<const Index>(checked)};  // numel is at most 2^60, so its bytes fit in 64 bits
    return {shape, static_cast<std::uint64_t>(shape.numel()) * static_cast<std::uint64_t>(element_bytes)};
  } catch (const ShapeError& error) { throw FormatError(who + ": the file states an impossible " + error.sentence()); }
}

}  // namespace descent::inline v1::data
