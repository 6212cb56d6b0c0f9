#include <descent/autodiff/transforms/gradient_flow.hpp>

#include <string>
#include <tuple>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/ops/ops.hpp>
#include <descent/autodiff/transforms/custom_jvp.hpp>
#include <descent/autodiff/transforms/custom_vjp.hpp>

namespace descent::inline v1 {
namespace {

const auto itself = [](const Tensor& x) { return x; };

}  // namespace

Tensor detail::with_scaled_gradient(const Tensor& x, double factor, std::source_location where) {
  return custom_jvp(
      itself, [factor](const Tensor&, const Tensor& t, const Tensor&) { return factor * t; }, where)(x);
}

Tensor detail::with_hook(const Tensor& x, Hook hook, std::source_location where) {
  const auto backward = [hook = std::move(hook)](const Tensor&, const Tensor& slope, const Tensor&) { return hook(slope); };
  return custom_vjp(itself, backward, Checked::never, where)(x);
}

Tensor straight_through(const Tensor& value, const Tensor& smooth, std::source_location where) {
  if (value.absent() || smooth.absent()) throw ValueError("straight_through: a tensor is absent; give both a value", where);
  if (abstract_of(value) != abstract_of(smooth))
    throw ShapeError("straight_through: the value is " + to_string(abstract_of(value)) + " and what its derivatives come from " +
                         to_string(abstract_of(smooth)) + "; both must be the same",
                     where);
  return custom_jvp([](const Tensor& at, const Tensor&) { return at; },
                    [](const Tensor&, const std::tuple<Tensor, Tensor>& t, const Tensor&, const Tensor&) { return std::get<1>(t); },
                    where)(value, smooth);
}

}  // namespace descent::inline v1
