#include <descent/autodiff/transforms/function_op.hpp>

#include <algorithm>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/tape/kinds.hpp>
#include <descent/autodiff/tape/open_tapes.hpp>
#include <descent/autodiff/tape/recipients.hpp>
#include <descent/autodiff/tensor/create.hpp>
#include <descent/autodiff/transforms/vmap.hpp>

namespace descent::inline v1::detail {
namespace {

using Leaves = FunctionRule::Leaves;

struct FunctionParams {
  std::shared_ptr<const FunctionRule> rule;
  std::shared_ptr<Leaves> ready;  // results of a run that has been, for the first call; then empty

  const FunctionRule& operator*() const { return *rule; }
};
const FunctionParams& params_of(const void* params) { return *static_cast<const FunctionParams*>(params); }

void infer(const Op&, const void* params, std::span<const Abstract> in, std::span<Abstract> out) {
  const FunctionParams& p = params_of(params);
  Leaves abstract;
  if (p.ready->empty())
    for (const Abstract& x : in) abstract.push_back(abstract_tensor(x.shape, x.dtype));
  const Leaves results = p.ready->empty() ? run_unrecorded(*p, abstract) : *p.ready;
  std::transform(results.begin(), results.end(), out.begin(), [](const Tensor& y) { return abstract_of(y); });
}

void forward(const Op&, const void* params, std::span<Tensor> in, std::span<Tensor> out) {
  const FunctionParams& p = params_of(params);
  Leaves results = std::exchange(*p.ready, {});
  const bool traced = std::any_of(results.begin(), results.end(), [](const Tensor& y) { return y.abstract(); });
  if (results.empty() || traced) results = run_unrecorded(*p, in);
  std::move(results.begin(), results.end(), out.begin());
}

/// What comes back for each input must be what belongs to it.
void hand_over(const FunctionRule& rule, const Leaves& slopes, std::span<const Abstract* const> like, Wanted wanted, std::span<Tensor> out,
               std::string_view who) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!wanted[i] || slopes[i].absent()) continue;
    if (abstract_of(slopes[i]) != *like[i])
      throw ShapeError(std::string(who) + ": the rule returned " + to_string(abstract_of(slopes[i])) + " for argument " + rule.names[i] +
                       ", which is " + to_string(*like[i]) + "; a cotangent has the shape and dtype of what it belongs to");
    out[i] = slopes[i];
  }
}

void backward_vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
  const FunctionRule& rule = *params_of(call.params);
  Leaves seen(ct.begin(), ct.end());
  if (call.op.keep.output)
    for (std::size_t k = 0; k < seen.size(); ++k)
      if (seen[k].absent()) seen[k] = zeros_like(call.out[k]);
  hand_over(rule, rule.backward(call.in, call.out, seen), call.like, wanted, out, call.op.name);
}

void forward_jvp(const Call& call, std::span<const Tensor> t, std::span<Tensor> out) {
  const FunctionRule& rule = *params_of(call.params);
  const Leaves tangents = rule.forward(call.in, call.out, t);
  for (std::size_t k = 0; k < out.size(); ++k) {
    if (tangents[k].absent()) continue;
    if (abstract_of(tangents[k]) != abstract_of(call.out[k]))
      throw ShapeError(std::string(call.op.name) + ": the rule returned " + to_string(abstract_of(tangents[k])) + " for result " +
                       std::to_string(k) + ", which is " + to_string(abstract_of(call.out[k])) +
                       "; a tangent has the shape and dtype of what it belongs to");
    out[k] = tangents[k];
  }
}

/// The tangents are linear in those of the inputs, so the cotangents are their pullback.
void forward_vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
  const FunctionRule& rule = *params_of(call.params);
  Tape tape;
  Leaves t(call.in.size()), watched;
  for (std::size_t i = 0; i < t.size(); ++i)
    if (wanted[i]) watched.push_back(t[i] = tape.watch(zeros_like(call.in[i])));
  const Leaves tangents = rule.forward(call.in, call.out, t);
  Leaves ys, cts;
  for (std::size_t k = 0; k < tangents.size(); ++k)
    if (ct[k].present() && tangents[k].present() && tape.knows(tangents[k])) ys.push_back(tangents[k]), cts.push_back(ct[k]);
  const Leaves slopes = tape.vjp(ys, cts, watched);
  for (std::size_t i = 0, next = 0; i < t.size(); ++i)
    if (wanted[i]) out[i] = slopes[next++];
}

/// A rule for one example as one for batches.
class BatchedRule {
 public:
  BatchedRule(std::shared_ptr<const FunctionRule> one, std::span<const std::uint8_t> batched, Index size)
      : one_(std::move(one)), batched_(batched.begin(), batched.end()), size_(size) {}

