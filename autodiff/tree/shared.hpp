#pragma once

#include <memory>
#include <utility>

#include <descent/autodiff/tree/walk.hpp>

namespace descent::inline v1::tree {

/// A part of a tree that is held in several places: an embedding that is also the last layer. A copy of a handle is a
/// handle to the same value. Over a tree the value counts once, under the name of its first handle: one leaf per tensor,
/// one gradient, one update, saved once.
///
/// ownership  the handles together; the value is freed with the last
/// copies     a tree made or changed by a function over trees (map, rebuild, load, a training step) has handles to one new
///            value of its own, however many it has; a plain copy of a tree shares the value with the original
/// threads    as T: handles may be read on several threads, and not while one is written through
template <class T> class Shared {
 public:
  Shared() = default;  ///< no value, and no leaves
  explicit Shared(T value) : value_(std::make_shared<T>(std::move(value))) {}

  bool present() const { return value_ != nullptr; }
  /// requires: present()
  const T& operator*() const { return *value_; }
  const T* operator->() const { return value_.get(); }
  /// The value, to be changed for all handles, those in plain copies of the tree included. requires: present()
  T& edit() { return *value_; }
  /// Whether both are handles to the same value.
  bool same_as(const Shared& other) const { return value_ == other.value_; }

  /// Calls the value, where it is a layer.
  template <class... A>
    requires std::invocable<const T&, A...>
  decltype(auto) operator()(A&&... arguments) const {
    return std::as_const(*value_)(std::forward<A>(arguments)...);
  }

  void visit_leaves(const Path& here, Reader& reader) const {
    if (present() && reader.first_meeting(value_.get())) walk(*value_, here, reader);
  }
  void visit_leaves(const Path& here, Editor& editor) {
    if (!present()) return;
    if (const std::shared_ptr<void> known = editor.renewed(value_)) {
      value_ = std::static_pointer_cast<T>(known);
      return;
    }
    auto fresh = std::make_shared<T>(*value_);
    editor.renew(std::exchange(value_, fresh), fresh);
    walk(*fresh, here, editor);
  }

 private:
  std::shared_ptr<T> value_;
};

}  // namespace descent::inline v1::tree
