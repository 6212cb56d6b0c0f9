#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include <descent/autodiff/tape/graph.hpp>
#include <descent/autodiff/tape/op.hpp>

// Graphs of functions, for the tests of single passes.

namespace descent::test {

/// The graph of f on tensors of these shapes, in f32.
inline Graph graph_of(const std::function<std::vector<Tensor>(std::span<const Tensor>)>& f, std::initializer_list<Shape> shapes) {
  std::vector<Tensor> in;
  for (const Shape& shape : shapes) in.push_back(abstract_tensor(shape, f32));
  return trace(f, in, true).graph;
}

/// The names of its calls, in order: "mul add".
inline std::string calls_of(const Graph& graph) {
  std::string names;
  for (const Graph::Call& call : graph.calls) names += (names.empty() ? "" : " ") + std::string(call.op->name);
  return names;
}

}  // namespace descent::test
