#include <descent/optim/transform.hpp>

#include <fmt/format.h>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::optim {
namespace {

constexpr std::size_t kUsual = 16;  // room for the leaves of a small model, so that its lists are allocated once

struct Chain {
  std::vector<Transform> steps;

  State init(const Leaves& params) const {
    State state;
    for (const Transform& step : steps) state.parts.push_back(step.init_leaves(params));
    return state;
  }
  Leaves update(Leaves grads, State& state, const Leaves& params) const {
    if (state.parts.size() != steps.size())
      throw TreeError(fmt::format("chain: the state has {} parts and the chain {} steps; make the state with this chain's init",
                                  state.parts.size(), steps.size()));
    for (std::size_t i = 0; i < steps.size(); ++i) grads = steps[i].update_leaves(std::move(grads), state.parts[i], params);
    return grads;
  }
};

std::uint64_t folded(std::uint64_t fingerprint, std::uint64_t path) { return (fingerprint ^ path) * 0x9e3779b97f4a7c15; }

/// `what` is added to a parameter, so it has the parameter's shape and dtype.
void require_like(const char* who, const char* what, const tree::Path& path, const Tensor& value, const Tensor& param) {
  if (value.dtype() == param.dtype() && storage::same_shape(*value.node(), *param.node())) return;
  const std::string sentence =
      fmt::format("{}: the {}{} is {}, and the parameter {}; they must be the same", who, what,
                  path.text().empty() ? "" : " of " + path.text(), to_string(abstract_of(value)), to_string(abstract_of(param)));
  if (value.shape() == param.shape()) throw DtypeError(sentence);
  throw ShapeError(sentence);
}

void give_names(State& state, const std::shared_ptr<const std::vector<std::string>>& names) {
  state.names = names;
  for (State& part : state.parts) give_names(part, names);
}

/// The places of one tree's leaves, to be met again in another's.
struct Places {
  struct Place {
    std::uint64_t path;
    const Tensor* param;  // null: not trained
  };
  std::vector<Place> places;
  std::uint64_t fingerprint = 0;
  std::size_t trained = 0;

  explicit Places(tree::View params) {
    places.reserve(kUsual);
    tree::visit(params, [&](const tree::Path& path, const Tensor& leaf, tree::Role role) {
      const std::uint64_t hash = path.hash();
      const bool trains = tree::is_trainable(leaf, role);
      places.push_back({hash, trains ? &leaf : nullptr});
      if (!trains) return;
      fingerprint = folded(fingerprint, hash);
      ++trained;
    });
  }
};

}  // namespace

std::uint64_t detail::fingerprint(tree::View params) { return Places(params).fingerprint; }

detail::Pairs detail::pairs(const char* who, tree::View params, tree::MutableView grads) {
  const Places known(params);
  bool same = true;
  std::size_t met = 0;
  tree::visit(grads.view(), [&](const tree::Path& path, const Tensor& leaf, tree::Role) {
    same = same && met < known.places.size() && known.places[met].path == path.hash();
    if (same && leaf.present() && known.places[met].param != nullptr) require_like(who, "gradient", path, leaf, *known.places[met].param);
    ++met;
  });
  if (!same || met != known.places.size()) tree::detail::Alignment(who, params).add(grads.view());  // it says where they differ

  Pairs found{{}, {}, known.fingerprint};
  found.params.reserve(known.trained);
  found.grads.reserve(known.trained);
  auto place = known.places.begin();
  tree::edit(grads, [&](const tree::Path&, Tensor& leaf, tree::Role) {
    if (const Tensor* param = (place++)->param) {
      found.params.push_back(*param);
      found.grads.push_back(std::move(leaf));
    }
  });
  return found;
}

State Transform::initial(const std::vector<std::pair<std::string, Tensor>>& params) const {
  if (params.empty())
    throw TreeError("init: the model has no parameter to train; it needs a floating tensor that is present and no Buffer");
  Leaves leaves;
  std::vector<std::string> names;
  for (const auto& [name, leaf] : params) {
    leaves.push_back(leaf);
    names.push_back(name);
  }
  State state = init_leaves(leaves);
  give_names(state, std::make_shared<const std::vector<std::string>>(std::move(names)));
  return state;
}

Transform chain(std::vector<Transform> steps) { return Chain{std::move(steps)}; }

Tensor detail::updated(const tree::Path& path, Tensor param, Tensor update) {
  if (update.absent()) return param;
  require_like("apply_updates", "update", path, update, param);
  return add(std::move(param), std::move(update));
}

}  // namespace descent::inline v1::optim
