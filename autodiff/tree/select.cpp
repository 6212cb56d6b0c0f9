#include <descent/autodiff/tree/select.hpp>

#include <algorithm>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tree/leaves.hpp>

namespace descent::inline v1::tree {

bool Select::operator()(const Path& path, const Tensor& leaf, Role role) const {
  if (leaf.absent()) return false;
  if (which_ != all && is_trainable(leaf, role) != (which_ == trainable)) return false;
  return without_.empty() || std::find(without_.begin(), without_.end(), path.text()) == without_.end();
}

bool matches(std::string_view pattern, std::string_view name) {
  std::size_t star = std::string_view::npos;  // the last star met, and where in the name what it stands for ends
  std::size_t resume = 0;
  std::size_t p = 0;
  for (std::size_t n = 0; n < name.size();) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos) {  // let the star stand for one more character
      p = star + 1;
      n = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

Select freeze(View tree, std::initializer_list<std::string_view> patterns) {
  const std::vector<std::string> known = names(tree, trainable);
  std::vector<std::string> frozen;
  for (const std::string_view pattern : patterns) {
    const std::size_t before = frozen.size();
    for (const std::string& name : known)
      if (matches(pattern, name)) frozen.push_back(name);
    if (frozen.size() == before)
      throw TreeError("freeze: no trainable leaf matches \"" + std::string(pattern) + "\"; the tree has " + std::to_string(known.size()) +
                      (known.empty() ? std::string() : ", the first is \"" + known.front() + "\""));
  }
  return {trainable, std::move(frozen)};
}

}  // namespace descent::inline v1::tree
