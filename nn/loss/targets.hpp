#pragma once

#include <source_location>

#include <descent/autodiff/tensor/tensor.hpp>

// What losses of classes ask of their arguments. Each throws what its name says, with a sentence that starts with `who`.

namespace descent::inline v1::nn::detail {

/// throws  ShapeError: x has no last axis, or nothing on it
void require_class_axis(const char* who, const char* what, const Tensor& x, std::source_location where);
/// throws  IndexError: a target outside [0, classes) that is not `ignored`. Abstract targets are not looked at.
void require_classes(const char* who, const Tensor& targets, Index classes, Index ignored, std::source_location where);
/// throws  ShapeError
void require_equal_shapes(const char* who, const Tensor& x, const Tensor& y, std::source_location where);
/// The targets are neither classes nor shares of these logits.
[[noreturn]] void throw_targets(const char* who, const Tensor& targets, const Shape& logits, std::source_location where);

}  // namespace descent::inline v1::nn::detail
