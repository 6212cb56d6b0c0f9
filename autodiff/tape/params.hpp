#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include <descent/autodiff/base/dtype.hpp>
#include <descent/autodiff/base/fields.hpp>
#include <descent/autodiff/base/shape.hpp>

// An op's parameters are a plain aggregate; everything else about them comes from its fields.

namespace descent::inline v1 {

/// What an op without parameters has.
struct NoParams {};

/// One parameter by value, as an op called by name receives it and as a printed tape shows it.
using ParamValue = std::variant<bool, Index, double, std::string, Dtype, Shape, Axes, std::vector<Index>, std::vector<double>>;
using NamedParams = std::map<std::string, ParamValue, std::less<>>;

/// The operations on a parameter aggregate of unknown type. All null for NoParams.
struct ParamsTable {
  std::size_t size = 0;
  void (*copy)(void* to, const void* from) = nullptr;
  void (*destroy)(void* params) noexcept = nullptr;
  bool (*equal)(const void* a, const void* b) = nullptr;
  void (*list)(const void* params, NamedParams& out) = nullptr;
  void* (*make)() = nullptr;  ///< default values, on the heap
  void (*free)(void* params) noexcept = nullptr;
  bool (*set)(void* params, std::string_view name, const ParamValue& value) = nullptr;  ///< false: no such field or another type
};

/// "axes=[0], keep_axes=true"
std::string to_string(const NamedParams& params);
std::string to_string(const ParamValue& value);

namespace detail {

template <class F> ParamValue to_param(const F& field) {
  if constexpr (std::is_enum_v<F> && !std::is_same_v<F, Dtype>) return static_cast<Index>(field);
  else if constexpr (std::is_same_v<F, bool>) return field;
  else if constexpr (std::is_integral_v<F>) return static_cast<Index>(field);
  else if constexpr (std::is_floating_point_v<F>) return static_cast<double>(field);
  else if constexpr (std::is_constructible_v<ParamValue, const F&>) return field;
  else return std::string("...");  // a recorded program, a rule: named, not shown
}

template <class F> bool from_param(F& field, const ParamValue& value) {
  if constexpr (std::is_same_v<F, bool> || std::is_same_v<F, Dtype> || std::is_same_v<F, std::string>) {
    if (const F* exact = std::get_if<F>(&value)) return field = *exact, true;
  } else if constexpr (std::is_enum_v<F> || std::is_integral_v<F>) {
    if (const Index* whole = std::get_if<Index>(&value)) return field = static_cast<F>(*whole), true;
    if (const bool* flag = std::get_if<bool>(&value)) return field = static_cast<F>(*flag), true;
  } else if constexpr (std::is_floating_point_v<F>) {
    if (const double* real = std::get_if<double>(&value)) return field = static_cast<F>(*real), true;
    if (const Index* whole = std::get_if<Index>(&value)) return field = static_cast<F>(*whole), true;
  } else if constexpr (std::is_constructible_v<ParamValue, const F&>) {
    if (const F* exact = std::get_if<F>(&value)) return field = *exact, true;
    if constexpr (std::is_constructible_v<F, std::span<const Index>>) {
      if (const auto* list = std::get_if<std::vector<Index>>(&value)) return field = F(std::span<const Index>(*list)), true;
      if constexpr (std::is_same_v<F, Axes>)
        if (const Index* one = std::get_if<Index>(&value)) return field = Axes(*one), true;
    }
  }
  return false;
}

template <class P> constexpr ParamsTable params_table() {
  if constexpr (std::is_same_v<P, NoParams>) {
    return {};
  } else {
    return {
        .size = sizeof(P),
        .copy = [](void* to, const void* from) { new (to) P(*static_cast<const P*>(from)); },
        .destroy = [](void* params) noexcept { static_cast<P*>(params)->~P(); },
        .equal =
            [](const void* a, const void* b) {
              std::vector<const void*> left;
              for_each_field(*static_cast<const P*>(a), [&](std::string_view, const auto& f) { left.push_back(&f); });
              bool same = true;
              std::size_t i = 0;
              for_each_field(*static_cast<const P*>(b),
                             [&]<class F>(std::string_view, const F& f) { same = same && *static_cast<const F*>(left[i++]) == f; });
              return same;
            },
        .list =
            [](const void* params, NamedParams& out) {
              for_each_field(*static_cast<const P*>(params), [&](std::string_view name, const auto& f) { out.emplace(name, to_param(f)); });
            },
        .make = []() -> void* { return new P{}; },
        .free = [](void* params) noexcept { delete static_cast<P*>(params); },
        .set =
            [](void* params, std::string_view wanted, const ParamValue& value) {
              bool done = false;
              for_each_field(*static_cast<P*>(params), [&](std::string_view name, auto& f) {
                if (name == wanted) done = from_param(f, value);
              });
              return done;
            },
    };
  }
}

}  // namespace detail
}  // namespace descent::inline v1
