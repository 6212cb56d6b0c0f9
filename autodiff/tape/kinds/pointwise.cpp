#include <descent/autodiff/tape/kinds/pointwise.hpp>

#include <algorithm>
#include <vector>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/copy.hpp>
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
  for (std::size_t i = static_cast<std::size_t>(rules.masks); i < in.size(); ++i)
    if (const Dtype next = dtype_of_input(in[i]); next != dtype) dtype = promote(dtype, next);
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

/// The element-wise loop's set-up: its iteration space and its operands.
struct Loop {
  Space space;
  Operand operands[kernels::max_operands];  // set as far as the loop reads them
};

constexpr Space one_element{};

/// Has operands read the elements of xs, where all are 0-d and of this dtype. Such calls, of which scalar programs consist, are loops over
/// one element: nothing of what follows is set up for them.
bool read_scalars(std::span<const Tensor> xs, Dtype dtype, Operand* operands) {
  for (const Tensor& x : xs) {
    const storage::Node& node = *x.node();
    if (node.rank != 0 || node.dtype != dtype) return false;
    (operands++)->data = node.data;
  }
  return true;
}

/// The forward of such a call; false where it is none.
bool forward_scalars(const PointwiseRules& rules, const void* params, std::span<Tensor> in, std::span<Tensor> out) {
  const storage::Node& first = *in[0].node();
  const Dtype dtype = first.dtype;
  Operand operands[kernels::max_operands];
  if (rules.masks != 0 || !read_scalars(in, dtype, operands) || compute_dtype(rules.domain, dtype) != dtype) return false;
  const Dtype result = rules.predicate ? boolean : dtype;
  Tensor* spare = nullptr;
  if (result == dtype)
    for (Tensor& x : in)
      if (spare == nullptr && storage::reusable(*x.node())) spare = &x;
  Tensor y = spare != nullptr ? std::move(*spare) : Tensor::adopt(storage::allocate_like(first, result));
  rules.value[static_cast<std::size_t>(dtype)](params, one_element, y.node()->data, operands);
  out[0] = std::move(y);
  return true;
}

/// The rest of prepare, for broadcasting beyond repeating one element.
[[gnu::noinline]] Tensor prepare_broadcast(Loop& loop, const Op& op, std::span<const storage::Node* const> in, Dtype result,
                                           std::span<Tensor> spare) {
  std::array<Shape, kernels::max_operands> shapes;
  std::array<const Shape*, kernels::max_operands> pointers{};
  for (std::size_t i = 0; i < in.size(); ++i) {
    shapes[i] = shape_of(*in[i]);
    pointers[i] = &shapes[i];
  }
  Shape shape = shapes[0];
  for (std::size_t i = 1; i < in.size(); ++i) shape = broadcast(op.name.data(), shape, shapes[i]);
  kernels::collapse(shape, {pointers.data(), in.size()}, loop.space, loop.operands);
  for (Tensor& x : spare)
    if (x.node()->dtype == result && storage::reusable(*x.node()) && storage::has_shape(*x.node(), shape)) return std::move(x);
  return Tensor::adopt(storage::allocate(shape, result));
}

/// Sets up a loop over `in`, of one dtype but for masks. Gives the result's tensor, in memory that may be taken from `spare`.
inline Tensor prepare(Loop& loop, const Op& op, std::span<const storage::Node* const> in, Dtype result, std::span<Tensor> spare) {
  for (std::size_t i = 0; i < in.size(); ++i) loop.operands[i].data = in[i]->data;
  const storage::Node* whole = whole_of(in);
  if (whole == nullptr) return prepare_broadcast(loop, op, in, result, spare);
  if (whole->numel != 1) {
    loop.space.sizes[0] = loop.space.numel = whole->numel;
    for (std::size_t i = 0; i < in.size(); ++i) loop.operands[i].strides[0] = in[i]->numel == 1 ? 0 : 1;
  }
  for (Tensor& x : spare)
    if (x.node()->dtype == result && storage::reusable(*x.node()) && storage::same_shape(*x.node(), *whole)) return std::move(x);
  return Tensor::adopt(storage::allocate_like(*whole, result));
}

