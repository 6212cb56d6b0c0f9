#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <descent/autodiff/ops/ops.hpp>

// The arguments of a call as the cases write them, and how a row of the table reads them.

namespace descent::conformance {

using Tensors = std::vector<Tensor>;

/// One argument: what Python had there. A tensor is its place among the case's tensors.
struct Value {
  enum class Kind { none, flag, whole, real, text, tensor, list, slice, ellipsis, dtype } kind = Kind::none;
  Index whole = 0;            ///< also a flag, and the tensor's place
  double real = 0;            ///< also a whole number
  std::string text{};         ///< also a dtype's name
  std::vector<Value> list{};  ///< also start, stop and step of a slice, none where open

  bool is(Kind what) const { return kind == what; }
  bool is_number() const { return kind == Kind::whole || kind == Kind::real; }
};
using NamedValues = std::vector<std::pair<std::string, Value>>;

/// Thrown by a row for a case that needs an option which descent does not have yet.
struct Later : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A call's arguments, by place or by name, with its tensors. An argument that is left out or None takes the default.
class Args {
 public:
  Args(const std::vector<Value>& placed, const NamedValues& named, std::span<const Tensor> tensors)
      : placed_(placed), named_(named), tensors_(tensors) {}

  std::size_t count() const { return placed_.size(); }
  /// null where left out or None
  const Value* find(std::size_t place, std::string_view name) const;
  bool has(std::size_t place, std::string_view name) const { return find(place, name) != nullptr; }

  const Tensor& x(std::size_t place) const { return x(place, "a tensor"); }
  const Tensor& x(std::size_t place, std::string_view name) const;
  Tensor tensor(const Value& value) const;  ///< a tensor, or a number as 0-d f64
  Tensor tensor(std::size_t place, std::string_view name) const;
  /// The tensors of a list argument, or all that are placed from there on.
  Tensors list(std::size_t place) const;

  Index whole(std::size_t place, std::string_view name, Index otherwise) const;
  double real(std::size_t place, std::string_view name, double otherwise) const;
  bool flag(std::size_t place, std::string_view name, bool otherwise) const;
  std::string text(std::size_t place, std::string_view name, std::string_view otherwise) const;
  /// A list of whole numbers, or one.
  std::vector<Index> wholes(std::size_t place, std::string_view name) const;

 private:
  const std::vector<Value>& placed_;
  const NamedValues& named_;
  std::span<const Tensor> tensors_;
};

}  // namespace descent::conformance
