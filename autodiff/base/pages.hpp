#pragma once

#include <cstddef>

namespace descent::inline v1 {

inline constexpr std::size_t huge_page = std::size_t{1} << 21;

/// Memory for lists that grow long, to be given to free_pages. From a huge page on it begins at one, takes whole ones and has the
/// system back it with them where it can: a list is then filled at a page fault per 2 MiB, not per 4 KiB.
/// throws  std::bad_alloc
void* allocate_pages(std::size_t bytes);
void free_pages(void* block) noexcept;

/// Lets a container take its memory from there.
template <class T> struct PageAllocator {
  using value_type = T;
  PageAllocator() = default;
  template <class U> PageAllocator(const PageAllocator<U>&) noexcept {}  // NOLINT: the conversion is what containers ask for
  T* allocate(std::size_t n) { return static_cast<T*>(allocate_pages(n * sizeof(T))); }
  void deallocate(T* p, std::size_t) noexcept { free_pages(p); }
  friend bool operator==(PageAllocator, PageAllocator) noexcept { return true; }
};

}  // namespace descent::inline v1
