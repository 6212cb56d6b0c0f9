#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace descent::inline v1::data {

/// The whole of a file.
///
/// throws  FileError that starts with `who` and gives the path and the system's reason;
///         FormatError: the file is larger than `max_bytes` (found before more than that is read)
std::vector<std::byte> read_file(const std::string& who, const std::string& path, std::uint64_t max_bytes);

/// Makes `path` hold `parts` one after the other: at every moment, a crash included, it holds either what it held before or
/// all of the new bytes. Written under a name of its own in the same folder, synced, renamed; a link is followed; the
/// mode of an existing file is kept. Several processes may write one path at once: the last to finish wins.
///
/// throws  FileError that starts with `who`; the old file is then as it was and nothing is left beside it
void write_atomically(const std::string& who, const std::string& path, std::span<const std::span<const std::byte>> parts);

}  // namespace descent::inline v1::data
