#pragma once

#include <span>

#include <descent/autodiff/tape/op.hpp>

namespace descent::inline v1 {

/// Every primitive, by name.
std::span<const Op* const> all_ops();

}  // namespace descent::inline v1
