#include <descent/autodiff/tape/kinds/general.hpp>

#include <algorithm>
#include <vector>

#include <descent/autodiff/kernels/copy.hpp>
#include <descent/autodiff/tape/handles.hpp>
#include <descent/autodiff/tape/tape.hpp>

namespace descent::inline v1 {

Tensor converted(Tensor x, Dtype dtype) {
  if (x.dtype() == dtype) return x;
  Tensor result = Tensor::adopt(storage::allocate(x.shape(), dtype));
  kernels::convert(x.dtype(), x.node()->data, dtype, result.node()->data, x.numel());
  return result;
}

Tensor sum_present(Tensor x, Tensor y) {
  if (x.absent()) return y;
  if (y.absent()) return x;
  return add(std::move(x), std::move(y));
}

Tensor apply_op(const Call& call, std::span<const Tensor> in) {
  std::vector<Tensor> inputs(in.begin(), in.end());
  Tensor out[1];
  execute(call.op, call.params, inputs, out, {});
  return std::move(out[0]);
}

void zero_vjp(const Call&, std::span<const Tensor>, Wanted, std::span<Tensor>) {}
void zero_jvp(const Call&, std::span<const Tensor>, std::span<Tensor>) {}

void jvp_from_vjp(const Call& call, std::span<const Tensor> t, std::span<Tensor> out) {
  Tape tape;
  std::vector<Tensor> ct(call.out.size());
  std::vector<Tensor> watched;
  for (std::size_t k = 0; k < ct.size(); ++k)
    if (is_floating(call.out[k].dtype())) watched.push_back(ct[k] = tape.watch(zeros_like(call.out[k])));
  std::vector<std::uint8_t> wanted(call.in.size());
  std::transform(t.begin(), t.end(), wanted.begin(), [](const Tensor& x) { return x.present() ? 1 : 0; });
  std::vector<Tensor> back(call.in.size());
  call.op.vjp(call, ct, wanted, back);

  std::vector<Tensor> results, seeds;
  for (std::size_t i = 0; i < back.size(); ++i)
    if (wanted[i] && back[i].present() && tape.knows(back[i])) {
      const Abstract& primal = *call.like[i];
      results.push_back(abstract_of(back[i]) == primal ? back[i] : sum_to(back[i], primal));  // as the reverse sweep fits them
      seeds.push_back(t[i]);
    }
  std::vector<Tensor> tangents = tape.vjp(results, seeds, watched);
  for (std::size_t k = 0, next = 0; k < ct.size(); ++k)
    if (ct[k].present()) out[k] = std::move(tangents[next++]);
}

}  // namespace descent::inline v1
