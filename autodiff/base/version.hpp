#pragma once

#include <string_view>

namespace descent::inline v1 {

/// The library's version, "0.1.0", as CMakeLists.txt has it: of the library that runs, not of the headers compiled against.
std::string_view version();

}  // namespace descent::inline v1
