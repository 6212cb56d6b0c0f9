#pragma once

// Keys' kernel: what an element weighs at a distance, of numbers and of tensors. Private.
// source Keys 1981, "Cubic convolution interpolation for digital image processing"

namespace descent::inline v1::cubic {

inline constexpr double slope = -0.75;  ///< at distance 1
/// At distances up to 1, and from 1 to 2.
template <class X> X near_weight(const X& d) { return ((slope + 2) * d - (slope + 3)) * d * d + 1.0; }
template <class X> X far_weight(const X& d) { return ((slope * d - 5 * slope) * d + 8 * slope) * d - 4 * slope; }

}  // namespace descent::inline v1::cubic
