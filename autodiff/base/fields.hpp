#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

// The members of a class and their names, without macro or registration. An aggregate is taken as it is: its fields are
// counted by brace initialisation and their names are read from what the compiler prints for a pointer to each.
// Any other class lists its fields in one line, which serves const and non-const objects, and in which names may be computed:
//
//   static void fields(auto& self, auto&& visit) { visit("weight", self.weight); visit("bias", self.bias); }

namespace descent::inline v1 {

/// The largest number of fields of an aggregate that are found without its help.
inline constexpr std::size_t max_fields = 32;

namespace detail {

/// Takes any field; what `fields` is asked with to see whether it is there.
struct FieldSink {
  constexpr void operator()(std::string_view, const auto&) const {}
};

}  // namespace detail

/// A class that lists its fields itself.
template <class T>
concept HasFields = std::is_class_v<T> && requires(T& object, const detail::FieldSink& sink) { T::fields(object, sink); };

namespace detail {

// Why the fields of an aggregate cannot be found.
enum class Obstacle { none, is_union, not_aggregate, base_class, uncountable, too_many, c_array, const_member, reference };

// Stands for a value of any type in initialisers that are looked at but never run. It has a body because clang looks for
// that of a conversion to a type of an unnamed namespace.
template <std::size_t> struct Anything {
  template <class T> operator T() const { throw 0; }  // NOLINT: the conversion is its purpose
};

// The same for a base class of T only. Not copyable, so that no member made "from anything" takes it.
template <class T> struct AnyBase {
  AnyBase(const AnyBase&) = delete;
  template <class B>
    requires(std::is_base_of_v<B, T> && !std::is_same_v<B, T>)
  operator B() const {
    throw 0;
  }  // NOLINT
};

template <class T>
concept HasBase = requires(const AnyBase<T>& base) { T{base}; };

template <class T, std::size_t... I> constexpr bool takes(std::index_sequence<I...>) {
  return requires { T{Anything<I>{}...}; };
}
template <class T, std::size_t n> inline constexpr bool takes_values = takes<T>(std::make_index_sequence<n>{});

// The smallest count of initialisers that T takes; max_fields + 1 when none does.
template <class T, std::size_t n = 0> constexpr std::size_t least_count() {
  if constexpr (n > max_fields || takes_values<T, n>) return n;
  else return least_count<T, n + 1>();
}

// The largest count, starting at one that T takes; max_fields + 1 stands for every larger one.
template <class T, std::size_t n> constexpr std::size_t largest_count() {
  if constexpr (n > max_fields || !takes_values<T, n + 1>) return n;
  else return largest_count<T, n + 1>();
}

// A C array has an initialiser for each element, but only one when it has braces of its own: `{}`.
template <class T, std::size_t... Before, std::size_t... After>
constexpr bool takes_braces_between(std::index_sequence<Before...>, std::index_sequence<After...>) {
  return requires { T{Anything<Before>{}..., {}, Anything<After>{}...}; };
}
template <class T, std::size_t before, std::size_t after> inline constexpr bool takes_braces_at =
    takes_braces_between<T>(std::make_index_sequence<before>{}, std::make_index_sequence<after>{});

// How many initialisers the braces at `before` stand for; 1 when there may be none.
template <class T, std::size_t count, std::size_t before, std::size_t width = 1> constexpr std::size_t width_of_braces() {
  if constexpr (before + width > count) return 1;
  else if constexpr (takes_braces_at<T, before, count - before - width>) return width;
  else return width_of_braces<T, count, before, width + 1>();
}
template <class T, std::size_t... I> constexpr bool has_array(std::index_sequence<I...>) {
  return ((width_of_braces<T, sizeof...(I), I>() > 1) || ...);
}

// Calls `use` with every member of an aggregate of `count` fields.
// clang-format off: a table
template <std::size_t count, class T, class Use> constexpr decltype(auto) with_members(T& object, Use&& use) {
  if constexpr (count == 0) return use();
  else if constexpr (count == 1) {
    auto& [a] = object;
    return use(a);
  } else if constexpr (count == 2) {
    auto& [a, b] = object;
    return use(a, b);
  } else if constexpr (count == 3) {
    auto& [a, b, c] = object;
    return use(a, b, c);
  } else if constexpr (count == 4) {
    auto& [a, b, c, d] = object;
    return use(a, b, c, d);
  } else if constexpr (count == 5) {
    auto& [a, b, c, d, e] = object;
    return use(a, b, c, d, e);
  } else if constexpr (count == 6) {
    auto& [a, b, c, d, e, f] = object;
    return use(a, b, c, d, e, f);
  } else if constexpr (count == 7) {
    auto& [a, b, c, d, e, f, g] = object;
    return use(a, b, c, d, e, f, g);
  } else if constexpr (count == 8) {
    auto& [a, b, c, d, e, f, g, h] = object;
    return use(a, b, c, d, e, f, g, h);
  } else if constexpr (count == 9) {
    auto& [a, b, c, d, e, f, g, h, i] = object;
    return use(a, b, c, d, e, f, g, h, i);
  } else if constexpr (count == 10) {
    auto& [a, b, c, d, e, f, g, h, i, j] = object;
    return use(a, b, c, d, e, f, g, h, i, j);
  } else if constexpr (count == 11) {
    auto& [a, b, c, d, e, f, g, h, i, j, k] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k);
  } else if constexpr (count == 12) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l);
  } else if constexpr (count == 13) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m);
  } else if constexpr (count == 14) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n);
  } else if constexpr (count == 15) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o);
  } else if constexpr (count == 16) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p);
  } else if constexpr (count == 17) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q);
  } else if constexpr (count == 18) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r);
  } else if constexpr (count == 19) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s);
  } else if constexpr (count == 20) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t);
  } else if constexpr (count == 21) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u);
  } else if constexpr (count == 22) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v);
  } else if constexpr (count == 23) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w);
  } else if constexpr (count == 24) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x);
  } else if constexpr (count == 25) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y);
  } else if constexpr (count == 26) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z);
  } else if constexpr (count == 27) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A);
  } else if constexpr (count == 28) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B);
  } else if constexpr (count == 29) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C);
  } else if constexpr (count == 30) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D);
  } else if constexpr (count == 31) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E);
  } else if constexpr (count == 32) {
    auto& [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F] = object;
    return use(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A, B, C, D, E, F);
  }
}
// clang-format on

