// The C++ shown in README.md is code that is compiled and run: every block of it stands in examples/readme.cpp, indentation aside.
#include <descent/tests/catch.hpp>
#include <descent/tests/structure/tree.hpp>

#include <algorithm>
#include <string>

using namespace descent::test;

namespace {

/// The lines without what they are indented by.
std::string flush_left(std::string_view text) {
  std::string out;
  for (const std::string_view line : lines(text)) out.append(line.substr(std::min(line.find_first_not_of(' '), line.size()))) += '\n';
  return out;
}

}  // namespace

TEST_CASE("The code in README.md is compiled") {
  const std::string_view readme = text_of("README.md");
  const std::string program = flush_left(text_of("examples/readme.cpp"));
  const std::string_view open = "```cpp\n";
  int blocks = 0;
  for (std::size_t at = readme.find(open); at != std::string_view::npos; at = readme.find(open, at + 1), ++blocks) {
    const std::size_t begin = at + open.size();
    const std::string_view block = readme.substr(begin, readme.find("```", begin) - begin);
    INFO(block);
    CHECK(program.find(flush_left(block)) != std::string::npos);
  }
  CHECK(blocks > 0);
}
