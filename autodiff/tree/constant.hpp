#pragma once

#include <cstring>
#include <string>
#include <type_traits>

#include <descent/autodiff/tree/parts.hpp>

namespace descent::inline v1::tree {
namespace detail {

/// The value as bytes, behind those of `key`: two of a type have the same bytes if they are equal. What cannot be compared has none.
template <class T> void append_bytes(const T& value, std::string& key) {
  const auto raw = [&key](const auto& plain) {
    char bytes[sizeof(plain)];
    std::memcpy(bytes, &plain, sizeof(plain));
    key.append(bytes, sizeof(plain));
  };
  if constexpr (std::is_null_pointer_v<T>) return;
  else if constexpr (std::is_floating_point_v<T>) raw(static_cast<double>(value));
  else if constexpr (std::is_same_v<T, const char*>) key.append(value == nullptr ? "" : value).append(1, '\0');
  else if constexpr (std::is_convertible_v<const T&, std::string_view>) key.append(std::string_view(value)).append(1, '\0');
  else if constexpr (std::is_integral_v<T> || std::is_enum_v<T> || std::is_pointer_v<T> || std::is_member_pointer_v<T>) raw(value);
  else if constexpr (requires { typename T::traits_type; }) {
    for (const auto character : value) raw(character);
    raw(typename T::value_type{});
  } else if constexpr (std::is_same_v<T, Shape>) {
    for (const Index size : value.sizes()) raw(size);
    raw(Index{-1});
  } else if constexpr (std::is_same_v<T, Axes>) {
    raw(value.all());
    for (const Index axis : value.listed()) raw(axis);
    raw(Index{max_rank});
  } else if constexpr (requires { sizeof(Parts<T>); }) {
    Parts<T>::each(value, [&](const auto& step, const auto& part) {
      append_bytes(step, key);
      append_bytes(part, key);
    });
    key.append(1, '\1');
  }
}

}  // namespace detail

/// A constant of a tree (a number, an enum, a string, a list of these), seen through one pointer.
class Constant {
 public:
  template <class T>
    requires(!std::is_same_v<T, Constant>)
  explicit Constant(const T& value)
      : value_(&value), append_([](const void* seen, std::string& key) { detail::append_bytes(*static_cast<const T*>(seen), key); }) {}

  /// Puts a mark of the type and the value's bytes behind `key`. Functions and types of the user's have no more than the mark.
  void append_to(std::string& key) const {
    detail::append_bytes(append_, key);
    append_(value_, key);
  }

 private:
  const void* value_;
  void (*append_)(const void*, std::string&);
};

}  // namespace descent::inline v1::tree
