#pragma once

#include <functional>

#include <descent/tests/fuzz/compare.hpp>
#include <descent/tests/fuzz/oracles.hpp>

// What the oracles are written with, and the oracles themselves by name.

namespace descent::fuzz {

/// Fails with the difference, if there is one.
Verdict judged(const std::string& difference);
/// The first that fails.
Verdict first_of(std::initializer_list<std::string> differences);

/// The program as a function of its leaves.
std::function<Tensors(const Tensors&)> outputs_of(const Program& program, const RunOptions& options = {});
/// A sum of all elements of all outputs, each with a weight of its own.
std::function<Tensor(const Tensors&)> cost_of(const Program& program, const RunOptions& options = {});
Tensors gradient(const Program& program, const RunOptions& options = {});
/// Few enough calls and elements for derivatives of higher order.
bool small(const Program& program);
/// The gradient's squared norm.
std::function<Tensor(const Tensors&)> squared_gradient(const Program& program);

Verdict adjoint(const Program& program);
Verdict differences(const Program& program);
Verdict nested(const Program& program);
Verdict batches(const Program& program);
Verdict files(const Program& program);

}  // namespace descent::fuzz
