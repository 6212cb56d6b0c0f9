#include <descent/autodiff/transforms/grad.hpp>

#include <string>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::detail {

void Differentiation::watch(tree::MutableView argument, const tree::Select& select) {
  std::size_t before = watched_.size();
  tree::edit(argument, [&](const tree::Path& path, Tensor& leaf, tree::Role role) {
    if (select(path, leaf, role)) watched_.push_back(leaf = tape_.watch(leaf, where_));
  });
  if (watched_.size() == before)
    throw TreeError(
        std::string(who_) + ": the argument has no tensor to differentiate by; it needs one of f32 or f64 that is present and no Buffer",
        where_);
}

void Differentiation::require_unchanged(tree::View argument, const tree::Select& select) {
  tree::visit(argument, [&](const tree::Path& path, const Tensor& leaf, tree::Role role) {
    if (!select(path, leaf, role)) return;
    if (checked_ < watched_.size() && watched_[checked_++].same_as(leaf)) return;
    throw ValueError(std::string(who_) + ": the function changed the parameter " +
                         (path.text().empty() ? "it is differentiated by" : path.text()) +
                         "; a parameter is constant inside a gradient, make it a Buffer or return the new value",
                     where_);
  });
}

std::vector<Tensor> Differentiation::gradients(const Tensor& cost) {
  if (cost.absent()) throw ValueError(std::string(who_) + ": the function returned an absent tensor; it must return the cost", where_);
  if (cost.numel() != 1)
    throw ShapeError(std::string(who_) + ": the function returned shape " + to_string(cost.shape()) + "; " + who_ +
                         " needs a scalar, reduce it first or use vjp with a cotangent",
                     where_);
  if (!is_floating(cost.dtype()))
    throw DtypeError(std::string(who_) + ": the function returned " + to_string(abstract_of(cost)) + "; only f32 and f64 have derivatives",
                     where_);
  const Tensor one = ones_like(cost);
  return tape_.vjp(std::span(&cost, 1), std::span(&one, 1), watched_, where_);
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

}  // namespace descent::inline v1::detail
