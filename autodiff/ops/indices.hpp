#pragma once

#include <descent/autodiff/tensor/tensor.hpp>

// What the ops that take index tensors share. Below the tape.

namespace descent::inline v1::raw {

/// throws DtypeError: indices are neither i32 nor i64
void check_index_dtype(const char* who, Dtype index);

/// The indices as i64. throws DtypeError as above
Tensor positions(const char* who, const Tensor& index);

/// throws IndexError, with place, value and bounds, when a kernel found element `bad` of `positions` outside the axis; -1: it found none
void check_positions(const char* who, const Tensor& positions, Index bad, const Shape& x, int axis);

}  // namespace descent::inline v1::raw
