#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <descent/autodiff/base/dtype.hpp>
#include <descent/autodiff/base/shape.hpp>
#include <descent/autodiff/tensor/storage.hpp>

namespace descent::inline v1 {

/// An n-d array of numbers: a handle of one pointer, copied for the price of a count.
///
/// ownership  shared, counted atomically; the last handle frees. Any thread may hold, read and drop one.
/// invariant  values never change; contiguous and row-major. A default-constructed Tensor is *absent*: it has no shape,
///            not even an empty one, and stands for "no such parameter" or "no gradient".
/// abstract   a tensor may have a shape and a dtype but no elements (while a function is traced); reading one throws AbstractError.
class Tensor {
 public:
  Tensor() noexcept = default;
  Tensor(const Tensor& other) noexcept : node_(other.node_) {
    if (node_ != nullptr) storage::retain(node_);
  }
  Tensor(Tensor&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
  Tensor& operator=(Tensor other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~Tensor() {
    if (node_ != nullptr) storage::release(node_);
  }

  bool present() const noexcept { return node_ != nullptr; }
  bool absent() const noexcept { return node_ == nullptr; }

  // Of a present tensor. Asking an absent one throws ValueError.
  Shape shape() const {
    const storage::Node& node = required("shape");
    return Shape::trusted(node.sizes(), node.rank, node.numel);
  }
  Dtype dtype() const { return required("dtype").dtype; }
  int rank() const { return required("rank").rank; }
  Index numel() const { return required("numel").numel; }
  Index size(Index axis) const;  ///< negative axes count from the end; throws IndexError
  bool abstract() const { return required("abstract").data == nullptr; }

  /// The only element, converted to T. throws ShapeError: not one element; AbstractError
  template <Element T> T item() const;
  /// All elements in row-major order, converted to T. throws AbstractError
  template <Element T> std::vector<T> to_vector() const;
  /// The elements themselves, no copy; valid while a handle lives. throws DtypeError: T is not the dtype; AbstractError
  template <Element T> std::span<const T> data() const;

  /// Whether both handles are the same tensor (not: equal values).
  bool same_as(const Tensor& other) const noexcept { return node_ == other.node_; }

  // For the layers below user code.
  static Tensor adopt(storage::Node* node) noexcept { return Tensor(node); }  ///< takes over one reference
  storage::Node* node() const noexcept { return node_; }

 private:
  explicit Tensor(storage::Node* node) noexcept : node_(node) {}
  const storage::Node& required(const char* what) const {
    if (node_ == nullptr) throw_absent(what);
    return *node_;
  }
  [[noreturn]] static void throw_absent(const char* what);
  const std::byte* bytes(const char* what) const;

  storage::Node* node_ = nullptr;
};

/// A tensor that belongs to a model or a program but is not trained: statistics, masks, counters. Saved and moved with
/// the rest, never differentiated.
struct Buffer : Tensor {
  Buffer() = default;
  Buffer(Tensor value) noexcept : Tensor(std::move(value)) {}  // NOLINT: a Buffer is made from any value
};

/// Shape and dtype without elements: what inference works on.
struct Abstract {
  Shape shape;
  Dtype dtype = Dtype::f32;
  friend bool operator==(const Abstract&, const Abstract&) = default;
};
inline Abstract abstract_of(const Tensor& x) { return {x.shape(), x.dtype()}; }
/// "f32[8, 3]"
std::string to_string(const Abstract& what);

/// A tensor of this shape and dtype without elements.
Tensor abstract_tensor(const Shape& shape, Dtype dtype);

/// As NumPy prints: nested brackets, aligned columns, long axes shortened to their ends, then "f32[2, 3]".
std::string to_string(const Tensor& x);
std::ostream& operator<<(std::ostream& out, const Tensor& x);

}  // namespace descent::inline v1