// Seen through a plain object, a const field is const; seen through a const object, only what a reference refers to is not.
struct SeesConst {
  template <class... M> constexpr auto operator()(M&...) const { return std::bool_constant<(std::is_const_v<M> || ...)>{}; }
};
struct SeesPlain {
  template <class... M> constexpr auto operator()(M&...) const { return std::bool_constant<(!std::is_const_v<M> || ...)>{}; }
};
struct SeesArray {
  template <class... M> constexpr auto operator()(M&...) const { return std::bool_constant<(std::is_array_v<M> || ...)>{}; }
};
template <class T, std::size_t n, class Question> inline constexpr bool seen =
    decltype(with_members<n>(std::declval<T&>(), Question{}))::value;

template <class T> constexpr Obstacle find_obstacle() {
  if constexpr (std::is_union_v<T>) return Obstacle::is_union;
  else if constexpr (!std::is_aggregate_v<T> || std::is_array_v<T>) return Obstacle::not_aggregate;
  else if constexpr (HasBase<T>) return Obstacle::base_class;
  else {
    constexpr std::size_t least = least_count<T>();
    if constexpr (least > max_fields) return takes_values<T, least> ? Obstacle::too_many : Obstacle::uncountable;
    else {
      constexpr std::size_t n = largest_count<T, least>();
      if constexpr (n > max_fields) return Obstacle::too_many;
      else if constexpr (has_array<T>(std::make_index_sequence<n>{})) return Obstacle::c_array;
      else if constexpr (seen<T, n, SeesArray>) return Obstacle::c_array;  // of one element
      else if constexpr (seen<T, n, SeesConst>) return Obstacle::const_member;
      else if constexpr (seen<const T, n, SeesPlain>) return Obstacle::reference;
      else return Obstacle::none;
    }
  }
}
template <class T> inline constexpr Obstacle obstacle = find_obstacle<T>();

