#include <descent/autodiff/transforms/control.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/batch.hpp>

namespace descent::inline v1::detail {

bool readable(const char* who, const Tensor& condition, std::source_location where) {
  if (condition.absent() || condition.dtype() != boolean)
    throw DtypeError(std::string(who) + ": the condition is " + (condition.absent() ? "absent" : to_string(abstract_of(condition))) +
                         "; it must be a bool, as a comparison gives",
                     where);
  if (condition.rank() != 0)
    throw ShapeError(
        std::string(who) + ": the condition is " + to_string(abstract_of(condition)) + "; it must be one bool, any() or all() makes one",
        where);
  return !condition.abstract();
}

bool any_example(const char* who, const Tensor& condition, std::source_location where) {
  const Tensor all = values_of_all(condition);
  if (all.abstract())
    throw AbstractError(std::string(who) + ": the condition is abstract, so the number of rounds is not known; give it tensors with values",
                        where);
  for (const bool holds : all.to_vector<bool>())
    if (holds) return true;
  return false;
}

std::vector<Tensor> chosen(const char* who, const Tensor& condition, const std::vector<Tensor>& a, const std::vector<Tensor>& b,
                           std::source_location where) {
  if (a.size() != b.size())
    throw TreeError(std::string(who) + ": one result has " + std::to_string(a.size()) + " tensors, the other " + std::to_string(b.size()) +
                        "; both must have the same structure",
                    where);
  std::vector<Tensor> result;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (abstract_of(a[i]) != abstract_of(b[i]))
      throw ShapeError(std::string(who) + ": tensor " + std::to_string(i) + " of the results is " + to_string(abstract_of(a[i])) + " or " +
                           to_string(abstract_of(b[i])) + "; both must be the same",
                       where);
    result.push_back(descent::where(condition, a[i], b[i]));
  }
  return result;
}

Index steps_of(const char* who, std::span<const Tensor> leaves, std::source_location where) {
  Index n = -1;
  for (const Tensor& leaf : leaves) {
    if (leaf.rank() == 0 || (n >= 0 && leaf.size(0) != n))
      throw ShapeError(std::string(who) + ": a tensor of xs is " + to_string(abstract_of(leaf)) +
                           (n < 0 ? "" : ", another has " + std::to_string(n) + " elements along axis 0") +
                           "; all must have one axis of steps in front",
                       where);
    n = leaf.size(0);
  }
  if (n <= 0)
    throw ValueError(std::string(who) + ": there is no step; xs must hold a tensor with at least one element along axis 0", where);
  return n;
}

std::vector<Tensor> at_step(std::span<const Tensor> leaves, Index i) {
  std::vector<Tensor> result;
  for (const Tensor& leaf : leaves) result.push_back(slice(leaf, {i}));
  return result;
}

std::vector<Tensor> steps_between(std::span<const Tensor> leaves, Index first, Index last) {
  std::vector<Tensor> result;
  for (const Tensor& leaf : leaves) result.push_back(slice(leaf, {Slice{first, last}}));
  return result;
}

}  // namespace descent::inline v1::detail
