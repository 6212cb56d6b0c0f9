#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include <descent/autodiff/base/dtype.hpp>
#include <descent/autodiff/base/shape.hpp>

// The one place that knows where elements live. A tensor is a block: a header, its sizes, and behind them
// its elements, 64-byte aligned and followed by 64 readable bytes, so that a kernel may load a full Lane at the tail.
// A scalar is one 64-byte block, element included. Blocks come from caches; a block may be freed on another
// thread than made it. A device backend replaces this file: above it only `data`, `item` and `to_vector` read elements.

namespace descent::inline v1::storage {

/// Where a tape knows a tensor: which opening of which tape, and the number of the value there.
struct Mark {
  std::uint64_t tape = 0;  ///< generation; 0: no tape
  std::uint32_t slot = 0;
};

/// A further mark, for a tensor that several nested tapes know.
struct MoreMarks {
  Mark mark;
  MoreMarks* next;
};

/// What a Tensor points to. Owned by its handles; immutable but for its marks while one handle exists.
struct Node {
  std::atomic<std::uint32_t> refs;
  std::uint32_t slot;  ///< the first mark, split so that the header stays at 56 bytes
  std::uint64_t tape;
  MoreMarks* more;
  std::byte* data;  ///< null: abstract
  Node* owner;      ///< whose block holds the elements; null: this one's
  Index numel;
  std::uint8_t rank;
  Dtype dtype;
  std::uint16_t block;  ///< size class of this block
  std::uint32_t unused;

  Index* sizes() { return reinterpret_cast<Index*>(this + 1); }
  const Index* sizes() const { return reinterpret_cast<const Index*>(this + 1); }
};
static_assert(sizeof(Node) == 56);

/// A new tensor with elements not yet written, with one reference.
/// throws  std::bad_alloc
Node* allocate(const Shape& shape, Dtype dtype);
/// A tensor with a shape and no elements.
Node* allocate_abstract(const Shape& shape, Dtype dtype);
/// Another shape over the elements of `node` (same count); without marks.
Node* view(Node* node, const Shape& shape);

/// Whether the elements belong to this handle alone and no tape knows them, so that a result may take their place.
bool reusable(const Node& node);

void add_mark(Node& node, Mark mark);
void copy_marks(Node& to, const Node& from, std::uint64_t without = 0);  ///< but for those of the tape `without`
void destroy(Node* node) noexcept;

inline void retain(Node* node) noexcept { node->refs.fetch_add(1, std::memory_order_relaxed); }
inline void release(Node* node) noexcept {
  if (node->refs.load(std::memory_order_acquire) == 1 || node->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(node);
}

/// Bytes of tensors alive now, in this process.
Index live_bytes();
/// The most that live_bytes() has been since the last reset_peak_bytes().
Index peak_bytes();
void reset_peak_bytes();
/// Gives cached blocks back to the system.
void release_cached();

}  // namespace descent::inline v1::storage
