#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <descent/autodiff/base/shape.hpp>

namespace descent::inline v1::data {

/// Reads a file's bytes from front to back and never past its end. Every size that a file states goes through
/// here or through checked_extent; the parsers do no arithmetic of their own on such sizes.
///
/// ownership  borrows the bytes, which must outlive it and what it hands out
class ByteReader {
 public:
  /// `who` opens every sentence: "read_idx: labels.idx".
  ByteReader(std::span<const std::byte> bytes, std::string who) : bytes_(bytes), who_(std::move(who)) {}

  std::uint64_t left() const { return bytes_.size() - at_; }

  /// The next `count` bytes; `what` says what they hold. throws FormatError: fewer are left
  std::span<const std::byte> take(std::uint64_t count, const char* what);
  std::uint8_t u8(const char* what);
  std::uint32_t u32be(const char* what);
  std::uint64_t u64le(const char* what);

  /// throws  FormatError: bytes are left
  void finish() const;

 private:
  std::span<const std::byte> bytes_;
  std::string who_;
  std::size_t at_ = 0;
};

/// Text from a file as a sentence shows it: quoted, on one line, not too long.
std::string shown(std::string_view text);

/// An array as a file states it, once checked.
struct Extent {
  Shape shape;
  std::uint64_t bytes = 0;
};

/// The shape and the byte count of an array of these sizes.
/// throws  FormatError that starts with `who`: over 8 axes, or a product that leaves 2^60 (a size of 0 does not hide one)
Extent checked_extent(const std::string& who, std::span<const std::uint64_t> sizes, Index element_bytes);

}  // namespace descent::inline v1::data
