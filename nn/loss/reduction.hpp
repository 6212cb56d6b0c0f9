#pragma once

#include <cstdint>
#include <source_location>

#include <descent/autodiff/tensor/arg.hpp>

namespace descent::inline v1::nn {

/// What becomes of the losses of the elements (or rows).
enum class Reduction : std::uint8_t { mean, sum, none };

// What losses share.
namespace detail {

/// throws  ShapeError that starts with `who`: the mean of no loss
Tensor reduced(const char* who, Tensor losses, Reduction reduction, std::source_location where);

/// throws  ShapeError that starts with `who`: neither broadcasts to the shape of the other. A number fits anything.
void require_fit(const char* who, const Arg& prediction, const Arg& target);
/// prediction - target, after the same check.
Tensor distance(const char* who, Arg prediction, Arg target);

/// throws  ValueError that starts with `who`: not finite and above 0
void require_positive(const char* who, const char* what, double value, std::source_location where);

}  // namespace detail
}  // namespace descent::inline v1::nn
