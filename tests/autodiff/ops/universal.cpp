#include <descent/tests/autodiff/ops/universal.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <vector>

#include <descent/autodiff/transforms/op_check.hpp>
#include <descent/tests/catch.hpp>

namespace descent::test {

namespace {

/// AddressSanitizer looks at memory, not at bits, and makes a call several times slower: fewer threads, two chunks.
OpCheckOptions affordable() {
#ifdef __SANITIZE_ADDRESS__
  return {.threads = {1, 3}, .large = 40'000};
#else
  return {};
#endif
}

}  // namespace

void holds(const Op& op) {
  const OpReport report = check_op(op, affordable());
  CHECK(report.checks > 0);
  for (const std::string& failure : report.failures) FAIL_CHECK(failure);
}

std::string text_of_menu() {
  std::string text;
  for (const auto& entry : std::filesystem::directory_iterator(DESCENT_SOURCE_DIR "/autodiff/ops")) {
    if (entry.path().extension() != ".hpp") continue;
    std::ifstream file(entry.path());
    text.append(std::istreambuf_iterator<char>(file), {});
  }
  return text;
}

bool documented(const std::string& menu, std::string_view name) {
  const std::regex declaration("^[^/]*\\b" + std::string(name) + "\\(");
  bool contract = false;  // the block that the line stands in began with one
  std::istringstream lines(menu);
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) contract = false;
    if (line.starts_with("///")) contract = true;
    if (contract && std::regex_search(line, declaration)) return true;
  }
  return false;
}

}  // namespace descent::test
