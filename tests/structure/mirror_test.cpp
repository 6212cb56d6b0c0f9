// tests/ mirrors the sources: who reads one finds the other without searching.
#include <descent/tests/catch.hpp>
#include <descent/tests/structure/tree.hpp>

#include <algorithm>
#include <string>

using namespace descent::test;

namespace {

struct Exception {
  std::string_view path;  // a test file, or a folder of them with a slash at its end
  std::string_view reason;
};

constexpr Exception kWithoutSource[] = {
    {"tests/structure/", "they test the tree itself"},
    {"tests/autodiff/ops/every_op_test.cpp", "the universal test walks all.cpp"},
    {"tests/autodiff/edges_test.cpp", "every gradient of the shared list of edge points"},
    {"tests/autodiff/ops/third_order_test.cpp", "third derivatives of every smooth unary op of all.cpp"},
    {"tests/autodiff/transforms/nesting_test.cpp", "transforms within transforms"},
    {"tests/data/bad_inputs_test.cpp", "every malformed file of the shared folder against its verdict"},
};

bool excused(std::string_view path) {
  return std::any_of(std::begin(kWithoutSource), std::end(kWithoutSource), [&](const Exception& exception) {
    return exception.path.ends_with('/') ? path.starts_with(exception.path) : path == exception.path;
  });
}

}  // namespace

TEST_CASE("mirror: every test file has its source at the same path") {
  constexpr std::string_view start = "tests/", end = "_test.cpp";
  for (const SourceFile* file : files(start, {end})) {
    if (excused(file->path)) continue;
    const std::string stem = file->path.substr(start.size(), file->path.size() - start.size() - end.size());
    INFO(file->path << " tests neither " << stem << ".cpp nor " << stem << ".hpp: rename it after what it tests");
    CHECK((exists(stem + ".cpp") || exists(stem + ".hpp")));
  }
}

TEST_CASE("mirror: every exception is one") {
  for (const Exception& exception : kWithoutSource) {
    INFO(exception.path << " is not in the tree: take it off the list");
    CHECK_FALSE(files(exception.path, {"_test.cpp"}).empty());
  }
}
