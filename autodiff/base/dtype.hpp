#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include <descent/autodiff/base/index.hpp>

namespace descent::inline v1 {

/// The element types, in the order of promotion.
enum class Dtype : std::uint8_t { boolean, i32, i64, f32, f64 };

inline constexpr Dtype boolean = Dtype::boolean;  ///< one byte, 0 or 1
inline constexpr Dtype i32 = Dtype::i32;
inline constexpr Dtype i64 = Dtype::i64;
inline constexpr Dtype f32 = Dtype::f32;  ///< the default
inline constexpr Dtype f64 = Dtype::f64;

constexpr bool is_floating(Dtype d) { return d >= Dtype::f32; }
constexpr bool is_integer(Dtype d) { return d == Dtype::i32 || d == Dtype::i64; }

/// Bytes of one element.
constexpr Index size_of(Dtype d) {
  constexpr Index bytes[] = {1, 4, 8, 4, 8};
  return bytes[static_cast<int>(d)];
}

constexpr std::string_view name_of(Dtype d) {
  constexpr std::string_view names[] = {"bool", "i32", "i64", "f32", "f64"};
  return names[static_cast<int>(d)];
}

/// The dtype two tensors meet in: the later of bool < i32 < i64 < f32 < f64; so any integer with f32 is f32.
constexpr Dtype promote(Dtype a, Dtype b) { return a < b ? b : a; }

/// The dtype of a C++ element type.
template <class T> struct DtypeOf;
template <> struct DtypeOf<bool> {
  static constexpr Dtype value = Dtype::boolean;
};
template <> struct DtypeOf<std::int32_t> {
  static constexpr Dtype value = Dtype::i32;
};
template <> struct DtypeOf<std::int64_t> {
  static constexpr Dtype value = Dtype::i64;
};
template <> struct DtypeOf<float> {
  static constexpr Dtype value = Dtype::f32;
};
template <> struct DtypeOf<double> {
  static constexpr Dtype value = Dtype::f64;
};

/// The five types that a tensor's elements can have.
template <class T>
concept Element = requires { DtypeOf<T>::value; };
template <Element T> inline constexpr Dtype dtype_of = DtypeOf<T>::value;

template <class T> struct TypeTag {
  using type = T;
};

/// Calls `f(TypeTag<T>{})` with the C++ type of `d`.
template <class F> constexpr decltype(auto) visit_dtype(Dtype d, F&& f) {
  switch (d) {
    case Dtype::boolean: return f(TypeTag<bool>{});
    case Dtype::i32: return f(TypeTag<std::int32_t>{});
    case Dtype::i64: return f(TypeTag<std::int64_t>{});
    case Dtype::f32: return f(TypeTag<float>{});
    case Dtype::f64: break;
  }
  return f(TypeTag<double>{});
}

}  // namespace descent::inline v1
