#pragma once

#include <functional>
#include <source_location>

#include <descent/autodiff/tensor/tensor.hpp>
#include <descent/autodiff/transforms/colouring.hpp>

// Where a function's Jacobian can be other than zero.

namespace descent::inline v1::detail {

struct Dependence {
  Abstract result;  ///< of f
  Pattern pattern;  ///< [result's elements, argument's elements]
};
/// On what each element of f's result depends, found on the record of one call on a tensor without values.
/// throws  ValueError: f's result is absent; DtypeError: it is not floating; AbstractError: f reads values
Dependence dependence(const char* who, const std::function<Tensor(const Tensor&)>& f, const Abstract& x, std::source_location where);

}  // namespace descent::inline v1::detail