/// The general case of pointwise_forward. Not inlined, like the others: their frames are large.
[[gnu::noinline]] void forward_loop(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out) {
  const PointwiseRules& rules = *op.pointwise;
  const Dtype dtype = common_dtype(rules, in, [](const Tensor& x) { return x.node()->dtype; });
  std::array<const storage::Node*, kernels::max_operands> nodes;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const Dtype wanted = i < static_cast<std::size_t>(rules.masks) ? boolean : dtype;
    if (in[i].node()->dtype != wanted) in[i] = converted(std::move(in[i]), wanted);
    nodes[i] = in[i].node();
  }
  Loop loop;
  out[0] = prepare(loop, op, {nodes.data(), in.size()}, rules.predicate ? boolean : dtype, in);
  rules.value[static_cast<std::size_t>(dtype)](params, loop.space, out[0].node()->data, loop.operands);
}

/// What the slopes of a call read.
std::span<const Tensor> read_by_slope(const Call& call) { return call.op.pointwise->from_output ? call.out : call.in; }

/// Whether absorb(t, slope) may be one kernel: nothing records or watches it, and everything it reads is there.
bool is_plain(const Call& call, const Tensor& t) {
  if (thread_tapes.anomaly != nullptr || !is_floating(t.node()->dtype)) return false;
  const bool open = tape_open();
  if (open && program_open()) return false;
  const auto plain = [open](const Tensor& x) { return x.present() && !(open && recorded(x)); };
  const std::span<const Tensor> read = read_by_slope(call);
  return plain(t) && std::all_of(read.begin(), read.end(), plain);
}

/// Whether the tape that records wants a slope and its product as one call, and nobody asks for the derivative of that.
bool whole(std::span<const Tensor> xs) {
  return thread_tapes.newest_program != nullptr && thread_tapes.newest_program->whole_slopes &&
         std::all_of(xs.begin(), xs.end(), [](const Tensor& x) { return x.present() && !differentiated(x); });
}

/// The same as a product that is recorded: the slope on tensors, of inputs brought to the dtype computed in.
Tensor recorded_times_slope(const Call& call, std::size_t i, const Tensor& t) {
  std::vector<Tensor> in(call.in.begin(), call.in.end());
  for (std::size_t k = static_cast<std::size_t>(call.op.pointwise->masks); k < in.size(); ++k)
    if (in[k].present() && in[k].dtype() != t.dtype()) in[k] = sum_to(in[k], {in[k].shape(), t.dtype()});
  if (const Op* times = call.op.pointwise->times[i]) {
    std::vector<Tensor> read{t};
    if (call.op.pointwise->from_output) read.push_back(call.out[0]);
    else read.insert(read.end(), in.begin(), in.end());
    if (whole(read)) {
      Tensor product[1];
      execute(*times, call.params, read, product, std::source_location::current());
      return std::move(product[0]);
    }
  }
  return absorb(t, call.op.pointwise->slope_of[i](Call{call.op, call.params, in, call.out, call.like}));
}

/// Whether the cotangent of input i is wanted, and the slope there takes arithmetic.
bool multiplies(const PointwiseRules& rules, Wanted wanted, std::size_t i) { return wanted[i] && rules.slope[i] == Slope::function; }

/// out[i] = absorb(t, slope of input i) for each input that multiplies, all by one loop's set-up; `next` has the last one's memory.
void run_slopes(const Call& call, Wanted wanted, const Space& space, const Operand* operands, Tensor next, std::span<Tensor> out) {
  const PointwiseRules& rules = *call.op.pointwise;
  const Dtype dtype = next.node()->dtype;
  std::size_t last = wanted.size() - 1;
  while (!multiplies(rules, wanted, last)) --last;
  for (std::size_t i = 0; i <= last; ++i) {
    if (!multiplies(rules, wanted, i)) continue;
    out[i] = i == last ? std::move(next) : Tensor::adopt(storage::allocate_like(*next.node(), dtype));
    rules.times_slope[i][dtype == f64 ? 1 : 0](call.params, space, out[i].node()->data, operands);
  }
}

/// The general case of plain_times_slopes.
[[gnu::noinline]] void loop_times_slopes(const Call& call, const Tensor& t, Wanted wanted, std::span<Tensor> out) {
  const PointwiseRules& rules = *call.op.pointwise;
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
  Tensor next = prepare(loop, call.op, {in.data(), read.size() + 1}, dtype, {});
  run_slopes(call, wanted, loop.space, loop.operands, std::move(next), out);
}

