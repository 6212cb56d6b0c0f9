#include <descent/tests/conformance/cases.hpp>

#include <cmath>
#include <cstring>
#include <fstream>

#include <nlohmann/json.hpp>

namespace descent::conformance {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.string() + ": cannot be opened");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The elements of a 1-d array in NumPy's format, version 1: magic (6), version (2), length of the header (2), header, elements.
template <class T> std::vector<T> read_array(const fs::path& path, const char* type) {
  const std::string bytes = bytes_of(path);
  if (bytes.size() < 10 || !bytes.starts_with("\x93NUMPY\x01")) throw std::runtime_error(path.string() + ": no .npy file of version 1");
  const std::size_t start = 10 + static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
  if (bytes.substr(0, start).find(type) == std::string::npos) throw std::runtime_error(path.string() + ": its elements are not " + type);
  std::vector<T> elements((bytes.size() - start) / sizeof(T));
  std::memcpy(elements.data(), bytes.data() + start, elements.size() * sizeof(T));
  return elements;
}

/// The flat arrays that an op's tensors lie in.
struct Buffers {
  std::vector<double> f64;
  std::vector<std::int64_t> i64;
};

/// `count` elements of a flat array.
template <class T> std::span<const T> part(const std::vector<T>& buffer, std::size_t offset, Index count) {
  if (offset > buffer.size() || static_cast<std::size_t>(count) > buffer.size() - offset)
    throw std::runtime_error("a tensor leaves its array");
  return std::span(buffer).subspan(offset, static_cast<std::size_t>(count));
}

/// Elements lie in row-major order, also where `strides` tells how the producer had them.
Tensor to_tensor(const json& what, const Buffers& buffers) {
  if (what.is_null()) return {};
  const Shape shape(what["shape"].get<std::vector<Index>>());
  const std::size_t offset = what["off"];
  if (what["buf"] == "f64") return from_span<double>(part(buffers.f64, offset, shape.numel()), shape);
  return from_span<std::int64_t>(part(buffers.i64, offset, shape.numel()), shape, what["dtype"] == "bool" ? boolean : i64);
}

Tensors to_tensors(const json& list, const Buffers& buffers) {
  Tensors result;
  if (list.is_array())
    for (const json& one : list) result.push_back(to_tensor(one, buffers));
  return result;
}

Value to_value(const json& what);

Value to_list(Value::Kind kind, const json& list) {
  Value value{.kind = kind};
  for (const json& one : list) value.list.push_back(to_value(one));
  return value;
}

/// {"$t": 0}, {"$f": "nan"}, {"$slice": [a, b, c]}, {"$dtype": ...}, {"$ellipsis": 1}
Value to_special(const json& what) {
  const std::string& key = what.begin().key();
  const json& inner = what.begin().value();
  if (key == "$t") return {.kind = Value::Kind::tensor, .whole = inner};
  if (key == "$slice") return to_list(Value::Kind::slice, inner);
  if (key == "$ellipsis") return {.kind = Value::Kind::ellipsis};
  if (key == "$dtype") return {.kind = Value::Kind::dtype, .text = inner};
  if (key != "$f") throw std::runtime_error("an argument of unknown form: " + what.dump());
  return {.kind = Value::Kind::real, .real = inner == "inf" ? INFINITY : inner == "-inf" ? -INFINITY : NAN};
}

Value to_value(const json& what) {
  if (what.is_object()) return to_special(what);
  if (what.is_array()) return to_list(Value::Kind::list, what);
  if (what.is_string()) return {.kind = Value::Kind::text, .text = what};
  if (what.is_boolean()) return {.kind = Value::Kind::flag, .whole = what.get<bool>() ? 1 : 0};
  if (what.is_number_integer()) return {.kind = Value::Kind::whole, .whole = what, .real = what};
  if (what.is_number()) return {.kind = Value::Kind::real, .real = what};
  return {};
}

/// What the producer's own checks let one rely on.
bool is_sound(const json& what) {
  const json& checks = what["checks"];
  const bool exact = !checks.contains("dot") || checks["dot"].is_null() || checks["dot"].get<double>() < 1e-9;
  return exact && what["smooth"].get<bool>() && !what.contains("post");
}

Case to_case(const json& what, const Buffers& buffers) {
  Case result;
  result.placed = to_list(Value::Kind::list, what["args"]).list;
  for (const auto& [name, value] : what["kwargs"].items()) result.named.emplace_back(name, to_value(value));
  result.tensors = to_tensors(what["tensors"], buffers);
  result.out = to_tensors(what["out"], buffers);
  result.by = what["wrt"].get<std::vector<std::size_t>>();
  result.results = what["diff_out"].get<std::vector<std::size_t>>();
  result.ct = to_tensors(what["cotangent"], buffers);
  result.t = to_tensors(what["tangent"], buffers);
  result.vjp = to_tensors(what["vjp"], buffers);
  result.jvp = to_tensors(what["jvp"], buffers);
  result.hvp = to_tensors(what["hvp"], buffers);
  result.sound = is_sound(what);
  return result;
}

json read_json(const fs::path& path) {
  try {
    return json::parse(bytes_of(path));
  } catch (const json::exception& error) { throw std::runtime_error(path.string() + ": " + error.what()); }
}

}  // namespace

std::vector<std::string> read_index(const fs::path& folder) {
  const json index = read_json(folder / "index.json");
  if (!index.is_object() || index.value("format", 0) != 1)
    throw std::runtime_error((folder / "index.json").string() + ": its format is not 1");
  std::vector<std::string> names;
  for (const json& op : index["ops"]) names.push_back(op["name"]);
  return names;
}

std::vector<Case> read_cases(const fs::path& folder, const std::string& op) {
  const fs::path stem = folder / "ops" / op;
  Buffers buffers;
  buffers.f64 = read_array<double>(stem.string() + ".f64.npy", "<f8");
  if (fs::exists(stem.string() + ".i64.npy")) buffers.i64 = read_array<std::int64_t>(stem.string() + ".i64.npy", "<i8");
  const json all = read_json(stem.string() + ".json");
  std::vector<Case> cases;
  try {
    for (const json& one : all.at("cases")) cases.push_back(to_case(one, buffers));
  } catch (const std::exception& error) { throw std::runtime_error(stem.string() + ".json: " + error.what()); }
  return cases;
}

}  // namespace descent::conformance
