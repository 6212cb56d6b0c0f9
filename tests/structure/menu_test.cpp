// An op is three things: its file, its declaration on the menu, its name in the list of all. This names whichever is missing.
#include <descent/tests/catch.hpp>
#include <descent/tests/structure/tree.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace descent::test;

namespace {

using Names = std::vector<std::string>;

/// The identifiers of a text, in order.
Names identifiers(std::string_view text) {
  Names found;
  for (std::size_t at = 0; at < text.size();) {
    const std::string_view name = identifier_at(text, at);
    if (!name.empty()) found.emplace_back(name);
    at += name.size() + 1;
  }
  return found;
}

/// What stands between `before` and `after`, at every place.
Names between(std::string_view text, std::string_view before, std::string_view after) {
  Names found;
  for (auto at = text.find(before); at != std::string_view::npos; at = text.find(before, at)) {
    at += before.size();
    found.emplace_back(text.substr(at, text.find(after, at) - at));
  }
  return found;
}

/// "extern const Op add_op, sub_op;" declares each of its names.
std::set<std::string> declared() {
  std::set<std::string> names;
  for (const SourceFile* header : files("autodiff/ops/", {".hpp"}))
    for (const std::string& list : between(header->text, "extern const Op ", ";"))
      for (const std::string& name : identifiers(list)) names.insert(name);
  return names;
}

/// "&add_op," lists one.
Names listed() {
  Names names = between(text_of("autodiff/ops/all.cpp"), "&", ",");
  std::erase_if(names, [](const std::string& name) { return !name.ends_with("_op"); });
  return names;
}

/// The ops that a file of autodiff/ops defines: "constinit const Op add_op = make_op<Add>();".
Names defined(const SourceFile& file) {
  Names names;
  for (const std::string& definition : between(file.text, "constinit const Op ", ">"))
    if (definition.find(" = make_op<") != std::string::npos) names.push_back(identifiers(definition).front());
  return names;
}

}  // namespace

TEST_CASE("menu: every op is declared in a menu and listed in all.cpp") {
  const std::set<std::string> menu = declared();
  const Names all = listed();
  for (const SourceFile* file : files("autodiff/ops/", {".cpp"}))
    for (const std::string& op : defined(*file)) {
      INFO(file->path << " defines " << op);
      if (!menu.contains(op)) FAIL_CHECK("no header of autodiff/ops has: extern const Op " << op << ";");
      if (std::find(all.begin(), all.end(), op) == all.end()) FAIL_CHECK("all.cpp lacks: &" << op << ",");
      CHECK(op.ends_with("_op"));
    }
}

TEST_CASE("menu: nothing is declared or listed that no file defines") {
  std::set<std::string> ops;
  for (const SourceFile* file : files("autodiff/ops/", {".cpp"}))
    for (const std::string& op : defined(*file)) ops.insert(op);
  REQUIRE(ops.contains("add_op"));
  for (const std::string& op : declared())
    if (!ops.contains(op)) FAIL_CHECK("a menu declares " << op << ", which no file of autodiff/ops defines");
  for (const std::string& op : listed())
    if (!ops.contains(op)) FAIL_CHECK("all.cpp lists " << op << ", which no file of autodiff/ops defines");
}

TEST_CASE("menu: the list is alphabetical, each op once") {
  const Names all = listed();
  REQUIRE_FALSE(all.empty());
  for (std::size_t i = 1; i < all.size(); ++i)
    if (!(all[i - 1] < all[i])) FAIL_CHECK("all.cpp: " << all[i] << " is to come before " << all[i - 1] << ", or is there twice");
}