bool any_abstract(std::span<const Tensor> xs) {
  return std::any_of(xs.begin(), xs.end(), [](const Tensor& x) { return x.node()->data == nullptr; });
}

/// What plain_times_slopes gives, without elements.
[[gnu::noinline]] void abstract_times_slopes(const Call& call, const Tensor& t, Wanted wanted, std::span<Tensor> out) {
  Shape shape = t.shape();
  for (const Tensor& x : read_by_slope(call)) shape = broadcast(call.op.name.data(), shape, x.shape());
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (multiplies(*call.op.pointwise, wanted, i)) out[i] = abstract_tensor(shape, t.dtype());
}

/// By kernels. requires: is_plain(call, t); an input that multiplies
void plain_times_slopes(const Call& call, const Tensor& t, Wanted wanted, std::span<Tensor> out) {
  if (t.node()->data == nullptr || any_abstract(read_by_slope(call))) return abstract_times_slopes(call, t, wanted, out);
  const Dtype dtype = t.node()->dtype;
  Operand operands[kernels::max_operands];
  operands[0].data = t.node()->data;
  const bool scalars = t.node()->rank == 0 && call.op.pointwise->masks == 0 && read_scalars(read_by_slope(call), dtype, operands + 1);
  if (!scalars) return loop_times_slopes(call, t, wanted, out);
  run_slopes(call, wanted, one_element, operands, Tensor::adopt(storage::allocate_like(*t.node(), dtype)), out);
}

/// out[i] = absorb(t, slope of input i) for each input that multiplies; by kernels where nothing records it, else as the differentiable
/// product.
void times_slopes(const Call& call, const Tensor& t, Wanted wanted, std::span<Tensor> out) {
  const PointwiseRules& rules = *call.op.pointwise;
  bool any = false;
  for (std::size_t i = 0; i < wanted.size(); ++i) any |= multiplies(rules, wanted, i);
  if (!any) return;
  if (is_plain(call, t)) return plain_times_slopes(call, t, wanted, out);
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (multiplies(rules, wanted, i)) out[i] = recorded_times_slope(call, i, t);
}

}  // namespace

Dtype computed_in(const PointwiseRules& rules, std::span<const Abstract> in) {
  return common_dtype(rules, in, [](const Abstract& x) { return x.dtype; });
}

Tensor times_slope(const Op& times, const void* params, std::span<const Tensor> in) {
  const std::vector<Abstract> likes = abstracts_of(in.subspan(1));
  std::vector<const Abstract*> pointers;
  for (const Abstract& like : likes) pointers.push_back(&like);
  return absorb(in[0], times.pointwise->slope_of[0](Call{times, params, in.subspan(1), in.subspan(1), pointers}));
}

void pointwise_infer(const Op& op, const void*, std::span<const Abstract> in, std::span<Abstract> out) {
  const PointwiseRules& rules = *op.pointwise;
  Shape shape = in[0].shape;
  for (const Abstract& x : in.subspan(1)) shape = broadcast(op.name.data(), shape, x.shape);
  out[0] = {shape, rules.predicate ? boolean : computed_in(rules, in)};
}

void pointwise_forward(const Op& op, const void* params, std::span<Tensor> in, std::span<Tensor> out) {
  if (!forward_scalars(*op.pointwise, params, in, out)) forward_loop(op, params, in, out);
}

void pointwise_vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
  times_slopes(call, ct[0], wanted, out);
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i] && call.op.pointwise->slope[i] == Slope::one) out[i] = ct[0];
}

void pointwise_jvp(const Call& call, std::span<const Tensor> t, std::span<Tensor> out) {
  for (std::size_t i = 0; i < t.size(); ++i) {
    if (t[i].absent()) continue;
    const Slope slope = call.op.pointwise->slope[i];
    std::array<Tensor, kernels::max_operands> product;
    std::array<std::uint8_t, kernels::max_operands> wanted{};
    wanted[i] = 1;
    if (slope == Slope::one) product[i] = t[i];
    else times_slopes(call, t[i], {wanted.data(), t.size()}, product);
    if (product[i].present()) out[0] = sum_present(std::move(out[0]), std::move(product[i]));
  }
}

}  // namespace descent::inline v1
