#include <descent/data/gzip.hpp>

#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::data {
namespace {

constexpr std::uint64_t kBestRatio = 1032;  // of deflate: 258 bytes from 2 bits
constexpr std::uint64_t kInFlight = 1024;   // unpacked bytes that zlib may hold back
constexpr std::size_t kAtOnce = std::size_t{1} << 30;
constexpr int kGzipOnly = 16 + MAX_WBITS;

}  // namespace

bool is_gzip(std::span<const std::byte> bytes) { return bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b}; }

struct GzipReader::Stream {
  explicit Stream(std::span<const std::byte> packed) : left(packed) {
    if (inflateInit2(&zlib, kGzipOnly) != Z_OK) throw std::bad_alloc();
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { inflateEnd(&zlib); }

  /// zlib counts in 32 bits: the packed bytes are handed over in chunks.
  void refill() {
    if (zlib.avail_in != 0) return;
    const auto chunk = left.first(std::min(left.size(), kAtOnce));
    zlib.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(chunk.data()));  // zlib reads only
    zlib.avail_in = static_cast<uInt>(chunk.size());
    left = left.subspan(chunk.size());
  }
  std::uint64_t packed_left() const { return left.size() + zlib.avail_in; }

  z_stream zlib{};
  std::span<const std::byte> left;
  bool ended = false;
};

GzipReader::GzipReader(std::span<const std::byte> packed, std::string who)
    : stream_(std::make_unique<Stream>(packed)), who_(std::move(who)) {}
GzipReader::~GzipReader() = default;

/// Fills `to` as far as the stream goes; the count of bytes written.
std::size_t GzipReader::unpack(std::span<std::byte> to) {
  Stream& stream = *stream_;
  std::size_t done = 0;
  while (!stream.ended && done < to.size()) {
    stream.refill();
    const auto room = std::min(to.size() - done, kAtOnce);
    stream.zlib.next_out = reinterpret_cast<Bytef*>(to.data() + done);
    stream.zlib.avail_out = static_cast<uInt>(room);
    const int code = inflate(&stream.zlib, Z_NO_FLUSH);
    done += room - stream.zlib.avail_out;
    stream.ended = code == Z_STREAM_END;
    if (code == Z_MEM_ERROR) throw std::bad_alloc();
    if (code == Z_BUF_ERROR || (code == Z_OK && stream.zlib.avail_out != 0 && stream.packed_left() == 0))
      throw FormatError(who_ + ": the gzip stream ends early; the file is cut off");
    if (code != Z_OK && code != Z_STREAM_END)
      throw FormatError(who_ + ": the gzip stream is damaged" + (stream.zlib.msg ? ": " + std::string(stream.zlib.msg) : std::string()));
  }
  return done;
}

std::vector<std::byte> GzipReader::take(std::uint64_t count, const char* what) {
  const std::uint64_t packed = stream_->packed_left();
  if (count > kInFlight && (count - kInFlight) / kBestRatio > packed)
    throw FormatError(who_ + ": " + std::to_string(count) + " bytes are wanted for " + what + "; the " + std::to_string(packed) +
                      " gzip bytes that are left cannot hold them");
  std::vector<std::byte> bytes(static_cast<std::size_t>(count));
  if (const std::size_t got = unpack(bytes); got != count)
    throw FormatError(who_ + ": the unpacked data end early, in " + what + ": " + std::to_string(count) + " bytes are wanted, " +
                      std::to_string(got) + " are left");
  return bytes;
}

void GzipReader::finish() {
  std::array<std::byte, 1> extra{};
  if (unpack(extra) != 0) throw FormatError(who_ + ": bytes follow the end of the unpacked data; nothing may follow it");
  if (const std::uint64_t tail = stream_->packed_left(); tail != 0)
    throw FormatError(who_ + ": " + std::to_string(tail) + " bytes follow the gzip stream; nothing may follow it");
}

}  // namespace descent::inline v1::data
