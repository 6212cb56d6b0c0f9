#include <descent/autodiff/tape/batch.hpp>

#include <descent/autodiff/tape/handles.hpp>
#include <descent/autodiff/tape/recipients.hpp>

namespace descent::inline v1 {
namespace {

Tensor repeated(const Tensor& x, Index size) { return broadcast_to(x, x.shape().inserted(0, size)); }

/// Element i of axis 0; the others are that axis's whole.
Tensor example(const Tensor& batch, Index i) {
  const Shape shape = batch.shape();
  std::vector<Index> start(static_cast<std::size_t>(shape.rank()), 0);
  start[0] = i;
  return reshape(slice(batch, start, std::vector<Index>(start.size(), 1), shape.with(0, 1)), shape.without(0));
}

}  // namespace

Tensor whole(const BatchCall& call, std::size_t i) { return call.batched[i] != 0 ? call.in[i] : repeated(call.in[i], call.size); }

Tensor whole_of(const Record& record, const Tensor& example, Index size) {
  const Tensor batch = record.batch_of(example);
  return batch.present() ? batch : repeated(example, size);
}

Tensor aligned(const BatchCall& call, std::size_t i, int rank) {
  const int own = call.like[i].shape.rank();
  if (call.batched[i] == 0 || own == rank) return call.in[i];
  Shape shape = call.in[i].shape();
  for (int axis = own; axis < rank; ++axis) shape = shape.inserted(1, 1);
  return reshape(call.in[i], shape);
}

Tensor values_of_all(const Tensor& x) {
  Tensor all = x;
  while (all.abstract()) {
    Tensor batch = open_batch_of(all);
    if (batch.absent()) break;
    all = std::move(batch);
  }
  return all;
}

void batch_aligned(const BatchCall& call, std::span<Tensor> out) {
  int rank = 0;
  for (const Abstract& x : call.like) rank = std::max(rank, x.shape.rank());
  std::vector<Tensor> in(call.in.size());
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = aligned(call, i, rank);
  execute(call.op, call.params, in, out, {});
}

namespace detail {

void batch_in_front(const BatchCall& call, std::span<Tensor> out) { batch_with(call, call.params, out); }

void batch_with(const BatchCall& call, const void* params, std::span<Tensor> out) {
  std::vector<Tensor> in;
  for (std::size_t i = 0; i < call.in.size(); ++i) in.push_back(whole(call, i));
  execute(call.op, params, in, out, {});
}

void batch_one_by_one(const BatchCall& call, std::span<Tensor> out) {
  std::vector<std::vector<Tensor>> results(out.size());
  for (Index i = 0; i < call.size; ++i) {
    std::vector<Tensor> in, one(out.size());
    for (std::size_t k = 0; k < call.in.size(); ++k) in.push_back(call.batched[k] != 0 ? example(call.in[k], i) : call.in[k]);
    execute(call.op, call.params, in, one, {});
    for (std::size_t k = 0; k < one.size(); ++k) results[k].push_back(reshape(one[k], one[k].shape().inserted(0, 1)));
  }
  for (std::size_t k = 0; k < out.size(); ++k) out[k] = concat(std::move(results[k]), 0, {});
}

}  // namespace detail

}  // namespace descent::inline v1
