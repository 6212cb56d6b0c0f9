#include <descent/autodiff/transforms/jvp.hpp>

#include <descent/autodiff/base/error.hpp>

namespace descent::inline v1::detail {

void Pushforward::watch(tree::MutableView argument, tree::View tangent) {
  std::vector<Tensor> tangents;
  tree::visit(tangent, [&](const tree::Path&, const Tensor& leaf, tree::Role) { tangents.push_back(leaf); });
  if (!tree::same_structure(argument.view(), tangent))
    throw TreeError("jvp: the tangent has another structure than the argument; give it the argument's", where_);
  std::size_t next = 0;
  tree::edit(argument, [&](const tree::Path&, Tensor& leaf, tree::Role role) {
    const Tensor& t = tangents[next++];
    if (!tree::is_trainable(leaf, role)) return;
    leaf = t.absent() ? tape_.watch(leaf, where_) : tape_.watch(leaf, t, where_);
  });
}

std::vector<Tensor> Pushforward::tangents(tree::MutableView result) {
  std::vector<Tensor> found;
  tree::edit(result, [&](const tree::Path&, Tensor& leaf, tree::Role role) {
    if (tree::is_trainable(leaf, role)) found.push_back(tape_.tangent(leaf, where_));
    if (leaf.present()) leaf = tape_.plain(leaf);
  });
  return found;
}

}  // namespace descent::inline v1::detail
