#include <descent/autodiff/transforms/memory.hpp>

namespace descent::inline v1::detail {

PeakMeter::PeakMeter() : real_(storage::live_bytes()), planned_(storage::planned_bytes()) {
  storage::reset_peak_bytes();
  storage::reset_planned_peak_bytes();
}

Index PeakMeter::bytes() const { return storage::peak_bytes() - real_ + storage::planned_peak_bytes() - planned_; }

void without_elements(tree::MutableView tree) {
  tree::edit(tree, [](const tree::Path&, Tensor& leaf, tree::Role) {
    if (leaf.present()) leaf = abstract_tensor(leaf.shape(), leaf.dtype());
  });
}

}  // namespace descent::inline v1::detail
