#include <descent/autodiff/functions/per_axis.hpp>

#include <string>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1 {

std::vector<Index> PerAxis::of(const char* who, const char* what, std::size_t axes, Index least) const {
  constexpr Index most = Index{1} << 40;  // sums and products of a few stay within Index
  for (const Index n : list_)
    if (n < least || n > most)
      throw ValueError(std::string(who) + ": the " + what + " is " + std::to_string(n) + "; it must be at " +
                       (n < least ? "least " + std::to_string(least) : "most 2^40"));
  if (one_) return std::vector<Index>(axes, list_[0]);
  if (list_.size() != axes)
    throw ShapeError(std::string(who) + ": " + std::to_string(list_.size()) + " numbers as " + what + " for " + std::to_string(axes) +
                     " spatial axes; give one for all or one for each");
  return list_;
}

}  // namespace descent::inline v1
