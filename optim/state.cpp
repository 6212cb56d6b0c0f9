#include <descent/optim/state.hpp>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::optim {
namespace {

void walk_state(auto& state, const tree::Path& here, auto& visitor) {
  using tree::Path;
  for (auto& [name, number] : state.numbers) tree::walk(number, Path(here, name), visitor);
  for (auto& [name, moment] : state.moments) {
    const Path all(here, name);
    for (std::size_t i = 0; i < moment.size(); ++i) {
      if (state.names != nullptr && i < state.names->size()) tree::walk(moment[i], Path(all, (*state.names)[i]), visitor);
      else tree::walk(moment[i], Path(all, static_cast<Index>(i)), visitor);
    }
  }
  for (std::size_t i = 0; i < state.parts.size(); ++i) walk_state(state.parts[i], Path(here, static_cast<Index>(i)), visitor);
}

}  // namespace

State::State() = default;
State::State(const State&) = default;
State::State(State&&) noexcept = default;
State& State::operator=(const State&) = default;
State& State::operator=(State&&) noexcept = default;
State::~State() = default;

Buffer& State::number(const std::string& name) {
  const auto found = numbers.find(name);
  if (found == numbers.end())
    throw TreeError("optimiser: its state has no number \"" + name + "\"; make the state with this optimiser's init");
  return found->second;
}

std::vector<Buffer>& State::moment(const std::string& name, std::size_t parameters) {
  const auto found = moments.find(name);
  if (found == moments.end() || found->second.size() != parameters)
    throw TreeError("optimiser: its state has no moment \"" + name + "\" of " + std::to_string(parameters) +
                    " parameters; make the state with this optimiser's init, for this model");
  return found->second;
}

std::string State::name_of(std::size_t parameter) const {
  const bool named = names != nullptr && parameter < names->size() && !(*names)[parameter].empty();
  return named ? (*names)[parameter] : "parameter " + std::to_string(parameter);
}

void State::visit_leaves(const tree::Path& here, tree::Reader& reader) const { walk_state(*this, here, reader); }
void State::visit_leaves(const tree::Path& here, tree::Editor& editor) { walk_state(*this, here, editor); }

}  // namespace descent::inline v1::optim
