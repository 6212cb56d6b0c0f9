#include <descent/autodiff/tape/kinds/pointwise.hpp>

#include <algorithm>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/copy.hpp>
#include <descent/autodiff/tape/anomaly.hpp>
#include <descent/autodiff/tape/handles.hpp>
#include <descent/autodiff/tape/kinds/linear.hpp>
#include <descent/autodiff/tape/open_tapes.hpp>
#include <descent/autodiff/tape/recipients.hpp>

namespace descent::inline v1 {
namespace {

using kernels::Operand;
using kernels::Space;
using Slope = PointwiseRules::Slope;

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

/// Whether x's one element is repeated over all of `whole`, which lends the result its shape.
bool repeats(const storage::Node& x, const storage::Node& whole) { return x.numel == 1 && x.rank <= whole.rank; }

/// The input that has the result's shape, where all others have it too or repeat one element; null where broadcasting is more than that.
const storage::Node* whole_of(std::span<const storage::Node* const> in) {
  const storage::Node* whole = in[0];
  for (const storage::Node* x : in.subspan(1)) {
    if (repeats(*x, *whole) || storage::same_shape(*x, *whole)) continue;
    if (!repeats(*whole, *x)) return nullptr;
    whole = x;  // those before it repeat one element as well
  }
  return whole;
}

/// The element-wise loop's set-up: its iteration space, its operands and the result's tensor.
struct Loop {
  Space space;
  Operand operands[kernels::max_operands];  // set as far as the loop reads them
  Tensor out;
};

/// The first of `spare` whose dtype, shape and memory are what the result needs, taken over; absent where there is none.
template <class Fits> Tensor taken(Dtype dtype, std::span<Tensor> spare, Fits fits) {
  for (Tensor& x : spare)
    if (x.node()->dtype == dtype && storage::reusable(*x.node()) && fits(*x.node())) return std::move(x);
  return {};
}

/// Sets up a loop over `in`, of one dtype but for masks; the memory of `spare` may be taken.
void prepare(Loop& loop, const Op& op, std::span<const storage::Node* const> in, Dtype result, std::span<Tensor> spare) {
  for (std::size_t i = 0; i < in.size(); ++i) loop.operands[i].data = in[i]->data;
  if (const storage::Node* whole = whole_of(in)) {
    if (whole->numel != 1) {
      loop.space.sizes[0] = loop.space.numel = whole->numel;
      for (std::size_t i = 0; i < in.size(); ++i) loop.operands[i].strides[0] = in[i]->numel == 1 ? 0 : 1;
    }
    loop.out = taken(result, spare, [&](const storage::Node& x) { return storage::same_shape(x, *whole); });
    if (loop.out.absent()) loop.out = Tensor::adopt(storage::allocate_like(*whole, result));
    return;
  }
  std::array<Shape, kernels::max_operands> shapes;
  std::array<const Shape*, kernels::max_operands> pointers{};
  for (std::size_t i = 0; i < in.size(); ++i) {
    shapes[i] = shape_of(*in[i]);
    pointers[i] = &shapes[i];
  }
  Shape shape = shapes[0];
  for (std::size_t i = 1; i < in.size(); ++i) shape = broadcast(op.name.data(), shape, shapes[i]);
  kernels::collapse(shape, {pointers.data(), in.size()}, loop.space, loop.operands);
  loop.out = taken(result, spare, [&](const storage::Node& x) { return storage::has_shape(x, shape); });
  if (loop.out.absent()) loop.out = Tensor::adopt(storage::allocate(shape, result));
}

/// What the slopes of a call read.
std::span<const Tensor> read_by_slope(const Call& call) { return call.op.pointwise->from_output ? call.out : call.in; }

/// Whether absorb(t, slope) may be one kernel: nothing records or watches it, and everything has its values at hand.
bool is_plain(const Call& call, const Tensor& t) {
  const auto plain = [](const Tensor& x) { return x.present() && x.node()->data != nullptr && !recorded(x); };
  const std::span<const Tensor> read = read_by_slope(call);
  return Anomaly::current() == nullptr && !program_open() && is_floating(t.dtype()) && plain(t) &&
         std::all_of(read.begin(), read.end(), plain);
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
  std::array<Tensor, kernels::max_operands> changed;  // those of another dtype
  std::array<const storage::Node*, kernels::max_operands> in{t.node()};
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
  std::array<const storage::Node*, kernels::max_operands> nodes;
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
