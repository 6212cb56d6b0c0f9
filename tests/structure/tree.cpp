#include <descent/tests/structure/tree.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <descent/tests/catch.hpp>

namespace descent::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolders[] = {"autodiff", "nn",    "optim", "data", "plot",    "dist", "examples",
                                         "tests",    "bench", "cmake", "docs", "scripts", ".ci"};

SourceFile read(const fs::path& top, const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {file.lexically_relative(top).generic_string(), {std::istreambuf_iterator<char>(in), {}}};
}

std::vector<SourceFile> read_tree() {
  const fs::path top = DESCENT_SOURCE_DIR;
  std::vector<SourceFile> found;
  for (const auto& entry : fs::directory_iterator(top))
    if (entry.is_regular_file()) found.push_back(read(top, entry.path()));
  for (const std::string_view folder : kFolders)
    if (fs::is_directory(top / folder))
      for (const auto& entry : fs::recursive_directory_iterator(top / folder))
        if (entry.is_regular_file()) found.push_back(read(top, entry.path()));
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return found;
}

}  // namespace

const std::vector<SourceFile>& tree() {
  static const std::vector<SourceFile> all = read_tree();
  return all;
}

std::vector<const SourceFile*> files(std::string_view folder, std::vector<std::string_view> endings) {
  std::vector<const SourceFile*> chosen;
  for (const SourceFile& file : tree())
    if (file.path.starts_with(folder) &&
        std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) { return file.path.ends_with(ending); }))
      chosen.push_back(&file);
  return chosen;
}

bool exists(std::string_view path) {
  return std::any_of(tree().begin(), tree().end(), [&](const SourceFile& file) { return file.path == path; });
}

std::string_view text_of(std::string_view path) {
  for (const SourceFile& file : tree())
    if (file.path == path) return file.text;
  FAIL(path << " is not in the tree");
  return {};
}

std::string_view identifier_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) || text[end] == '_')) ++end;
  return text.substr(at, end - at);
}

std::vector<std::string_view> lines(std::string_view text) {
  std::vector<std::string_view> all;
  while (!text.empty()) {
    const auto end = text.find('\n');
    all.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return all;
}

std::string_view included(std::string_view line) {
  constexpr std::string_view start = "#include <descent/";
  if (!line.starts_with(start)) return {};
  return line.substr(start.size(), line.find('>') - start.size());
}

}  // namespace descent::test
