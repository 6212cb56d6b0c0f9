#pragma once

#include <descent/tests/fuzz/builder.hpp>

// One call of an op on values of a program: its shapes and parameters are drawn, its domain is that of the op's samples.

namespace descent::fuzz {

/// Adds a call, with whatever its inputs need. throws Error: what was drawn does not fit, for which the caller draws again
void add_call(Builder& builder, const Op& op);

/// For the ops whose shapes hang together in a way of their own. Null: none is needed.
using AddCall = std::vector<Ref> (*)(Builder& builder, const Op& op);
AddCall shaped_call(std::string_view op);

/// A sample's parameters by name; floating dtypes among them are f64.
NamedParams params_of(const Op& op, const Sample& sample);

}  // namespace descent::fuzz
