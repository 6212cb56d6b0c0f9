#pragma once

#include <concepts>
#include <source_location>

#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1 {

/// A C++ number as an op's argument. Weak: it takes the dtype of the tensor it meets, so `2.0 * x` keeps x's dtype;
/// a fraction that meets an integer tensor makes both f32.
struct Number {
  double real = 0;
  std::int64_t whole = 0;
  enum class Kind : std::uint8_t { flag, whole, real } kind = Kind::real;

  template <class T>
    requires std::is_arithmetic_v<T>
  static constexpr Number of(T value) {
    if constexpr (std::same_as<T, bool>) return {value ? 1.0 : 0.0, value ? 1 : 0, Kind::flag};
    else if constexpr (std::integral<T>) return {static_cast<double>(value), static_cast<std::int64_t>(value), Kind::whole};
    else return {static_cast<double>(value), 0, Kind::real};
  }

  /// The dtype it takes where it meets no tensor.
  constexpr Dtype own_dtype() const { return kind == Kind::real ? Dtype::f32 : kind == Kind::whole ? Dtype::i32 : Dtype::boolean; }
  /// The dtype of an op on it and a tensor of dtype `other`.
  constexpr Dtype meet(Dtype other) const { return promote(other, own_dtype() == Dtype::f32 && is_floating(other) ? other : own_dtype()); }
  /// As a 0-d tensor.
  Tensor as(Dtype dtype) const;
};

/// An argument of a public op: a tensor or a number, and the line of the user's call. Ops take it by value:
/// a temporary arrives with a count of 1, so its memory may be reused for the result; a named variable does not.
class Arg {
 public:
  Arg(Tensor tensor, std::source_location where = std::source_location::current()) noexcept  // NOLINT: the conversion is its purpose
      : tensor_(std::move(tensor)), where_(where), is_number_(false) {}
  Arg(const Buffer& buffer, std::source_location where = std::source_location::current()) noexcept  // NOLINT
      : tensor_(buffer), where_(where), is_number_(false) {}
  template <class T>
    requires std::is_arithmetic_v<T>
  Arg(T number, std::source_location where = std::source_location::current()) noexcept  // NOLINT
      : number_(Number::of(number)), where_(where), is_number_(true) {}

  bool is_number() const { return is_number_; }
  const Number& number() const { return number_; }
  const Tensor& tensor() const& { return tensor_; }
  std::source_location where() const { return where_; }

  /// The tensor, moved out; a number becomes a 0-d tensor of its own dtype.
  Tensor take() { return is_number_ ? number_.as(number_.own_dtype()) : std::move(tensor_); }

 private:
  Tensor tensor_;
  Number number_;
  std::source_location where_;
  bool is_number_;
};

}  // namespace descent::inline v1
