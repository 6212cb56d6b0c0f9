#include <descent/autodiff/tree/visitor.hpp>

#include <algorithm>

namespace descent::inline v1::tree {

bool Reader::first_meeting(const void* value) {
  if (std::find(met_.begin(), met_.end(), value) != met_.end()) return false;
  met_.push_back(value);
  return true;
}

std::shared_ptr<void> Editor::renewed(const std::shared_ptr<void>& value) const {
  for (const auto& [old, by] : renewed_)
    if (old == value) return by;
  return nullptr;
}

}  // namespace descent::inline v1::tree
