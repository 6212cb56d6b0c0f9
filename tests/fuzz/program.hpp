#pragma once

#include <string>
#include <vector>

#include <descent/autodiff/tape/op.hpp>

// A program as data: leaves, constants and calls in the order in which they run. It can be run, printed and cut down.

namespace descent::fuzz {

using Tensors = std::vector<Tensor>;

/// One result of a node.
struct Ref {
  std::size_t node = 0;
  std::size_t output = 0;
  friend bool operator==(const Ref&, const Ref&) = default;
};

struct Node {
  const Op* op = nullptr;  ///< null: a leaf or a constant
  NamedParams params{};
  std::vector<Ref> in{};
  Tensor value{};         ///< of a leaf or a constant
  bool constant = false;  ///< nothing is differentiated by it

  bool leaf() const { return op == nullptr && !constant; }
};

/// The nodes [first, last), whose calls run inside a checkpoint. Regions are disjoint or nested; an outer one comes first.
struct Region {
  std::size_t first = 0;
  std::size_t last = 0;
};

struct Program {
  std::vector<Node> nodes{};
  std::vector<Region> regions{};
  std::vector<Ref> outputs{};  ///< floating; one may be listed twice
  bool smooth = true;          ///< no call is made where the op says that differences mean nothing

  Index calls() const;
  Tensors leaves() const;
  bool batchable() const;  ///< each op has a batch rule
};

struct RunOptions {
  bool checkpoints = true;
  bool let_go = true;                            ///< a value whose last use has come is handed over, so that its memory may be reused
  const std::vector<Tensors>* frozen = nullptr;  ///< what is constant to derivatives has these values: integers, stopped gradients
};

/// The outputs, with these tensors in the place of the leaves.
Tensors run(const Program& program, const Tensors& leaves, const RunOptions& options = {});
/// The results of every node.
std::vector<Tensors> run_all(const Program& program, const Tensors& leaves, const RunOptions& options = {});

/// The program without the nodes that no output needs.
Program pruned(const Program& program);

/// A line for each leaf and call, readable.
std::string to_string(const Program& program);

}  // namespace descent::fuzz
