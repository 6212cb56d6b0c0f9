#pragma once

#include <descent/autodiff/tree/constant.hpp>

namespace descent::inline v1::tree {
namespace detail {

template <class T>
concept SmartPointer = requires(T& pointer) {
  typename T::element_type;
  pointer.get();
  pointer.operator->();
};

// One sentence for each way of not being a tree that `fields` has no sentence for.
template <class T> constexpr bool require_tree() {
  constexpr bool pointer = std::is_pointer_v<T> || SmartPointer<T>;
  static_assert(
      !pointer,
      "tree: a pointer is no part of a tree, whose copies are values; hold the value itself, a std::optional or std::vector of "
      "it, or nn::Shared, or list what is to be seen: static void fields(auto& self, auto&& visit) { visit(\"weight\", self.weight); }");
  constexpr bool unordered = requires { typename T::hasher; };
  static_assert(!unordered,
                "tree: an unordered container has no stable order of leaves; use std::map, or list what is to be seen: "
                "static void fields(auto& self, auto&& visit) { visit(\"weight\", self.weight); }");
  constexpr bool keyed = requires { typename T::key_compare; };
  static_assert(!keyed,
                "tree: a part of a tree is found by a name; use a std::map from strings or integers, or list what is to be seen: "
                "static void fields(auto& self, auto&& visit) { visit(\"weight\", self.weight); }");
  return !pointer && !unordered && !keyed;
}

template <class T, class Visitor> void walk_any(T& value, const Path& here, Visitor& visitor) {
  using Plain = std::remove_const_t<T>;
  const auto into = [&](const auto& step, auto& part) { walk_any(part, Path(here, step), visitor); };
  if constexpr (std::derived_from<Plain, Tensor>)
    visitor.leaf(here, value, std::derived_from<Plain, Buffer> ? Role::buffer : Role::parameter);
  else if constexpr (std::same_as<Plain, bool>) visitor.flag(here, value);
  else if constexpr (PassesWalkOn<Plain>) value.visit_leaves(here, visitor);
  else if constexpr (is_constant<Plain>) {
    if constexpr (requires { visitor.constant(here, Constant(value)); }) visitor.constant(here, Constant(value));
  }
  else if constexpr (requires { sizeof(Parts<Plain>); }) Parts<Plain>::each(value, into);
  else if constexpr (require_tree<Plain>()) for_each_field(value, into);
}

}  // namespace detail

/// Meets every tensor and bool of a tree, in order of declaration. The one walk that all functions over trees are made of.
template <class T> void walk(const T& tree, const Path& here, Reader& reader) { detail::walk_any(tree, here, reader); }
template <class T>
  requires(!std::is_const_v<T>)
void walk(T& tree, const Path& here, Editor& editor) {
  detail::walk_any(tree, here, editor);
}

/// Any tree, seen through one pointer: what functions over trees take. Valid while the tree is.
class View {
 public:
  template <class T>
    requires(!std::same_as<T, View>)
  View(const T& tree)  // NOLINT: the conversion is its purpose
      : tree_(&tree), walk_([](const void* seen, Reader& reader) { tree::walk(*static_cast<const T*>(seen), Path(), reader); }) {}

  void walk(Reader& reader) const { walk_(tree_, reader); }

 private:
  const void* tree_;
  void (*walk_)(const void*, Reader&);
};

/// The same, to be changed.
class MutableView {
 public:
  template <class T>
    requires(!std::same_as<T, MutableView> && !std::is_const_v<T>)
  MutableView(T& tree)  // NOLINT
      : view_(tree), tree_(&tree), walk_([](void* edited, Editor& editor) { tree::walk(*static_cast<T*>(edited), Path(), editor); }) {}

  void walk(Editor& editor) const { walk_(tree_, editor); }
  View view() const { return view_; }

 private:
  View view_;
  void* tree_;
  void (*walk_)(void*, Editor&);
};

}  // namespace descent::inline v1::tree
