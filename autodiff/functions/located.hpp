#pragma once

#include <source_location>
#include <utility>

#include <descent/autodiff/base/error.hpp>
#include <descent/autodiff/tensor/arg.hpp>

// What compositions share so that their errors name the line of the user's call.

namespace descent::inline v1 {

/// f(), whose typed errors name the line given.
template <class F> decltype(auto) located(std::source_location where, F&& f) {
  try {
    return std::forward<F>(f)();
  } catch (Error& error) {
    error.locate(where);
    throw;
  }
}

/// An argument taken apart: the tensor and the user's line.
struct Given {
  std::source_location where;
  Tensor x;
  explicit Given(Arg arg) : where(arg.where()), x(arg.take()) {}
  Arg arg() const { return {x, where}; }
  int axis(const char* who, Index axis) const {
    return located(where, [&] { return checked_axis(who, axis, x.rank()); });
  }
};

}  // namespace descent::inline v1
