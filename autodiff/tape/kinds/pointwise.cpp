#include <descent/autodiff/tape/kinds/pointwise.hpp>

#include <algorithm>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/copy.hpp>
#include <descent/autodiff/tape/handles.hpp>
#include <descent/autodiff/tape/kinds/linear.hpp>
#include <descent/autodiff/tape/record.hpp>

namespace descent::inline v1 {
namespace {

using kernels::Operand;
using kernels::Space;
using Slope = PointwiseRules::Slope;

constexpr std::size_t kMostOperands = 4;  // a cotangent and three inputs

Dtype compute_dtype(Domain domain, Dtype promoted) {
  switch (domain) {
    case Domain::floating: return promote(f32, promoted);
    case Domain::numeric: return promote(i32, promoted);
    case Domain::any: return promoted;
    case Domain::logical: break;
  }
  return boolean;
}

/// The dtype the inputs meet in, masks left out.
template <class X, class F> Dtype common_dtype(const PointwiseRules& rules, std::span<X> in, F dtype_of_input) {
  Dtype dtype = boolean;
  for (std::size_t i = static_cast<std::size_t>(rules.masks); i < in.size(); ++i) dtype = promote(dtype, dtype_of_input(in[i]));
  return compute_dtype(rules.domain, dtype);
}

Shape shape_of(const storage::Node& node) { return Shape::trusted(node.sizes(), node.rank, node.numel); }

bool same_sizes(const storage::Node& a, const storage::Node& b) {
  return a.rank == b.rank && a.numel == b.numel && std::equal(a.sizes(), a.sizes() + a.rank, b.sizes());
}

/// The element-wise loop's set-up: its iteration space, its operands and the result's tensor.
struct Loop {
  Space space;
  Operand operands[kMostOperands];  // set as far as the loop reads them
  Tensor out;
};

/// A new tensor for the result, or the first of `spare` whose shape, dtype and memory fit, taken over.
Tensor place(const Shape& shape, Dtype dtype, std::span<Tensor> spare) {
  for (Tensor& x : spare) {
    const storage::Node& node = *x.node();
    if (node.dtype == dtype && storage::reusable(node) && node.rank == shape.rank() && std::equal(shape.begin(), shape.end(), node.sizes()))
      return std::move(x);
  }
  return Tensor::adopt(storage::allocate(shape, dtype));
}

/// Sets up a loop over `in`, of one dtype but for masks; the memory of `spare` may be taken.
void prepare(Loop& loop, const Op& op, std::span<const storage::Node* const> in, Dtype result, std::span<Tensor> spare) {
  for (std::size_t i = 0; i < in.size(); ++i) loop.operands[i].data = in[i]->data;
  const storage::Node& first = *in[0];
  const bool alike = std::all_of(in.begin() + 1, in.end(), [&](const storage::Node* x) { return same_sizes(first, *x); });
  if (alike) {
    loop.space.sizes[0] = loop.space.numel = first.numel;
    for (std::size_t i = 0; i < in.size(); ++i) loop.operands[i].strides[0] = first.numel == 1 ? 0 : 1;
    loop.out = place(first.rank == 0 ? Shape{} : shape_of(first), result, spare);
    return;
  }
  std::array<Shape, kMostOperands> shapes;
  std::array<const Shape*, kMostOperands> pointers{};
  Shape shape = shape_of(first);
  for (std::size_t i = 0; i < in.size(); ++i) {
    shapes[i] = shape_of(*in[i]);
    pointers[i] = &shapes[i];
    shape = broadcast(op.name.data(), shape, shapes[i]);
  }
  loop.space = kernels::collapse(shape, {pointers.data(), in.size()}, loop.operands);
  loop.out = place(shape, result, spare);
}

/// What the slopes of a call read.
std::span<const Tensor> read_by_slope(const Call& call) { return call.op.pointwise->from_output ? call.out : call.in; }

/// Whether absorb(t, slope) may be one kernel: nothing records it, and everything has its values at hand.
bool is_plain(const Call& call, const Tensor& t) {
  const auto plain = [](const Tensor& x) { return x.present() && x.node()->data != nullptr && !recorded(x); };
  const std::span<const Tensor> read = read_by_slope(call);
  return !program_open() && is_floating(t.dtype()) && plain(t) && std::all_of(read.begin(), read.end(), plain);
}

/// The same as a product that is recorded: the slope on tensors, of inputs brought to the dtype computed in.
Tensor recorded_times_slope(const Call& call, std::size_t i, const Tensor& t) {
  std::vector<Tensor> in(call.in.begin(), call.in.end());
  for (std::size_t k = static_cast<std::size_t>(call.op.pointwise->masks); k < in.size(); ++k)
    if (in[k].present() && in[k].dtype() != t.dtype()) in[k] = sum_to(in[k], {in[k].shape(), t.dtype()});
  return absorb(t, call.op.pointwise->slope_of[i](Call{call.op, call.params, in, call.out, call.like}));
}

/// absorb(t, slope of input i), by one kernel where nothing records it, else as the differentiable product.
Tensor times_slope(const Call& call, std::size_t i, const Tensor& t) {
  const PointwiseRules& rules = *call.op.pointwise;
  if (!is_plain(call, t)) return recorded_times_slope(call, i, t);
  const std::span<const Tensor> read = read_by_slope(call);
  const Dtype dtype = t.node()->dtype;
  std::array<Tensor, kMostOperands> changed;  // those of another dtype
  std::array<const storage::Node*, kMostOperands> in{t.node()};
  for (std::size_t k = 0; k < read.size(); ++k) {
    const bool mask = !rules.from_output && k < static_cast<std::size_t>(rules.masks);
    in[k + 1] = read[k].node();
    if (in[k + 1]->dtype != (mask ? boolean : dtype)) in[k + 1] = (changed[k] = converted(read[k], mask ? boolean : dtype)).node();
  }
  Loop loop;
  prepare(loop, call.op, {in.data(), read.size() + 1}, dtype, {});
  rules.times_slope[i][dtype == f64 ? 1 : 0](call.params, loop.space, loop.out.node()->data, loop.operands);
  return std::move(loop.out);
}

}  // namespace

void pointwise_infer(const Op& op, const void*, std::span<const Abstract> in, std::span<Abstract> out) {
  const PointwiseRules& rules = *op.pointwise;
  Shape shape = in[0].shape;
  for (const Abstract& x : in.subspan(1)) shape = broadcast(op.name.data(), shape, x.shape);
  out[0] = {shape, rules.predicate ? boolean : common_dtype(rules, in, [](const Abstract& x) { return x.dtype; })};
}

void pointwise_forward(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out) {
  const PointwiseRules& rules = *op.pointwise;
  const Dtype dtype = common_dtype(rules, in, [](const Tensor& x) { return x.node()->dtype; });
  for (std::size_t i = 0; i < in.size(); ++i) {
    const Dtype wanted = i < static_cast<std::size_t>(rules.masks) ? boolean : dtype;
    if (in[i].node()->dtype != wanted) in[i] = converted(std::move(in[i]), wanted);
  }
  std::array<const storage::Node*, kMostOperands> nodes;
  std::transform(in.begin(), in.end(), nodes.begin(), [](const Tensor& x) { return x.node(); });
  Loop loop;
  prepare(loop, op, {nodes.data(), in.size()}, rules.predicate ? boolean : dtype, in);
  rules.value[static_cast<std::size_t>(dtype)](params, loop.space, loop.out.node()->data, loop.operands);
  out[0] = std::move(loop.out);
}

void pointwise_vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i]) continue;
    const Slope slope = call.op.pointwise->slope[i];
    if (slope == Slope::one) out[i] = ct[0];
    else if (slope == Slope::function) out[i] = times_slope(call, i, ct[0]);
  }
}

void pointwise_jvp(const Call& call, std::span<const Tensor> t, std::span<Tensor> out) {
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (t[i].absent()) continue;
    const Slope slope = call.op.pointwise->slope[i];
    if (slope == Slope::one) out[0] = sum_present(std::move(out[0]), t[i]);
    else if (slope == Slope::function) out[0] = sum_present(std::move(out[0]), times_slope(call, i, t[i]));
  }
}

}  // namespace descent::inline v1
