#pragma once

#include <cstdint>

#include <descent/autodiff/base/index.hpp>

/// Counter-based random numbers: Philox4x32-10. source Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
/// Element e of draw `counter` depends on (key, counter, e) only: on neither n nor threads nor instruction set. The
/// stream of a key and counter never changes within a major version. requires: counter < 2^64 - 1, which split takes
namespace descent::inline v1::kernels {

/// 32 random bits an element: word e % 4 of block e / 4.
void fill_bits(std::uint64_t key, std::uint64_t counter, std::uint32_t* out, Index n);

/// Uniform on [0, 1): f32 on the multiples of 2^-24 (the upper bits of fill_bits), f64 of 2^-53 (two words an element).
void uniform(std::uint64_t key, std::uint64_t counter, float* out, Index n);
void uniform(std::uint64_t key, std::uint64_t counter, double* out, Index n);

/// Standard normal, by Box and Muller's transform in double: of two uniforms, u in (0, 1] and v in [0, 1),
/// sqrt(-2 log u) cos(2 pi v) and sqrt(-2 log u) sin(2 pi v). With +, -, *, / and sqrt only, so the bits are the same on
/// every machine. f32 takes 32 bits for each (|x| < 6.77), f64 takes 53 (|x| < 8.66).
void normal(std::uint64_t key, std::uint64_t counter, float* out, Index n);
void normal(std::uint64_t key, std::uint64_t counter, double* out, Index n);

/// The logarithm of a gamma variable of each element's concentration: -infinity for 0, infinity for infinity, NaN below 0. In double,
/// with the operations of normal; f32 is rounded at the end. Element e depends on concentration[e] besides.
/// source Marsaglia and Tsang 2000, "A simple method for generating gamma variables"
void loggamma(std::uint64_t key, std::uint64_t counter, const float* concentration, float* out, Index n);
void loggamma(std::uint64_t key, std::uint64_t counter, const double* concentration, double* out, Index n);

/// The i-th key made from `key`; streams of different keys are independent.
std::uint64_t split(std::uint64_t key, std::uint64_t i);

}  // namespace descent::inline v1::kernels
