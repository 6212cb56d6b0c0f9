#pragma once

#include <functional>
#include <optional>
#include <vector>

#include <descent/autodiff/compile/candidates.hpp>
#include <descent/autodiff/compile/plan.hpp>

namespace descent::inline v1::compiling {

/// A group that is being put together.
struct Draft {
  bool few;                      ///< a list of kernels on few elements, else strips
  Index numel;                   ///< of the strips' domain
  Cut cut = {};                  ///< that one of its calls asks for
  std::optional<Dtype> total{};  ///< it has folds of all elements, in this dtype: strips make its blocks
  std::vector<Candidate> calls{};
};

/// The program of a group. `needed`: by value, whether it is read outside the group.
Group assembled(const Graph& graph, const Draft& draft, const std::vector<std::uint8_t>& needed);

}  // namespace descent::inline v1::compiling
