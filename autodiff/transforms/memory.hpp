#pragma once

#include <tuple>
#include <type_traits>
#include <utility>

#include <descent/autodiff/tensor/storage.hpp>
#include <descent/autodiff/tree/tree.hpp>

// How much memory a call takes, before it is made and after.

namespace descent::inline v1 {
namespace detail {

/// The most that the tensors made while it lives take at once: those there are, and those that abstract ones stand for.
class PeakMeter {
 public:
  PeakMeter();
  Index bytes() const;

 private:
  Index real_, planned_;  // alive at the beginning
};

/// Each tensor as its shape and dtype alone.
void without_elements(tree::MutableView tree);

}  // namespace detail

/// The bytes of tensors that f(arguments...) will need at most, above those that are alive. Nothing is computed: f is called on
/// tensors without elements.
///
///   Index bytes = predicted_peak(value_and_grad(cost), model, x, y);
///
/// arguments  trees of tensors, for their shapes and dtypes
/// counts     tensors of 4 KiB and more, in whole blocks; not what a kernel takes for a moment, nor the record of a tape
/// throws     AbstractError: f reads a value; what f throws
template <class F, class... A> Index predicted_peak(const F& f, const A&... arguments) {
  std::tuple<A...> shapes(arguments...);
  detail::without_elements(shapes);
  const detail::PeakMeter meter;
  [[maybe_unused]] const auto result = std::apply(f, shapes);
  return meter.bytes();
}

/// The same of a call that is made, by counting. Other threads' tensors are counted too: let none work meanwhile.
template <class F, class... A> Index measured_peak(const F& f, const A&... arguments) {
  const detail::PeakMeter meter;
  [[maybe_unused]] const auto result = f(arguments...);
  return meter.bytes();
}

}  // namespace descent::inline v1
