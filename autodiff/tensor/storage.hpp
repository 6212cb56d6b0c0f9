#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#if __has_include(<sys/single_threaded.h>)
#include <sys/single_threaded.h>
#endif

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
  Node* owner;      ///< whose block holds the elements (of a batch's example: the batch; of an abstract one: would hold); null: this one's
  Index numel;
  std::uint8_t rank;
  Dtype dtype;
  std::uint16_t block;    ///< size class of this block
  std::uint32_t planned;  ///< of an abstract tensor: the size class of the block that elements would take; 0: none that is counted

  Index* sizes() { return reinterpret_cast<Index*>(this + 1); }
  const Index* sizes() const { return reinterpret_cast<const Index*>(this + 1); }
};
static_assert(sizeof(Node) == 56);

/// A new tensor with elements not yet written, with one reference.
/// throws  std::bad_alloc
Node* allocate(const Shape& shape, Dtype dtype);
/// The same, of another's shape.
Node* allocate_like(const Node& shape, Dtype dtype);
/// A tensor with a shape and no elements; as one example of a batch, it keeps the batch alive.
Node* allocate_abstract(const Shape& shape, Dtype dtype, Node* batch = nullptr);
/// Another shape over the elements of `node` (same count); without marks.
Node* view(Node* node, const Shape& shape);

// A loop each, in place of std::equal, whose call of memcmp costs more than it saves on so few sizes.
inline bool same_shape(const Node& a, const Node& b) {
  if (a.rank != b.rank || a.numel != b.numel) return false;
  for (int i = 0; i < a.rank; ++i)
    if (a.sizes()[i] != b.sizes()[i]) return false;
  return true;
}
inline bool has_shape(const Node& node, const Shape& shape) {
  if (node.rank != shape.rank() || node.numel != shape.numel()) return false;
  for (int i = 0; i < node.rank; ++i)
    if (node.sizes()[i] != shape[i]) return false;
  return true;
}

/// Whether the elements belong to this handle alone and no tape knows them, so that a result may take their place; of an abstract
/// tensor, whether they would.
inline bool reusable(const Node& node) { return node.tape == 0 && node.owner == nullptr && node.refs.load(std::memory_order_acquire) == 1; }

void move_first_mark(Node& node);  ///< puts the first mark among the others
inline void add_mark(Node& node, Mark mark) {
  if (node.tape != 0) move_first_mark(node);
  node.tape = mark.tape;
  node.slot = mark.slot;
}
void copy_marks(Node& to, const Node& from, std::uint64_t without = 0);  ///< but for those of the tape `without`
void destroy(Node* node) noexcept;

/// Whether the process is known to have one thread, so that counting needs no bus lock.
/// glibc says so; elsewhere it is never known.
inline bool one_thread() noexcept {
#if __has_include(<sys/single_threaded.h>)
  return __libc_single_threaded != 0;
#else
  return false;
#endif
}
inline void retain(Node* node) noexcept {
  if (one_thread()) node->refs.store(node->refs.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  else node->refs.fetch_add(1, std::memory_order_relaxed);
}
inline void release(Node* node) noexcept {
  const std::uint32_t refs = node->refs.load(std::memory_order_acquire);
  if (refs == 1) destroy(node);
  else if (one_thread()) node->refs.store(refs - 1, std::memory_order_relaxed);
  else if (node->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(node);
}

/// Bytes of tensors alive now, in this process.
Index live_bytes();
/// The most that live_bytes() has been since the last reset_peak_bytes().
Index peak_bytes();
void reset_peak_bytes();
/// The same of abstract tensors: what would be alive if they had their elements.
Index planned_bytes();
Index planned_peak_bytes();
void reset_planned_peak_bytes();
/// Gives cached blocks back to the system.
void release_cached();

}  // namespace descent::inline v1::storage
