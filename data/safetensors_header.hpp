#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <descent/autodiff/base/dtype.hpp>
#include <descent/data/safetensors.hpp>

// The JSON part of a safetensors file: what it says, not yet whether that fits the file.

namespace descent::inline v1::data {

/// One tensor as the header states it; a header that was read has all of them.
struct Entry {
  std::string name;
  std::optional<Dtype> dtype;
  std::optional<std::vector<std::uint64_t>> sizes;
  std::optional<std::vector<std::uint64_t>> offsets;  ///< two: begin and end
};

struct Header {
  std::vector<Entry> entries;
  Metadata metadata;
};

/// throws  FormatError that starts with `who`: not JSON, or not a safetensors header
Header parse_header(std::span<const std::byte> bytes, const std::string& who);

/// "F32", "BOOL", ...
std::string_view code_of(Dtype dtype);
/// `text` as JSON. throws ValueError that starts with `who`: not UTF-8
std::string json_string(const std::string& who, const std::string& text);

inline constexpr std::size_t max_name_bytes = 4096;
inline constexpr std::string_view metadata_name = "__metadata__";

}  // namespace descent::inline v1::data
