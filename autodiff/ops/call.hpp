#pragma once

#include <source_location>
#include <string_view>
#include <vector>

#include <descent/autodiff/tape/params.hpp>
#include <descent/autodiff/tensor/tensor.hpp>

namespace descent::inline v1 {

/// A primitive called by its name, with parameters by name: `call("sum", {x}, {{"axes", Axes{0}}})`. Parameters left out have the
/// defaults of the op's aggregate. Recorded and differentiated like any call.
///
/// throws  ValueError: no such op (naming the nearest), an input count that the op does not take, a parameter that it does not have
///         or of another type; and what the op throws
std::vector<Tensor> call_all(std::string_view name, std::vector<Tensor> inputs, const NamedParams& params = {},
                             std::source_location where = std::source_location::current());

/// The same for an op with one result. throws ValueError: it has several
Tensor call(std::string_view name, std::vector<Tensor> inputs, const NamedParams& params = {},
            std::source_location where = std::source_location::current());

/// Whether such a call can be made, without making it. throws ValueError as call_all does, and where the op has another number of results
void check_call(std::string_view name, std::size_t inputs, std::size_t results, const NamedParams& params,
                std::source_location where = std::source_location::current());

}  // namespace descent::inline v1
