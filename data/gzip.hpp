#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace descent::inline v1::data {

/// Whether the bytes begin as a gzip stream does.
bool is_gzip(std::span<const std::byte> bytes);

/// Unpacks one gzip stream piece by piece, as much as is asked for and no more, so that a header inside can be judged
/// before its payload is given memory. A piece that the packed bytes cannot possibly hold (deflate packs 1032 to 1 at best)
/// is refused before it is allocated.
///
/// ownership  borrows the packed bytes
class GzipReader {
 public:
  /// `who` opens every sentence.
  GzipReader(std::span<const std::byte> packed, std::string who);
  ~GzipReader();

  /// The next `count` unpacked bytes; `what` says what they hold. throws FormatError: damaged, or fewer are left
  std::vector<std::byte> take(std::uint64_t count, const char* what);
  /// Reads the checksum at the end. throws FormatError: it is wrong or missing, data are left, bytes follow the stream
  void finish();

 private:
  struct Stream;
  std::size_t unpack(std::span<std::byte> to);

  std::unique_ptr<Stream> stream_;
  std::string who_;
};

}  // namespace descent::inline v1::data
