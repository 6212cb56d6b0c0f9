#include <descent/autodiff/transforms/pieces.hpp>

#include <iterator>
#include <string>
#include <utility>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>

namespace descent::inline v1::detail {

void Pieces::add(std::vector<Tensor> leaves) {
  const std::size_t first = trees_ == 0 ? leaves.size() : all_.size() / static_cast<std::size_t>(trees_);
  if (leaves.size() != first)
    throw TreeError(std::string(who_) + ": tree " + std::to_string(trees_) + " has " + std::to_string(leaves.size()) +
                        " tensors, the first " + std::to_string(first) + "; all must have the same structure",
                    where_);
  std::move(leaves.begin(), leaves.end(), std::back_inserter(all_));
  ++trees_;
}

std::vector<Tensor> Pieces::together(bool new_axis) const {
  if (trees_ == 0) throw ValueError(std::string(who_) + ": there is nothing to put together; it takes at least one tree", where_);
  const std::size_t count = all_.size() / static_cast<std::size_t>(trees_);
  std::vector<Tensor> result;
  for (std::size_t leaf = 0; leaf < count; ++leaf) {
    std::vector<Tensor> parts;
    for (std::size_t at = leaf; at < all_.size(); at += count)
      parts.push_back(new_axis ? reshape(all_[at], all_[at].shape().inserted(0, 1)) : all_[at]);
    result.push_back(parts.size() == 1 ? std::move(parts.front()) : concat(std::move(parts), 0, where_));
  }
  return result;
}

}  // namespace descent::inline v1::detail
