#include <descent/data/tape_params.hpp>

#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/op.hpp>

namespace descent::inline v1::data {
namespace {

using nlohmann::json;

/// JSON has no infinities.
json real(double x) {
  if (std::isfinite(x)) return x;
  return std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
}
double real_from(const json& text) {
  if (!text.is_string()) return text.get<double>();
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const std::string name = text.get<std::string>();
  if (name == "inf" || name == "-inf") return name == "inf" ? infinity : -infinity;
  if (name == "nan") return std::numeric_limits<double>::quiet_NaN();
  throw json::other_error::create(501, "no number: " + text.dump(), &text);
}

json list(std::span<const Index> values) { return std::vector<Index>(values.begin(), values.end()); }

Dtype dtype_from(const json& text) {
  for (const Dtype dtype : {Dtype::boolean, Dtype::i32, Dtype::i64, Dtype::f32, Dtype::f64})
    if (text == name_of(dtype)) return dtype;
  throw json::other_error::create(501, "no dtype: " + text.dump(), &text);
}
Shape shape_from(const json& text) {
  const auto sizes = text.get<std::vector<Index>>();
  return Shape(std::span<const Index>(sizes));
}

struct ToJson {
  json operator()(bool x) const { return x; }
  json operator()(Index x) const { return x; }
  json operator()(double x) const { return {{"real", real(x)}}; }
  json operator()(const std::string& x) const { return {{"text", x}}; }
  json operator()(Dtype x) const { return {{"dtype", name_of(x)}}; }
  json operator()(const Shape& x) const { return {{"shape", list(x.sizes())}}; }
  json operator()(const Axes& x) const { return {{"axes", x.all() ? json("all") : list(x.listed())}}; }
  json operator()(const std::vector<Index>& x) const { return x; }
  json operator()(const std::vector<double>& x) const {
    json all = json::array();
    for (const double one : x) all.push_back(real(one));
    return {{"reals", all}};
  }
};

}  // namespace

json to_json(const Abstract& like) { return {{"dtype", name_of(like.dtype)}, {"shape", list(like.shape.sizes())}}; }
Abstract abstract_from_json(const json& text) { return {shape_from(text.at("shape")), dtype_from(text.at("dtype"))}; }

json params_to_json(const Op& op, const void* params, std::source_location where) {
  json all = json::object();
  if (op.params.size == 0) return all;
  NamedParams named;
  op.params.list(params, named);
  const std::unique_ptr<void, void (*)(void*) noexcept> again(op.params.make(), op.params.free);
  for (const auto& [name, value] : named) {
    if (!op.params.set(again.get(), name, value))
      throw ValueError("save_tape: the call of " + std::string(op.name) + " at " + where.file_name() + ":" + std::to_string(where.line()) +
                       " holds a function, which no file can; record what it computes without " + std::string(op.name));
    all[name] = std::visit(ToJson{}, value);
  }
  return all;
}

ParamValue param_from_json(const json& text) {
  if (text.is_boolean()) return text.get<bool>();
  if (text.is_number_integer()) return text.get<Index>();
  if (text.is_array()) return text.get<std::vector<Index>>();
  if (!text.is_object() || text.size() != 1) throw json::other_error::create(501, "no parameter: " + text.dump(), &text);
  const std::string kind = text.begin().key();
  const json& value = text.begin().value();
  if (kind == "real") return real_from(value);
  if (kind == "text") return value.get<std::string>();
  if (kind == "dtype") return dtype_from(value);
  if (kind == "shape") return shape_from(value);
  if (kind == "axes") {
    if (value == "all") return Axes();
    const auto axes = value.get<std::vector<Index>>();
    return axes.empty() ? Axes::none() : Axes(std::span<const Index>(axes));
  }
  if (kind == "reals") {
    std::vector<double> all;
    for (const json& one : value) all.push_back(real_from(one));
    return all;
  }
  throw json::other_error::create(501, "no parameter: " + text.dump(), &text);
}

}  // namespace descent::inline v1::data
