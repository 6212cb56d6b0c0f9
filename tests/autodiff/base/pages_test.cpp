#include <descent/autodiff/base/pages.hpp>

#include <cstdint>
#include <vector>

#include <descent/tests/catch.hpp>

using namespace descent;

TEST_CASE("pages: memory of a huge page and more begins at one") {
  for (const std::size_t bytes : {huge_page, huge_page + 1, 3 * huge_page}) {
    auto* block = static_cast<unsigned char*>(allocate_pages(bytes));
    CHECK(reinterpret_cast<std::uintptr_t>(block) % huge_page == 0);
    block[0] = block[bytes - 1] = 7;
    CHECK(block[bytes - 1] == 7);
    free_pages(block);
  }
}

TEST_CASE("pages: a vector grows across the size from which they are huge") {
  std::vector<int, PageAllocator<int>> list;
  constexpr int count = 1 << 20;
  for (int i = 0; i < count; ++i) list.push_back(i);
  bool same = true;
  for (int i = 0; i < count; ++i) same = same && list[static_cast<std::size_t>(i)] == i;
  CHECK(same);
}
