// Every op, on every property that its kind and declarations promise. A new op in all.cpp needs no edit here.
#include <descent/tests/catch.hpp>

#include <descent/autodiff/ops/all.hpp>
#include <descent/tests/autodiff/ops/universal.hpp>

using namespace descent;

TEST_CASE("every op holds what its kind and declarations promise") {
  for (const Op* op : all_ops()) DYNAMIC_SECTION(op->name) {
      test::holds(*op);
    }
}

TEST_CASE("every op is documented in the menu") {
  const std::string menu = test::text_of_menu();
  for (const Op* op : all_ops()) {
    INFO(op->name << " has no contract above its declaration in a header of autodiff/ops");
    CHECK(test::documented(menu, op->name));
  }
}

TEST_CASE("names of ops are distinct") {
  const auto all = all_ops();
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t k = 0; k < i; ++k) CHECK(all[i]->name != all[k]->name);
}
