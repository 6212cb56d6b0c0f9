#include <descent/autodiff/transforms/vmap.hpp>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/batch.hpp>
#include <descent/autodiff/tape/record.hpp>

namespace descent::inline v1::detail {
namespace {

/// x with one axis in another place.
Tensor moved(const Tensor& x, int from, int to) {
  if (from == to) return x;
  std::vector<Index> order;
  for (int axis = 0; axis < x.rank(); ++axis)
    if (axis != from) order.push_back(axis);
  order.insert(order.begin() + to, from);
  return permute(x, Axes(std::span<const Index>(order)));
}

}  // namespace

Batch::Batch(std::source_location where, Index size) : record_(std::make_unique<Record>(Purpose::batch)), where_(where), size_(size) {}
Batch::~Batch() = default;

void Batch::show(tree::MutableView argument, BatchAxis axis, std::size_t number) {
  tree::edit(argument, [&](const tree::Path& path, Tensor& leaf, tree::Role) {
    if (!axis || leaf.absent()) return;
    const std::string who = "argument " + std::to_string(number) + (path.text().empty() ? "" : ", " + path.text());
    const int rank = leaf.rank();
    if (*axis < -rank || *axis >= rank)
      throw ShapeError("vmap: " + who + " is " + to_string(abstract_of(leaf)) + ", which has no axis " + std::to_string(*axis) +
                           " for the examples to lie along; name another in `in`, or say `shared`",
                       where_);
    const int at = checked_axis("vmap", *axis, rank);
    const Index size = leaf.size(at);
    if (size_ < 0) size_ = size, first_ = who;
    if (size != size_)
      throw ShapeError("vmap: " + who + " has " + std::to_string(size) + " examples, " + first_ + " " + std::to_string(size_) +
                           "; all must have as many",
                       where_);
    leaf = record_->example_of(moved(leaf, at, 0));
  });
  shown_.push_back({axis, Effects("vmap", argument.view(), where_)});
}

Tensor Batch::show(const Tensor& batch) {
  size_ = batch.size(0);
  return record_->example_of(batch);
}

void Batch::collect(tree::MutableView result, Index axis) {
  tree::edit(result, [&](const tree::Path&, Tensor& leaf, tree::Role) {
    if (leaf.absent()) return;
    const int to = checked_axis("vmap: out", axis, leaf.rank() + 1);
    leaf = moved(collect(leaf), 0, to);
  });
}

Tensor Batch::collect(const Tensor& example) const { return whole_of(*record_, example, size_); }

void Batch::hand_back(tree::MutableView argument, tree::View seen, std::size_t number) {
  auto& [axis, effects] = shown_[number];
  std::vector<Tensor> changed = effects.changed(seen);
  for (std::size_t i = 0; i < changed.size(); ++i) {
    if (axis) changed[i] = moved(collect(changed[i]), 0, checked_axis("vmap", *axis, changed[i].rank() + 1));
    else if (record_->batch_of(changed[i]).present())
      throw ValueError("vmap: each example changed " + effects.path(i) + " of argument " + std::to_string(number) +
                           ", which they share, to a value of its own; batch the argument (`as_batch`), or return the value",
                       where_);
  }
  effects.put(argument, changed);
}

void Batch::check_arguments(const BatchAxes& axes, std::size_t count) const {
  if (axes.in.size() > count)
    throw ValueError("vmap: `in` lists " + std::to_string(axes.in.size()) + " axes for " + std::to_string(count) +
                         " arguments; give one for each, or fewer",
                     where_);
  if (size_ < 0) throw ValueError("vmap: no argument is batched; at least one must have an axis of examples", where_);
}

}  // namespace descent::inline v1::detail
