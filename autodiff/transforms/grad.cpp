#include <descent/autodiff/transforms/grad.hpp>

#include <string>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::detail {

Watched Differentiation::watch(tree::MutableView argument) {
  watched_.reserve(watched_.size() + tree::usual_leaves);
  Watched found{watched_.size(), 0, 0};
  tree::edit(argument, [&](const tree::Path& path, Tensor& leaf, tree::Role role) {
    if (!select_(path, leaf, role)) return void(++found.others);
    watched_.push_back(leaf = tape_.watch(leaf, where_));
    ++found.count;
  });
  if (found.count == 0)
    throw TreeError(
        std::string(who_) + ": the argument has no tensor to differentiate by; it needs one of f32 or f64 that is present and no Buffer",
        where_);
  return found;
}

void Differentiation::require_unchanged(tree::View argument, const Watched& watched) const {
  std::size_t met = 0;
  std::size_t others = 0;
  tree::visit(argument, [&](const tree::Path& path, const Tensor& leaf, tree::Role role) {
    if (!select_(path, leaf, role)) return void(++others);
    if (met < watched.count && watched_[watched.first + met++].same_as(leaf)) return;
    throw ValueError(std::string(who_) + ": the function changed the parameter " +
                         (path.text().empty() ? "it is differentiated by" : path.text()) +
                         "; a parameter is constant inside a gradient, make it a Buffer or return the new value",
                     where_);
  });
  if (met != watched.count || others != watched.others)
    throw ValueError(std::string(who_) + ": the argument had " + std::to_string(watched.count + watched.others) + " tensors and has " +
                         std::to_string(met + others) + " after the call; the function may change buffers, not how many tensors there are",
                     where_);
}

std::vector<Tensor> Differentiation::slopes(const Tensor& cost) {
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

void Differentiation::to_gradient(tree::MutableView argument, const Watched& watched, std::span<Tensor> slopes) const {
  tree::edit(argument, [&, next = watched.first](const tree::Path& path, Tensor& leaf, tree::Role role) mutable {
    leaf = select_(path, leaf, role) ? std::move(slopes[next++]) : Tensor();
  });
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
