#pragma once

#include <string>
#include <vector>

#include <descent/tests/conformance/cases.hpp>
#include <descent/tests/conformance/table.hpp>

namespace descent::conformance {

/// What came of a case.
struct Verdict {
  std::vector<std::string> failures;
  std::vector<std::string> warnings;  ///< differences in derivatives in which the producer is not to be relied on
  std::string later;                  ///< the option that is missing; empty: none is
};

/// The transform that every call is wrapped in; its result is that of the call.
enum class Under { nothing, vmap, checkpoint, compile };

/// Runs a case: values to 1e-12, vjp and jvp to 1e-10, hvp to 1e-8, each relative to max(1, the largest |wanted| of the tensor).
/// In vmap and compile a case that reads a value counts as later.
Verdict verify(const Row& row, const Case& one, Under under = Under::nothing);

}  // namespace descent::conformance
