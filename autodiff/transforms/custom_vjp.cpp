#include <descent/autodiff/transforms/custom_vjp.hpp>

#include <algorithm>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tape/kinds.hpp>
#include <descent/autodiff/tape/record.hpp>

namespace descent::inline v1::detail {
namespace {

struct CustomParams {
  std::shared_ptr<const CustomRule> rule;
  std::shared_ptr<const std::vector<Tensor>> results;  // what the function computed
};

void infer(const Op&, const void* params, std::span<const Abstract>, std::span<Abstract> out) {
  const auto& results = *static_cast<const CustomParams*>(params)->results;
  std::transform(results.begin(), results.end(), out.begin(), [](const Tensor& y) { return abstract_of(y); });
}

void forward(const Op&, const void* params, std::span<Tensor>, std::span<Tensor> out) {
  const auto& results = *static_cast<const CustomParams*>(params)->results;
  std::copy(results.begin(), results.end(), out.begin());
}

void vjp(const Call& call, std::span<const Tensor> ct, Wanted wanted, std::span<Tensor> out) {
  const CustomRule& rule = *static_cast<const CustomParams*>(call.params)->rule;
  std::vector<Tensor> seen(ct.begin(), ct.end());
  for (std::size_t k = 0; k < seen.size(); ++k)
    if (seen[k].absent()) seen[k] = zeros_like(call.out[k]);
  const std::vector<Tensor> slopes = rule.backward(call.in, call.out, seen);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!wanted[i] || slopes[i].absent()) continue;
    if (abstract_of(slopes[i]) != *call.like[i])
      throw ShapeError("custom_vjp: the rule returned " + to_string(abstract_of(slopes[i])) + " for argument " + rule.names[i] +
                       ", which is " + to_string(*call.like[i]) + "; a cotangent has the shape and dtype of what it belongs to");
    out[i] = slopes[i];
  }
}

constinit const Op custom_op = [] {
  Op op{};
  op.name = "custom_vjp";
  op.kind = Kind::general;
  op.max_inputs = op.outputs = -1;
  op.keep = keep::inputs | keep::output;
  op.params = params_table<CustomParams>();
  op.infer = &infer;
  op.forward = &forward;
  op.vjp = &vjp;
  op.jvp = &jvp_from_vjp;
  return op;
}();

}  // namespace

std::vector<Tensor> call_custom(CustomRule rule, const std::function<std::vector<Tensor>(std::span<const Tensor>)>& function,
                                std::vector<Tensor> in, std::source_location where) {
  std::vector<Tensor> plain;
  for (const Tensor& x : in) plain.push_back(Tensor::adopt(storage::view(x.node(), x.shape())));
  CustomParams params{std::make_shared<const CustomRule>(std::move(rule)), nullptr};
  {
    const Seal seal(
        "custom_vjp: the function uses a watched tensor that is not among its arguments, so its rule cannot know of it; pass it in");
    params.results = std::make_shared<const std::vector<Tensor>>(function(plain));
  }
  std::vector<Tensor> out(params.results->size());
  execute(custom_op, &params, in, out, where);
  return out;
}

}  // namespace descent::inline v1::detail
