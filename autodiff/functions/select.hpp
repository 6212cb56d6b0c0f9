#pragma once

#include <optional>
#include <vector>

#include <descent/autodiff/ops/ops.hpp>

// Choosing element by element, made of `where`: what is not chosen gets a cotangent of 0, whatever its slope.

namespace descent::inline v1 {

/// x with `value` where the mask is true. All three broadcast.   mask: bool (or x != 0)
Tensor masked_fill(Arg x, Arg mask, Arg value);

/// Element by element the choice of the first condition that holds, `otherwise` where none does. All broadcast.
/// throws ShapeError: not one choice for each condition
Tensor select(const std::vector<Tensor>& conditions, const std::vector<Tensor>& choices, Arg otherwise = 0);

struct NanToNum {
  double nan = 0;
  std::optional<double> posinf{};  ///< the greatest finite number of x's dtype unless given
  std::optional<double> neginf{};  ///< the least
};
/// x with its NaN and infinities replaced; their slope is 0. Integers stay as they are.
Tensor nan_to_num(Arg x, NanToNum replacements = {});

/// 0 below 0, 1 above, `at_zero` at 0; NaN stays.   slope 0 in x; in at_zero 1 where x is 0
Tensor heaviside(Arg x, Arg at_zero);

}  // namespace descent::inline v1