  Leaves run(std::span<const Tensor> in) const {
    Batch batch({}, size_);
    return collected(batch, one_->run(shown_inputs(batch, in)));
  }
  /// What an input without a batch gets is summed over the examples.
  Leaves backward(std::span<const Tensor> in, std::span<const Tensor> out, std::span<const Tensor> ct) const {
    Batch batch({}, size_);
    Leaves slopes = collected(batch, one_->backward(shown_inputs(batch, in), shown(batch, out), shown(batch, ct)));
    for (std::size_t i = 0; i < slopes.size(); ++i)
      if (slopes[i].present() && batched_[i] == 0) slopes[i] = sum(slopes[i], 0);
    return slopes;
  }
  Leaves forward(std::span<const Tensor> in, std::span<const Tensor> out, std::span<const Tensor> t) const {
    Batch batch({}, size_);
    return collected(batch, one_->forward(shown_inputs(batch, in), shown(batch, out), shown_inputs(batch, t)));
  }

 private:
  Leaves shown(Batch& batch, std::span<const Tensor> xs) const {
    Leaves all(xs.begin(), xs.end());
    for (Tensor& x : all)
      if (x.present()) x = batch.show(x);
    return all;
  }
  Leaves shown_inputs(Batch& batch, std::span<const Tensor> xs) const {
    Leaves all(xs.begin(), xs.end());
    for (std::size_t i = 0; i < all.size(); ++i)
      if (batched_[i] != 0 && all[i].present()) all[i] = batch.show(all[i]);
    return all;
  }
  static Leaves collected(const Batch& batch, Leaves xs) {
    for (Tensor& x : xs)
      if (x.present()) x = batch.collect(x);
    return xs;
  }

  std::shared_ptr<const FunctionRule> one_;
  std::vector<std::uint8_t> batched_;
  Index size_;
};

void batch(const BatchCall& call, std::span<Tensor> out) {
  const FunctionParams& given = params_of(call.params);
  FunctionParams whole{nullptr, std::make_shared<Leaves>()};
  for (const Tensor& y : std::exchange(*given.ready, {})) whole.ready->push_back(whole_of(call.record, y, call.size));
  const BatchedRule each(given.rule, call.batched, call.size);
  FunctionRule rule{given.rule->names, [each](auto in) { return each.run(in); }, nullptr, nullptr, given.rule->captured};
  if (given.rule->backward) rule.backward = [each](auto in, auto y, auto ct) { return each.backward(in, y, ct); };
  if (given.rule->forward) rule.forward = [each](auto in, auto y, auto t) { return each.forward(in, y, t); };
  whole.rule = std::make_shared<const FunctionRule>(std::move(rule));
  Leaves in(call.in.begin(), call.in.end());
  execute(call.op, &whole, in, out, {});
}

constexpr Op function_op(std::string_view name, Keep keep) {
  Op op{};
  op.name = name;
  op.kind = Kind::general;
  op.max_inputs = op.outputs = -1;
  op.keep = keep;
  op.params = params_table<FunctionParams>();
  op.infer = &infer;
  op.forward = &forward;
  op.vjp = &backward_vjp;
  op.jvp = &jvp_from_vjp;
  op.batch = &batch;
  return op;
}

}  // namespace

constinit const Op custom_vjp_op = function_op("custom_vjp", keep::inputs | keep::output);
constinit const Op checkpoint_op = function_op("checkpoint", keep::inputs);
constinit const Op custom_jvp_op = [] {
  Op op = function_op("custom_jvp", keep::inputs | keep::output);
  op.vjp = &forward_vjp;
  op.jvp = &forward_jvp;
  return op;
}();

std::vector<Tensor> run_unrecorded(const FunctionRule& rule, std::span<const Tensor> in) {
  Leaves plain(in.size());
  std::transform(in.begin(), in.end(), plain.begin(), [](const Tensor& x) { return unrecorded(x); });
  const Seal seal(rule.captured);
  return rule.run(plain);
}

std::vector<Tensor> call_function(const Op& op, FunctionRule rule, std::vector<Tensor> in, std::source_location where,
                                  std::vector<Tensor> results) {
  if (results.empty()) results = run_unrecorded(rule, in);
  Leaves out(results.size());
  const FunctionParams params{std::make_shared<const FunctionRule>(std::move(rule)), std::make_shared<Leaves>(std::move(results))};
  execute(op, &params, in, out, where);
  return out;
}

}  // namespace descent::inline v1::detail
