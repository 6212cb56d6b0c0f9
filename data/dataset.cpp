#include <descent/data/dataset.hpp>

#include <cassert>
#include <cmath>
#include <numeric>
#include <span>
#include <utility>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/kernels/gather.hpp>
#include <descent/autodiff/kernels/philox.hpp>
#include <descent/autodiff/tensor/create.hpp>

namespace descent::inline v1::data {
namespace {

constexpr std::uint64_t kShuffle = 0x73687566;  // keeps these draws apart from others of the same seed

void require_table(const char* who, const Tensor& x) {
  if (x.rank() != 2) throw ShapeError(std::string(who) + ": the shape is " + to_string(x.shape()) + "; it must be [rows, columns]");
  if (!is_floating(x.dtype()))
    throw DtypeError(std::string(who) + ": the dtype is " + std::string(name_of(x.dtype())) + "; it must be f32 or f64");
}

Dataset rows_of(const Dataset& set, std::span<const std::int64_t> index) {
  const std::vector<std::int64_t> list(index.begin(), index.end());
  return {take_rows(set.inputs, list), take_rows(set.targets, list), set.class_names};
}

}  // namespace

Index checked_rows(const char* who, const Dataset& set) {
  if (set.inputs.absent() || set.targets.absent())
    throw ValueError(std::string(who) + ": the set has no " + (set.inputs.absent() ? "inputs" : "targets") + "; give it both");
  const Shape inputs = set.inputs.shape();
  const Shape targets = set.targets.shape();
  if (inputs.rank() == 0 || targets.rank() == 0 || inputs[0] != targets[0])
    throw ShapeError(std::string(who) + ": inputs are " + to_string(inputs) + " and targets " + to_string(targets) +
                     "; the first axis counts rows and must be the same");
  if (set.inputs.abstract() || set.targets.abstract())
    throw AbstractError(std::string(who) +
                        ": the set is abstract, shapes without values; its rows cannot be taken while a function is traced");
  return inputs[0];
}

Tensor take_rows(const Tensor& x, const std::vector<std::int64_t>& index) {
  const Shape shape = x.shape();
  const auto count = static_cast<Index>(index.size());
  Tensor result = Tensor::adopt(storage::allocate(shape.with(0, count), x.dtype()));
  const Index inner = shape.without(0).numel();
  [[maybe_unused]] const Index wrong =
      kernels::take_rows({1, shape[0], count, inner}, result.node()->data, x.node()->data, index.data(), size_of(x.dtype()));
  assert(wrong < 0);
  return result;
}

std::vector<std::int64_t> shuffled(Index n, std::uint64_t seed, std::uint64_t draw) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::vector<double> chance(order.size());
  std::iota(order.begin(), order.end(), 0);
  kernels::uniform(kernels::split(seed, kShuffle), draw, chance.data(), n);
  for (std::size_t i = order.size(); i-- > 1;)  // Fisher and Yates
    std::swap(order[i], order[static_cast<std::size_t>(chance[i] * static_cast<double>(i + 1))]);
  return order;
}

Split split(const Dataset& set, double fraction, std::uint64_t seed) {
  const Index count = checked_rows("split", set);
  if (!(fraction >= 0 && fraction <= 1)) throw ValueError("split: the fraction is " + std::to_string(fraction) + "; it must lie in [0, 1]");
  const auto order = shuffled(count, seed, 0);
  const auto train = static_cast<std::size_t>(std::llround(fraction * static_cast<double>(count)));
  const std::span all(order);
  return {rows_of(set, all.first(train)), rows_of(set, all.subspan(train))};
}

Standardiser standardiser(const Tensor& inputs) {
  require_table("standardiser", inputs);
  const Index count = inputs.size(0);
  const Index columns = inputs.size(1);
  if (count == 0) throw ShapeError("standardiser: the shape is " + to_string(inputs.shape()) + "; it needs at least one row");

  const std::vector<double> values = inputs.to_vector<double>();
  std::vector<double> mean(static_cast<std::size_t>(columns));
  std::vector<double> deviation(mean.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(values[i]))
      throw ValueError("standardiser: row " + std::to_string(i / mean.size()) + ", column " + std::to_string(i % mean.size()) + " is " +
                       std::to_string(values[i]) + "; every value must be finite");
    mean[i % mean.size()] += values[i];
  }
  for (double& m : mean) m /= static_cast<double>(count);
  for (std::size_t i = 0; i < values.size(); ++i) deviation[i % mean.size()] += std::pow(values[i] - mean[i % mean.size()], 2);
  for (double& d : deviation) {
    d = std::sqrt(d / static_cast<double>(count));
    if (d == 0) d = 1;
  }
  return {from_span<double>(mean, {columns}, inputs.dtype()), from_span<double>(deviation, {columns}, inputs.dtype())};
}

Tensor Standardiser::operator()(const Tensor& x) const {
  require_table("standardise", x);
  if (x.size(1) != mean.numel())
    throw ShapeError("standardise: the shape is " + to_string(x.shape()) + "; it was made from " + std::to_string(mean.numel()) +
                     " columns");
  std::vector<double> values = x.to_vector<double>();
  const std::vector<double> centre = mean.to_vector<double>();
  const std::vector<double> spread = std.to_vector<double>();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = (values[i] - centre[i % centre.size()]) / spread[i % centre.size()];
  return from_span<double>(values, x.shape(), x.dtype());
}

}  // namespace descent::inline v1::data
