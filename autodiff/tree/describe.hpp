#pragma once

#include <string>

#include <descent/autodiff/tree/walk.hpp>

namespace descent::inline v1::tree {

/// A table of a tree's leaves, a line each: name, dtype and shape, number of elements, and "carried" where it is not
/// trained; last a line of sums.
std::string describe(View tree);

}  // namespace descent::inline v1::tree
