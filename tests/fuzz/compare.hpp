#pragma once

#include <descent/autodiff/tensor/create.hpp>
#include <descent/tests/compare.hpp>
#include <descent/tests/fuzz/draw.hpp>
#include <descent/tests/fuzz/program.hpp>

namespace descent::fuzz {

/// One sentence, or none.
std::string different_bits(const std::string& what, const Tensors& got, const Tensors& wanted);
/// Tolerances are relative to the largest element of a tensor, at least 1. NaN and infinities agree with themselves.
std::string different_values(const std::string& what, const Tensors& got, const Tensors& wanted, double tolerance);

using test::Dot;
using test::dot;

/// Uniform numbers in [-1, 1), other ones for each stream.
Tensors directions(const Tensors& like, std::uint64_t stream);

}  // namespace descent::fuzz
