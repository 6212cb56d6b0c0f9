#include <descent/autodiff/tree/map.hpp>

#include <algorithm>
#include <string>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tree/leaves.hpp>

namespace descent::inline v1::tree {
namespace {

std::vector<std::string> all_paths(View root) {
  std::vector<std::string> paths;
  tree::visit(root, [&](const Path& path, const Tensor&, Role) { paths.push_back(path.text()); });
  return paths;
}

[[noreturn]] void throw_difference(const char* who, View first, View other) {
  const std::vector<std::string> wanted = all_paths(first);
  const std::vector<std::string> got = all_paths(other);
  const auto [here, there] = std::mismatch(wanted.begin(), wanted.end(), got.begin(), got.end());
  const auto quoted = [](const auto& at, const auto& end) { return at == end ? std::string("no more leaves") : "\"" + *at + "\""; };
  throw TreeError(std::string(who) + ": the trees differ in structure: where the first has " + quoted(here, wanted.end()) +
                  ", another has " + quoted(there, got.end()));
}

}  // namespace

detail::Alignment::Alignment(const char* who, View first) : who_(who), first_(first) {
  hashes_.reserve(usual_leaves);
  leaves_.reserve(usual_leaves);
  tree::visit(first, [&](const Path& path, const Tensor&, Role) { hashes_.push_back(path.hash()); });
}

void detail::Alignment::add(View other) {
  const std::size_t start = leaves_.size();
  bool same = true;
  tree::visit(other, [&](const Path& path, const Tensor& leaf, Role) {
    const std::size_t i = leaves_.size() - start;
    same = same && i < hashes_.size() && hashes_[i] == path.hash();
    leaves_.push_back(&leaf);
  });
  if (!same || leaves_.size() - start != hashes_.size()) throw_difference(who_, first_, other);
}

}  // namespace descent::inline v1::tree
