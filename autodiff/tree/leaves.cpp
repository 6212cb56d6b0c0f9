#include <descent/autodiff/tree/leaves.hpp>

#include <algorithm>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tree/map.hpp>

namespace descent::inline v1::tree {
namespace {

template <class F> void visit_selected(View root, const Select& select, F f) {
  tree::visit(root, [&](const Path& path, const Tensor& leaf, Role role) {
    if (select(path, leaf, role)) f(path, leaf);
  });
}

void check_unique(const std::vector<std::pair<std::string, Tensor>>& leaves) {
  std::vector<std::string_view> sorted;
  for (const auto& [name, leaf] : leaves) sorted.push_back(name);
  std::sort(sorted.begin(), sorted.end());
  const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
  if (twice != sorted.end())
    throw TreeError("names: two leaves are called \"" + std::string(*twice) +
                    "\"; rename a field or a map's key so that each has its own name");
}

void check_count(View root, std::span<const Tensor> values, const Select& select) {
  std::size_t wanted = 0;
  visit_selected(root, select, [&](const Path&, const Tensor&) { ++wanted; });
  if (wanted != values.size())
    throw TreeError("assign: got " + std::to_string(values.size()) + " tensors for the " + std::to_string(wanted) +
                    " chosen leaves of the tree");
}

void assign_with(MutableView root, std::span<const Tensor> values, const Select& select, bool keep_others) {
  check_count(root.view(), values, select);
  tree::edit(root, [&, next = values.begin()](const Path& path, Tensor& leaf, Role role) mutable {
    if (select(path, leaf, role)) leaf = *next++;
    else if (!keep_others) leaf = Tensor();
  });
}

}  // namespace

std::vector<Tensor> leaves(View root, const Select& select) {
  std::vector<Tensor> result;
  result.reserve(usual_leaves);
  visit_selected(root, select, [&](const Path&, const Tensor& leaf) { result.push_back(leaf); });
  return result;
}

std::vector<std::pair<std::string, Tensor>> named_leaves(View root, const Select& select) {
  std::vector<std::pair<std::string, Tensor>> result;
  visit_selected(root, select, [&](const Path& path, const Tensor& leaf) { result.emplace_back(path.text(), leaf); });
  check_unique(result);
  return result;
}

std::vector<std::string> names(View root, const Select& select) {
  std::vector<std::string> result;
  for (auto& [name, leaf] : named_leaves(root, select)) result.push_back(std::move(name));
  return result;
}

Index count(View root, const Select& select) {
  Index sum = 0;
  visit_selected(root, select, [&](const Path&, const Tensor& leaf) { sum += leaf.numel(); });
  return sum;
}

Index bytes(View root, const Select& select) {
  Index sum = 0;
  visit_selected(root, select, [&](const Path&, const Tensor& leaf) { sum += leaf.numel() * size_of(leaf.dtype()); });
  return sum;
}

void assign(MutableView root, std::span<const Tensor> values, const Select& select) { assign_with(root, values, select, true); }

void detail::assign_only(MutableView root, std::span<const Tensor> values, const Select& select) {
  assign_with(root, values, select, false);
}

}  // namespace descent::inline v1::tree
