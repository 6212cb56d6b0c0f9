#pragma once

#include <array>
#include <concepts>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <descent/autodiff/base/fields.hpp>
#include <descent/autodiff/base/index.hpp>
#include <descent/autodiff/base/shape.hpp>
#include <descent/autodiff/tensor/tensor.hpp>
#include <descent/autodiff/tree/visitor.hpp>

// What a tree is made of. A leaf is a Tensor or a Buffer. A constant is carried along and has no leaves: numbers, enums,
// strings, functions, empty types, and containers of these. A container has parts: Parts<T> below, or the fields of a class.

namespace descent::inline v1::tree {

/// Types without leaves. Specialise it for a type of your own (or give the class a `fields` that visits nothing):
///   template <> inline constexpr bool descent::tree::is_constant<my::Date> = true;
template <class T> inline constexpr bool is_constant = std::is_arithmetic_v<T> || std::is_enum_v<T> || std::is_null_pointer_v<T> ||
                                                       std::is_member_pointer_v<T> || std::is_same_v<T, const char*> ||
                                                       (std::is_pointer_v<T> && std::is_function_v<std::remove_pointer_t<T>>) ||
                                                       (std::is_empty_v<T> && !HasFields<T>);
template <class C, class R, class A> inline constexpr bool is_constant<std::basic_string<C, R, A>> = true;
template <class C, class R> inline constexpr bool is_constant<std::basic_string_view<C, R>> = true;
template <class F> inline constexpr bool is_constant<std::function<F>> = true;
template <> inline constexpr bool is_constant<Shape> = true;
template <> inline constexpr bool is_constant<Axes> = true;
template <class T, class A> inline constexpr bool is_constant<std::vector<T, A>> = is_constant<T>;
template <class T, std::size_t n> inline constexpr bool is_constant<std::array<T, n>> = is_constant<T>;
template <class T> inline constexpr bool is_constant<std::optional<T>> = is_constant<T>;
template <class... T> inline constexpr bool is_constant<std::tuple<T...>> = (is_constant<std::remove_cvref_t<T>> && ...);
template <class A, class B> inline constexpr bool is_constant<std::pair<A, B>> = is_constant<std::tuple<A, B>>;

/// A container that is no class with fields. A specialisation calls `visit(step, part)` for each part in a stable order,
/// where step is an Index or a std::string_view (an empty one adds nothing to the names).
template <class T> struct Parts;

template <class T, class A> struct Parts<std::vector<T, A>> {
  /// auto&&: what vector<bool> gives is no reference.
  static void each(auto& self, auto&& visit) {
    for (Index i = 0; auto&& part : self) visit(i++, part);
  }
};
template <class T, std::size_t n> struct Parts<std::array<T, n>> {
  static void each(auto& self, auto&& visit) {
    for (Index i = 0; auto& part : self) visit(i++, part);
  }
};
template <class T> struct Parts<std::optional<T>> {
  static void each(auto& self, auto&& visit) {
    if (self.has_value()) visit(std::string_view(), *self);
  }
};
template <class A, class B> struct Parts<std::pair<A, B>> {
  static void each(auto& self, auto&& visit) {
    visit(Index{0}, self.first);
    visit(Index{1}, self.second);
  }
};
template <class... T> struct Parts<std::tuple<T...>> {
  static void each(auto& self, auto&& visit) {
    std::apply(
        [&visit](auto&... part) {
          [[maybe_unused]] Index i = 0;
          (visit(i++, part), ...);
        },
        self);
  }
};

/// std::map and what works like it: keys in order, each at most once, that are strings or integers.
template <class T>
concept OrderedMap = requires(T& map, const typename T::key_type& key) {
  typename T::key_compare;
  map.at(key);
} && (std::convertible_to<typename T::key_type, std::string_view> || std::integral<typename T::key_type>);

template <OrderedMap T> inline constexpr bool is_constant<T> = is_constant<typename T::mapped_type>;
template <OrderedMap T> struct Parts<T> {
  static void each(auto& self, auto&& visit) {
    for (auto& [key, part] : self) {
      if constexpr (std::integral<typename T::key_type>) visit(static_cast<Index>(key), part);
      else visit(std::string_view(key), part);
    }
  }
};

/// A class whose parts are known at run time only, such as a chain of layers of any type: it passes the walk on.
/// Its two functions call `tree::walk(part, Path(here, name), visitor)` for each of its parts, in the same order.
template <class T>
concept PassesWalkOn = requires(const T& seen, T& edited, const Path& here, Reader& reader, Editor& editor) {
  seen.visit_leaves(here, reader);
  edited.visit_leaves(here, editor);
};

}  // namespace descent::inline v1::tree
