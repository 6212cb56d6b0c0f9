#include <descent/optim/stepper.hpp>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::optim {

State Stepper::updated(tree::MutableView model, tree::MutableView grads) const {
  detail::Pairs pairs = detail::pairs("step", model.view(), grads);
  if (pairs.fingerprint != parameters_)
    throw TreeError("step: the model has " + std::to_string(pairs.params.size()) + " parameters, and not the " +
                    std::to_string(state_.names->size()) + " that the optimiser's state was made for; make the Stepper with this model");
  State next = state_;
  Leaves updates = transform_.update_leaves(std::move(pairs.grads), next, pairs.params);
  if (updates.size() != pairs.params.size())
    throw TreeError("step: the optimiser gave " + std::to_string(updates.size()) + " updates for " + std::to_string(pairs.params.size()) +
                    " parameters; each of its steps must give one for each");
  tree::edit(model, [&, i = std::size_t{0}](const tree::Path& path, Tensor& leaf, tree::Role role) mutable {
    if (!tree::is_trainable(leaf, role)) return;
    leaf = detail::updated(path, std::move(leaf), std::move(updates[i]));
    ++i;
  });
  return next;
}

}  // namespace descent::inline v1::optim
