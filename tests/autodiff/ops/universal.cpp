#include <descent/tests/autodiff/ops/universal.hpp>

#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <vector>

#include <descent/autodiff/transforms/op_check.hpp>
#include <descent/tests/catch.hpp>

namespace descent::test {

void holds(const Op& op) {
  const OpReport report = check_op(op);
  CHECK(report.checks > 0);
  for (const std::string& failure : report.failures) FAIL_CHECK(failure);
}

std::string text_of_menu() {
  std::ifstream file(DESCENT_SOURCE_DIR "/autodiff/ops/ops.hpp");
  return {std::istreambuf_iterator<char>(file), {}};
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
