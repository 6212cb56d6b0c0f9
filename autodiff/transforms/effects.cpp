#include <descent/autodiff/transforms/effects.hpp>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::detail {

void require_unchanged(const char* who, tree::View after, std::span<const Tensor> parameters, std::size_t others,
                       const tree::Select& select, std::source_location where) {
  std::size_t met = 0, met_others = 0;
  tree::visit(after, [&](const tree::Path& path, const Tensor& leaf, tree::Role role) {
    if (!select(path, leaf, role)) return void(++met_others);
    if (met < parameters.size() && parameters[met++].same_as(leaf)) return;
    throw ValueError(std::string(who) + ": the function changed the parameter " +
                         (path.text().empty() ? "it is called with" : path.text()) +
                         "; parameters are constant inside a transform, make it a Buffer or return the new value",
                     where);
  });
  if (met != parameters.size() || met_others != others)
    throw ValueError(std::string(who) + ": the argument had " + std::to_string(parameters.size() + others) + " tensors and has " +
                         std::to_string(met + met_others) +
                         " after the call; the function may change buffers, not how many tensors there are",
                     where);
}

void write_back(tree::MutableView argument, tree::View after) {
  std::vector<Tensor> values;
  tree::visit(after, [&](const tree::Path&, const Tensor& leaf, tree::Role) { values.push_back(leaf); });
  std::size_t next = 0;
  tree::edit(argument, [&](const tree::Path&, Tensor& leaf, tree::Role role) {
    const Tensor& value = values[next++];
    if (!tree::is_trainable(value, role) && !value.same_as(leaf)) leaf = value;
  });
}

Effects::Effects(const char* who, tree::View shown, std::source_location where) : who_(who), where_(where) {
  tree::visit(shown, [&](const tree::Path&, const Tensor& leaf, tree::Role role) {
    shown_.push_back(leaf);
    if (tree::is_trainable(leaf, role)) parameters_.push_back(leaf);
  });
}

std::vector<Tensor> Effects::changed(tree::View after) {
  require_unchanged(who_, after, parameters_, shown_.size() - parameters_.size(), tree::trainable, where_);
  std::vector<Tensor> found;
  std::size_t place = 0;
  changes_.clear();
  tree::visit(after, [&](const tree::Path& path, const Tensor& leaf, tree::Role) {
    const std::size_t here = place++;
    if (leaf.absent() || leaf.same_as(shown_[here])) return;
    changes_.push_back({here, path.text()});
    found.push_back(leaf);
  });
  return found;
}

void Effects::put(tree::MutableView argument, std::span<const Tensor> values) const {
  std::size_t place = 0, next = 0;
  tree::edit(argument, [&](const tree::Path&, Tensor& leaf, tree::Role) {
    if (next < changes_.size() && changes_[next].leaf == place) leaf = values[next++];
    ++place;
  });
}

}  // namespace descent::inline v1::detail
