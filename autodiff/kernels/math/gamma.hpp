#pragma once

/// lgamma and digamma, one element at a time. Private; reentrant, unlike std::lgamma.
namespace descent::inline v1::kernels {

double lgamma_of(double x);
double digamma_of(double x);

}  // namespace descent::inline v1::kernels
