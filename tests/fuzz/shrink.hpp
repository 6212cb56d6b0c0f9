#pragma once

#include <descent/tests/fuzz/oracles.hpp>

namespace descent::fuzz {

/// A smaller program of which the oracle still fails: fewer outputs, regions and calls, then smaller axes. Takes some seconds at most.
Program shrunk(const Program& program, const Oracle& oracle);

}  // namespace descent::fuzz
