#include <descent/data/safetensors_header.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/data/byte_reader.hpp>

namespace descent::inline v1::data {
namespace {

constexpr std::array<std::pair<Dtype, std::string_view>, 5> kDtypes{
    {{Dtype::boolean, "BOOL"}, {Dtype::i32, "I32"}, {Dtype::i64, "I64"}, {Dtype::f32, "F32"}, {Dtype::f64, "F64"}}};

/// Takes the header's JSON event by event and allows the format's shape only; so nothing nests deeper than three levels, whatever
/// the text does.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderReader(const std::string& who) : who_(who) {}

  Header take() && { return std::move(header_); }

  bool null() override { return refuse("null"); }
  bool boolean(bool) override { return refuse("a boolean"); }
  bool number_float(number_float_t, const string_t& text) override {
    return refuse(at_ == At::shape || at_ == At::offsets ? "the number " + shown(text) + " (sizes and offsets are whole and below 2^64)"
                                                         : "a number");
  }
  bool number_integer(number_integer_t value) override { return refuse("the negative number " + std::to_string(value)); }
  bool binary(binary_t&) override { return refuse("binary data"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (at_ != At::shape && at_ != At::offsets) return refuse("a number");
    auto& list = at_ == At::shape ? *entry().sizes : *entry().offsets;
    if (at_ == At::shape && list.size() == max_rank) fail_in_tensor("has more than 8 axes; a tensor has at most 8");
    if (at_ == At::offsets && list.size() == 2) fail_in_tensor("has more than 2 data_offsets");
    list.push_back(value);
    return true;
  }

  bool string(string_t& value) override {
    if (at_ == At::metadata) {
      header_.metadata[key_] = std::move(value);
      return true;
    }
    if (at_ != At::tensor || key_ != "dtype") return refuse("the string " + shown(value));
    const auto* known = std::ranges::find(kDtypes, value, &std::pair<Dtype, std::string_view>::second);
    if (known == kDtypes.end()) fail_in_tensor("has dtype " + shown(value) + "; BOOL, I32, I64, F32 and F64 are read");
    entry().dtype = known->first;
    return true;
  }

  bool start_object(std::size_t) override {
    if (at_ == At::start) at_ = At::top;
    else if (at_ == At::top && key_ == metadata_name) at_ = At::metadata;
    else if (at_ == At::top) {
      at_ = At::tensor;
      header_.entries.push_back({key_, {}, {}, {}});
    } else return refuse("an object");
    return true;
  }

  bool end_object() override {
    if (at_ == At::tensor && !(entry().dtype && entry().sizes && entry().offsets))
      fail_in_tensor("lacks a field; it needs dtype, shape and data_offsets");
    at_ = at_ == At::top ? At::start : At::top;
    return true;
  }

  bool key(string_t& name) override {
    if (at_ == At::top && name.size() > max_name_bytes)
      fail("a name of " + std::to_string(name.size()) + " bytes; at most 4096 are allowed");
    if (at_ == At::top && !names_.insert(name).second) fail("the name " + shown(name) + " is there twice");
    if (at_ == At::metadata && header_.metadata.contains(name)) fail("the metadata key " + shown(name) + " is there twice");
    if (at_ == At::tensor) check_field(name);
    key_ = std::move(name);
    return true;
  }

  bool start_array(std::size_t) override {
    if (at_ != At::tensor || key_ == "dtype") return refuse("an array");
    at_ = key_ == "shape" ? At::shape : At::offsets;
    (at_ == At::shape ? entry().sizes : entry().offsets).emplace();
    return true;
  }

  bool end_array() override {
    if (at_ == At::offsets && entry().offsets->size() != 2)
      fail_in_tensor("has " + std::to_string(entry().offsets->size()) + " data_offsets; it needs 2, begin and end");
    at_ = At::tensor;
    return true;
  }

  bool parse_error(std::size_t at, const std::string&, const nlohmann::detail::exception&) override {
    fail("the header is not JSON at its byte " + std::to_string(at));
  }

 private:
  enum class At { start, top, metadata, tensor, shape, offsets };

  [[noreturn]] void fail(const std::string& what) const { throw FormatError(who_ + ": " + what); }
  [[noreturn]] void fail_in_tensor(const std::string& what) const { fail("tensor " + shown(header_.entries.back().name) + " " + what); }

  /// An event that the format has no place for here.
  bool refuse(const std::string& got) const {
    switch (at_) {
      case At::start: fail("the header is " + got + "; it must be an object of tensors");
      case At::top: fail("the entry " + shown(key_) + " is " + got + "; it must be an object");
      case At::metadata: fail("the metadata " + shown(key_) + " is " + got + "; it must be a string");
      case At::tensor: fail_in_tensor("has " + got + " as its " + key_);
      case At::shape: fail_in_tensor("has " + got + " in its shape");
      case At::offsets: break;
    }
    fail_in_tensor("has " + got + " in its data_offsets");
  }

  void check_field(const std::string& name) {
    const bool known = name == "dtype" || name == "shape" || name == "data_offsets";
    if (!known) fail_in_tensor("has a field " + shown(name) + "; it may have dtype, shape and data_offsets");
    const bool twice = name == "dtype"   ? entry().dtype.has_value()
                       : name == "shape" ? entry().sizes.has_value()
                                         : entry().offsets.has_value();
    if (twice) fail_in_tensor("has its " + name + " twice");
  }

  Entry& entry() { return header_.entries.back(); }

  const std::string& who_;
  Header header_;
  std::set<std::string, std::less<>> names_;
  std::string key_;
  At at_ = At::start;
};

}  // namespace

std::string_view code_of(Dtype dtype) { return std::ranges::find(kDtypes, dtype, &std::pair<Dtype, std::string_view>::first)->second; }

std::string json_string(const std::string& who, const std::string& text) try {
  return nlohmann::json(text).dump();
} catch (const nlohmann::json::type_error&) { throw ValueError(who + ": the text " + shown(text) + " is not UTF-8"); }

Header parse_header(std::span<const std::byte> bytes, const std::string& who) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with('{')) throw FormatError(who + ": the header must start with '{'");
  if (text.find('\0') != std::string_view::npos) throw FormatError(who + ": the header holds a NUL; it is not JSON");
  HeaderReader reader(who);
  nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
  return std::move(reader).take();
}

}  // namespace descent::inline v1::data
