#include <descent/data/safetensors.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <set>
#include <string_view>
#include <utility>

#include <descent/autodiff/base/error.hpp>
#include <descent/data/byte_reader.hpp>
#include <descent/data/file.hpp>
#include <descent/data/safetensors_header.hpp>

namespace descent::inline v1::data {
namespace {

static_assert(std::endian::native == std::endian::little, "elements are copied as they lie in the file: little-endian");

constexpr std::uint64_t kMaxHeader = 100'000'000;  // the reference reader's cap
constexpr std::uint64_t kMaxFile = std::uint64_t{1} << 50;

/// An entry whose shape and offsets agree with each other.
struct Placed {
  std::string name;
  Dtype dtype;
  Shape shape;
  std::uint64_t begin;
  std::uint64_t end;
};

Placed place(const std::string& who, Entry entry) {
  const std::string tensor = who + ": tensor " + shown(entry.name);
  const Extent extent = checked_extent(tensor, *entry.sizes, size_of(*entry.dtype));
  const std::uint64_t begin = (*entry.offsets)[0];
  const std::uint64_t end = (*entry.offsets)[1];
  const std::string range = "data_offsets [" + std::to_string(begin) + ", " + std::to_string(end) + "]";
  if (end < begin) throw FormatError(tensor + " has " + range + "; the end comes before the begin");
  if (end - begin != extent.bytes)
    throw FormatError(tensor + " has " + range + "; " + std::string(code_of(*entry.dtype)) + " of shape " + to_string(extent.shape) +
                      " takes " + std::to_string(extent.bytes) + " bytes");
  return {std::move(entry.name), *entry.dtype, extent.shape, begin, end};
}

/// The entries in the order of their bytes. throws FormatError: they overlap, leave a hole or do not end where the file does
std::vector<Placed> place_all(const std::string& who, std::vector<Entry> entries, std::uint64_t body) {
  std::vector<Placed> placed;
  placed.reserve(entries.size());
  for (Entry& entry : entries) placed.push_back(place(who, std::move(entry)));
  std::ranges::stable_sort(placed, {}, [](const Placed& p) { return std::pair(p.begin, p.end); });

  std::uint64_t at = 0;
  for (const Placed& tensor : placed) {
    if (tensor.begin != at)
      throw FormatError(who + ": tensor " + shown(tensor.name) + " begins at byte " + std::to_string(tensor.begin) +
                        " of the data; the one before ends at " + std::to_string(at) + ", and tensors neither overlap nor leave holes");
    at = tensor.end;
  }
  if (at != body)
    throw FormatError(who + ": the tensors take " + std::to_string(at) + " bytes; " + std::to_string(body) + " follow the header");
  return placed;
}

Tensor read_tensor(const std::string& who, const Placed& placed, std::span<const std::byte> bytes) {
  const auto odd = [](std::byte b) { return b != std::byte{0} && b != std::byte{1}; };
  if (placed.dtype == Dtype::boolean && std::ranges::any_of(bytes, odd))
    throw FormatError(who + ": tensor " + shown(placed.name) + " is BOOL and holds a byte other than 0 and 1");
  Tensor tensor = Tensor::adopt(storage::allocate(placed.shape, placed.dtype));
  if (!bytes.empty()) std::memcpy(tensor.node()->data, bytes.data(), bytes.size());
  return tensor;
}

/// The bytes of a tensor's elements. throws AbstractError
std::span<const std::byte> bytes_of(const Tensor& tensor) {
  return visit_dtype(tensor.dtype(), [&](auto tag) { return std::as_bytes(tensor.data<typename decltype(tag)::type>()); });
}

void check_names(const std::string& who, std::span<const Named> tensors) {
  std::set<std::string_view> names;
  for (const Named& tensor : tensors) {
    const std::string& name = tensor.name;
    if (tensor.value.absent()) throw ValueError(who + ": the tensor " + shown(name) + " is absent; leave it out");
    if (name == metadata_name) throw ValueError(who + ": a tensor is named '__metadata__'; the format keeps that name for itself");
    if (name.size() > max_name_bytes)
      throw ValueError(who + ": a name has " + std::to_string(name.size()) + " bytes; at most 4096 are allowed");
    if (!names.insert(name).second) throw ValueError(who + ": two tensors are named " + shown(name) + "; names must differ");
  }
}

/// The order of the bytes: falling element size, then name.
std::vector<const Named*> laid_out(std::span<const Named> tensors) {
  std::vector<const Named*> order;
  for (const Named& tensor : tensors) order.push_back(&tensor);
  std::ranges::sort(order, {}, [](const Named* t) { return std::pair(-size_of(t->value.dtype()), std::string_view(t->name)); });
  return order;
}

std::string header_of(const std::string& who, std::span<const Named* const> order, const Metadata& metadata) {
  std::string text = "{";
  const auto separate = [&] { text += text.back() == '{' ? "" : ","; };
  if (!metadata.empty()) {
    text += "\"__metadata__\":{";
    for (const auto& [key, value] : metadata) {
      separate();
      text += json_string(who, key) + ":" + json_string(who, value);
    }
    text += "}";
  }
  std::size_t at = 0;
  for (const Named* tensor : order) {
    separate();
    std::string shape = to_string(tensor->value.shape());
    std::erase(shape, ' ');
    const std::size_t end = at + bytes_of(tensor->value).size();
    text += json_string(who, tensor->name) + R"(:{"dtype":")" + std::string(code_of(tensor->value.dtype())) + R"(","shape":)" + shape +
            R"(,"data_offsets":[)" + std::to_string(at) + "," + std::to_string(end) + "]}";
    at = end;
  }
  text += "}";
  text.append((8 - text.size() % 8) % 8, ' ');  // so that the elements are aligned
  if (text.size() > kMaxHeader)
    throw ValueError(who + ": the header has " + std::to_string(text.size()) + " bytes; at most 100000000 are allowed");
  return text;
}

/// The file in pieces: the header with its length in front, then every tensor's own bytes.
struct Pieces {
  std::vector<std::byte> head;
  std::vector<std::span<const std::byte>> all;
};

Pieces pieces_of(const std::string& who, std::span<const Named> tensors, const Metadata& metadata) {
  check_names(who, tensors);
  const auto order = laid_out(tensors);
  const std::string header = header_of(who, order, metadata);

  Pieces pieces;
  const auto length = std::bit_cast<std::array<std::byte, 8>>(static_cast<std::uint64_t>(header.size()));
  pieces.head.assign(length.begin(), length.end());
  const auto text = std::as_bytes(std::span(header));
  pieces.head.insert(pieces.head.end(), text.begin(), text.end());
  pieces.all.emplace_back(pieces.head);
  for (const Named* tensor : order) pieces.all.push_back(bytes_of(tensor->value));
  return pieces;
}

}  // namespace

Safetensors parse_safetensors(std::span<const std::byte> bytes, const std::string& name) {
  const std::string who = "read_safetensors: '" + name + "'";
  ByteReader reader(bytes, who);
  const std::uint64_t length = reader.u64le("the header's length");
  if (length > kMaxHeader)
    throw FormatError(who + ": the file states a header of " + std::to_string(length) + " bytes; at most 100000000 are read");
  Header header = parse_header(reader.take(length, "the header"), who);

  Safetensors file;
  const auto placed = place_all(who, std::move(header.entries), reader.left());
  for (const Placed& tensor : placed)
    file.tensors.push_back({tensor.name, read_tensor(who, tensor, reader.take(tensor.end - tensor.begin, "a tensor"))});
  file.metadata = std::move(header.metadata);
  return file;
}

Safetensors read_safetensors(const std::string& path) { return parse_safetensors(read_file("read_safetensors", path, kMaxFile), path); }

std::vector<std::byte> to_safetensors(std::span<const Named> tensors, const Metadata& metadata) {
  const Pieces pieces = pieces_of("to_safetensors", tensors, metadata);
  std::vector<std::byte> bytes;
  for (const auto piece : pieces.all) bytes.insert(bytes.end(), piece.begin(), piece.end());
  return bytes;
}

void write_safetensors(const std::string& path, std::span<const Named> tensors, const Metadata& metadata) {
  const std::string who = "write_safetensors: '" + path + "'";
  write_atomically("write_safetensors", path, pieces_of(who, tensors, metadata).all);
}

}  // namespace descent::inline v1::data
