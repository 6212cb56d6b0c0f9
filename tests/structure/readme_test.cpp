// The C++ that documents show is code that is compiled and run: every block stands in the example beside it, layout aside.
#include <descent/tests/catch.hpp>
#include <descent/tests/structure/tree.hpp>

#include <algorithm>
#include <iterator>
#include <string>

using namespace descent::test;

namespace {

/// The text without spaces and line ends, which a formatter may move.
std::string squeezed(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return c != ' ' && c != '\n'; });
  return out;
}

}  // namespace

TEST_CASE("The code in documents is compiled") {
  const auto [document, example] =
      GENERATE(std::pair("README.md", "examples/readme.cpp"), std::pair("docs/transforms.md", "examples/transforms.cpp"));
  const std::string_view readme = text_of(document);
  const std::string program = squeezed(text_of(example));
  const std::string_view open = "```cpp\n";
  int blocks = 0;
  for (std::size_t at = readme.find(open); at != std::string_view::npos; at = readme.find(open, at + 1), ++blocks) {
    const std::size_t begin = at + open.size();
    const std::string_view block = readme.substr(begin, readme.find("```", begin) - begin);
    INFO(block);
    CHECK(program.find(squeezed(block)) != std::string::npos);
  }
  CHECK(blocks > 0);
}
