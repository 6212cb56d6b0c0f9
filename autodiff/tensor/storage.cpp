#include <descent/autodiff/tensor/storage.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <mutex>
#include <new>
#include <utility>

#include <descent/autodiff/base/pages.hpp>

namespace descent::inline v1::storage {
namespace {

// Size classes: multiples of 64 up to 1 KiB, then four steps to each doubling, so at most a fifth is lost.
constexpr std::size_t kUnit = 64;
constexpr std::size_t kFineClasses = 16;
constexpr std::size_t kClasses = kFineClasses + 4 * 40;

constexpr std::size_t class_bytes(std::size_t cls) {
  if (cls < kFineClasses) return (cls + 1) * kUnit;
  const std::size_t doubling = (cls - kFineClasses) / 4;
  const std::size_t step = (cls - kFineClasses) % 4;
  return (std::size_t{1024} << doubling) / 4 * (5 + step);
}

constexpr std::size_t class_of(std::size_t bytes) {
  if (bytes <= kFineClasses * kUnit) return bytes == 0 ? 0 : (bytes - 1) / kUnit;
  const auto doubling = static_cast<std::size_t>(std::bit_width(bytes - 1)) - 11;  // 1025..2048 -> 0
  const std::size_t quarter = (std::size_t{1024} << doubling) / 4;
  return kFineClasses + 4 * doubling + (bytes - 1) / quarter - 4;
}
static_assert(class_of(64) == 0 && class_of(65) == 1 && class_of(1024) == 15 && class_of(1025) == 16 && class_of(2048) == 19);
static_assert(class_bytes(class_of(1281)) >= 1281 && class_bytes(class_of(3000)) >= 3000);

constexpr bool kCaching =
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
    false;
#else
    true;
#endif
#else
    true;
#endif

// A free block's first word links to the next free one.
struct Free {
  Free* next;
};

struct List {
  Free* head = nullptr;
  std::size_t count = 0;

