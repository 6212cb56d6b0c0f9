#include <descent/autodiff/functions/per_axis.hpp>

#include <string>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1 {

std::vector<Index> PerAxis::of(const char* who, const char* what, std::size_t axes) const {
  if (one_) return std::vector<Index>(axes, list_[0]);
  if (list_.size() != axes)
    throw ShapeError(std::string(who) + ": " + std::to_string(list_.size()) + " numbers as " + what + " for " + std::to_string(axes) +
                     " spatial axes; give one for all or one for each");
  return list_;
}

}  // namespace descent::inline v1
