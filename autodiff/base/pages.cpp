#include <descent/autodiff/base/pages.hpp>

#include <cstdlib>
#include <new>
#if __has_include(<sys/mman.h>)
#include <sys/mman.h>
#endif

namespace descent::inline v1 {

void* allocate_pages(std::size_t bytes) {
  const bool huge = bytes >= huge_page;
  const std::size_t whole = (bytes + huge_page - 1) / huge_page * huge_page;
  void* block = huge ? std::aligned_alloc(huge_page, whole) : std::malloc(bytes);
  if (block == nullptr) throw std::bad_alloc();
#ifdef MADV_HUGEPAGE
  if (huge) madvise(block, whole, MADV_HUGEPAGE);  // a wish: where it is not granted, pages are small
#endif
  return block;
}

void free_pages(void* block) noexcept { std::free(block); }

}  // namespace descent::inline v1
