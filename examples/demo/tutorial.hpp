#pragma once

#include <descent/descent.hpp>

// The tutorial's cost of one prediction, which two scenes descend.

namespace demo {

inline constexpr double minimum = 1;
inline constexpr double flat = 1e-3;  ///< a slope this small counts as the minimum

inline descent::Tensor cost_of(const descent::Tensor& p) { return 0.5 * descent::square(p - minimum); }

}  // namespace demo
