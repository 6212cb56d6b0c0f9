#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1::data {

struct Named {
  std::string name;
  Tensor value;
};

/// Text that travels with the tensors.
using Metadata = std::map<std::string, std::string>;

struct Safetensors {
  std::vector<Named> tensors;  ///< in the order of their bytes in the file
  Metadata metadata;
};

/// A safetensors file: the length of a JSON header, the header, the tensors' bytes. Read strictly: whatever the reference reader
/// rejects is rejected, and so are names that are there twice, fields that the format does not have, white space before the
/// header, more than 8 axes, names over 4 KiB, bool bytes other than 0 and 1, and dtypes other than BOOL, I32, I64, F32 and F64.
/// A name is only a key; it is never used as a path.
///
/// cost    the file and its tensors are held at once; nothing is allocated on the word of the header alone
/// throws  FileError; FormatError: what is wrong, and in which tensor
/// source  huggingface.co/docs/safetensors, "Format"
Safetensors read_safetensors(const std::string& path);

/// The same from memory; `name` stands for the path in a sentence.
Safetensors parse_safetensors(std::span<const std::byte> bytes, const std::string& name);

/// Writes a safetensors file atomically (see write_atomically). Tensors are laid out by falling element size, then by name, so
/// every one is aligned and equal contents are equal files.
///
/// throws  FileError; before anything is written ValueError: an absent tensor, a name twice, over 4 KiB, not UTF-8 or "__metadata__";
///         AbstractError
void write_safetensors(const std::string& path, std::span<const Named> tensors, const Metadata& metadata = {});

/// The same as bytes.
std::vector<std::byte> to_safetensors(std::span<const Named> tensors, const Metadata& metadata = {});

}  // namespace descent::inline v1::data
