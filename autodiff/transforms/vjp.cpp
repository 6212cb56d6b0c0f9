#include <descent/autodiff/transforms/vjp.hpp>

#include <algorithm>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::detail {

void Recorded::watch(tree::MutableView argument) {
  const std::size_t before = watched_.size();
  tree::edit(argument, [&](const tree::Path& path, Tensor& leaf, tree::Role role) {
    if (tree::Select(tree::trainable)(path, leaf, role)) watched_.push_back(leaf = tape_.watch(leaf, where_));
  });
  if (watched_.size() == before)
    throw TreeError("vjp: an argument has no tensor to differentiate by; it needs one of f32 or f64 that is present and no Buffer", where_);
}

void Recorded::finish(tree::MutableView result) {
  tree::edit(result, [&](const tree::Path&, Tensor& leaf, tree::Role) {
    if (leaf.absent()) return;
    results_.push_back(leaf);
    leaf = tape_.plain(leaf);
  });
}

std::vector<Tensor> Recorded::pull(tree::View ct) {
  std::vector<Tensor> ys, cts;
  std::size_t next = 0;
  tree::visit(ct, [&](const tree::Path& path, const Tensor& leaf, tree::Role) {
    if (next == results_.size())
      throw TreeError("vjp: the cotangent has more tensors than the result; give it the result's structure", where_);
    const Tensor& y = results_[next++];
    if (leaf.absent() || !tape_.knows(y)) return;  // zero, or a result that depends on nothing watched
    if (abstract_of(leaf) != abstract_of(y))
      throw ShapeError("vjp: the cotangent" + (path.text().empty() ? "" : " " + path.text()) + " is " + to_string(abstract_of(leaf)) +
                           "; it must be " + to_string(abstract_of(y)) + " as the result is",
                       where_);
    ys.push_back(y);
    cts.push_back(leaf);
  });
  return tape_.vjp(ys, cts, watched_, where_);
}

}  // namespace descent::inline v1::detail
