#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <descent/autodiff/tree/tree.hpp>

namespace descent::inline v1::optim {

/// One tensor for each parameter that is trained, in the order of the tree.
using Leaves = std::vector<Tensor>;

/// What a step of an optimiser remembers: named numbers (counts, rates), named moments with one tensor for each parameter,
/// and the states of its parts when it is a chain. A tree: saved by name ("1.mean.hidden.weight"), counted, compared.
struct State {
  State();
  State(const State&);
  State(State&&) noexcept;
  State& operator=(const State&);
  State& operator=(State&&) noexcept;
  ~State();  // all in state.cpp: no user's code compiles these maps

  std::map<std::string, Buffer> numbers;
  std::map<std::string, std::vector<Buffer>> moments;
  std::vector<State> parts;
  std::shared_ptr<const std::vector<std::string>> names;  ///< of the parameters, shared by copies; null: they have none

  /// Those a step has made in its `init`.   throws TreeError: it has not, so the state was made for another optimiser or model
  Buffer& number(const std::string& name);
  std::vector<Buffer>& moment(const std::string& name, std::size_t parameters);

  /// "hidden.weight", or "parameter 3" where it has no name.
  std::string name_of(std::size_t parameter) const;

  void visit_leaves(const tree::Path& here, tree::Reader& reader) const;
  void visit_leaves(const tree::Path& here, tree::Editor& editor);
};

}  // namespace descent::inline v1::optim
