#pragma once

#include <memory>
#include <string>
#include <vector>

#include <descent/autodiff/compile/executable.hpp>

namespace descent::inline v1::detail {

struct Variant {
  struct Change {
    std::size_t argument;
    std::size_t leaf;  ///< its place in the argument
  };
  std::string key;
  Graph graph;  ///< as traced: what open tapes are shown
  std::vector<std::uint32_t> uses;
  std::unique_ptr<compiling::Executable> executable;  ///< made when it is first run unseen
  std::vector<Tensor> captured;
  std::size_t returned = 0;     ///< so many of the outputs are what f returned
  std::vector<Change> changes;  ///< the others
  std::shared_ptr<void> result;
  Index runs = 0;
};

/// What `explain` says of one.
std::string explained(const Variant& variant);

}  // namespace descent::inline v1::detail
