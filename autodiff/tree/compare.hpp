#pragma once

#include <span>
#include <string>
#include <vector>

#include <descent/autodiff/tree/walk.hpp>

namespace descent::inline v1::tree {

/// How near two numbers a and b must be: |a - b| <= atol + rtol * |b|. Integers and bools must be equal.
struct Tolerance {
  double rtol = 1e-5;      ///< at least 0
  double atol = 1e-8;      ///< at least 0
  bool equal_nan = false;  ///< whether NaN is near NaN
};

/// One leaf in which two trees differ.
struct Difference {
  std::string path;
  std::string what;  ///< "2 of 6 elements differ, most at [1, 2]: 0.5 and 0.75", "is only in the first tree", ...
};

/// Every leaf in which two trees differ, found by its name: one that only one tree has, another shape, a value that is not
/// near. Numbers of different dtypes are compared as f64.
/// throws  ValueError: a negative tolerance; AbstractError: a leaf without values; TreeError: two leaves of one name
std::vector<Difference> differences(View a, View b, Tolerance tolerance = {});
/// Whether there are none.
bool all_close(View a, View b, Tolerance tolerance = {});
/// One line for each: "hidden.weight: 2 of 6 elements differ, ...".
std::string to_string(std::span<const Difference> differences);

/// Whether two trees have the same leaves, absent ones included, by name, in the same order. Their shapes may differ.
bool same_structure(View a, View b);

}  // namespace descent::inline v1::tree
