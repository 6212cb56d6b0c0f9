#pragma once

#include <string>

#include <descent/data/dataset.hpp>

namespace descent::inline v1::data {

/// Fashion-MNIST from its four files, plain or .gz, in `folder`: 60,000 images to train on and 10,000 to test with.
///
/// shape   inputs [n, 784]   targets i64 [n]
/// dtype   f32 in [0, 1]
/// throws  FileError: a file is missing; FormatError: damaged, not images of 28 x 28, counts that differ, a label over 9
/// source  Xiao, Rasul, Vollgraf 2017, "Fashion-MNIST", arXiv:1708.07747
Split fashion_mnist(const std::string& folder);

}  // namespace descent::inline v1::data