// One sentence for each obstacle; true when there is none.
template <class T> constexpr bool require_fields() {
  constexpr Obstacle found = obstacle<T>;
  static_assert(found != Obstacle::is_union,
                "fields: a union has no fields of its own; hold a std::optional or a struct, "
                "or list what is to be seen: static void fields(auto& self, auto&& visit) { visit(\"weight\", self.weight); }");
  static_assert(found != Obstacle::not_aggregate,
                "fields: this type is no aggregate (it has private members, constructors or virtual functions, or is no class of "
                "yours); list its fields in one line: "
                "static void fields(auto& self, auto&& visit) { visit(\"weight\", self.weight); }");
  static_assert(found != Obstacle::base_class,
                "fields: this type has a base class, whose fields cannot be told from its own; make the base a "
                "member, or list all fields in one line: static void fields(auto& self, auto&& visit) { visit(\"weight\", self.weight); }");
  static_assert(found != Obstacle::uncountable,
                "fields: the fields of this type cannot be counted: a member is a reference or can be made from "
                "anything; list its fields in one line: static void fields(auto& self, auto&& visit) { visit(\"weight\", self.weight); }");
  static_assert(found != Obstacle::too_many,
                "fields: this type has more than 32 fields (the elements of a C array count one by one); group them in "
                "structs, or list them: static void fields(auto& self, auto&& visit) { visit(\"weight\", self.weight); }");
  static_assert(found != Obstacle::c_array,
                "fields: a member of this type is a C array; make it a std::array, or list the fields in one line: "
                "static void fields(auto& self, auto&& visit) { visit(\"weight\", self.weight[0]); }");
  static_assert(found != Obstacle::const_member,
                "fields: a member of this type is const or refers to a const value; make it a plain value, or list "
                "the fields in one line: static void fields(auto& self, auto&& visit) { visit(\"weight\", self.weight); }");
  static_assert(found != Obstacle::reference,
                "fields: a member of this type is a reference or mutable; make it a plain value, or list "
                "the fields in one line: static void fields(auto& self, auto&& visit) { visit(\"weight\", self.weight); }");
  return found == Obstacle::none;
}

// Names: an object that is declared and never defined has members whose addresses are constants, and a compiler prints the
// name of such a member where the address is a template argument. Clang warns of the missing definition, which is meant.
#ifdef __clang__
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wundefined-internal"
#pragma clang diagnostic ignored "-Wundefined-var-template"
#endif
template <class T> struct Wrapped {
  T value;
};
template <class T> extern const Wrapped<T> never_defined;

template <class P> struct Address {  // a class, because clang takes the address of a member only inside one
  P to;
};
template <auto address> constexpr const char* printed() { return __PRETTY_FUNCTION__; }

struct Addresses {
  template <class... M> constexpr auto operator()(const M&... member) const { return std::tuple<const M*...>(&member...); }
};
// A function, not a constant: -O0 with a sanitizer would emit the constant, and then ask for the object.
template <class T, std::size_t n> consteval auto addresses() { return with_members<n>(never_defined<T>.value, Addresses{}); }
#ifdef __clang__
#pragma clang diagnostic pop
#endif

constexpr bool in_identifier(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// The last identifier in "... [with auto address = Address<...>{(& never_defined<Linear>.value.Linear::bias)}]".
constexpr std::string_view last_identifier(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0 && !in_identifier(text[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && in_identifier(text[begin - 1])) --begin;
  return text.substr(begin, end - begin);
}

template <class T, std::size_t n, std::size_t i> consteval std::string_view name_of_field() {
  constexpr auto address = std::get<i>(addresses<T, n>());
  return last_identifier(printed<Address<decltype(address)>{address}>());
}

template <class T, std::size_t... I> consteval auto names_of_fields(std::index_sequence<I...>) {
  return std::array<std::string_view, sizeof...(I)>{name_of_field<T, sizeof...(I), I>()...};
}

}  // namespace detail

/// Whether `for_each_field` takes a T: it lists its fields, or it is an aggregate of at most 32 plain members.
template <class T>
concept Reflected = HasFields<T> || detail::obstacle<T> == detail::Obstacle::none;

/// The number of fields of an aggregate. Compile error, naming the remedy: one of the obstacles of `for_each_field`.
template <class T>
  requires(!HasFields<T>)
constexpr std::size_t field_count() {
  if constexpr (detail::require_fields<T>()) return detail::largest_count<T, detail::least_count<T>()>();
  else return 0;
}

/// The names of an aggregate's fields, in order of declaration.
template <class T>
  requires(!HasFields<T>)
inline constexpr auto field_names = detail::names_of_fields<T>(std::make_index_sequence<field_count<T>()>{});

namespace detail {
struct Specimen {
  int first_member, second_member;
};
static_assert(field_names<Specimen>[0] == "first_member" && field_names<Specimen>[1] == "second_member",
              "fields: this compiler prints the address of a member in a way that is not known; use g++ 12, clang 16 or newer");
}  // namespace detail

/// Calls `f(name, member)` for every field in order of declaration; members are const when the object is.
/// A C array, a reference, a const member, a base class, a private member and a 33rd field are each a compile error
/// whose sentence names `fields`. The name is valid during the call only.
template <class T, class F> constexpr void for_each_field(T& object, F&& f) {
  using Plain = std::remove_const_t<T>;
  if constexpr (HasFields<Plain>) {
    Plain::fields(object, f);
  } else if constexpr (detail::require_fields<Plain>()) {
    detail::with_members<field_count<Plain>()>(object, [&f](auto&... member) {
      [[maybe_unused]] std::size_t i = 0;
      (f(field_names<Plain>[i++], member), ...);
    });
  }
}

}  // namespace descent::inline v1
