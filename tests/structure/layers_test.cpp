// The arrows between the folders go down only. They are changed here, in a commit that says why.
#include <descent/tests/catch.hpp>
#include <descent/tests/structure/tree.hpp>

#include <map>
#include <set>
#include <string>

using namespace descent::test;

namespace {

using Arrows = std::map<std::string, std::set<std::string>, std::less<>>;

const Arrows arrows = {
    {"autodiff/base", {}},
    {"autodiff/kernels", {"autodiff/base"}},
    {"autodiff/tensor", {"autodiff/base", "autodiff/kernels"}},
    {"autodiff/tape", {"autodiff/tensor"}},
    {"autodiff/tree", {"autodiff/tensor"}},
    {"autodiff/ops", {"autodiff/tape", "autodiff/kernels"}},
    {"autodiff/functions", {"autodiff/ops"}},
    {"autodiff/transforms", {"autodiff/ops", "autodiff/tree"}},
    {"autodiff/compile", {"autodiff/transforms"}},
    {"data", {"autodiff/tree", "autodiff/ops"}},  // ops: a tape in a file names them
    {"nn", {"autodiff/functions", "autodiff/tree"}},
    {"optim", {"autodiff/functions", "autodiff/tree", "autodiff/transforms", "autodiff/compile"}},
    {"dist", {"optim", "nn"}},
    {"plot", {"optim", "nn", "data"}},  // data: a report is written as data/file.hpp writes, whole or not at all
    {"descent.hpp", {"autodiff/compile", "data", "dist", "plot"}},
    {"examples", {"descent.hpp"}},
    {"bench", {"examples"}},
    {"tests", {"bench", "examples"}},
};

/// The folder whose row a file has: two names deep under autodiff/, one elsewhere.
std::string layer(std::string_view path) {
  const auto start = path.starts_with("autodiff/") ? std::string_view("autodiff/").size() : 0;
  return std::string(path.substr(0, path.find('/', start)));
}

/// An arrow permits everything below it.
bool permits(std::string_view from, std::string_view to) {
  if (from == to) return true;
  const auto row = arrows.find(from);
  if (row == arrows.end()) return false;
  for (const std::string& next : row->second)
    if (permits(next, to)) return true;
  return false;
}

}  // namespace

TEST_CASE("layers: an arrow permits everything below it and nothing above") {
  CHECK(permits("nn", "autodiff/base"));
  CHECK_FALSE(permits("autodiff/tape", "autodiff/ops"));
  CHECK_FALSE(permits("nn", "optim"));
  CHECK(layer("autodiff/tape/tape.hpp") == "autodiff/tape");
  CHECK(layer("optim/adam.cpp") == "optim");
}

TEST_CASE("layers: every include points down") {
  for (const SourceFile* file : files("", {".hpp", ".cpp"})) {
    if (!arrows.contains(layer(file->path))) FAIL_CHECK(file->path << ": its folder has no row in the table of arrows");
    for (const std::string_view line : lines(file->text)) {
      const std::string_view target = included(line);
      if (target.empty()) continue;
      if (!permits(layer(file->path), layer(target)))
        FAIL_CHECK(file->path << ": " << line << " points up: no arrow from " << layer(file->path) << " to " << layer(target));
    }
  }
}

TEST_CASE("layers: own headers are spelled as after installing") {
  for (const SourceFile* file : files("", {".hpp", ".cpp"}))
    for (const std::string_view line : lines(file->text)) {
      if (line.starts_with("#include \"")) FAIL_CHECK(file->path << ": " << line << " is to read #include <descent/...>");
      const std::string_view target = included(line);
      if (!target.empty() && !exists(target)) FAIL_CHECK(file->path << ": " << line << " names a file that is not in the tree");
    }
}
