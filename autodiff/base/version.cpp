#include <descent/autodiff/base/version.hpp>

namespace descent::inline v1 {

std::string_view version() { return DESCENT_VERSION; }

}  // namespace descent::inline v1
