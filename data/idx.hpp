#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1::data {

struct IdxOptions {
  /// Of the tensor; absent: the file's own, where u8, i8, i16 and i32 become i32, or f32 when they are scaled.
  std::optional<Dtype> dtype = {};
  double scale = 1;                                  ///< every element is multiplied by it
  std::uint64_t max_bytes = std::uint64_t{1} << 30;  ///< of the file, and of its elements once unpacked
};

/// An IDX file, the format of MNIST: two zero bytes, a type, a count of axes, big-endian sizes, elements. Plain or gzipped, told
/// apart by content.
///
/// shape   the file's, 1 to 8 axes
/// dtype   as the options say
/// cost    the file (and its unpacked bytes) and the tensor are held at once; nothing is allocated on the word of the header alone
/// throws  FileError; FormatError: not IDX, cut off, bytes too many, sizes that overflow or do not match the content,
///         larger than max_bytes; ValueError: a scale for an integer dtype; DtypeError: floating elements asked for as integers
/// source  Y. LeCun, C. Cortez, C. Burges, "The MNIST database", section "File formats"
Tensor read_idx(const std::string& path, const IdxOptions& options = {});

/// The same from memory; `name` stands for the path in a sentence.
Tensor parse_idx(std::span<const std::byte> bytes, const std::string& name, const IdxOptions& options = {});

}  // namespace descent::inline v1::data
