#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace descent::test {

struct SourceFile {
  std::string path;  // from the top of the tree: "autodiff/base/shape.hpp"
  std::string text;
};

/// Every file of the tree that people write: sources, scripts, CMake and documents. Read once.
const std::vector<SourceFile>& tree();

/// The files of `tree()` below `folder` ("" is all) whose names end in one of `endings`.
std::vector<const SourceFile*> files(std::string_view folder, std::vector<std::string_view> endings);

/// Whether `path` is in the tree.
bool exists(std::string_view path);

/// The text of a file of the tree; fails the test where there is no such file.
std::string_view text_of(std::string_view path);

/// The identifier that starts at `at`; empty where there is none.
std::string_view identifier_at(std::string_view text, std::size_t at);

/// The lines of a text, without their ends.
std::vector<std::string_view> lines(std::string_view text);

/// What `#include <descent/...>` names on a line, without "descent/"; empty on any other line.
std::string_view included(std::string_view line);

}  // namespace descent::test
