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
  detail::require_unchanged(who_, argument, std::span(watched_).subspan(watched.first, watched.count), watched.others, select_, where_);
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

}  // namespace descent::inline v1::detail
