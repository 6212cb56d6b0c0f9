#pragma once

#include <string>
#include <string_view>

#include <descent/autodiff/tape/op.hpp>

// The universal test as Catch sees it; the properties themselves are the library's (transforms/op_check.hpp).

namespace descent::test {

/// Fails once for every property of the op that does not hold.
void holds(const Op& op);

/// The text of the headers of autodiff/ops.
std::string text_of_menu();

/// Whether the menu declares a function of this name with a contract: a comment above it, or above the block of declarations
/// that it stands in.
bool documented(const std::string& menu, std::string_view name);

}  // namespace descent::test
