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
  std::unique_ptr<compiling::Executable> executable;
  std::size_t calls = 0;        ///< that the trace had
  std::size_t returned = 0;     ///< so many of the outputs are what f returned
  std::vector<Change> changes;  ///< the others
  std::shared_ptr<void> result;
  Index runs = 0;
};

/// What `explain` says of one.
std::string explained(const Variant& variant);

}  // namespace descent::inline v1::detail
