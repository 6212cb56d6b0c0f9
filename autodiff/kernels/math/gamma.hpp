#pragma once

#include <descent/autodiff/base/index.hpp>

/// lgamma, digamma and polygamma, one element at a time. Private; reentrant, unlike std::lgamma.
namespace descent::inline v1::kernels {

double lgamma_of(double x);
double digamma_of(double x);
double polygamma_of(Index n, double x);

}  // namespace descent::inline v1::kernels
