#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include <descent/autodiff/base/dtype.hpp>
#include <descent/autodiff/base/shape.hpp>

// What an op is tried on. A sample is a recipe, not tensors: the universal test builds it in the dtype it needs.

namespace descent::inline v1 {

/// One input: uniform numbers in [low, high) of a fixed seed, or the values listed.
struct SampleInput {
  Shape shape;
  double low = 0;
  double high = 1;
  std::vector<double> values{};
  Dtype dtype = Dtype::f64;  ///< f64: "floating, whichever is being tested"
};

/// The inputs of one call and its parameters.
struct Sample {
  std::vector<SampleInput> inputs;
  std::shared_ptr<const void> params{};
  bool smooth = true;         ///< false at kinks and poles: differences say nothing there
  std::string_view why = {};  ///< at a kink or pole: why the subgradient is what it is; docs/edges.md shows it

  Sample(SampleInput input) : inputs{std::move(input)} {}  // NOLINT: most ops have one input
  Sample(std::vector<SampleInput> inputs_, std::shared_ptr<const void> params_ = {})
      : inputs(std::move(inputs_)), params(std::move(params_)) {}
};
using Samples = std::vector<Sample>;

inline SampleInput uniform(Shape shape, double low, double high) { return {shape, low, high}; }
inline SampleInput values(std::initializer_list<double> list) { return {Shape{static_cast<Index>(list.size())}, 0, 0, list}; }
inline SampleInput values(Shape shape, std::initializer_list<double> list) { return {shape, 0, 0, list}; }
inline SampleInput indices(Shape shape, std::initializer_list<double> list) { return {shape, 0, 0, list, Dtype::i64}; }
inline SampleInput flags(Shape shape, std::initializer_list<double> list) { return {shape, 0, 0, list, Dtype::boolean}; }
inline Sample inputs(std::initializer_list<SampleInput> list) { return Sample(std::vector<SampleInput>(list)); }
template <class P> Sample with(P params, std::initializer_list<SampleInput> list) {
  return Sample(std::vector<SampleInput>(list), std::make_shared<const P>(std::move(params)));
}
/// A point where an op has a kink or a pole, with the reason for the subgradient that it gives there.
inline Sample kink(Sample sample, std::string_view why = {}) {
  sample.smooth = false;
  sample.why = why;
  return sample;
}

}  // namespace descent::inline v1
