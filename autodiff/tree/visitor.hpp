#pragma once

#include <memory>
#include <utility>
#include <vector>

#include <descent/autodiff/tensor/tensor.hpp>
#include <descent/autodiff/tree/path.hpp>

namespace descent::inline v1::tree {

/// What a leaf is by its type: a `Tensor` is a parameter, a `Buffer` is not.
enum class Role : std::uint8_t { parameter, buffer };

/// Whether a gradient is taken with respect to a leaf: a parameter that is present and of floating dtype.
inline bool is_trainable(const Tensor& leaf, Role role) { return role == Role::parameter && leaf.present() && is_floating(leaf.dtype()); }

class Constant;

/// Meets the parts of a tree in order, and changes none. A walk is compiled once for each type of tree; what is done on
/// it is said here, so the functions over trees are ordinary functions.
class Reader {
 public:
  Reader() = default;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// A tensor, absent ones included.
  virtual void leaf(const Path& path, const Tensor& value, Role role) = 0;
  /// A bool, such as `bool training`.
  virtual void flag(const Path&, const bool&) {}
  /// A number, an enum, a string, or a list of them (constant.hpp).
  virtual void constant(const Path&, const Constant&) {}

  /// Whether this walk has not met the value at this address before; for values with several handles.
  bool first_meeting(const void* value);

 protected:
  ~Reader() = default;

 private:
  std::vector<const void*> met_;
};

/// The same for a walk that changes leaves or flags where they are.
class Editor {
 public:
  Editor() = default;
  Editor(const Editor&) = delete;
  Editor& operator=(const Editor&) = delete;

  virtual void leaf(const Path& path, Tensor& value, Role role) = 0;
  virtual void flag(const Path&, bool&) {}

  /// For values with several handles: what this walk has put in the place of `value`; null at the first meeting.
  std::shared_ptr<void> renewed(const std::shared_ptr<void>& value) const;
  void renew(std::shared_ptr<void> value, std::shared_ptr<void> by) { renewed_.emplace_back(std::move(value), std::move(by)); }

 protected:
  ~Editor() = default;

 private:
  std::vector<std::pair<std::shared_ptr<void>, std::shared_ptr<void>>> renewed_;  // the old one is held, so that its address stays taken
};

}  // namespace descent::inline v1::tree
