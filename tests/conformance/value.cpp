#include <descent/tests/conformance/value.hpp>

namespace descent::conformance {

const Value* Args::find(std::size_t place, std::string_view name) const {
  const Value* found = place < placed_.size() ? &placed_[place] : nullptr;
  for (const auto& [key, value] : named_)
    if (key == name) found = &value;
  return found == nullptr || found->is(Value::Kind::none) ? nullptr : found;
}

const Tensor& Args::x(std::size_t place, std::string_view name) const {
  const Value* value = find(place, name);
  if (value == nullptr || !value->is(Value::Kind::tensor)) throw Later("argument " + std::to_string(place) + " is no tensor");
  return tensors_[static_cast<std::size_t>(value->whole)];
}

Tensor Args::tensor(const Value& value) const {
  if (value.is_number()) return scalar(value.real, f64);
  if (!value.is(Value::Kind::tensor)) throw Later("an argument is neither tensor nor number");
  return tensors_[static_cast<std::size_t>(value.whole)];
}

Tensor Args::tensor(std::size_t place, std::string_view name) const {
  const Value* value = find(place, name);
  return value == nullptr ? Tensor() : tensor(*value);
}

Tensors Args::list(std::size_t place) const {
  Tensors result;
  if (placed_.at(place).is(Value::Kind::list))
    for (const Value& value : placed_[place].list) result.push_back(tensor(value));
  else
    for (std::size_t i = place; i < placed_.size(); ++i) result.push_back(tensor(placed_[i]));
  return result;
}

Index Args::whole(std::size_t place, std::string_view name, Index otherwise) const {
  const Value* value = find(place, name);
  return value == nullptr ? otherwise : value->whole;
}

double Args::real(std::size_t place, std::string_view name, double otherwise) const {
  const Value* value = find(place, name);
  if (value == nullptr) return otherwise;
  if (!value->is_number()) throw Later("option " + std::string(name) + " is no number");
  return value->real;
}

bool Args::flag(std::size_t place, std::string_view name, bool otherwise) const { return whole(place, name, otherwise ? 1 : 0) != 0; }

std::string Args::text(std::size_t place, std::string_view name, std::string_view otherwise) const {
  const Value* value = find(place, name);
  return value == nullptr ? std::string(otherwise) : value->text;
}

std::vector<Index> Args::wholes(std::size_t place, std::string_view name) const {
  const Value* value = find(place, name);
  if (value == nullptr) return {};
  if (value->is(Value::Kind::whole)) return {value->whole};
  std::vector<Index> result;
  for (const Value& one : value->list) {
    if (!one.is(Value::Kind::whole)) throw Later("option " + std::string(name) + " has more than whole numbers");
    result.push_back(one.whole);
  }
  return result;
}

}  // namespace descent::conformance