  void push(void* block) {
    head = new (block) Free{head};
    ++count;
  }
  void* pop() {
    Free* block = head;
    head = block->next;
    --count;
    return block;
  }
};

void* from_system(std::size_t bytes) {
  void* block = std::aligned_alloc(kUnit, bytes);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

constexpr std::size_t kSlab = std::size_t{1} << 18;  // small blocks are carved from slabs, the first of this size,
constexpr std::size_t kLargestSlab = huge_page;      // each next one twice as large up to this
constexpr std::size_t kSmall = 1024;                 // at most this: carved; above: from the system, one by one
static_assert(class_bytes(kFineClasses - 1) == kSmall);
constexpr std::size_t kThreadBytes = std::size_t{4} << 20;  // a thread keeps at most this much of a class
constexpr std::size_t kSharedBytes = std::size_t{1} << 30;  // all threads together keep at most this much above kSmall

struct Shared {
  std::mutex mutex;
  std::array<List, kClasses> lists;
  std::size_t bytes = 0;
};

// Never destroyed: tensors with static storage may outlive any object of ours.
Shared& shared() {
  static Shared& instance = *new Shared;
  return instance;
}

constexpr auto kThreadLimits = [] {
  std::array<std::size_t, kClasses> limits{};
  for (std::size_t cls = 0; cls < kClasses; ++cls) limits[cls] = std::max<std::size_t>(kThreadBytes / class_bytes(cls), 2);
  return limits;
}();

/// What is left of the memory that the blocks of one class are carved from.
struct Slab {
  std::byte* next = nullptr;
  std::byte* end = nullptr;
  std::size_t size = 0;
};

struct Cache {
  std::array<List, kClasses> lists;
  std::array<Slab, kFineClasses> slabs;

  Cache() = default;
  ~Cache();
  Cache(const Cache&) = delete;
  Cache& operator=(const Cache&) = delete;

  void* take(std::size_t cls) {
    if (lists[cls].head != nullptr) return lists[cls].pop();
    if (cls < kFineClasses && slabs[cls].next != slabs[cls].end) return carve(cls);
    return take_elsewhere(cls);
  }

  void give(void* block, std::size_t cls) {
    lists[cls].push(block);
    if (lists[cls].count > kThreadLimits[cls]) spill(cls, lists[cls].count / 2);
  }

  void* carve(std::size_t cls) { return std::exchange(slabs[cls].next, slabs[cls].next + class_bytes(cls)); }

  [[gnu::noinline]] void* take_elsewhere(std::size_t cls) {
    const std::size_t bytes = class_bytes(cls);
    {
      const std::lock_guard lock(shared().mutex);
      List& common = shared().lists[cls];
      const std::size_t wanted = std::clamp<std::size_t>(kSlab / bytes, 1, 4096);
      for (std::size_t i = 0; i < wanted && common.head != nullptr; ++i) {
        lists[cls].push(common.pop());
        if (bytes > kSmall) shared().bytes -= bytes;
      }
    }
    if (lists[cls].head != nullptr) return lists[cls].pop();
    if (bytes > kSmall) return from_system(bytes);
    Slab& slab = slabs[cls];
    const std::size_t size = std::clamp(2 * slab.size, kSlab, kLargestSlab);
    auto* memory = static_cast<std::byte*>(size >= huge_page ? allocate_pages(size) : from_system(size));
    slab = {memory, memory + size / bytes * bytes, size};
    return carve(cls);
  }

  [[gnu::noinline]] void spill(std::size_t cls, std::size_t count) noexcept {
    const std::size_t bytes = class_bytes(cls);
    const std::lock_guard lock(shared().mutex);
    for (std::size_t i = 0; i < count; ++i) {
      void* block = lists[cls].pop();
      if (bytes > kSmall && shared().bytes + bytes > kSharedBytes) {
        std::free(block);
        continue;
      }
      shared().lists[cls].push(block);
      if (bytes > kSmall) shared().bytes += bytes;
    }
  }
};

// Trivially destructible, so that they can be read while other thread_locals and statics are being destroyed.
constinit thread_local Cache* this_cache = nullptr;  // null before the thread's first block, and at its end
constinit thread_local bool cache_gone = false;

Cache::~Cache() {
  this_cache = nullptr;
  cache_gone = true;
  for (std::size_t cls = 0; cls < kFineClasses; ++cls)
    while (slabs[cls].next != slabs[cls].end) lists[cls].push(carve(cls));
  for (std::size_t cls = 0; cls < kClasses; ++cls) spill(cls, lists[cls].count);
}

[[gnu::noinline]] Cache* make_cache() {
  if (!kCaching || cache_gone) return nullptr;
  thread_local Cache instance;
  return this_cache = &instance;
}

/// This thread's; null where it has none.
Cache* cache() { return this_cache != nullptr ? this_cache : make_cache(); }

/// Bytes alive now, and the most there have been.
class Count {
 public:
  void add(std::size_t bytes) {
    const Index now = live_.fetch_add(static_cast<Index>(bytes), std::memory_order_relaxed) + static_cast<Index>(bytes);
    Index seen = peak_.load(std::memory_order_relaxed);
    while (now > seen && !peak_.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {}
  }
  void remove(std::size_t bytes) { live_.fetch_sub(static_cast<Index>(bytes), std::memory_order_relaxed); }
  Index live() const { return live_.load(std::memory_order_relaxed); }
  Index peak() const { return peak_.load(std::memory_order_relaxed); }
  void reset_peak() { peak_.store(live(), std::memory_order_relaxed); }

 private:
  std::atomic<Index> live_{0};
  std::atomic<Index> peak_{0};
};
constinit Count blocks, planned;

// Counted above this size only: a shared counter per scalar would cost more than the scalar.
constexpr std::size_t kCounted = 4096;
constexpr std::size_t kFirstCounted = class_of(kCounted);
static_assert(kFirstCounted > 0);

inline void* take_block(std::size_t cls) {
  Cache* own = cache();
  void* block = own != nullptr ? own->take(cls) : from_system(class_bytes(cls));
  if (cls >= kFirstCounted) blocks.add(class_bytes(cls));
  return block;
}

void give_block(void* block, std::size_t cls) noexcept {
  if (cls >= kFirstCounted) blocks.remove(class_bytes(cls));
  if (Cache* own = cache()) return own->give(block, cls);
  if (!kCaching || cls >= kFineClasses) std::free(block);  // carved blocks cannot be freed alone: the thread is ending, they stay
}

constexpr std::size_t round_up(std::size_t bytes) { return (bytes + kUnit - 1) / kUnit * kUnit; }

inline Node* node_at(void* block, std::size_t cls, std::span<const Index> sizes, Index numel, Dtype dtype) {
  Node* node = new (block)
      Node{1, 0, 0, nullptr, nullptr, nullptr, numel, static_cast<std::uint8_t>(sizes.size()), dtype, static_cast<std::uint16_t>(cls), 0};
  for (std::size_t i = 0; i < sizes.size(); ++i) node->sizes()[i] = sizes[i];
  return node;
}

Node* make_header(std::span<const Index> sizes, Index numel, Dtype dtype) {
  const std::size_t cls = class_of(sizeof(Node) + sizes.size_bytes());
  return node_at(take_block(cls), cls, sizes, numel, dtype);
}

Node* make_scalar(Dtype dtype) {
  constexpr std::size_t cls = class_of(sizeof(Node) + 8);
  Node* node = node_at(take_block(cls), cls, {}, 1, dtype);
  node->data = reinterpret_cast<std::byte*>(node + 1);
  return node;
}

/// Where the elements begin behind a header.
constexpr std::size_t offset_of(std::size_t rank) { return round_up(sizeof(Node) + rank * sizeof(Index)); }

std::size_t class_with_elements(std::size_t rank, Index numel, Dtype dtype) {
  return class_of(offset_of(rank) + round_up(static_cast<std::size_t>(numel * size_of(dtype))) + kUnit);
}

Node* make_node(std::span<const Index> sizes, Index numel, Dtype dtype) {
  if (sizes.empty()) return make_scalar(dtype);
  const std::size_t cls = class_with_elements(sizes.size(), numel, dtype);
  void* block = take_block(cls);
  Node* node = node_at(block, cls, sizes, numel, dtype);
  node->data = static_cast<std::byte*>(block) + offset_of(sizes.size());
  return node;
}

}  // namespace

Node* allocate(const Shape& shape, Dtype dtype) { return make_node(shape.sizes(), shape.numel(), dtype); }

Node* allocate_like(const Node& shape, Dtype dtype) {
  if (shape.rank == 0) return make_scalar(dtype);
  return make_node({shape.sizes(), shape.rank}, shape.numel, dtype);
}

Node* allocate_abstract(const Shape& shape, Dtype dtype, Node* batch) {
  Node* result = make_header(shape.sizes(), shape.numel(), dtype);
  if (batch != nullptr) {
    retain(result->owner = batch);
  } else if (const std::size_t cls = class_with_elements(shape.sizes().size(), shape.numel(), dtype); cls >= kFirstCounted) {
    result->planned = static_cast<std::uint32_t>(cls);
    planned.add(class_bytes(cls));
  }
  return result;
}

Node* view(Node* node, const Shape& shape) {
  Node* result = make_header(shape.sizes(), shape.numel(), node->dtype);
  result->data = node->data;
  result->owner = node->owner != nullptr ? node->owner : node;  // always the root, so chains of views stay flat
  retain(result->owner);
  return result;
}

void move_first_mark(Node& node) { node.more = new MoreMarks{{node.tape, node.slot}, node.more}; }

void copy_marks(Node& to, const Node& from, std::uint64_t without) {
  if (from.tape == 0) return;
  for (const MoreMarks* more = from.more; more != nullptr; more = more->next)
    if (more->mark.tape != without) add_mark(to, more->mark);
  if (from.tape != without) add_mark(to, {from.tape, from.slot});
}

void destroy(Node* node) noexcept {
  while (node->more != nullptr) delete std::exchange(node->more, node->more->next);
  Node* owner = node->owner;
  if (node->planned != 0) planned.remove(class_bytes(node->planned));
  give_block(node, node->block);
  if (owner != nullptr) release(owner);
}

Index live_bytes() { return blocks.live(); }
Index peak_bytes() { return blocks.peak(); }
void reset_peak_bytes() { blocks.reset_peak(); }
Index planned_bytes() { return planned.live(); }
Index planned_peak_bytes() { return planned.peak(); }
void reset_planned_peak_bytes() { planned.reset_peak(); }

void release_cached() {
  const std::lock_guard lock(shared().mutex);
  const auto free_large = [](std::array<List, kClasses>& lists) {
    for (std::size_t cls = class_of(kSmall + 1); cls < kClasses; ++cls)
      while (lists[cls].head != nullptr) std::free(lists[cls].pop());
  };
  free_large(shared().lists);
  if (Cache* own = cache()) free_large(own->lists);
  shared().bytes = 0;
}

}  // namespace descent::inline v1::storage
