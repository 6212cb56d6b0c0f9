// stop_gradient: the same elements under a handle that no tape knows. A function, not an op: there is nothing to record.
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/ops/raw.hpp>

namespace descent::inline v1 {

Tensor stop_gradient(Arg x) {
  const Tensor value = x.take();
  return raw::view(value, value.shape());
}

}  // namespace descent::inline v1
