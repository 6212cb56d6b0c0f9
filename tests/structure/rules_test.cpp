// What no file of the tree may contain.
#include <descent/tests/catch.hpp>
#include <descent/tests/structure/tree.hpp>

#include <algorithm>
#include <sstream>
#include <string>

using namespace descent::test;

namespace {

constexpr std::string_view library[] = {"autodiff/", "nn/", "optim/", "data/", "plot/", "dist/", "descent.hpp"};

/// Fails at every line of the files below `folder` for which `bad` holds.
template <class Bad> void reject(std::string_view folder, std::vector<std::string_view> endings, std::string_view why, Bad bad) {
  for (const SourceFile* file : files(folder, std::move(endings))) {
    std::size_t number = 0;
    for (const std::string_view line : lines(file->text))
      if (++number; bad(line)) FAIL_CHECK(file->path << ":" << number << ": " << line << "\n" << why);
  }
}

/// Whether `line` has `word`, not as the end of a longer name or path.
bool has(std::string_view line, std::string_view word) {
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const char before = at == 0 ? ' ' : line[at - 1];
    if (identifier_at(std::string_view(&before, 1), 0).empty() && before != '.' && before != '}' && before != '/') return true;
  }
  return false;
}

/// The columns of a line in UTF-8: its bytes less those that continue a character.
auto columns(std::string_view line) {
  return std::count_if(line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; });
}

/// Whether a call moves an argument that another of its arguments reads: their order is the compiler's choice.
bool moves_what_it_reads(std::string_view line) {
  constexpr std::string_view kMove = "std::move(";
  for (auto at = line.find(kMove); at != std::string_view::npos; at = line.find(kMove, at + 1)) {
    const auto end = line.find(')', at);
    if (end == std::string_view::npos) return false;
    const std::string_view moved = line.substr(at + kMove.size(), end - at - kMove.size());
    int depth = 0;
    for (auto next = end + 1; next < line.size() && depth >= 0; ++next) {
      depth += line[next] == '(' || line[next] == '{' ? 1 : line[next] == ')' || line[next] == '}' ? -1 : 0;
      const char before = line[next - 1];
      if (depth >= 0 && line.substr(next).starts_with(moved) && line.substr(next + moved.size()).starts_with(".") &&
          (before == '(' || before == ' ' || before == '!') && line[at - 1] == '(')
        return true;
    }
  }
  return false;
}

/// Whether a header is on the list of those that are not installed, which CMake hands over.
bool is_private(const std::string& path) {
  std::istringstream list(DESCENT_PRIVATE_HEADERS);
  for (std::string start; list >> start;)
    if (path.starts_with(start)) return true;
  return false;
}

}  // namespace

TEST_CASE("rules: no file speaks of one machine's paths") {
  for (const std::string folder : {"work", "home", "root", "Users"})
    reject("", {""}, "a path of one machine: name it relative to the tree, or by an option",
           [&](std::string_view line) { return has(line, "/" + folder + "/"); });
}

TEST_CASE("rules: sources fit 140 columns") {
  reject("", {".hpp", ".cpp"}, "longer than 140 columns", [](std::string_view line) { return columns(line) > 140; });
}

TEST_CASE("rules: no call moves an argument that another of its arguments reads") {
  CHECK(moves_what_it_reads("  return reshape(std::move(y), y.shape());"));
  CHECK(moves_what_it_reads("f(std::move(in[0]), g(in[0].dtype()))"));
  CHECK_FALSE(moves_what_it_reads("  x = f(std::move(x)), x.shape();"));
  reject("", {".hpp", ".cpp"}, "the arguments of a call are evaluated in any order: take what is read before",
         [](std::string_view line) { return line.find("CHECK") == std::string_view::npos && moves_what_it_reads(line); });
}

TEST_CASE("rules: no tabs, no spaces at the end of a line") {
  reject("", {".hpp", ".cpp", ".cmake", ".txt", ".md"}, "a tab, or spaces at the end of the line",
         [](std::string_view line) { return line.find('\t') != std::string_view::npos || line.ends_with(' '); });
}

TEST_CASE("rules: public headers have no macro") {
  for (const std::string_view folder : library)
    for (const SourceFile* file : files(folder, {".hpp"}))
      for (const std::string_view line : lines(file->text))
        if (line.starts_with("#define") && !is_private(file->path))
          FAIL_CHECK(file->path << ": " << line << "\na constant, a function or a template says it");
}

TEST_CASE("rules: the library does not print, abort or exit") {
  for (const std::string_view word : {"std::cout", "std::cerr", "std::clog", "std::abort", "std::exit", "std::terminate", "printf(",
                                      "fprintf(", "puts(", "std::printf", "std::puts", "fmt::print"})
    for (const std::string_view folder : library)
      reject(folder, {".hpp", ".cpp"}, "the library never prints, aborts or exits: return it, or throw a typed Error",
             [&](std::string_view line) { return has(line.substr(0, line.find("//")), word); });
}

TEST_CASE("rules: every source opens namespace descent, and every header is included once") {
  for (const std::string_view folder : library)
    for (const SourceFile* file : files(folder, {".hpp", ".cpp"})) {
      INFO(file->path);
      const bool only_includes = file->text.find("namespace") == std::string::npos;
      CHECK((only_includes || file->text.find("namespace descent::inline v1") != std::string::npos));
      CHECK((file->path.ends_with(".cpp") || file->text.find("#pragma once\n") != std::string::npos));
    }
}

// So the header is known to compile alone: package.cmake compiles only the others.
TEST_CASE("rules: a .cpp outside ops includes the header of its name first") {
  for (const std::string_view folder : library)
    for (const SourceFile* file : files(folder, {".cpp"})) {
      const std::string header = file->path.substr(0, file->path.size() - 4) + ".hpp";
      if (file->path.starts_with("autodiff/ops/") || !exists(header)) continue;
      for (const std::string_view line : lines(file->text))
        if (line.starts_with("#include")) {
          CHECK(line == "#include <descent/" + header + ">");
          break;
        }
    }
}
