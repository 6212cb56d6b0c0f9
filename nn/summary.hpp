#pragma once

#include <functional>
#include <string>
#include <vector>

#include <descent/nn/chain.hpp>

namespace descent::inline v1::nn {

/// One line of a summary: a layer of a chain, or a member of a model that is a struct.
struct SummaryRow {
  std::string name;      ///< "0 Linear", "hidden"
  std::string output;    ///< "[32, 128]"; empty where the members' order of use is not known
  Index parameters = 0;  ///< trained numbers
};

/// What a model is made of and gives.
struct Summary {
  std::vector<SummaryRow> rows;
  std::string output;  ///< of the whole model
  Index parameters = 0;
  Index bytes = 0;  ///< of all its tensors, buffers included
};
/// A table of at most 80 columns, and a line of totals.
std::string to_string(const Summary& summary);

namespace detail {
Summary summary_of_chain(const Chain& chain, const Tensor& input);
Summary summary_of_members(tree::View model, const Tensor& output);
}  // namespace detail

/// Shapes and parameters, found on an abstract input: nothing is computed.
/// throws  what the model throws for such an input
inline Summary summary(const Chain& model, const Tensor& input) { return detail::summary_of_chain(model, input); }
template <class M> Summary summary(const M& model, const Tensor& input) {
  M copy = tree::eval(model);
  return detail::summary_of_members(model, copy(abstract_tensor(input.shape(), input.dtype())));
}

}  // namespace descent::inline v1::nn
