#pragma once

#include <concepts>
#include <utility>
#include <vector>

#include <descent/autodiff/tree/select.hpp>

// Functions of the user's over the leaves of one tree, or of several of the same structure. Trees go in and come out by
// value: one that is moved in gives its leaves up, so an op may reuse their memory.

namespace descent::inline v1::tree {
namespace detail {

template <class F> struct FunctionReader final : Reader {
  F& f;
  explicit FunctionReader(F& f_) : f(f_) {}
  void leaf(const Path& path, const Tensor& value, Role role) override { f(path, value, role); }
};

template <class F> struct FunctionEditor final : Editor {
  F& f;
  explicit FunctionEditor(F& f_) : f(f_) {}
  void leaf(const Path& path, Tensor& value, Role role) override { f(path, value, role); }
};

// Calls f with the path in front if it takes one.
template <class F, class... T> decltype(auto) call_with_path(F& f, const Path& path, T&&... values) {
  if constexpr (std::invocable<F&, const Path&, T...>) return f(path, std::forward<T>(values)...);
  else return f(std::forward<T>(values)...);
}

/// The leaves of other trees beside those of a first one.
class Alignment {
 public:
  Alignment(const char* who, View first);
  /// throws  TreeError that starts with `who` and names the first path at which the structures differ
  void add(View other);
  /// Leaf number `i` of the tree that was added as number `other`.
  const Tensor& leaf(std::size_t other, std::size_t i) const { return *leaves_[other * hashes_.size() + i]; }

 private:
  const char* who_;
  View first_;
  std::vector<std::uint64_t> hashes_;  // of the first tree's paths
  std::vector<const Tensor*> leaves_;
};

}  // namespace detail

/// Calls `f(const Path&, const Tensor&, Role)` for every leaf, absent ones included, in order of declaration.
template <class F> void visit(View tree, F&& f) {
  detail::FunctionReader<std::remove_reference_t<F>> reader(f);
  tree.walk(reader);
}

/// Calls `f(const Path&, Tensor&, Role)` for every leaf, absent ones included; what f writes stays in the tree. An
/// nn::Shared value is first replaced by a copy that the tree's own handles share, so no other tree changes.
template <class F> void edit(MutableView tree, F&& f) {
  detail::FunctionEditor<std::remove_reference_t<F>> editor(f);
  tree.walk(editor);
}

/// The tree with every chosen leaf x replaced by `f(x)` or `f(path, x)`; f takes and returns a Tensor.
template <class T, class F> T map(T value, F&& f, const Select& select = all) {
  tree::edit(value, [&](const Path& path, Tensor& leaf, Role role) {
    if (select(path, leaf, role)) leaf = detail::call_with_path(f, path, std::move(leaf));
  });
  return value;
}

/// Calls `f(a, b, ...)` or `f(path, a, b, ...)` on the leaves that are present in the first tree beside those of the others,
/// which may be absent and, by type, may be other trees of the same structure: the same names, in the same order.
/// throws  TreeError that names the first path at which they differ, before any call of f
template <class T, class F, class... Others> void zip(F&& f, const T& first, const Others&... others) {
  detail::Alignment aligned("zip", first);
  (aligned.add(others), ...);
  tree::visit(first, [&, i = std::size_t{0}](const Path& path, const Tensor& leaf, Role) mutable {
    const std::size_t at = i++;
    if (leaf.absent()) return;
    [&]<std::size_t... other>(std::index_sequence<other...>) {
      detail::call_with_path(f, path, leaf, aligned.leaf(other, at)...);
    }(std::index_sequence_for<Others...>());
  });
}

/// The first tree with every leaf replaced by `f(a, b, ...)` or `f(path, a, b, ...)`, as `zip` calls it.
template <class T, class F, class... Others> T zip_map(F&& f, T first, const Others&... others) {
  detail::Alignment aligned("zip_map", first);
  (aligned.add(others), ...);
  tree::edit(first, [&, i = std::size_t{0}](const Path& path, Tensor& leaf, Role) mutable {
    const std::size_t at = i++;
    if (leaf.absent()) return;
    [&]<std::size_t... other>(std::index_sequence<other...>) {
      leaf = detail::call_with_path(f, path, std::move(leaf), aligned.leaf(other, at)...);
    }(std::index_sequence_for<Others...>());
  });
  return first;
}

}  // namespace descent::inline v1::tree
