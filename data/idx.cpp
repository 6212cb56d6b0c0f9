#include <descent/data/idx.hpp>

#include <array>
#include <bit>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/data/byte_reader.hpp>
#include <descent/data/file.hpp>
#include <descent/data/gzip.hpp>

namespace descent::inline v1::data {
namespace {

/// Calls `f(TypeTag<T>{})` with the C++ type of an IDX type byte.
template <class F> decltype(auto) visit_type(const std::string& who, std::uint8_t type, F&& f) {
  switch (type) {
    case 0x08: return f(TypeTag<std::uint8_t>{});
    case 0x09: return f(TypeTag<std::int8_t>{});
    case 0x0b: return f(TypeTag<std::int16_t>{});
    case 0x0c: return f(TypeTag<std::int32_t>{});
    case 0x0d: return f(TypeTag<float>{});
    case 0x0e: return f(TypeTag<double>{});
    default:
      throw FormatError(who + ": the element type is " + std::to_string(type) +
                        "; IDX has 8 (u8), 9 (i8), 11 (i16), 12 (i32), 13 (f32), 14 (f64)");
  }
}

template <class T> constexpr Dtype natural_dtype() {
  if constexpr (std::is_integral_v<T>) return Dtype::i32;
  else return dtype_of<T>;
}

template <class T> T big_endian(const std::byte* from) {
  std::array<std::byte, sizeof(T)> bytes{};
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = from[sizeof(T) - 1 - i];
  return std::bit_cast<T>(bytes);
}

/// The elements of `payload`, big-endian Ts, converted and scaled.
template <class T> Tensor decode(std::span<const std::byte> payload, const Shape& shape, const IdxOptions& options) {
  const Dtype unscaled = options.scale == 1 ? natural_dtype<T>() : promote(natural_dtype<T>(), f32);
  Tensor result = Tensor::adopt(storage::allocate(shape, options.dtype.value_or(unscaled)));
  visit_dtype(result.dtype(), [&](auto tag) {
    using To = typename decltype(tag)::type;
    To* out = reinterpret_cast<To*>(result.node()->data);
    const std::byte* from = payload.data();
    for (Index i = 0; i < shape.numel(); ++i, from += sizeof(T)) {
      const T value = big_endian<T>(from);
      out[i] = static_cast<To>(options.scale == 1 ? static_cast<double>(value) : static_cast<double>(value) * options.scale);
    }
  });
  return result;
}

/// Reads from a ByteReader or a GzipReader: both give checked pieces in order.
template <class Source> Tensor read(Source& source, const std::string& who, const IdxOptions& options) {
  const auto start = source.take(4, "the magic number");
  if (start[0] != std::byte{0} || start[1] != std::byte{0})
    throw FormatError(who + ": the file starts with " + std::to_string(std::to_integer<int>(start[0])) + ", " +
                      std::to_string(std::to_integer<int>(start[1])) + "; an IDX file starts with two zero bytes");
  const auto type = std::to_integer<std::uint8_t>(start[2]);
  const auto axes = std::to_integer<std::uint8_t>(start[3]);
  if (axes == 0) throw FormatError(who + ": the file states 0 axes; an IDX array has at least one");
  if (axes > max_rank) throw FormatError(who + ": the file states " + std::to_string(axes) + " axes; a tensor has at most 8");

  return visit_type(who, type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    if (std::is_floating_point_v<T> && !is_floating(options.dtype.value_or(f32)))
      throw DtypeError(who + ": the file holds " + std::string(name_of(natural_dtype<T>())) + ", asked for " +
                       std::string(name_of(*options.dtype)) + "; read it as f32 or f64");
    const auto stated = source.take(4ULL * axes, "its sizes");
    ByteReader reader(stated, who);
    std::vector<std::uint64_t> sizes;
    for (int i = 0; i < axes; ++i) sizes.push_back(reader.u32be("a size"));
    const Extent extent = checked_extent(who, sizes, sizeof(T));
    if (extent.bytes > options.max_bytes)
      throw FormatError(who + ": shape " + to_string(extent.shape) + " is " + std::to_string(extent.bytes) + " bytes; at most " +
                        std::to_string(options.max_bytes) + " are read");
    const auto payload = source.take(extent.bytes, ("the data of shape " + to_string(extent.shape)).c_str());
    source.finish();
    return decode<T>(payload, extent.shape, options);
  });
}

}  // namespace

Tensor parse_idx(std::span<const std::byte> bytes, const std::string& name, const IdxOptions& options) {
  const std::string who = "read_idx: '" + name + "'";
  if (options.scale != 1 && options.dtype && !is_floating(*options.dtype))
    throw ValueError(who + ": a scale of " + std::to_string(options.scale) + " with dtype " + std::string(name_of(*options.dtype)) +
                     "; ask for f32 or f64 to scale");
  if (is_gzip(bytes)) {
    GzipReader source(bytes, who);
    return read(source, who, options);
  }
  ByteReader source(bytes, who);
  return read(source, who, options);
}

Tensor read_idx(const std::string& path, const IdxOptions& options) {
  return parse_idx(read_file("read_idx", path, options.max_bytes), path, options);
}

}  // namespace descent::inline v1::data
